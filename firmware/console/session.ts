/**
 * Who is logged in at the console: a pure machine. One challenge at a time, good once and for ten
 * minutes; three wrong answers lock logging in for a quarter of an hour; a session ends by itself.
 */
import type { Challenge } from '../vault/console-keys.ts';

export const CHALLENGE_MS = 10 * 60_000;
export const SESSION_MS = 30 * 60_000;
/** A session in which nothing is asked for ends after this. */
export const IDLE_MS = 10 * 60_000;
export const MAX_WRONG = 3;
export const LOCK_MS = 15 * 60_000;

export type ConsoleSession = {
  readonly challenge: { readonly shown: Challenge; readonly endsAtMs: number } | null;
  readonly session: {
    readonly who: string;
    readonly endsAtMs: number;
    readonly idleAtMs: number;
  } | null;
  /** Wrong answers in a row. */
  readonly wrong: number;
  readonly lockedUntilMs: number;
};

export const NOBODY: ConsoleSession = {
  challenge: null,
  session: null,
  wrong: 0,
  lockedUntilMs: 0,
};

export const isLocked = (state: ConsoleSession, nowMs: number): boolean =>
  nowMs < state.lockedUntilMs;

/** A fresh challenge from 16 bytes of chance; the one before is void. */
export const challenged = (
  state: ConsoleSession,
  nowMs: number,
  chance: Uint8Array,
): ConsoleSession => {
  const nonce = Array.from(chance, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const digits = String(Number.parseInt(nonce.slice(0, 12), 16) % 100_000_000).padStart(8, '0');
  return { ...state, challenge: { shown: { nonce, digits }, endsAtMs: nowMs + CHALLENGE_MS } };
};

/** The challenge that an answer may be given to; null: none is open. */
export const openChallenge = (state: ConsoleSession, nowMs: number): Challenge | null =>
  state.challenge !== null && nowMs < state.challenge.endsAtMs ? state.challenge.shown : null;

/** After an answer, whose it was or null for nobody's: the challenge is used up either way. */
export const answered = (
  state: ConsoleSession,
  nowMs: number,
  who: string | null,
): ConsoleSession => {
  if (who !== null)
    return {
      challenge: null,
      session: { who, endsAtMs: nowMs + SESSION_MS, idleAtMs: nowMs + IDLE_MS },
      wrong: 0,
      lockedUntilMs: 0,
    };
  const wrong = state.wrong + 1;
  return wrong < MAX_WRONG
    ? { ...state, challenge: null, wrong }
    : { challenge: null, session: null, wrong: 0, lockedUntilMs: nowMs + LOCK_MS };
};

/** Who is there now; null: nobody, or not any more. */
export const whoIsThere = ({ session }: ConsoleSession, nowMs: number): string | null =>
  session !== null && nowMs < session.endsAtMs && nowMs < session.idleAtMs ? session.who : null;

/** Something was asked for: the session is not idle. */
export const used = (state: ConsoleSession, nowMs: number): ConsoleSession =>
  state.session === null
    ? state
    : { ...state, session: { ...state.session, idleAtMs: nowMs + IDLE_MS } };

export const loggedOut = (state: ConsoleSession): ConsoleSession => ({
  ...state,
  challenge: null,
  session: null,
});
