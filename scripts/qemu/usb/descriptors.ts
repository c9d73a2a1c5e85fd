/**
 * A USB device as it describes itself: device, configuration, interface, endpoint and string descriptors
 * (USB 2.0, 9.6), and the HID descriptor (HID 1.11, 6.2.1). Full speed, one configuration, one setting of
 * each interface: what the unit's devices are. Pure.
 */

export type UsbEndpoint = {
  /** Bit 7: in. */
  readonly address: number;
  readonly transfer: 'bulk' | 'interrupt';
  /** At most 64 at full speed. */
  readonly packetBytes: number;
  /** Of an interrupt endpoint: polled every so many ms; 0 for bulk. */
  readonly intervalMs: number;
};

export type UsbInterface = {
  readonly number: number;
  readonly class: number;
  readonly subclass: number;
  readonly protocol: number;
  /** Descriptors of the class, between the interface's and its endpoints'. */
  readonly classDescriptor: Uint8Array;
  readonly endpoints: readonly UsbEndpoint[];
};

export type UsbDescription = {
  readonly vendor: number;
  readonly product: number;
  /** Release in binary coded decimal. */
  readonly version: number;
  readonly manufacturer: string;
  readonly name: string;
  readonly serial: string;
  readonly interfaces: readonly UsbInterface[];
};

/** Descriptor types (USB 2.0, table 9-5; HID 1.11, 7.1). */
export const DESCRIPTOR = {
  device: 1,
  configuration: 2,
  string: 3,
  interface: 4,
  endpoint: 5,
  qualifier: 6,
  hid: 0x21,
  report: 0x22,
} as const;

/** Of endpoint 0. */
export const CONTROL_PACKET_BYTES = 64;
const USB_2_0 = 0x0200;
const HID_1_11 = 0x0111;
const ENGLISH = 0x0409;
/** Bit 7 must be set; the unit feeds its devices. */
const BUS_POWERED = 0x80;
/** In units of 2 mA. */
const MAX_POWER = 50;
/** Characters of a string that fit into a descriptor's 255 bytes. */
const MAX_STRING = 126;
const STRING_INDEX = { manufacturer: 1, name: 2, serial: 3 } as const;

const word = (value: number): readonly number[] => [value & 0xff, (value >> 8) & 0xff];

export const deviceDescriptor = (device: UsbDescription): Uint8Array =>
  Uint8Array.of(
    ...[18, DESCRIPTOR.device, ...word(USB_2_0)],
    // The interfaces say of what class they are.
    ...[0, 0, 0, CONTROL_PACKET_BYTES],
    ...word(device.vendor),
    ...word(device.product),
    ...word(device.version),
    ...[STRING_INDEX.manufacturer, STRING_INDEX.name, STRING_INDEX.serial, 1],
  );

const TRANSFER_BITS = { bulk: 2, interrupt: 3 } as const;

const endpointDescriptor = (endpoint: UsbEndpoint): readonly number[] => [
  ...[7, DESCRIPTOR.endpoint, endpoint.address, TRANSFER_BITS[endpoint.transfer]],
  ...[...word(endpoint.packetBytes), endpoint.intervalMs],
];

const interfaceDescriptor = (one: UsbInterface): readonly number[] => [
  ...[9, DESCRIPTOR.interface, one.number, 0, one.endpoints.length],
  ...[one.class, one.subclass, one.protocol, 0],
  ...one.classDescriptor,
  ...one.endpoints.flatMap(endpointDescriptor),
];

export const configurationDescriptor = ({ interfaces }: UsbDescription): Uint8Array => {
  const inner = interfaces.flatMap(interfaceDescriptor);
  return Uint8Array.of(
    ...[9, DESCRIPTOR.configuration, ...word(9 + inner.length)],
    ...[interfaces.length, 1, 0, BUS_POWERED, MAX_POWER],
    ...inner,
  );
};

/** Index 0 lists the languages. Null: there is no such string. */
export const stringDescriptor = (device: UsbDescription, index: number): Uint8Array | null => {
  if (index === 0) return Uint8Array.of(4, DESCRIPTOR.string, ...word(ENGLISH));
  const name = (['manufacturer', 'name', 'serial'] as const).find(
    (each) => STRING_INDEX[each] === index,
  );
  if (name === undefined) return null;
  const units = [...device[name].slice(0, MAX_STRING)].flatMap((character) =>
    word(character.charCodeAt(0)),
  );
  return Uint8Array.of(2 + units.length, DESCRIPTOR.string, ...units);
};

/** HID 1.11, 6.2.1, with one report descriptor of `reportBytes`. */
export const hidDescriptor = (reportBytes: number): Uint8Array =>
  Uint8Array.of(
    ...[9, DESCRIPTOR.hid, ...word(HID_1_11), 0, 1],
    ...[DESCRIPTOR.report, ...word(reportBytes)],
  );
