/**
 * What the printer sends back, told apart by its fixed bits, whatever the order in which replies
 * arrive. Pure. Epson ESC/POS Application Programming Guide, "Transmission Status Identification":
 *
 *     0xx1xx10  reply to DLE EOT n            00010001  XON
 *     0xx1xx00  ASB, first byte of four       00010011  XOFF
 *     0xx0xxxx  ASB, bytes 2 to 4; or, outside an ASB, the reply to GS r
 *     37 25 00  response to DLE DC4 (fn = 8), clear buffer(s)
 *     37 22 d1 d2 d3 d4 00  response to GS ( H (fn = 48), process ID, d from 20h to 7Eh
 *
 * XON and XOFF may stand anywhere, also inside an ASB. An ASB that breaks off is dropped and the byte
 * that broke it is read afresh, so one lost byte costs one report.
 */

import { PROCESS_ID_BYTES } from './commands.ts';

/** Bits that say what a byte is. */
const KIND_BITS = 0x93;
const REAL_TIME_KIND = 0x12;
const ASB_FIRST_KIND = 0x10;
const PLAIN_BITS = 0x90;
const XON = 0x11;
const XOFF = 0x13;
const ASB_BYTES = 4;
/** Opens a block that ends with a NUL. */
const BLOCK_HEADER = 0x37;
const CLEAR_IDENTIFIER = 0x25;
const PROCESS_IDENTIFIER = 0x22;
const BLOCK_END = 0x00;
/** A block's header and identifier. */
const BLOCK_PREFIX_BYTES = 2;

/** The causes that the printer itself names. All false: ready. */
export type PrinterCauses = {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  /** Somebody feeds paper by the button; it is offline while that lasts. */
  readonly feeding: boolean;
  readonly mechanicalError: boolean;
  readonly cutterError: boolean;
  readonly unrecoverableError: boolean;
  /** Recovers by itself: a hot head, a wrong voltage. */
  readonly autoRecoverableError: boolean;
  readonly paperNearEnd: boolean;
  readonly paperEnd: boolean;
};

export type StatusEvent =
  | { readonly kind: 'realTimeReply'; readonly byte: number }
  | { readonly kind: 'statusBack'; readonly causes: PrinterCauses }
  /** Reply to GS r 1. */
  | { readonly kind: 'sensorReply'; readonly paperNearEnd: boolean; readonly paperEnd: boolean }
  | { readonly kind: 'flow'; readonly open: boolean }
  | { readonly kind: 'bufferCleared' }
  /** Everything before the request with this ID is worked off. */
  | { readonly kind: 'processed'; readonly id: string }
  /** Bytes that are nothing of the protocol, or a report that broke off. */
  | { readonly kind: 'garbled'; readonly bytes: readonly number[] };

/** Bytes of a report that is not complete yet: an ASB or a block. */
export type StatusDecoderState = { readonly held: readonly number[] };

export const INITIAL_STATUS_STATE: StatusDecoderState = { held: [] };

const bit = (byte: number, index: number): boolean => ((byte >> index) & 1) === 1;

/** Reply to DLE EOT 1 (printer): bit 3 offline, bit 6 feed button. */
export const readPrinterByte = (byte: number): { offline: boolean; feeding: boolean } => ({
  offline: bit(byte, 3),
  feeding: bit(byte, 6),
});

/** Reply to DLE EOT 2 (offline cause): bit 2 cover, 3 feeding, 5 paper end stops it, 6 error. */
export const readOfflineByte = (
  byte: number,
): { coverOpen: boolean; feeding: boolean; paperEndStop: boolean; error: boolean } => ({
  coverOpen: bit(byte, 2),
  feeding: bit(byte, 3),
  paperEndStop: bit(byte, 5),
  error: bit(byte, 6),
});

type ErrorBits = Pick<
  PrinterCauses,
  'mechanicalError' | 'cutterError' | 'unrecoverableError' | 'autoRecoverableError'
>;

/** Reply to DLE EOT 3, and byte 2 of an ASB: bit 2 mechanical, 3 cutter, 5 unrecoverable, 6 recovers by itself. */
export const readErrorByte = (byte: number): ErrorBits => ({
  mechanicalError: bit(byte, 2),
  cutterError: bit(byte, 3),
  unrecoverableError: bit(byte, 5),
  autoRecoverableError: bit(byte, 6),
});

/** Reply to DLE EOT 4 (roll paper): bits 2 and 3 near end, 5 and 6 end. */
export const readPaperByte = (byte: number): { paperNearEnd: boolean; paperEnd: boolean } => ({
  paperNearEnd: (byte & 0x0c) !== 0,
  paperEnd: (byte & 0x60) !== 0,
});

