/**
 * What must be true of the booth after every step. A broken invariant is a bug: the machine parks and
 * never guesses.
 */
import { marksFault } from '#firmware/election/contest-rules.ts';
import {
  type BoothState,
  bothInStep,
  DEFAULT_SETTINGS,
  isVoters,
  type OfficerCheck,
  PIN_MAX_DIGITS,
  type PollsKnown,
  powerIsCritical,
  powerIsLow,
  RATE,
  type Stage,
  type StageName,
  type StageOf,
  VOLUME,
} from './state.ts';
import type { BoothFacts } from './step.ts';
import { TOTALS_PATIENCE } from './totals.ts';

const DURING = {
  setup: ['none'],
  ready: ['ready'],
  readyOrOpen: ['ready', 'open'],
  open: ['open'],
  closed: ['closed'],
  counted: ['counted'],
  any: ['none', 'ready', 'open', 'closed', 'counted'],
} as const satisfies Readonly<Record<string, readonly PollsKnown[]>>;

/** In which part of the precinct's day each stage can be. */
const POLLS_OF = {
  starting: 'any',
  selfTest: 'setup',
  readyForCeremony: 'setup',
  ceremony: 'setup',
  report: 'any',
  readyToOpen: 'ready',
  openingClock: 'ready',
  opening: 'ready',
  openingStored: 'ready',
  waiting: 'open',
  resuming: 'open',
  suspended: 'readyOrOpen',
  officer: 'open',
  officerMenu: 'open',
  activating: 'open',
  ballot: 'open',
  expired: 'open',
  preparing: 'open',
  confirmVoter: 'open',
  startingPrint: 'open',
  printing: 'open',
  printFault: 'open',
  askPrinted: 'open',
  markingPartial: 'open',
  foldPartial: 'open',
  markingDone: 'open',
  cutting: 'open',
  verifying: 'open',
  confirming: 'open',
  spoiling: 'open',
  foldSpoiled: 'open',
  finishingSpoil: 'open',
  takePaper: 'open',
  committing: 'open',
  telling: 'open',
  settling: 'open',
  recovering: 'any',
  discarding: 'open',
  cleaning: 'any',
  closingClock: 'open',
  closingOverride: 'open',
  closingQueue: 'open',
  closingStored: 'open',
  awaitingTotals: 'closed',
  shares: 'closed',
  counting: 'closed',
  writingResult: 'closed',
  finishing: 'closed',
  finished: 'counted',
  resting: 'open',
  parked: 'any',
} as const satisfies Readonly<Record<StageName, keyof typeof DURING>>;

/** Stages in which the booth told `idle` and still waits for its admission. */
const IDLE_STAGES: readonly StageName[] = [
  'waiting',
  'suspended',
  'resuming',
  'officer',
  'officerMenu',
  'closingClock',
  'closingOverride',
  'closingQueue',
  'closingStored',
  'recovering',
  'cleaning',
  'resting',
];

const wrongPolls = (state: BoothState): string | null => {
  const during: readonly PollsKnown[] = DURING[POLLS_OF[state.stage.name]];
  return during.includes(state.polls) ? null : `${state.stage.name} while polls ${state.polls}`;
};

const wrongCheck = (check: OfficerCheck | 'ask' | 'confirmLeft' | null): string | null => {
  if (check === null || typeof check === 'string') return null;
  if (check.step !== 'enterPin' && check.pin !== '') return 'a PIN outlives its typing';
  return check.pin.length > PIN_MAX_DIGITS ? 'a PIN is too long' : null;
};

const wrongBallot = (
  facts: BoothFacts,
  stage: Extract<Stage, { readonly name: 'ballot' }>,
): string | null => {
  if (stage.page < 0 || stage.page > stage.attempt.ballot.cards.length)
    return `page ${stage.page} of the ballot`;
  if (stage.part < 0) return `part ${stage.part} of the ballot`;
  if (!facts.ballots.has(stage.attempt.ballot.styleId)) return 'a ballot of no style';
  return marksFault(stage.attempt.ballot, stage.marks) ?? wrongCheck(stage.officer);
};

