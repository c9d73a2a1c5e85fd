/**
 * What may be marked: a contest never takes more than its positions, and a candidate whom several
 * cards present is never marked twice. Marks are values; a refusal says why and what stands now.
 */
import { err, ok, type Result } from '#hal/result.ts';
import type { Ballot, BallotContest, Marks } from './ballot.ts';
import type { Rules } from './definition.ts';

export type MarkRefusal = {
  readonly kind: /** Every position of the contest is marked. */
    | 'contestFull'
    /** The candidate is already marked, on the card of `otherCardId`. */
    | 'sameCandidate'
    /** The card offers more here than there is room for; what fitted in other contests is marked. */
    | 'noRoomForCard';
  readonly contestIndex: number;
  /** Positions of that contest, and how many of them are marked. */
  readonly positions: number;
  readonly marked: number;
  readonly otherCardId: string | null;
  /** What is marked now: unchanged, but for what `selectAllOfCard` could fill in other contests. */
  readonly marks: Marks;
};

/** What the rules of marking depend on. */
export type MarkingRules = Pick<Rules, 'replaceInSinglePosition'>;

export const emptyMarks = (ballot: Ballot): Marks => ballot.contests.map(() => []);

/** Positions left unmarked, over all contests: "USTED DEJÓ DE SELECCIONAR N CARGOS". */
export const unmarkedPositions = (ballot: Ballot, marks: Marks): number =>
  ballot.contests.reduce(
    (sum, { contest }, index) => sum + contest.votes - (marks[index]?.length ?? 0),
    0,
  );

export const isBlank = (marks: Marks): boolean => marks.every((marked) => marked.length === 0);

/** Option indexes of a card in each contest of the ballot. */
export const optionsOfCard = (ballot: Ballot, cardId: string): Marks =>
  ballot.contests.map(({ options }) =>
    options.flatMap((option, index) => (option.cardId === cardId ? [index] : [])),
  );

const contestAt = (ballot: Ballot, contestIndex: number): BallotContest => {
  const contest = ballot.contests[contestIndex];
  if (contest === undefined) throw new RangeError(`no contest ${contestIndex} on this ballot`);
  return contest;
};

const inOrder = (marked: readonly number[]): readonly number[] =>
  [...marked].sort((left, right) => left - right);

const withContest = (marks: Marks, contestIndex: number, marked: readonly number[]): Marks =>
  marks.map((each, index) => (index === contestIndex ? inOrder(marked) : each));

/** The marked option that is the same candidate on another card, or undefined. */
const sameCandidate = (
  { options }: BallotContest,
  marked: readonly number[],
  optionIndex: number,
): number | undefined => {
  const candidateId = options[optionIndex]?.candidateId ?? null;
  if (candidateId === null) return undefined;
  return marked.find(
    (other) => other !== optionIndex && options[other]?.candidateId === candidateId,
  );
};

/**
 * A touch on one option: unmarks it when it is marked, marks it otherwise. In a contest of one
 * position a second mark replaces the first where the rules say so. Throws for an option that the
 * ballot does not have.
 */
export const toggleOption = (
  ballot: Ballot,
  marks: Marks,
  contestIndex: number,
  optionIndex: number,
  rules: MarkingRules,
): Result<Marks, MarkRefusal> => {
  const contest = contestAt(ballot, contestIndex);
  if (contest.options[optionIndex] === undefined) {
    throw new RangeError(`no option ${optionIndex} in contest ${contestIndex}`);
  }
  const marked = marks[contestIndex] ?? [];
  const positions = contest.contest.votes;
  if (marked.includes(optionIndex)) {
    const left = marked.filter((each) => each !== optionIndex);
    return ok(withContest(marks, contestIndex, left));
  }
  if (positions === 1 && rules.replaceInSinglePosition) {
    return ok(withContest(marks, contestIndex, [optionIndex]));
  }
  const same = sameCandidate(contest, marked, optionIndex);
  const refusal = { contestIndex, positions, marked: marked.length, marks };
  if (same !== undefined) {
    const otherCardId = contest.options[same]?.cardId ?? null;
    return err({ kind: 'sameCandidate', ...refusal, otherCardId });
  }
  if (marked.length >= positions)
    return err({ kind: 'contestFull', ...refusal, otherCardId: null });
  return ok(withContest(marks, contestIndex, [...marked, optionIndex]));
};

