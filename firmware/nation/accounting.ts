/**
 * The identities that the figures of one precinct must keep, whoever signed them. What a machine can not
 * have counted is no result: such a package is named and set aside.
 */
import type { BallotForm, ContestPart } from './ballot-form.ts';

/** What does not hold, in words. */
export const ACCOUNTING_PROBLEMS = {
  sum: '{contest}: {votes} votes and {nulls} nulls are not {ballots} ballots times {positions}',
  contestBallots: "{contest}: {here} ballots of the precinct's {ballots}",
  option: '{contest}: an option with {votes} votes on {ballots} ballots',
  registered: '{found} registered voters, the register says {registered}',
  marks: '{ballots} ballots, {marked} voters marked in the pollbook',
  tooMany: '{came} voters came, {registered} are registered',
  tooFew: '{marked} voters marked, {came} came',
  overrides: '{overrides} voters admitted by an officer, {came} came',
} as const;

export type AccountingProblem = {
  readonly kind: keyof typeof ACCOUNTING_PROBLEMS;
  readonly figures: Readonly<Record<string, string | number>>;
};

export const accountingText = ({ kind, figures }: AccountingProblem): string =>
  ACCOUNTING_PROBLEMS[kind].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(figures[name]));

const problem = (
  kind: AccountingProblem['kind'],
  figures: AccountingProblem['figures'],
): AccountingProblem => ({ kind, figures });

const contestProblem = (
  part: ContestPart,
  row: Uint32Array,
  ballots: number,
): AccountingProblem | null => {
  const { options, onEveryBallot, at } = part;
  const here = row[at]!;
  let given = 0;
  let most = 0;
  for (let option = 0; option < options.length; option++) {
    const votes = row[at + 2 + option]!;
    given += votes;
    if (votes > most) most = votes;
  }
  const positions = part.contest.votes;
  const contest = part.contest.id;
  const nulls = row[at + 1]!;
  if (given + nulls !== here * positions)
    return problem('sum', { contest, votes: given, nulls, ballots: here, positions });
  if (onEveryBallot ? here !== ballots : here > ballots)
    return problem('contestBallots', { contest, here, ballots });
  return most > here ? problem('option', { contest, votes: most, ballots: here }) : null;
};

/**
 * The first identity that does not hold; null: all do. `row` as `readByForm` fills it.
 * A voter's last outcome of authentication is counted, so the outcomes add up to the voters who came:
 * at least those who voted, at most those registered. `registered`: by the authority's register.
 */
export const accountingProblem = (
  form: BallotForm,
  row: Uint32Array,
  registered: number,
): AccountingProblem | null => {
  const { places } = form;
  const ballots = row[places.ballots]!;
  const marked = row[places.votersMarked]!;
  const overrides = row[places.overrides]!;
  const came =
    row[places.match]! +
    row[places.noMatch]! +
    row[places.noStoredPrint]! +
    row[places.noUpperLimbs]!;
  if (row[places.registered] !== registered)
    return problem('registered', { found: row[places.registered]!, registered });
  if (ballots !== marked) return problem('marks', { ballots, marked });
  if (came > registered) return problem('tooMany', { came, registered });
  if (marked > came) return problem('tooFew', { marked, came });
  if (overrides > came) return problem('overrides', { overrides, came });
  for (const part of form.contests) {
    const found = contestProblem(part, row, ballots);
    if (found !== null) return found;
  }
  return null;
};
