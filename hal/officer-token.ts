import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type TokenFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'full'>;

/** What a token holds at most. */
export const TOKEN_RECORD_BYTES = 4096;

/** An operation that takes longer is `timeout`, ms. */
export const TOKEN_LIMIT_MS = 5_000;

/** A token that is put in or taken out is noticed within this, ms. */
export const TOKEN_NOTICE_MS = 1_000;

/**
 * The slot into which an officer puts a token. A token keeps one small sealed record; what protects
 * it is the PIN (firmware/vault), so a driver that cannot limit attempts says so.
 *
 * Calls are worked off in the order they were made; nothing is ever `busy`. A token that is taken out,
 * even if another is put in at once, ends a call under way with `absent`: no call ever begins on one token
 * and ends on another. `absent` wins over `timeout`, that over `broken` and `garbled`, those over `full`.
 * A write that failed leaves the old record, the new one, or one that its reader refuses. After
 * `timeout` every call is `timeout` until the late one has ended; then the next call works.
 */
export interface OfficerTokenSlot {
  readonly limitsAttempts: boolean;
  present(): boolean;
  /** Calls `listener` at each change, within `TOKEN_NOTICE_MS`. Returns how to stop. */
  onPresence(listener: (present: boolean) => void): () => void;
  /**
   * The record on the token that is in the slot; null: a blank token. `garbled`: what is there is longer
   * than a record can be. Whether it is one at all, its reader says (firmware/vault/officer-token.ts).
   */
  read(): Promise<Result<Uint8Array | null, TokenFault>>;
  /** Replaces the record, reads it back; durable when it resolves. `full`: longer than a token holds. */
  write(record: Uint8Array): Promise<Result<void, TokenFault>>;
}
