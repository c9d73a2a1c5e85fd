/**
 * Packets of the USB network redirection protocol 0.7 (usbredir, docs/usb-redirection-protocol.md): how
 * QEMU's `usb-redir` and a program that is a USB device speak. Only what a full-speed device without
 * isochronous endpoints meets; every integer is little-endian. Pure.
 *
 *     type 4 | length 4 | id 8 (4 in the first packet) | header of the type | data
 */
import { err, ok, type Result } from '#hal/result.ts';

/** Widths of a header's fields in bytes; `bytes32` and `words32` have an entry for each endpoint or interface. */
type Width = 'byte' | 'word' | 'long' | 'bytes32' | 'words32' | 'text64';

type Layout = {
  readonly type: number;
  readonly fields: Readonly<Record<string, Width>>;
  /** Bytes may follow the header. */
  readonly data?: true;
};

/**
 * With the capabilities of `CAPABILITIES`: a version of the device in `deviceConnect`, packet sizes in
 * `endpointInfo`, 32 bits of length in `bulk`.
 */
export const LAYOUTS = {
  /** `capabilities` is the first of their words; a peer that knows more sends more of them. */
  hello: { type: 0, fields: { version: 'text64', capabilities: 'long' }, data: true },
  deviceConnect: {
    type: 1,
    fields: {
      speed: 'byte',
      deviceClass: 'byte',
      deviceSubclass: 'byte',
      deviceProtocol: 'byte',
      vendor: 'word',
      product: 'word',
      version: 'word',
    },
  },
  deviceDisconnect: { type: 2, fields: {} },
  reset: { type: 3, fields: {} },
  interfaceInfo: {
    type: 4,
    fields: {
      count: 'long',
      interfaces: 'bytes32',
      classes: 'bytes32',
      subclasses: 'bytes32',
      protocols: 'bytes32',
    },
  },
  /** By endpoint: 0 to 15 are out, 16 to 31 in. */
  endpointInfo: {
    type: 5,
    fields: {
      types: 'bytes32',
      intervals: 'bytes32',
      interfaces: 'bytes32',
      packetSizes: 'words32',
    },
  },
  setConfiguration: { type: 6, fields: { configuration: 'byte' } },
  getConfiguration: { type: 7, fields: {} },
  configurationStatus: { type: 8, fields: { status: 'byte', configuration: 'byte' } },
  setAltSetting: { type: 9, fields: { interface: 'byte', alt: 'byte' } },
  getAltSetting: { type: 10, fields: { interface: 'byte' } },
  altSettingStatus: { type: 11, fields: { status: 'byte', interface: 'byte', alt: 'byte' } },
  startInterruptReceiving: { type: 15, fields: { endpoint: 'byte' } },
  stopInterruptReceiving: { type: 16, fields: { endpoint: 'byte' } },
  interruptReceivingStatus: { type: 17, fields: { status: 'byte', endpoint: 'byte' } },
  cancelDataPacket: { type: 21, fields: {} },
  filterReject: { type: 22, fields: {} },
  filterFilter: { type: 23, fields: {}, data: true },
  control: {
    type: 100,
    fields: {
      endpoint: 'byte',
      request: 'byte',
      requestType: 'byte',
      status: 'byte',
      value: 'word',
      index: 'word',
      length: 'word',
    },
    data: true,
  },
  bulk: {
    type: 101,
    fields: {
      endpoint: 'byte',
      status: 'byte',
      length: 'word',
      stream: 'long',
      lengthHigh: 'word',
    },
    data: true,
  },
  interrupt: {
    type: 103,
    fields: { endpoint: 'byte', status: 'byte', length: 'word' },
    data: true,
  },
} as const satisfies Readonly<Record<string, Layout>>;

type Kind = keyof typeof LAYOUTS;
type Values = {
  readonly byte: number;
  readonly word: number;
  readonly long: number;
  readonly bytes32: readonly number[];
  readonly words32: readonly number[];
  readonly text64: string;
};
type PacketOf<K extends Kind> = K extends Kind
  ? { readonly kind: K; readonly id: bigint; readonly data: Uint8Array } & {
      readonly [F in keyof (typeof LAYOUTS)[K]['fields']]: Values[(typeof LAYOUTS)[K]['fields'][F] &
        Width];
    }
  : never;

