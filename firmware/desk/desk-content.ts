/**
 * What the desk must not forget across a power cut, and every change that may be made to it: who is
 * marked, who is admitted, how each was authenticated, runs and locks, codes used, companions. Pure:
 * each change returns a new content; nothing here is durable until the machine's `save` came back.
 */
import type { Rules } from '#firmware/election/definition.ts';
import type { AuthenticationTotals } from '#firmware/messages/catalogue.ts';
import { isNationalId, type NationalId } from './national-id.ts';
import { CODES_MAX, VOTERS_MAX } from './pollbook.ts';

/** The four outcomes of authentication, in the order of their number in a voter's status byte. */
export const OUTCOMES = ['match', 'noMatch', 'noStoredPrint', 'noUpperLimbs'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** The outcomes that have a limit. */
export type LimitedOutcome = Exclude<Outcome, 'match'>;

/** One voter is admitted: durable before the token is sent, erased after the mark. */
export type Admission = {
  /** Index in the pollbook. */
  readonly voter: number;
  readonly companion: NationalId | null;
};

export type DeskContent = {
  /** One byte a voter, in the pollbook's order: bits 0-2 outcome (0 none, 1 match, …), bit 3 authorised by an officer, bit 4 voted. */
  readonly voters: Uint8Array;
  readonly admission: Admission | null;
  /** Who accompanied a voter; sorted, so that it holds no order. */
  readonly companions: readonly NationalId[];
  /** Indexes of single-use codes that are used, ascending. */
  readonly usedCodes: readonly number[];
  /** Outcomes without a match in between (`noStoredPrint`: since the last lock was cleared). */
  readonly runs: Readonly<Record<LimitedOutcome, number>>;
  /** The limit that locks authentication now. */
  readonly lock: LimitedOutcome | null;
  readonly locksCleared: number;
};

const OUTCOME_MASK = 0b0_0111;
const AUTHORISED = 0b0_1000;
const VOTED = 0b1_0000;
const STATUS_MASK = OUTCOME_MASK | AUTHORISED | VOTED;

export const RUN_MAX = 0xffff;
export const LOCKS_MAX = 0xffff;
export const COMPANIONS_MAX = VOTERS_MAX;

export const emptyContent = (registered: number): DeskContent => ({
  voters: new Uint8Array(registered),
  admission: null,
  companions: [],
  usedCodes: [],
  runs: { noMatch: 0, noStoredPrint: 0, noUpperLimbs: 0 },
  lock: null,
  locksCleared: 0,
});

const statusOf = (content: DeskContent, voter: number): number => content.voters[voter] ?? 0;

const withStatus = (content: DeskContent, voter: number, status: number): DeskContent => {
  const voters = content.voters.slice();
  voters[voter] = status;
  return { ...content, voters };
};

export const hasVoted = (content: DeskContent, voter: number): boolean =>
  (statusOf(content, voter) & VOTED) !== 0;

/** The last outcome of this voter's authentication; null: never authenticated. */
export const outcomeOf = (content: DeskContent, voter: number): Outcome | null =>
  OUTCOMES[(statusOf(content, voter) & OUTCOME_MASK) - 1] ?? null;

const overLimit = (
  outcome: LimitedOutcome,
  run: number,
  registered: number,
  rules: Rules,
): boolean => {
  switch (outcome) {
    case 'noMatch':
      return run >= rules.consecutiveNoMatchLimit;
    case 'noUpperLimbs':
      return run >= rules.consecutiveNoLimbsLimit;
    case 'noStoredPrint':
      return run * 100 > rules.noStoredPrintLimitPercent * registered;
  }
};

/**
 * Counts an outcome. A voter is counted once, with the last outcome. A match ends the runs of no
 * match and of no limbs. Every no match lengthens its run; the other two only when they are news of
 * this voter, so that typing the same ID again does not lock the desk.
 */
export const recordOutcome = (
  content: DeskContent,
  voter: number,
  outcome: Outcome,
  rules: Rules,
): DeskContent => {
  const before = outcomeOf(content, voter);
  const status = (statusOf(content, voter) & ~OUTCOME_MASK) | (OUTCOMES.indexOf(outcome) + 1);
  if (outcome === 'match') {
    const runs = { ...content.runs, noMatch: 0, noUpperLimbs: 0 };
    return { ...withStatus(content, voter, status), runs };
  }
  if (outcome === before && outcome !== 'noMatch') return content;
  const run = Math.min(content.runs[outcome] + 1, RUN_MAX);
  const locked = overLimit(outcome, run, content.voters.length, rules);
  return {
    ...withStatus(content, voter, status),
    runs: { ...content.runs, [outcome]: run },
    lock: content.lock ?? (locked ? outcome : null),
  };
};

/** S0: the voter is admitted; with the codes that an officer gave for it, if one authorised. */
export const admit = (
  content: DeskContent,
  admission: Admission,
  authorisedWith: readonly number[] | null,
): DeskContent => {
  const status = statusOf(content, admission.voter) | (authorisedWith === null ? 0 : AUTHORISED);
  return {
    ...useCodes(withStatus(content, admission.voter, status), authorisedWith ?? []),
    admission,
  };
};

export const useCodes = (content: DeskContent, codes: readonly number[]): DeskContent => ({
  ...content,
  usedCodes: [...new Set([...content.usedCodes, ...codes])].sort((a, b) => a - b),
});

/**
 * S8: the admitted voter is marked and the admission erased. The file is replaced whole, so on each
 * medium both happen in one: at no instant is the admission gone and the mark missing.
 */
export const markVoted = (content: DeskContent): DeskContent => {
  if (content.admission === null) return content;
  const { voter, companion } = content.admission;
  const companions =
    companion === null
      ? content.companions
      : [...new Set([...content.companions, companion])].sort();
  return {
    ...withStatus(content, voter, statusOf(content, voter) | VOTED),
    admission: null,
    companions,
  };
};

/** The admission is given up without a mark: the voter, and the companion, may come back. */
export const release = (content: DeskContent): DeskContent => ({ ...content, admission: null });

export const clearLock = (content: DeskContent, codes: readonly number[]): DeskContent => {
  if (content.lock === null) return content;
  return {
    ...useCodes(content, codes),
    runs: { ...content.runs, [content.lock]: 0 },
    lock: null,
    locksCleared: Math.min(content.locksCleared + 1, LOCKS_MAX),
  };
};

/** The part of their own on the tally report. */
export const totalsOf = (content: DeskContent): AuthenticationTotals => {
  const count = (test: (status: number) => boolean): number =>
    content.voters.reduce((sum, status) => sum + (test(status) ? 1 : 0), 0);
  const counted = (outcome: Outcome): number =>
    count((status) => (status & OUTCOME_MASK) === OUTCOMES.indexOf(outcome) + 1);
  return {
    match: counted('match'),
    noMatch: counted('noMatch'),
    noStoredPrint: counted('noStoredPrint'),
    noUpperLimbs: counted('noUpperLimbs'),
    overrides: count((status) => (status & AUTHORISED) !== 0),
    votersMarked: count((status) => (status & VOTED) !== 0),
    registered: content.voters.length,
  };
};

const ascending = <T extends number | string>(list: readonly T[]): boolean =>
  list.every((each, at) => at === 0 || (list[at - 1] as T) < each);

const inRange = (value: number, max: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= max;

/** What is wrong with a content; null when it is sound. Names no voter. */
export const contentFlaw = (content: DeskContent): string | null => {
  const { voters, admission, companions, usedCodes, runs } = content;
  if (voters.length > VOTERS_MAX) return 'too many voters';
  if (!voters.every((status) => (status & ~STATUS_MASK) === 0 && (status & OUTCOME_MASK) <= 4))
    return 'a status that does not exist';
  if (!voters.every((status) => (status & VOTED) === 0 || (status & OUTCOME_MASK) !== 0))
    return 'a mark without authentication';
  if (admission !== null) {
    if (!inRange(admission.voter, voters.length - 1)) return 'an admission of nobody';
    if (hasVoted(content, admission.voter)) return 'an admission of a marked voter';
    if (outcomeOf(content, admission.voter) === null) return 'an admission without authentication';
    if (admission.companion !== null && !isNationalId(admission.companion))
      return 'a companion without national ID';
    if (admission.companion !== null && companions.includes(admission.companion))
      return 'somebody accompanies twice';
  }
  if (
    companions.length > COMPANIONS_MAX ||
    !ascending(companions) ||
    !companions.every(isNationalId)
  )
    return 'companions out of order';
  if (!ascending(usedCodes) || !usedCodes.every((code) => inRange(code, CODES_MAX - 1)))
    return 'used codes out of order';
  if (!Object.values(runs).every((run) => inRange(run, RUN_MAX))) return 'a run out of range';
  if (!inRange(content.locksCleared, LOCKS_MAX)) return 'locks out of range';
  return null;
};
