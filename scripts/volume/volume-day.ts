/**
 * One precinct day for the volume test: faultless devices, every ballot filled in by real touches, and
 * every paper and every total compared with what the voters confirmed.
 */
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { type Confirmed, reconcile } from '../day/accounts.ts';
import { evidenceOf } from '../day/evidence.ts';
import { makePaperReader } from '../day/hand-count.ts';
import { runDay } from '../day/run-day.ts';

export type VolumeDay = {
  readonly seed: number;
  readonly ballots: number;
  /** Places on those ballots that could be marked: one for each option of each contest. */
  readonly positions: number;
  /** Positions that were marked and counted. */
  readonly marks: number;
  readonly papers: number;
  readonly errors: readonly string[];
};

const positionsOf = (definition: ElectionDefinition, styleId: string): number =>
  resolveBallot(definition, styleId).contests.reduce((sum, { options }) => sum + options.length, 0);

/** Ballots of the papers that nobody confirmed, and confirmed ones without a paper, ballot by ballot. */
const compareBallots = (
  definition: ElectionDefinition,
  confirmed: readonly Confirmed[],
  papers: readonly string[],
): readonly string[] => {
  const readers = new Map(
    definition.ballotStyles.map(({ id }) => [
      id,
      makePaperReader(definition, resolveBallot(definition, id)),
    ]),
  );
  const open = new Map<string, number>();
  const count = (key: string, by: number): void => {
    open.set(key, (open.get(key) ?? 0) + by);
  };
  // A paper says of a contest that is not on its ballot nothing: it is known by the most contests.
  const styles = [...readers].sort(
    ([a], [b]) =>
      resolveBallot(definition, b).contests.length - resolveBallot(definition, a).contests.length,
  );
  const read = (text: string): string => {
    for (const [styleId, reader] of styles) {
      const marks: Marks | null = reader.read(text);
      if (marks !== null) return JSON.stringify([styleId, marks]);
    }
    return 'a paper that can not be read';
  };
  for (const { styleId, marks } of confirmed) count(JSON.stringify([styleId, marks]), 1);
  for (const text of papers) count(read(text), -1);
  return [...open]
    .filter(([, left]) => left !== 0)
    .map(([ballot, left]) =>
      left > 0 ? `no paper says ${ballot}` : `nobody confirmed what a paper says: ${ballot}`,
    );
};

export const runVolumeDay = async (
  definition: ElectionDefinition,
  voters: number,
  seed: number,
): Promise<VolumeDay> => {
  const outcome = await runDay({
    definition,
    voters,
    seed,
    locale: definition.locale,
    pinCost: { N: 2, r: 1, p: 1 },
  });
  const { confirmed } = outcome;
  const evidence = evidenceOf(definition, outcome);
  return {
    seed,
    ballots: evidence.result.ballots,
    positions: confirmed.reduce((sum, { styleId }) => sum + positionsOf(definition, styleId), 0),
    marks: evidence.result.contests.reduce(
      (sum, { options }) => sum + options.reduce((votes, each) => votes + each.votes, 0),
      0,
    ),
    papers: outcome.box.length,
    errors: [
      ...reconcile(evidence),
      ...compareBallots(definition, confirmed, outcome.box.map(renderText)),
    ],
  };
};
