import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * A two-way stream of bytes: a serial port, a TCP connection, a USB bulk pair, or an in-memory pair
 * that is paced like one. Chunks arrive in order, cut anywhere.
 */
export interface ByteLink {
  /**
   * Hands bytes to the wire. Resolves when the wire took the last byte (paced: the time they need),
   * not when the other side understood. Writes keep their order. Error: `absent` once closed.
   */
  write(bytes: Uint8Array): Promise<Result<void, Fault>>;
  /** Calls `listener` with each chunk received from now on. Returns how to stop. */
  onBytes(listener: (chunk: Uint8Array) => void): () => void;
  /** Calls `listener` when the link goes away (unplugged) and when it comes back. */
  onPresence(listener: (present: boolean) => void): () => void;
  present(): boolean;
  /** Lets go of the link for good. */
  close(): void;
}
