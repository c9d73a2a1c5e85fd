/**
 * The serial packet protocol that the R503 and the ZFM-20 family (R30x, AS608) share: tables, the
 * encoder, and the layouts of the answers that carry more than a code. Pure and bounds-checked.
 *
 * Sources: [R503] Hangzhou Grow, "R503 Fingerprint Module User Manual" V1.2.2 (2022-10), chapters
 * "Serial communication protocol" and "Module instruction system"; [ZFM] Zhian Tec, "ZFM-20 series
 * Fingerprint Identification Module User Manual" V1.4, chapters 4 (protocol) and 5 (instructions).
 */
import { err, ok, type Result } from '#hal/result.ts';

/** Every packet opens with EF 01 ([R503] "Data package format"). */
export const HEADER = 0xef01;
/** Address of a module as it leaves the factory. */
export const DEFAULT_ADDRESS = 0xffff_ffff;
/** Sent alone by an R503 once it is ready after power-on or reset ([R503] "Power-on delay time"). */
export const READY_BYTE = 0x55;
/** Header 2, address 4, type 1, length 2. */
export const PREFIX_BYTES = 9;
export const CHECKSUM_BYTES = 2;
/** The largest packet content a module can be set to ([R503] "SetSysPara", register 6). */
export const MAX_PAYLOAD_BYTES = 256;

/** Package identifiers ([R503] "Data package format", table 1; [ZFM] 4.1). */
export const PACKET_TYPES = { command: 0x01, data: 0x02, ack: 0x07, lastData: 0x08 } as const;
export type PacketType = keyof typeof PACKET_TYPES;

/** Instruction codes ([R503] "Module instruction system"; [ZFM] 5). Names are the manuals'. */
export const COMMANDS = {
  GenImg: 0x01,
  GenChar: 0x02,
  Match: 0x03,
  Search: 0x04,
  RegModel: 0x05,
  Store: 0x06,
  LoadChar: 0x07,
  UpChar: 0x08,
  DownChar: 0x09,
  UpImage: 0x0a,
  DownImage: 0x0b,
  DeletChar: 0x0c,
  Empty: 0x0d,
  SetSysPara: 0x0e,
  ReadSysPara: 0x0f,
  SetPwd: 0x12,
  VfyPwd: 0x13,
  GetRandomCode: 0x14,
  SetAddr: 0x15,
  WriteNotepad: 0x18,
  ReadNotepad: 0x19,
  FastSearch: 0x1b,
  TempleteNum: 0x1d,
  ReadIndexTable: 0x1f,
  Cancel: 0x30,
  AuraLedConfig: 0x35,
  CheckSensor: 0x36,
  GetAlgVer: 0x39,
  GetFwVer: 0x3a,
  SoftRst: 0x3d,
  HandShake: 0x40,
  GetEcho: 0x53,
} as const;
export type CommandName = keyof typeof COMMANDS;

/** Confirmation codes, first byte of every answer ([R503] "Confirmation code's definition"). */
export const CODES = {
  ok: 0x00,
  packetError: 0x01,
  noFinger: 0x02,
  imageFailed: 0x03,
  tooDry: 0x04,
  tooWet: 0x05,
  tooMessy: 0x06,
  tooFewFeatures: 0x07,
  noMatch: 0x08,
  notFound: 0x09,
  cannotMerge: 0x0a,
  badPage: 0x0b,
  cannotReadTemplate: 0x0c,
  cannotUploadTemplate: 0x0d,
  cannotReceive: 0x0e,
  cannotUploadImage: 0x0f,
  cannotDelete: 0x10,
  cannotClear: 0x11,
  wrongPassword: 0x13,
  noImage: 0x15,
  flashError: 0x18,
  undefinedError: 0x19,
  badRegister: 0x1a,
  badConfiguration: 0x1b,
  badNotepadPage: 0x1c,
  portError: 0x1d,
  libraryFull: 0x1f,
  badAddress: 0x20,
  mustVerifyPassword: 0x21,
  templateEmpty: 0x22,
  libraryEmpty: 0x24,
  timeout: 0x26,
  alreadyExists: 0x27,
  sensorError: 0x29,
  unsupported: 0xfc,
  hardwareError: 0xfd,
  executionFailed: 0xfe,
} as const;
export type CodeName = keyof typeof CODES;

/** Answer of GetEcho: the confirmation code itself is 55 ([ZFM] "GetEcho"). */
export const ECHO_CODE = 0x55;

const CODE_NAMES: ReadonlyMap<number, CodeName> = new Map(
  (Object.keys(CODES) as CodeName[]).map((name) => [CODES[name], name]),
);

/** How a technician reads a confirmation code: `tooMessy (06)`, or the bare number when unknown. */
export const describeCode = (code: number): string => {
  const digits = code.toString(16).toUpperCase().padStart(2, '0');
  const name = CODE_NAMES.get(code);
  return name === undefined ? `code ${digits}` : `${name} (${digits})`;
};

/** Aura LED control codes ([R503] "AuraLedConfig"). */
export const AURA_CONTROLS = {
  breathing: 1,
  flashing: 2,
  on: 3,
  off: 4,
  graduallyOn: 5,
  graduallyOff: 6,
} as const;
export type AuraControl = keyof typeof AURA_CONTROLS;

/** Aura LED colours ([R503] "AuraLedConfig"; 4 to 7 since V1.2). */
export const AURA_COLOURS = {
  red: 1,
  blue: 2,
  purple: 3,
  green: 4,
  yellow: 5,
  cyan: 6,
  white: 7,
} as const;
export type AuraColour = keyof typeof AURA_COLOURS;