/** A packet; `id` ties an answer to its question, `data` is empty where the kind has none. */
export type RedirPacket = PacketOf<Kind>;

/** Answers to a packet (`usb_redir_success` and so on). */
export const STATUS = { success: 0, cancelled: 1, invalid: 2, ioError: 3, stall: 4 } as const;
export const SPEED = { low: 0, full: 1, high: 2 } as const;
export const ENDPOINT_TYPE = { control: 0, iso: 1, bulk: 2, interrupt: 3, invalid: 255 } as const;

/** Bits of what we can: `connect_device_version`, `ep_info_max_packet_size`, `64bits_ids`, `32bits_bulk_length`. */
export const CAPABILITIES = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 6);
/** Without these QEMU's xHCI and the packets above do not fit together. */
export const NEEDED_CAPABILITIES = CAPABILITIES;

/** Data of a packet at most: a transfer of the largest control or bulk request, with room. */
export const MAX_DATA_BYTES = 1 << 20;
const FIRST_HEADER_BYTES = 12;
const HEADER_BYTES = 16;

const WIDTH_BYTES: Readonly<Record<Width, number>> = {
  byte: 1,
  word: 2,
  long: 4,
  bytes32: 32,
  words32: 64,
  text64: 64,
};
const TABLE: Readonly<Record<Kind, Layout>> = LAYOUTS;
const KINDS = Object.keys(LAYOUTS) as readonly Kind[];
const KIND_OF: ReadonlyMap<number, Kind> = new Map(KINDS.map((kind) => [TABLE[kind].type, kind]));

const headerBytes = (layout: Layout): number =>
  Object.values(layout.fields).reduce((sum, width) => sum + WIDTH_BYTES[width], 0);

const putField = (view: DataView, at: number, width: Width, value: unknown): void => {
  const numbers = value as readonly number[];
  switch (width) {
    case 'byte':
      view.setUint8(at, Number(value));
      return;
    case 'word':
      view.setUint16(at, Number(value), true);
      return;
    case 'long':
      view.setUint32(at, Number(value), true);
      return;
    case 'bytes32':
      for (let entry = 0; entry < 32; entry++) view.setUint8(at + entry, numbers[entry] ?? 0);
      return;
    case 'words32':
      for (let entry = 0; entry < 32; entry++)
        view.setUint16(at + 2 * entry, numbers[entry] ?? 0, true);
      return;
    case 'text64':
      new Uint8Array(view.buffer, view.byteOffset + at, 63).set(
        new TextEncoder().encode(String(value)).subarray(0, 63),
      );
      return;
  }
};

const getField = (
  view: DataView,
  at: number,
  width: Width,
): number | readonly number[] | string => {
  const entries = Array.from({ length: 32 }, (_, entry) => entry);
  switch (width) {
    case 'byte':
      return view.getUint8(at);
    case 'word':
      return view.getUint16(at, true);
    case 'long':
      return view.getUint32(at, true);
    case 'bytes32':
      return entries.map((entry) => view.getUint8(at + entry));
    case 'words32':
      return entries.map((entry) => view.getUint16(at + 2 * entry, true));
    case 'text64': {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, 64);
      const end = bytes.indexOf(0);
      return new TextDecoder('latin1').decode(bytes.subarray(0, end < 0 ? 64 : end));
    }
  }
};

/** A hello opens each direction; its id has four bytes, because the other's capabilities are not known yet. */
export const encodePacket = (packet: RedirPacket): Uint8Array => {
  const layout = TABLE[packet.kind];
  const first = packet.kind === 'hello';
  const from = first ? FIRST_HEADER_BYTES : HEADER_BYTES;
  const length = headerBytes(layout) + packet.data.length;
  const bytes = new Uint8Array(from + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, layout.type, true);
  view.setUint32(4, length, true);
  if (first) view.setUint32(8, Number(packet.id & 0xffff_ffffn), true);
  else view.setBigUint64(8, packet.id, true);
  let at = from;
  const values = packet as unknown as Readonly<Record<string, unknown>>;
  for (const [name, width] of Object.entries(layout.fields)) {
    putField(view, at, width, values[name]);
    at += WIDTH_BYTES[width];
  }
  bytes.set(packet.data, at);
  return bytes;
};