/** Byte 3 of an ASB, and the reply to GS r 1: bits 0 and 1 near end, 2 and 3 end. */
export const readSensorByte = (byte: number): { paperNearEnd: boolean; paperEnd: boolean } => ({
  paperNearEnd: (byte & 0x03) !== 0,
  paperEnd: (byte & 0x0c) !== 0,
});

/** The four replies to DLE EOT 1, 2, 3, 4 as one. */
export const causesOfReplies = (
  replies: readonly [number, number, number, number],
): PrinterCauses => {
  const printer = readPrinterByte(replies[0]);
  const cause = readOfflineByte(replies[1]);
  const paper = readPaperByte(replies[3]);
  return {
    offline: printer.offline,
    coverOpen: cause.coverOpen,
    feeding: printer.feeding || cause.feeding,
    ...readErrorByte(replies[2]),
    paperNearEnd: paper.paperNearEnd,
    paperEnd: paper.paperEnd || cause.paperEndStop,
  };
};

const causesOfStatusBack = (bytes: readonly number[]): PrinterCauses => {
  const first = bytes[0] ?? 0;
  return {
    offline: bit(first, 3),
    coverOpen: bit(first, 5),
    feeding: bit(first, 6),
    ...readErrorByte(bytes[1] ?? 0),
    ...readSensorByte(bytes[2] ?? 0),
  };
};

type Step = { readonly state: StatusDecoderState; readonly events: readonly StatusEvent[] };

const startOf = (byte: number): Step => {
  if ((byte & KIND_BITS) === REAL_TIME_KIND) {
    return { state: INITIAL_STATUS_STATE, events: [{ kind: 'realTimeReply', byte }] };
  }
  if ((byte & KIND_BITS) === ASB_FIRST_KIND || byte === BLOCK_HEADER) {
    return { state: { held: [byte] }, events: [] };
  }
  if ((byte & PLAIN_BITS) === 0) {
    return {
      state: INITIAL_STATUS_STATE,
      events: [{ kind: 'sensorReply', ...readSensorByte(byte) }],
    };
  }
  return { state: INITIAL_STATUS_STATE, events: [{ kind: 'garbled', bytes: [byte] }] };
};

const breakOff = (held: readonly number[], byte: number): Step => {
  const fresh = startOf(byte);
  return { state: fresh.state, events: [{ kind: 'garbled', bytes: held }, ...fresh.events] };
};

/** One more byte of a block of which `held` is the beginning. */
const stepBlock = (held: readonly number[], byte: number): Step => {
  const identifier = held[1] ?? byte;
  const dataBytes = identifier === PROCESS_IDENTIFIER ? PROCESS_ID_BYTES : 0;
  const goOn = { state: { held: [...held, byte] }, events: [] };
  if (held.length < BLOCK_PREFIX_BYTES) {
    const known = byte === PROCESS_IDENTIFIER || byte === CLEAR_IDENTIFIER;
    return known ? goOn : breakOff(held, byte);
  }
  if (held.length < BLOCK_PREFIX_BYTES + dataBytes) {
    return byte >= 0x20 && byte <= 0x7e ? goOn : breakOff(held, byte);
  }
  if (byte !== BLOCK_END) return breakOff(held, byte);
  const id = String.fromCharCode(...held.slice(BLOCK_PREFIX_BYTES));
  const event: StatusEvent =
    identifier === CLEAR_IDENTIFIER ? { kind: 'bufferCleared' } : { kind: 'processed', id };
  return { state: INITIAL_STATUS_STATE, events: [event] };
};

const stepByte = (state: StatusDecoderState, byte: number): Step => {
  if (byte === XON || byte === XOFF) {
    return { state, events: [{ kind: 'flow', open: byte === XON }] };
  }
  const { held } = state;
  if (held.length === 0) return startOf(byte);
  if (held[0] === BLOCK_HEADER) return stepBlock(held, byte);
  if ((byte & PLAIN_BITS) !== 0) return breakOff(held, byte);
  const report = [...held, byte];
  if (report.length < ASB_BYTES) return { state: { held: report }, events: [] };
  return {
    state: INITIAL_STATUS_STATE,
    events: [{ kind: 'statusBack', causes: causesOfStatusBack(report) }],
  };
};

/** Total: any bytes, cut anywhere, give events and a state that holds at most six bytes. */
export const decodeStatusBytes = (state: StatusDecoderState, bytes: Uint8Array): Step => {
  const events: StatusEvent[] = [];
  let current = state;
  for (const byte of bytes) {
    const step = stepByte(current, byte);
    current = step.state;
    events.push(...step.events);
  }
  return { state: current, events };
};
