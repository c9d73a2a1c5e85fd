/** A day in one JSON document: what `urna day` and `urna qemu --headless` answer. */
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { reconcile } from './accounts.ts';
import { evidenceOf } from './evidence.ts';
import type { SeenOutcome } from './run-day.ts';

export type DaySummary = {
  readonly seed: number;
  readonly voters: number;
  readonly ballots: number;
  readonly nulls: Readonly<Record<string, number>>;
  readonly paperRecords: number;
  readonly pollbookMarks: number;
  /** Null: nobody could look into the urn. */
  readonly occupiedSlots: number | null;
  readonly reprints: number;
  readonly spoils: number;
  readonly ok: boolean;
  readonly findings: readonly string[];
};

export const summarise = (
  definition: ElectionDefinition,
  outcome: SeenOutcome,
  { seed, voters }: Pick<DaySummary, 'seed' | 'voters'>,
): DaySummary => {
  const evidence = evidenceOf(definition, outcome);
  const findings = reconcile(evidence);
  return {
    seed,
    voters,
    ballots: evidence.result.ballots,
    nulls: Object.fromEntries(evidence.result.contests.map(({ id, nulls }) => [id, nulls])),
    paperRecords: outcome.box.length + outcome.envelope.length,
    pollbookMarks: outcome.marked.size,
    occupiedSlots: outcome.occupiedSlots,
    reprints: evidence.result.reprints,
    spoils: evidence.result.spoils,
    ok: findings.length === 0,
    findings,
  };
};
