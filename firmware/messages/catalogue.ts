/**
 * All that crosses between processes, one closed catalogue. Between desk and booth goes only what
 * stands here: who was admitted never reaches the booth, and what was chosen, how long it took or
 * whether it was null never reaches the desk.
 */
import type { MediumName } from '#hal/storage.ts';

/** The precinct's day, as both sides know it. */
export type PollsPhase = 'setup' | 'readyToOpen' | 'open' | 'closed' | 'counted';

/** Outcomes of authentication, counted; a part of their own on the tally report. */
export type AuthenticationTotals = {
  readonly match: number;
  readonly noMatch: number;
  readonly noStoredPrint: number;
  readonly noUpperLimbs: number;
  /** Admissions that an officer authorised. */
  readonly overrides: number;
  /** Voters marked in the pollbook. */
  readonly votersMarked: number;
  readonly registered: number;
};

export type DeskToBooth =
  /** The desk (re)started: both directions are empty now. */
  | { readonly kind: 'deskStarted' }
  /**
   * One voter is admitted. The token is random, good once, and says nothing of the voter. `turn`: of the
   * `idle` that it answers; good only for the newest.
   */
  | {
      readonly kind: 'admission';
      readonly token: string;
      readonly ballotStyleId: string;
      readonly turn: string;
    }
  /** The outcome is durable on these media. */
  | { readonly kind: 'acknowledged'; readonly media: readonly MediumName[] }
  /** Once, at closing. */
  | { readonly kind: 'authenticationTotals'; readonly totals: AuthenticationTotals };

export type BoothToDesk =
  | { readonly kind: 'boothStarted' }
  /**
   * Ready for one admission: once per link and once per token consumed. `turn`: 8 hex digits, never the
   * same for two. Whoever hears it knows that no token sent before will be served.
   */
  | { readonly kind: 'idle'; readonly turn: string }
  | { readonly kind: 'completed' }
  | { readonly kind: 'notCompleted' }
  | { readonly kind: 'phaseChanged'; readonly phase: PollsPhase }
  /** The pollbook's key from the presiding officer's token, at opening and after a restart. Hex. */
  | { readonly kind: 'pollbookKey'; readonly key: string };

/**
 * The unit's power as everybody else needs to know it. `low`: finish the voter at the booth, admit
 * no other. `critical`: park with everything durable.
 */
export type PowerState = {
  readonly level: 'mains' | 'degraded' | 'battery' | 'low' | 'critical' | 'parked';
  /** Charge left, 0 to 100; null when the gauge is not to be believed. */
  readonly batteryPercent: number | null;
  /** Minutes that are left on battery; null when not on battery or unknown. */
  readonly minutesLeft: number | null;
};

/** From the supervisor to desk and booth. */
export type FromSupervisor = { readonly kind: 'powerChanged'; readonly power: PowerState };

export type Message = DeskToBooth | BoothToDesk | FromSupervisor;
