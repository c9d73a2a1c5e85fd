import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type CellFault = Fault<'absent' | 'timeout' | 'unreadable' | 'broken'>;

/** Two slots for outer keys, one for the one-time key of the pending record. */
export type CellSlot = 0 | 1 | 'oneTime';

/** Bytes a slot holds. */
export const CELL_SLOT_BYTES = 64;

/**
 * A small memory outside the file system that overwrites in place (FRAM, a TPM's NV index), so that
 * an erased key is gone. One cell is on the board, one in the removable memory module.
 */
export interface SecureCell {
  readonly name: 'board' | 'module';
  /**
   * False for the file that stands in on a bench: flash keeps old blocks, so the order of votes is
   * not hidden from a laboratory; a real election refuses to open on it.
   */
  readonly overwritesInPlace: boolean;
  present(): boolean;
  /** The 64 bytes of a slot; all zero after `erase`. */
  read(slot: CellSlot): Promise<Result<Uint8Array, CellFault>>;
  /** Writes exactly 64 bytes, durable when it resolves. */
  write(slot: CellSlot, bytes: Uint8Array): Promise<Result<void, CellFault>>;
  /** Overwrites the slot with zeros, durable when it resolves. */
  erase(slot: CellSlot): Promise<Result<void, CellFault>>;
}
