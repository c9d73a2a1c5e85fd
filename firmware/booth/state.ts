/**
 * The state of the booth, the machine that takes WHAT is voted and never learns who votes. What it can
 * be doing is in stages.ts, what can happen to it in events.ts, what it asks for in effects.ts, what can
 * be touched in actions.ts; all of it can be imported from here.
 */
import type { Locale } from '#firmware/election/definition.ts';
import type { AuthenticationTotals, PowerState } from '#firmware/messages/catalogue.ts';
import type { PrinterStatus } from '#hal/receipt-printer.ts';
import type { MediumName } from '#hal/storage.ts';
import { DEFAULT_AIDS, type VoterAids } from './aids.ts';
import type { Stage } from './stages.ts';

export * from './actions.ts';
export * from './aids.ts';
export type * from './effects.ts';
export type * from './events.ts';
export * from './stages.ts';

export type MediaState = Readonly<Record<MediumName, 'inStep' | 'outOfStep' | 'absent'>>;

export type PollsKnown = 'none' | 'ready' | 'open' | 'closed' | 'counted';

export type BoothState = {
  readonly stage: Stage;
  /** Language of the screen now; back to the election's after each voter. */
  readonly locale: Locale;
  /** The settings of the voter who stands here; the default where nobody does. */
  readonly aids: VoterAids;
  /** What is durable of the precinct's day; `none`: nothing was set up here. */
  readonly polls: PollsKnown;
  readonly power: PowerState;
  readonly media: MediaState;
  /** What the printer last said; null: nothing yet. */
  readonly printer: PrinterStatus | null;
  readonly tokenPresent: boolean;
  /** It came in when nobody waited for one, and was not looked at since. */
  readonly tokenUnseen: boolean;
  /** `idle` was said on this link and no token consumed since. */
  readonly idleTold: boolean;
  /** How often `idle` was said: a token is served that answers the last one. */
  readonly turn: number;
  /** The desk restarted since it was last given the pollbook's key. */
  readonly deskWantsKey: boolean;
  /** Officers who took part in the step under way, so that a second officer is a second one. */
  readonly officers: readonly string[];
  /** The opening or closing under way needed a second officer: on paper and in the log. */
  readonly override: boolean;
  /** Votes in the urn (the epoch) and papers in the envelope. */
  readonly votes: number;
  readonly reprints: number;
  readonly spoils: number;
  /** What became of the vote under way when voting was suspended; null: nobody voted. Not said later. */
  readonly lastVote: 'kept' | 'notKept' | null;
  readonly authentication: AuthenticationTotals | null;
};

/** Nothing is known yet: the booth has just been switched on. */
export const initialState = (locale: Locale): BoothState => ({
  stage: { name: 'starting', stuck: false },
  locale,
  aids: DEFAULT_AIDS,
  polls: 'none',
  power: { level: 'mains', batteryPercent: null, minutesLeft: null },
  media: { fixed: 'absent', removable: 'absent' },
  printer: null,
  tokenPresent: false,
  tokenUnseen: false,
  idleTold: false,
  turn: 0,
  deskWantsKey: false,
  officers: [],
  override: false,
  votes: 0,
  reprints: 0,
  spoils: 0,
  lastVote: null,
  authentication: null,
});

/** Voting goes on only while both media are in step. */
export const bothInStep = (state: BoothState): boolean =>
  state.media.fixed === 'inStep' && state.media.removable === 'inStep';

/** Power is so low that the booth rests. */
export const powerIsCritical = (state: BoothState): boolean =>
  state.power.level === 'critical' || state.power.level === 'parked';

/** Power is too low to admit another voter. */
export const powerIsLow = (state: BoothState): boolean =>
  state.power.level === 'low' || powerIsCritical(state);

/** A desk that (re)starts in this part of the day can do nothing without the pollbook's key. */
export const deskNeedsKey = (state: BoothState): boolean =>
  state.polls === 'open' || state.polls === 'closed';

export const nothingInStep = (state: BoothState): boolean =>
  state.media.fixed !== 'inStep' && state.media.removable !== 'inStep';

/** Something to go on from: while nothing is in step, only both media together are. */
export const canRecover = (state: BoothState): boolean =>
  !nothingInStep(state) || bothPresent(state);

export const bothPresent = (state: BoothState): boolean =>
  state.media.fixed !== 'absent' && state.media.removable !== 'absent';