const wrongCeremony = (stage: Extract<Stage, { readonly name: 'ceremony' }>): string | null => {
  const typing = stage.step === 'choosePin' || stage.step === 'repeatPin';
  if (!typing && (stage.pin !== '' || stage.firstPin !== '')) return 'a PIN outlives its typing';
  if (stage.pin.length > PIN_MAX_DIGITS) return 'a PIN is too long';
  return stage.officer >= 0 && stage.officer < stage.officerIds.length ? null : 'nobody’s turn';
};

/** What each stage asks beyond its types; the others ask nothing more. */
const CHECKS: {
  readonly [Name in StageName]?: (
    facts: BoothFacts,
    state: BoothState,
    stage: StageOf<Name>,
  ) => string | null;
} = {
  waiting: (_facts, state) => {
    if (!bothInStep(state)) return 'waits for voters on one medium';
    if (powerIsCritical(state)) return 'waits for voters without power';
    if (state.deskWantsKey) return 'waits for voters while the desk can not look them up';
    return state.idleTold || powerIsLow(state) ? null : 'waits and never told idle';
  },
  ballot: (facts, _state, stage) => wrongBallot(facts, stage),
  resting: (facts, _state, { until }) =>
    until.name === 'ballot' ? wrongBallot(facts, until) : null,
  ceremony: (_facts, _state, stage) => wrongCeremony(stage),
  readyToOpen: (_facts, state) => (bothInStep(state) ? null : 'ready on one medium'),
  opening: (_facts, _state, { check }) => wrongCheck(check),
  resuming: (_facts, _state, { check }) => wrongCheck(check),
  officer: (_facts, _state, { check }) => wrongCheck(check),
  closingOverride: (_facts, _state, { check }) => wrongCheck(check),
  suspended: (_facts, _state, { check }) => wrongCheck(check),
  confirmVoter: (_facts, _state, { check }) => wrongCheck(check),
  telling: (_facts, _state, { check }) => wrongCheck(check),
  awaitingTotals: (_facts, _state, { check, asked }) => {
    if (check !== null && asked > 0) return 'a desk that waits for its key is held for silent';
    return asked <= TOTALS_PATIENCE ? wrongCheck(check) : `asked ${asked} times`;
  },
  shares: (_facts, _state, { step, pin, given, needed }) => {
    if (step !== 'enterPin' && pin !== '') return 'a PIN outlives its typing';
    return given < needed ? null : 'enough shares and none counts';
  },
  counting: (_facts, _state, { opened, ballots }) =>
    opened <= ballots ? null : 'more ballots opened than cast',
  report: (_facts, _state, { copy }) => (copy >= 1 ? null : `copy ${copy}`),
};

const wrongStage = (facts: BoothFacts, state: BoothState): string | null => {
  const check = CHECKS[state.stage.name] as
    | ((facts: BoothFacts, state: BoothState, stage: Stage) => string | null)
    | undefined;
  return check?.(facts, state, state.stage) ?? null;
};

/** Settings belong to a voter: whoever comes next, or waits, finds the default. */
const wrongAids = ({ aids, stage }: BoothState): string | null => {
  const { settings, panel, keys } = aids;
  const { text, contrast, sound, dark, volume, rate } = settings;
  if (panel !== null && !isVoters(stage)) return `settings over ${stage.name}`;
  if (volume < VOLUME.least || volume > VOLUME.most) return `volume ${volume}`;
  if (rate < RATE.least || rate > RATE.most) return `rate ${rate}`;
  if (stage.name !== 'waiting') return null;
  const usual = text === DEFAULT_SETTINGS.text && contrast === DEFAULT_SETTINGS.contrast && !dark;
  return usual && (keys || !sound) ? null : 'settings between voters';
};

/** Null when the state is sound. */
export const invariant = (facts: BoothFacts, state: BoothState): string | null => {
  if (state.idleTold && !IDLE_STAGES.includes(state.stage.name))
    return `idle is told in ${state.stage.name}`;
  if (state.votes < 0 || state.reprints < 0 || state.spoils < 0) return 'a negative count';
  if (new Set(state.officers).size !== state.officers.length) return 'one officer twice';
  return wrongPolls(state) ?? wrongAids(state) ?? wrongStage(facts, state);
};