/** Who speaks: `guest` is QEMU, `host` the side that has the device. */
export type Speaker = 'guest' | 'host';

/** Data goes out with the guest's question and comes in with the host's answer; the other has none. */
const dataProblem = (packet: RedirPacket, speaker: Speaker): string | null => {
  const { kind, data } = packet;
  const told = (length: number, endpoint: number): string | null => {
    const wanted = ((endpoint & 0x80) !== 0) === (speaker === 'host') ? length : 0;
    return data.length === wanted ? null : `${kind} of ${wanted} bytes with ${data.length}`;
  };
  switch (packet.kind) {
    case 'hello':
      return data.length % 4 === 0 ? null : 'hello with a part of a capability word';
    case 'control':
    case 'interrupt':
      return told(packet.length, packet.endpoint);
    case 'bulk':
      return told(packet.length + 0x10000 * packet.lengthHigh, packet.endpoint);
    default:
      return data.length > 0 && TABLE[kind].data === undefined ? `${kind} with data` : null;
  }
};

const readBody = (
  kind: Kind,
  id: bigint,
  body: Uint8Array,
  speaker: Speaker,
): Result<RedirPacket, string> => {
  const layout = TABLE[kind];
  const needed = headerBytes(layout);
  if (body.length < needed) return err(`${kind} of ${body.length} bytes, ${needed} at least`);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const fields: Record<string, unknown> = {};
  let at = 0;
  for (const [name, width] of Object.entries(layout.fields)) {
    fields[name] = getField(view, at, width);
    at += WIDTH_BYTES[width];
  }
  const packet = { kind, id, data: body.slice(at), ...fields } as unknown as RedirPacket;
  const problem = dataProblem(packet, speaker);
  return problem === null ? ok(packet) : err(problem);
};

export type PacketDecoder = (chunk: Uint8Array) => Result<readonly RedirPacket[], string>;

/**
 * Takes chunks cut anywhere, gives the packets that are whole now. Error, and the same for ever after:
 * what comes is not this protocol, or a packet that a device like ours never meets.
 */
export const makePacketDecoder = (speaker: Speaker): PacketDecoder => {
  let held = new Uint8Array(0);
  let first = true;
  let broken: string | null = null;
  /** Null: not whole yet. */
  const takeOne = (): Result<RedirPacket, string> | null => {
    const from = first ? FIRST_HEADER_BYTES : HEADER_BYTES;
    if (held.length < from) return null;
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    const type = view.getUint32(0, true);
    const length = view.getUint32(4, true);
    const kind = KIND_OF.get(type);
    if (kind === undefined) return err(`a packet of type ${type}`);
    if (first !== (kind === 'hello')) return err(first ? `${kind} before hello` : 'a second hello');
    const most = headerBytes(TABLE[kind]) + (TABLE[kind].data ? MAX_DATA_BYTES : 0);
    if (length > most) return err(`${kind} of ${length} bytes, ${most} at most`);
    if (held.length < from + length) return null;
    const id = first ? BigInt(view.getUint32(8, true)) : view.getBigUint64(8, true);
    const packet = readBody(kind, id, held.subarray(from, from + length), speaker);
    held = held.slice(from + length);
    first = false;
    return packet;
  };
  return (chunk) => {
    if (broken !== null) return err(broken);
    const joined = new Uint8Array(held.length + chunk.length);
    joined.set(held);
    joined.set(chunk, held.length);
    held = joined;
    const packets: RedirPacket[] = [];
    for (let next = takeOne(); next !== null; next = takeOne()) {
      if (!next.ok) {
        broken = next.error;
        return err(broken);
      }
      packets.push(next.value);
    }
    return ok(packets);
  };
};
