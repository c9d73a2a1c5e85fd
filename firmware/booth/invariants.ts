/**
 * What must be true of the booth after every step. A broken invariant is a bug: the machine parks and
 * never guesses.
 */
import { marksFault } from '#firmware/election/contest-rules.ts';
import {
  type BoothState,
  bothInStep,
  type OfficerCheck,
  PIN_MAX_DIGITS,
  type PollsKnown,
  powerIsCritical,
  powerIsLow,
  type Stage,
  type StageName,
} from './state.ts';
import type { BoothFacts } from './step.ts';

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
  if (!facts.ballots.has(stage.attempt.ballot.styleId)) return 'a ballot of no style';
  return marksFault(stage.attempt.ballot, stage.marks) ?? wrongCheck(stage.officer);
};

const wrongCeremony = (stage: Extract<Stage, { readonly name: 'ceremony' }>): string | null => {
  const typing = stage.step === 'choosePin' || stage.step === 'repeatPin';
  if (!typing && (stage.pin !== '' || stage.firstPin !== '')) return 'a PIN outlives its typing';
  if (stage.pin.length > PIN_MAX_DIGITS) return 'a PIN is too long';
  return stage.officer >= 0 && stage.officer < stage.officerIds.length ? null : 'nobody’s turn';
};

const wrongStage = (facts: BoothFacts, state: BoothState): string | null => {
  const { stage } = state;
  switch (stage.name) {
    case 'waiting':
      if (!bothInStep(state)) return 'waits for voters on one medium';
      if (powerIsCritical(state)) return 'waits for voters without power';
      if (state.deskWantsKey) return 'waits for voters while the desk can not look them up';
      return state.idleTold || powerIsLow(state) ? null : 'waits and never told idle';
    case 'ballot':
      return wrongBallot(facts, stage);
    case 'resting':
      return stage.until.name === 'ballot' ? wrongBallot(facts, stage.until) : null;
    case 'ceremony':
      return wrongCeremony(stage);
    case 'readyToOpen':
      return bothInStep(state) ? null : 'ready on one medium';
    case 'opening':
    case 'resuming':
    case 'officer':
    case 'closingOverride':
    case 'suspended':
    case 'confirmVoter':
    case 'telling':
    case 'awaitingTotals':
      return wrongCheck(stage.check);
    case 'shares':
      if (stage.step !== 'enterPin' && stage.pin !== '') return 'a PIN outlives its typing';
      return stage.given < stage.needed ? null : 'enough shares and none counts';
    case 'counting':
      return stage.opened <= stage.ballots ? null : 'more ballots opened than cast';
    case 'report':
      return stage.copy >= 1 ? null : `copy ${stage.copy}`;
    default:
      return null;
  }
};

/** Null when the state is sound. */
export const invariant = (facts: BoothFacts, state: BoothState): string | null => {
  if (state.idleTold && !IDLE_STAGES.includes(state.stage.name))
    return `idle is told in ${state.stage.name}`;
  if (state.votes < 0 || state.reprints < 0 || state.spoils < 0) return 'a negative count';
  if (new Set(state.officers).size !== state.officers.length) return 'one officer twice';
  return wrongPolls(state) ?? wrongStage(facts, state);
};
