import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type CellFault = Fault<'absent' | 'timeout' | 'unreadable' | 'broken' | 'worn'>;

/** Two slots for outer keys, one for the one-time key of the pending record. */
export type CellSlot = 0 | 1 | 'oneTime';

/** Bytes a slot holds. */
export const CELL_SLOT_BYTES = 64;

/** What a vote costs a cell: two keys in, two erased. */
export const CELL_WRITES_A_VOTE = 4;

export type CellWear = {
  /** Counted in the part itself, where it can not be put back. */
  readonly writes: number;
  /** What its data sheet promises. */
  readonly rated: number;
};

/** An operation that takes longer is `timeout`, ms. A slot takes 3 ms in FRAM, up to 200 in a TPM. */
export const CELL_LIMIT_MS = 3_000;

/**
 * A small memory outside the file system that overwrites in place (FRAM, a TPM's NV index), so that
 * an erased key is gone. One cell is on the board, one in the removable memory module.
 *
 * Anybody may call at any time; nothing is ever `busy`: calls are worked off in the order they were made,
 * so that no slot is read while it is half written. What `write` is given is taken as it was at the call.
 *
 * Faults. `absent` wins over `timeout`, that over `broken`, that over `unreadable`. After a write that was
 * cut off the slot holds old bytes, new bytes, or new ones before old ones: its content carries a check of
 * its own (firmware/vault/cells.ts). After `timeout` nothing is known of that call, and it may still take
 * effect; until it has ended, every call is `timeout` at once. Afterwards, and after the cell's return, the
 * next call works. `broken` from `write` or `erase`: what was read back differs, or the part refused. No
 * call says `worn`: a part that is past its rated writes goes on for as long as it does, and whoever prepares
 * a unit looks at `wear`.
 */
export interface SecureCell {
  readonly name: 'board' | 'module';
  /**
   * False for the file that stands in on a bench: flash keeps old blocks, so the order of votes is
   * not hidden from a laboratory; a real election refuses to open on it.
   */
  readonly overwritesInPlace: boolean;
  /** Whether it is there. Never waits. */
  present(): boolean;
  /** The 64 bytes of a slot, the caller's to forget; all zero after `erase`. */
  read(slot: CellSlot): Promise<Result<Uint8Array, CellFault>>;
  /** Writes exactly 64 bytes (another length is a bug and throws), reads them back; durable when it resolves. */
  write(slot: CellSlot, bytes: Uint8Array): Promise<Result<void, CellFault>>;
  /** Overwrites the slot with zeros, durable when it resolves. */
  erase(slot: CellSlot): Promise<Result<void, CellFault>>;
  /** How worn the part is; null: it has no wear worth counting. */
  wear(): Promise<Result<CellWear | null, CellFault>>;
}
