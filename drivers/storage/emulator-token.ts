/**
 * An emulated slot for officers' tokens under a clock: tokens are put in and taken out, hold one
 * record, and fail as removable memory does.
 */
import { type Clock, wait } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import {
  type OfficerTokenSlot,
  TOKEN_LIMIT_MS,
  TOKEN_RECORD_BYTES,
  type TokenFault,
} from '#hal/officer-token.ts';
import { done, err, ok, type Result } from '#hal/result.ts';

/** As small flash memory on USB answers. */
export const READ_MS = 15;
export const WRITE_MS = 60;

/** A token out of the slot, or in it. */
export type EmulatedToken = {
  readonly label: string;
  /** Its record; null: blank. */
  record: Uint8Array | null;
};

export const makeEmulatedToken = (
  label: string,
  record: Uint8Array | null = null,
): EmulatedToken => ({ label, record: record === null ? null : record.slice() });

export type TokenBehaviour =
  /** Contacts are dirty: nothing can be read or written. */
  | { readonly kind: 'unreadable' }
  /** It never answers; it is given up after the contract's limit. */
  | { readonly kind: 'silent' }
  /** Pulled in the middle of the next write: the record on it is torn. */
  | { readonly kind: 'pulledDuringWrite' }
  /** No room left. */
  | { readonly kind: 'full' };

export type EmulatedTokenSlot = OfficerTokenSlot & {
  /** Puts a token in; the one that was in is taken out before. */
  insert(token: EmulatedToken): void;
  /** Takes it out; null when none was in. */
  remove(): EmulatedToken | null;
  /** What is in the slot. */
  inserted(): EmulatedToken | null;
  behave(behaviour: TokenBehaviour | null): void;
  /** How many calls a behaviour has changed the course of. */
  bitten(): number;
};

const fault = (kind: TokenFault['kind'], detail: string): Result<never, TokenFault> =>
  err({ device: 'token', kind, detail });

export const makeEmulatedTokenSlot = (clock: Clock): EmulatedTokenSlot => {
  const listeners = new Set<(present: boolean) => void>();
  let token: EmulatedToken | null = null;
  let behaviour: TokenBehaviour | null = null;
  let bitten = 0;
  /** Counts changes, so that an operation on a token that was swapped fails. */
  let insertion = 0;

  /** A call that ends otherwise because of a behaviour. */
  const bites = (kind: TokenFault['kind'], detail: string): Result<never, TokenFault> => {
    bitten++;
    return fault(kind, detail);
  };
  const change = (next: EmulatedToken | null): void => {
    token = next;
    insertion++;
    for (const listener of [...listeners]) listener(next !== null);
  };
  const remove = (): EmulatedToken | null => {
    const held = token;
    if (held !== null) change(null);
    return held;
  };

  let queue: Promise<unknown> = Promise.resolve();
  /** Operations go one after the other. */
  const operate = <T>(
    costMs: number,
    effect: (held: EmulatedToken) => Result<T, TokenFault>,
  ): Promise<Result<T, TokenFault>> => {
    const turn = queue.then(() => operateNow(costMs, effect));
    queue = turn.catch(() => undefined);
    return turn;
  };
  /** An operation that takes `costMs` on the token that is in now. */
  const operateNow = async <T>(
    costMs: number,
    effect: (held: EmulatedToken) => Result<T, TokenFault>,
  ): Promise<Result<T, TokenFault>> => {
    const held = token;
    const startedIn = insertion;
    if (held === null) return fault('absent', 'no token is in the slot');
    await wait(clock, behaviour?.kind === 'silent' ? TOKEN_LIMIT_MS : costMs);
    if (insertion !== startedIn) return fault('absent', 'the token was pulled');
    if (behaviour?.kind === 'silent') return bites('timeout', 'the token does not answer');
    if (behaviour?.kind === 'unreadable') return bites('broken', 'the token can not be read');
    return effect(held);
  };

  const store = (held: EmulatedToken, record: Uint8Array): Result<void, TokenFault> => {
    if (behaviour?.kind === 'full' || record.length > TOKEN_RECORD_BYTES)
      return bites('full', `${record.length} bytes do not fit`);
    if (behaviour?.kind === 'pulledDuringWrite') {
      held.record = record.slice(0, record.length >> 1);
      behaviour = null;
      remove();
      return bites('absent', 'the token was pulled');
    }
    held.record = record.slice();
    return done;
  };

  return {
    limitsAttempts: false,
    present: () => token !== null,
    onPresence: (listener) => listen(listeners, listener),
    read: () => operate(READ_MS, (held) => ok(held.record === null ? null : held.record.slice())),
    write: (record) => {
      const bytes = record.slice();
      return operate(WRITE_MS, (held) => store(held, bytes));
    },
    insert: (next) => {
      remove();
      change(next);
    },
    remove,
    inserted: () => token,
    behave: (next) => {
      behaviour = next;
    },
    bitten: () => bitten,
  };
};
