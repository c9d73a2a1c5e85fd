/**
 * A receipt printer on USB ("Universal Serial Bus Device Class Definition for Printing Devices" 1.1):
 * bulk out, bulk in, and the three requests of its class. Behind it stands the emulator of drivers/
 * at the device's end of a byte link; a full buffer is a NAK, as on the wire, not XOFF.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';
import type { UsbDescription } from './descriptors.ts';
import type { UsbFunction, UsbHostSide } from './function.ts';

export type UsbPrinterDevice = {
  readonly usb: UsbFunction;
  /** For the emulator; it is there while a host has configured it. */
  readonly link: ByteLink;
  /** The emulator's buffer is full, or takes bytes again. */
  setFull(full: boolean): void;
};

const PRINTER_CLASS = 7;
/** Subclass 1; protocol 2: bidirectional. */
const PRINTERS = 1;
const BIDIRECTIONAL = 2;
const ENDPOINT_OUT = 0x01;
const ENDPOINT_IN = 0x82;
const PACKET_BYTES = 64;

/** Class requests (4.2). */
const GET_DEVICE_ID = 0;
const GET_PORT_STATUS = 1;
const SOFT_RESET = 2;
/** Bits of the port's status: paper is not empty is 0, selected 0x10, no error 0x08. */
const PORT_FINE = 0x18;

const absent: Fault = { device: 'link', kind: 'absent', detail: 'no host has configured it' };
const busy: Fault = { device: 'link', kind: 'busy', detail: 'the host does not read' };

type Transfer = { rest: Uint8Array; readonly taken: () => void };

/** IEEE 1284: the length in two bytes, high first, itself included. */
const deviceId = ({ manufacturer, name }: Pick<UsbDescription, 'manufacturer' | 'name'>) => {
  const text = new TextEncoder().encode(`MFG:${manufacturer};CMD:ESC/POS;MDL:${name};CLS:PRINTER;`);
  const length = text.length + 2;
  return Uint8Array.of(length >> 8, length & 0xff, ...text);
};

export const makeUsbPrinter = (identity: Omit<UsbDescription, 'interfaces'>): UsbPrinterDevice => {
  const onBytes = new Set<(chunk: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  let host: UsbHostSide | null = null;
  let full = false;
  /** Bytes of transfers that the device has not taken yet, first come first served. */
  let transfers: Transfer[] = [];

  /** Packet by packet, as long as there is room. */
  const drain = (): void => {
    for (let [first] = transfers; first !== undefined && !full; [first] = transfers) {
      const piece = first.rest.subarray(0, PACKET_BYTES);
      first.rest = first.rest.subarray(PACKET_BYTES);
      const whole = first.rest.length === 0;
      if (whole) transfers.shift();
      if (piece.length > 0) for (const listener of [...onBytes]) listener(piece.slice());
      if (whole) first.taken();
    }
  };
  return {
    usb: {
      description: {
        ...identity,
        interfaces: [
          {
            number: 0,
            class: PRINTER_CLASS,
            subclass: PRINTERS,
            protocol: BIDIRECTIONAL,
            classDescriptor: new Uint8Array(0),
            endpoints: [ENDPOINT_OUT, ENDPOINT_IN].map((address) => ({
              address,
              transfer: 'bulk',
              packetBytes: PACKET_BYTES,
              intervalMs: 0,
            })),
          },
        ],
      },
      request: ({ request }) => {
        switch (request) {
          case GET_DEVICE_ID:
            return deviceId(identity);
          case GET_PORT_STATUS:
            return Uint8Array.of(PORT_FINE);
          case SOFT_RESET:
            transfers = [];
            return new Uint8Array(0);
          default:
            return null;
        }
      },
      receive: (_, bytes, taken) => {
        const transfer = { rest: bytes, taken };
        transfers.push(transfer);
        drain();
        return () => {
          transfers = transfers.filter((each) => each !== transfer);
        };
      },
      attach: (next) => {
        const was = host !== null;
        host = next;
        transfers = [];
        if ((next !== null) !== was)
          for (const listener of [...onPresence]) listener(next !== null);
      },
    },
    link: {
      present: () => host !== null,
      write: (bytes) => {
        if (host === null) return Promise.resolve(err(absent));
        return Promise.resolve(host.send(ENDPOINT_IN, bytes) ? done : err(busy));
      },
      onBytes: (listener) => listen(onBytes, listener),
      onPresence: (listener) => listen(onPresence, listener),
      close: () => {
        host = null;
      },
    },
    setFull: (next) => {
      full = next;
      drain();
    },
  };
};