/** What tells the two families apart for a host. */
export const FAMILIES = {
  /** UpChar, DownChar and Match use the model buffer, whatever buffer id is given. */
  R503: { templateBytes: 1536, capacity: 200, aura: true, templateBuffer: 1 },
  /** Match compares CharBuffer 1 with CharBuffer 2: the template waits in 2, the finger goes to 1. */
  ZFM: { templateBytes: 512, capacity: 162, aura: false, templateBuffer: 2 },
} as const;
export type ReaderFamily = keyof typeof FAMILIES;

export type Packet = {
  readonly address: number;
  readonly type: PacketType;
  readonly payload: Uint8Array;
};

const TYPE_NAMES: ReadonlyMap<number, PacketType> = new Map(
  (Object.keys(PACKET_TYPES) as PacketType[]).map((name) => [PACKET_TYPES[name], name]),
);
export const packetTypeOf = (byte: number): PacketType | undefined => TYPE_NAMES.get(byte);

/** Low 16 bits of the sum of type, length and payload bytes ([R503] "Data package format"). */
export const checksumOf = (typeLengthPayload: Uint8Array): number => {
  let sum = 0;
  for (const byte of typeLengthPayload) sum = (sum + byte) & 0xffff;
  return sum;
};

/** One packet as the wire carries it. Throws (a bug) when the payload is longer than any module takes. */
export const encodePacket = ({ address, type, payload }: Packet): Uint8Array => {
  if (payload.length > MAX_PAYLOAD_BYTES) throw new Error(`payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(PREFIX_BYTES + payload.length + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, HEADER);
  view.setUint32(2, address);
  view.setUint8(6, PACKET_TYPES[type]);
  view.setUint16(7, payload.length + CHECKSUM_BYTES);
  bytes.set(payload, PREFIX_BYTES);
  const end = PREFIX_BYTES + payload.length;
  view.setUint16(end, checksumOf(bytes.subarray(6, end)));
  return bytes;
};

/** A command packet: instruction code, then its parameters. */
export const encodeCommand = (
  address: number,
  command: CommandName,
  parameters: readonly number[] = [],
): Uint8Array =>
  encodePacket({
    address,
    type: 'command',
    payload: Uint8Array.of(COMMANDS[command], ...parameters),
  });

/** Cuts `content` into data packets of `packetBytes`, the last one marked as last. */
export const encodeData = (
  address: number,
  content: Uint8Array,
  packetBytes: number,
): readonly Uint8Array[] => {
  const packets: Uint8Array[] = [];
  for (let at = 0; at < content.length; at += packetBytes) {
    const payload = content.subarray(at, at + packetBytes);
    const type = at + packetBytes >= content.length ? 'lastData' : 'data';
    packets.push(encodePacket({ address, type, payload }));
  }
  return packets;
};

export const u16 = (value: number): readonly [number, number] => [
  (value >>> 8) & 0xff,
  value & 0xff,
];
export const u32 = (value: number): readonly [number, number, number, number] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
];
/** Big-endian number of `count` bytes at `at`; missing bytes count as 0. */
export const readNumber = (bytes: Uint8Array, at: number, count: number): number => {
  let value = 0;
  for (let index = at; index < at + count; index++) value = value * 256 + (bytes[index] ?? 0);
  return value;
};

/** The 16 bytes of ReadSysPara ([R503] "ReadSysPara"; [ZFM] 4.4 "System configuration parameter"). */
export type SystemParameters = {
  readonly statusRegister: number;
  readonly systemId: number;
  readonly capacity: number;
  readonly securityLevel: number;
  readonly address: number;
  /** Content of a data packet: 32, 64, 128 or 256 bytes. */
  readonly packetBytes: number;
  /** N of 9600 × N baud. */
  readonly baudFactor: number;
};

/** Code, then 16 bytes. */
export const SYSTEM_PARAMETERS_ACK_BYTES = 17;
const LARGEST_PACKET_SIZE_CODE = 3;

/** Reads the payload of ReadSysPara's answer. Error: what is wrong with it. */
export const decodeSystemParameters = (payload: Uint8Array): Result<SystemParameters, string> => {
  if (payload.length !== SYSTEM_PARAMETERS_ACK_BYTES)
    return err(`parameters of ${payload.length} bytes instead of ${SYSTEM_PARAMETERS_ACK_BYTES}`);
  const sizeCode = readNumber(payload, 13, 2);
  if (sizeCode > LARGEST_PACKET_SIZE_CODE) return err(`packet size code ${sizeCode}`);
  return ok({
    statusRegister: readNumber(payload, 1, 2),
    systemId: readNumber(payload, 3, 2),
    capacity: readNumber(payload, 5, 2),
    securityLevel: readNumber(payload, 7, 2),
    address: readNumber(payload, 9, 4),
    packetBytes: 32 << sizeCode,
    baudFactor: readNumber(payload, 15, 2),
  });
};

/** The payload of ReadSysPara's answer, the inverse of `decodeSystemParameters`. */
export const encodeSystemParameters = (parameters: SystemParameters): Uint8Array =>
  Uint8Array.of(
    CODES.ok,
    ...u16(parameters.statusRegister),
    ...u16(parameters.systemId),
    ...u16(parameters.capacity),
    ...u16(parameters.securityLevel),
    ...u32(parameters.address),
    ...u16(Math.log2(parameters.packetBytes / 32)),
    ...u16(parameters.baudFactor),
  );