/**
 * "SELECCIONAR TODO": marks the card's list and its candidates. When all of it is marked already,
 * unmarks all of it. In each contest either everything the card offers goes in or nothing does: the
 * machine never chooses among a card's candidates. Where it does not fit the refusal names the first
 * such contest and carries what is marked now. A candidate marked through another card stays there
 * and counts as chosen.
 */
export const selectAllOfCard = (
  ballot: Ballot,
  marks: Marks,
  cardId: string,
  rules: MarkingRules,
): Result<Marks, MarkRefusal> => {
  const wanted = optionsOfCard(ballot, cardId);
  const isMarked = (contestIndex: number, option: number): boolean =>
    (marks[contestIndex] ?? []).includes(option);
  const offered = wanted.flat().length;
  if (offered === 0) throw new RangeError(`the card ${cardId} has no option on this ballot`);
  const allMarked = wanted.every((options, index) =>
    options.every((each) => isMarked(index, each)),
  );
  if (allMarked) {
    return ok(
      marks.map((marked, index) => marked.filter((each) => !wanted[index]?.includes(each))),
    );
  }
  let now = marks;
  let refusal: Omit<MarkRefusal, 'marks'> | null = null;
  wanted.forEach((options, contestIndex) => {
    if (options.length === 0) return;
    const filled = fillContest(
      contestAt(ballot, contestIndex),
      now[contestIndex] ?? [],
      options,
      rules,
    );
    if (filled.ok) now = withContest(now, contestIndex, filled.value);
    else refusal ??= { ...filled.error, contestIndex };
  });
  if (refusal !== null) return err({ ...(refusal as Omit<MarkRefusal, 'marks'>), marks: now });
  return ok(now);
};

/** Puts all `options` of a card into a contest, or says why they do not all go in. */
const fillContest = (
  contest: BallotContest,
  marked: readonly number[],
  options: readonly number[],
  rules: MarkingRules,
): Result<readonly number[], Omit<MarkRefusal, 'marks' | 'contestIndex'>> => {
  const positions = contest.contest.votes;
  const only = options[0];
  if (positions === 1 && options.length === 1 && only !== undefined) {
    if (rules.replaceInSinglePosition) return ok([only]);
  }
  const others = options.map((option) => sameCandidate(contest, marked, option));
  const fresh = options.filter(
    (option, index) => !marked.includes(option) && others[index] === undefined,
  );
  const held = others.find((other) => other !== undefined);
  const refusal = { positions, marked: marked.length };
  if (held !== undefined && fresh.length === 0) {
    const otherCardId = contest.options[held]?.cardId ?? null;
    return err({ kind: 'sameCandidate', ...refusal, otherCardId });
  }
  if (marked.length + fresh.length > positions) {
    return err({ kind: 'noRoomForCard', ...refusal, otherCardId: null });
  }
  return ok([...marked, ...fresh]);
};

/** Null when marks are possible on this ballot; otherwise what is wrong with them: no word of which they are. */
export const marksFault = (ballot: Ballot, marks: Marks): string | null => {
  if (marks.length !== ballot.contests.length) return 'not one entry for each contest';
  for (const [index, contest] of ballot.contests.entries()) {
    const marked = marks[index] ?? [];
    if (marked.length > contest.contest.votes) return 'more marks than positions in a contest';
    const seen = new Set<string>();
    for (const [position, option] of marked.entries()) {
      const found = contest.options[option];
      if (found === undefined) return 'an option that is not there';
      if (position > 0 && option <= (marked[position - 1] ?? 0)) {
        return 'options not ascending';
      }
      if (found.candidateId === null) continue;
      if (seen.has(found.candidateId)) return 'the same candidate twice';
      seen.add(found.candidateId);
    }
  }
  return null;
};
