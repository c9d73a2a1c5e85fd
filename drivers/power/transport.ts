/**
 * Makes a ByteLink look like the serial port that johnny-five expects: an emitter of `open`, `data`
 * and `close` with `write(bytes, done)`. Two things on top of a mere adapter:
 *
 * - only whole, well-formed Firmata frames get through. firmata.js keeps an unbounded buffer and
 *   trusts lengths and pin numbers; what a damaged cable sends must not reach it;
 * - writes of one turn leave as one. firmata.js writes each message by itself; a link would carry
 *   hundreds of tiny writes for one line of text.
 */
import { EventEmitter } from 'node:events';
import type { ByteLink } from '#hal/byte-link.ts';
import { BOARD_FRAME_LIMIT, makeFrameReader } from './firmata-frames.ts';
import { type BoardMessage, decodeBoardFrame, encodeBoardMessage } from './protocol.ts';

/** Bytes that may wait for the wire; beyond it the board is not keeping up, and writes are refused. */
const BACKLOG_LIMIT_BYTES = 65_536;

export type FirmataTransport = EventEmitter & {
  readonly path: string;
  readonly transport: string;
  write(bytes: Uint8Array, done?: (error?: Error) => void): void;
  /** Bytes of its own, past johnny-five: repeated requests of a handshake. */
  send(bytes: Uint8Array): void;
  /** Lets go of the link. */
  close(): void;
};

export type TransportOptions = {
  /** A name for johnny-five's list of used ports. */
  readonly path: string;
  /** Told of each message before johnny-five is; what it returns goes there, null nothing. */
  readonly admit: (message: BoardMessage) => BoardMessage | null;
};

type Waiting = { readonly bytes: Uint8Array; readonly done: ((error?: Error) => void) | undefined };

const join = (parts: readonly Waiting[]): Uint8Array => {
  const total = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const out = new Uint8Array(total);
  let at = 0;
  for (const { bytes } of parts) {
    out.set(bytes, at);
    at += bytes.length;
  }
  return out;
};

export const makeFirmataTransport = (
  link: ByteLink,
  options: TransportOptions,
): FirmataTransport => {
  const emitter = new EventEmitter();
  let waiting: Waiting[] = [];
  let backlogBytes = 0;

  /** A link that throws is a bug of that link; the bytes are lost either way, and nobody waits here. */
  const send = async (bytes: Uint8Array): Promise<Error | undefined> => {
    try {
      const result = await link.write(bytes);
      return result.ok ? undefined : new Error(result.error.detail);
    } catch (thrown) {
      return thrown instanceof Error ? thrown : new Error(String(thrown));
    }
  };

  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    const bytes = join(batch);
    const error = await send(bytes);
    backlogBytes -= bytes.length;
    for (const { done } of batch) done?.(error);
  };

  const write = (bytes: Uint8Array, done?: (error?: Error) => void): void => {
    if (backlogBytes + bytes.length > BACKLOG_LIMIT_BYTES) {
      done?.(new Error('the board does not keep up'));
      return;
    }
    backlogBytes += bytes.length;
    waiting.push({ bytes, done });
    if (waiting.length === 1) queueMicrotask(() => void flush());
  };

  const reader = makeFrameReader('board', BOARD_FRAME_LIMIT, (frame) => {
    const message = decodeBoardFrame(frame);
    if (message === null) return;
    const admitted = options.admit(message);
    if (admitted === message) emitter.emit('data', frame);
    else if (admitted !== null) emitter.emit('data', encodeBoardMessage(admitted));
  });
  const stops = [
    link.onBytes(reader.push),
    link.onPresence((present) => {
      reader.reset();
      emitter.emit(present ? 'open' : 'close');
    }),
  ];

  return Object.assign(emitter, {
    path: options.path,
    transport: 'ByteLink',
    write,
    send: (bytes: Uint8Array): void => write(bytes),
    close: (): void => {
      for (const stop of stops) stop();
      link.close();
    },
  });
};
