/**
 * The identities that the figures of one precinct must keep, whoever signed them. What a machine can not
 * have counted is no result: such a package is named and set aside.
 */
import type { BallotForm, ContestPart } from './ballot-form.ts';

const contestProblem = (
  { contest, options, onEveryBallot, at }: ContestPart,
  row: Uint32Array,
  ballots: number,
): string | null => {
  const here = row[at]!;
  let given = 0;
  let most = 0;
  for (let option = 0; option < options.length; option++) {
    const votes = row[at + 2 + option]!;
    given += votes;
    if (votes > most) most = votes;
  }
  const { id, votes: positions } = contest;
  if (given + row[at + 1]! !== here * positions)
    return `${id}: ${given} votes and ${row[at + 1]} nulls are not ${here} ballots times ${positions}`;
  if (onEveryBallot ? here !== ballots : here > ballots)
    return `${id}: ${here} ballots of the precinct's ${ballots}`;
  return most > here ? `${id}: an option with ${most} votes on ${here} ballots` : null;
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
): string | null => {
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
    return `${row[places.registered]} registered voters, the register says ${registered}`;
  if (ballots !== marked) return `${ballots} ballots, ${marked} voters marked in the pollbook`;
  if (came > registered) return `${came} voters came, ${registered} are registered`;
  if (marked > came) return `${marked} voters marked, ${came} came`;
  if (overrides > came) return `${overrides} voters admitted by an officer, ${came} came`;
  for (const part of form.contests) {
    const problem = contestProblem(part, row, ballots);
    if (problem !== null) return problem;
  }
  return null;
};
