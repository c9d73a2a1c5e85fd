/**
 * The end of a day: what voters confirmed, as they remember it, against the result package, the
 * papers in the box, the pollbook and the urn. Every difference is named.
 */
import type { Marks, Totals } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { accountsBalance, tabulate } from '#firmware/election/tabulation.ts';
import {
  type ResultContest,
  type ResultPackage,
  resultContests,
} from '#firmware/vault/result-package.ts';
import { makePaperReader } from './hand-count.ts';

export type Confirmed = { readonly styleId: string; readonly marks: Marks };

export type Evidence = {
  readonly definition: ElectionDefinition;
  /** What each voter who voted confirmed. */
  readonly confirmed: readonly Confirmed[];
  readonly result: ResultPackage;
  /** What each paper in the box says. */
  readonly box: readonly string[];
  readonly envelope: number;
  /** National IDs of those who voted, by the pollbook and by the robots. */
  readonly marked: ReadonlySet<string>;
  readonly voted: ReadonlySet<string>;
  /** Null: nobody could look into the urn. */
  readonly occupiedSlots: number | null;
};

const sameCounts = (a: readonly ResultContest[], b: readonly ResultContest[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

/** What the papers in the box say, counted by hand. */
const countBox = (evidence: Evidence, findings: string[]): Totals => {
  const { definition } = evidence;
  const readers = definition.ballotStyles.map(({ id }) => ({
    styleId: id,
    reader: makePaperReader(definition, resolveBallot(definition, id)),
  }));
  // A style with more contests is recognised first.
  readers.sort(
    (a, b) =>
      resolveBallot(definition, b.styleId).contests.length -
      resolveBallot(definition, a.styleId).contests.length,
  );
  const ballots: Confirmed[] = [];
  for (const text of evidence.box) {
    const read = readers.flatMap(({ styleId, reader }) => {
      const marks = reader.read(text);
      return marks === null ? [] : [{ styleId, marks }];
    })[0];
    if (read === undefined) findings.push('a paper in the box can not be read');
    else ballots.push(read);
  }
  return tabulate(definition, ballots);
};

const nameDifferences = (
  what: string,
  expected: readonly ResultContest[],
  found: readonly ResultContest[],
): readonly string[] =>
  expected.flatMap((contest) => {
    const other = found.find(({ id }) => id === contest.id);
    if (other === undefined) return [`${what}: contest ${contest.id} is missing`];
    if (sameCounts([contest], [other])) return [];
    const wrong = contest.options.filter(
      (option, index) => option.votes !== other.options[index]?.votes,
    );
    return [
      `${what}: contest ${contest.id} differs: nulls ${contest.nulls}/${other.nulls}, ` +
        `ballots ${contest.ballots}/${other.ballots}, ${wrong.length} options`,
    ];
  });

/** Everything that does not agree; empty when the day is in order. */
export const reconcile = (evidence: Evidence): readonly string[] => {
  const { definition, confirmed, result, box, marked, voted } = evidence;
  const findings: string[] = [];
  const expected = tabulate(definition, confirmed);
  if (!accountsBalance(expected)) findings.push('voters: votes + nulls is not ballots x positions');
  const wanted = resultContests(expected);
  findings.push(...nameDifferences('tally', wanted, result.contests));
  findings.push(...nameDifferences('paper', wanted, resultContests(countBox(evidence, findings))));
  const count = (what: string, found: number): void => {
    if (found !== confirmed.length)
      findings.push(`${what}: ${found}, but ${confirmed.length} voters confirmed a vote`);
  };
  count('ballots of the tally', result.ballots);
  count('papers in the box', box.length);
  count('pollbook marks', evidence.marked.size);
  if (evidence.occupiedSlots !== null) count('occupied slots of the urn', evidence.occupiedSlots);
  count('voters marked, as the tally report says', result.authentication.votersMarked);
  if (evidence.envelope !== result.reprints + result.spoils)
    findings.push(
      `envelope: ${evidence.envelope} papers, but ${result.reprints} reprints and ${result.spoils} spoils`,
    );
  for (const id of voted)
    if (!marked.has(id)) findings.push(`pollbook: voter ${id} voted and is not marked`);
  for (const id of marked)
    if (!voted.has(id)) findings.push(`pollbook: voter ${id} is marked and did not vote`);
  return findings;
};
