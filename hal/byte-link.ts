import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** A device that is plugged in again is there again within this, without a restart, ms. */
export const LINK_RETURN_MS = 2_000;

/**
 * A two-way stream of bytes: a serial port, a TCP connection, a USB bulk pair, or an in-memory pair
 * that is paced like one. Chunks arrive in order, cut anywhere; both directions go on at once.
 *
 * Anybody may write at any time: writes are carried in the order they were made, each as its bytes were
 * at the call. What is on the wire when it is unplugged is lost, in both directions; the link comes
 * back by itself within `LINK_RETURN_MS` of the device, and nothing of before arrives after.
 */
export interface ByteLink {
  /**
   * Hands bytes to the wire. Resolves when the wire took the last byte (paced: the time they need),
   * not when the other side understood. Errors: `absent` while the device is away, when it goes
   * meanwhile, and once closed; `timeout` when the other side takes nothing, after twice the time the
   * bytes need and a few seconds, and the connection is given up; `busy` when 4 MiB wait already.
   */
  write(bytes: Uint8Array): Promise<Result<void, Fault>>;
  /** Calls `listener` with each chunk received from now on. Returns how to stop. */
  onBytes(listener: (chunk: Uint8Array) => void): () => void;
  /** Calls `listener` when the link goes away (unplugged) and when it comes back. */
  onPresence(listener: (present: boolean) => void): () => void;
  /** Whether the other side can be written to now. */
  present(): boolean;
  /** Lets go of the link for good: nothing is told to listeners any more. Again does no harm. */
  close(): void;
}
