import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type TokenFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'full'>;

/**
 * The slot into which an officer puts a token. A token keeps one small sealed record; what protects
 * it is the PIN (firmware/vault), so a driver that cannot limit attempts says so.
 */
export interface OfficerTokenSlot {
  readonly limitsAttempts: boolean;
  present(): boolean;
  onPresence(listener: (present: boolean) => void): () => void;
  /** The record on the token that is in the slot; null: a blank token. At most 4,096 bytes. */
  read(): Promise<Result<Uint8Array | null, TokenFault>>;
  /** Replaces the record, reads it back. */
  write(record: Uint8Array): Promise<Result<void, TokenFault>>;
}
