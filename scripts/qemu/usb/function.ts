/**
 * What a USB device does behind its endpoints, and the requests that every device answers the same way
 * (USB 2.0, 9.4). Addresses, configurations and settings are the bus' part (usbredir/session.ts).
 */
import {
  configurationDescriptor,
  DESCRIPTOR,
  deviceDescriptor,
  stringDescriptor,
  type UsbDescription,
} from './descriptors.ts';

/** The eight bytes that begin a control transfer (USB 2.0, table 9-2). */
export type SetupPacket = {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  /** Bytes that follow, or are wanted. */
  readonly length: number;
};

/** The host's side, as long as it has the device configured. */
export type UsbHostSide = {
  /** Queues bytes at an in endpoint, one packet or transfer; false: the queue is full. */
  send(endpoint: number, bytes: Uint8Array): boolean;
};

export type UsbFunction = {
  readonly description: UsbDescription;
  /** A request to a class or an interface, with the bytes that came with it. Null: stalled. */
  request(setup: SetupPacket, data: Uint8Array): Uint8Array | null;
  /**
   * Bytes at an out endpoint. Until `taken` is called the device says NAK to more. Returns how the host
   * calls the transfer off: what was not taken yet never arrives.
   */
  receive(endpoint: number, bytes: Uint8Array, taken: () => void): () => void;
  /** A host has configured it; null: no more, and what was queued is lost. */
  attach(host: UsbHostSide | null): void;
};

const GET_STATUS = 0;
const CLEAR_FEATURE = 1;
const SET_FEATURE = 3;
const GET_DESCRIPTOR = 6;
const NOTHING = new Uint8Array(0);

/** Bits 5 and 6 of the request type: 0 of the standard. */
const isStandard = ({ requestType }: SetupPacket): boolean => (requestType & 0x60) === 0;
const toDevice = ({ requestType }: SetupPacket): boolean => (requestType & 0x1f) === 0;
const isIn = ({ requestType }: SetupPacket): boolean => (requestType & 0x80) !== 0;

const descriptorFor = (device: UsbDescription, value: number): Uint8Array | null => {
  const [type, index] = [value >> 8, value & 0xff];
  switch (type) {
    case DESCRIPTOR.device:
      return deviceDescriptor(device);
    case DESCRIPTOR.configuration:
      return index === 0 ? configurationDescriptor(device) : null;
    case DESCRIPTOR.string:
      return stringDescriptor(device, index);
    // A device that is full speed only has no qualifier (USB 2.0, 9.6.2), and no other is known here.
    default:
      return null;
  }
};

const answer = (device: UsbFunction, setup: SetupPacket, data: Uint8Array): Uint8Array | null => {
  if (!isStandard(setup)) return device.request(setup, data);
  if (setup.request === GET_DESCRIPTOR && toDevice(setup))
    return descriptorFor(device.description, setup.value);
  if (setup.request === GET_DESCRIPTOR) return device.request(setup, data);
  if (setup.request === GET_STATUS && isIn(setup)) return Uint8Array.of(0, 0);
  // Endpoints are never halted, so there is nothing to clear.
  if (setup.request === CLEAR_FEATURE || setup.request === SET_FEATURE) return NOTHING;
  return null;
};

/** One control transfer: at most as many bytes as were asked for. Null: stalled. */
export const controlTransfer = (
  device: UsbFunction,
  setup: SetupPacket,
  data: Uint8Array,
): Uint8Array | null => {
  const given = answer(device, setup, data);
  return given === null ? null : isIn(setup) ? given.slice(0, setup.length) : NOTHING;
};
