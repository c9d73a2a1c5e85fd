/**
 * Cuts a stream of Firmata bytes into whole frames, resynchronising on any byte with its top bit
 * set (protocol.md: commands are 0x80 and above, everything inside a message is below). Bounded:
 * a sysex that never ends is thrown away.
 */
import { COMMAND } from './protocol.ts';

/** Who sends: a bare F9 is the host's question, F9 with two bytes the board's answer. */
export type Sender = 'host' | 'board';

/** Longest frame a driver takes from a board, bytes: a capability response of 128 pins fits. */
export const BOARD_FRAME_LIMIT = 4_096;

/** What StandardFirmata stores of one message (MAX_DATA_BYTES, 64), plus start and end. */
export const HOST_FRAME_LIMIT = 66;

export type FrameReader = {
  /** Takes a chunk, cut anywhere. */
  push(chunk: Uint8Array): void;
  /** Forgets a half-received frame: the cable was pulled. */
  reset(): void;
  /** Bytes thrown away so far because they belonged to no frame. */
  discarded(): number;
};

/** Length of a frame that opens with `first`; null: a sysex; 0: nothing opens with it. */
const frameLength = (first: number, sender: Sender): number | null => {
  if (first === COMMAND.startSysex) return null;
  if (first === COMMAND.version) return sender === 'host' ? 1 : 3;
  if (first === COMMAND.systemReset) return 1;
  if (first === COMMAND.setPinMode || first === COMMAND.setDigitalPin) return 3;
  if (first >= 0xf0) return 0;
  const kind = first & 0xf0;
  if (kind === COMMAND.analog || kind === COMMAND.digitalPort) return 3;
  if (kind === COMMAND.reportAnalog || kind === COMMAND.reportDigital) return 2;
  return 0;
};

export const makeFrameReader = (
  sender: Sender,
  limit: number,
  onFrame: (frame: Uint8Array) => void,
): FrameReader => {
  const buffer = new Uint8Array(limit);
  let length = 0;
  /** Length of the frame in the buffer; null: until F7. */
  let wanted: number | null = 0;
  let discarded = 0;

  const drop = (): void => {
    discarded += length;
    length = 0;
  };
  const finish = (): void => {
    const frame = buffer.slice(0, length);
    length = 0;
    onFrame(frame);
  };
  const open = (byte: number): void => {
    drop();
    wanted = frameLength(byte, sender);
    if (wanted === 0) {
      discarded += 1;
      return;
    }
    buffer[0] = byte;
    length = 1;
    if (wanted === 1) finish();
  };
  const endsSysex = (byte: number): boolean =>
    byte === COMMAND.endSysex && wanted === null && length > 0;
  const take = (byte: number): void => {
    if (byte >= 0x80 && !endsSysex(byte)) {
      open(byte);
    } else if (length === 0) {
      discarded += 1;
    } else if (length === limit) {
      drop();
    } else {
      buffer[length] = byte;
      length += 1;
      if (wanted === null ? byte === COMMAND.endSysex : length === wanted) finish();
    }
  };

  return {
    push: (chunk) => {
      for (const byte of chunk) take(byte);
    },
    reset: drop,
    discarded: () => discarded,
  };
};
