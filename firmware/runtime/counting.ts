/**
 * The counting, as one function that could run in a process of its own: sealed ballots and shares in,
 * totals out. The private key exists inside it alone; key, shares and opened ballots are overwritten
 * before it returns, and nothing of them touches a medium.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { countUrn } from '#firmware/vault/counting.ts';
import { type CeremonyRecord, combineShares, type Share } from '#firmware/vault/key-shares.ts';
import { err, ok, type Result } from '#hal/result.ts';

export type CountingJob = {
  readonly definition: ElectionDefinition;
  /** From the vault, in the urn's random order. */
  readonly sealedBallots: readonly Uint8Array[];
  /** Votes by the journal: as many as there are ballots, or nothing is counted. */
  readonly votes: number;
  readonly shares: readonly Share[];
  readonly ceremony: CeremonyRecord;
};

/** Codes of what stops a counting: shown, logged, explained in firmware/faults. */
export type CountingProblem =
  | 'counting.sharesDoNotJoin'
  | 'counting.ballotNotOpened'
  | 'counting.ballotUndecodable'
  | 'counting.ballotsMissing';

export const countBallots = (job: CountingJob): Result<Totals, CountingProblem> => {
  const { definition, ceremony, sealedBallots, shares } = job;
  const joined = combineShares(shares, ceremony);
  for (const { bytes } of shares) bytes.fill(0);
  if (!joined.ok) return err('counting.sharesDoNotJoin');
  const counted = countUrn({
    definition,
    sealedBallots,
    privateKey: joined.value,
    info: ballotInfo(ceremony.context.election, ceremony.context.precinct),
  });
  joined.value.fill(0);
  if (!counted.ok)
    return err(
      counted.error.some(({ kind }) => kind === 'notOpened')
        ? 'counting.ballotNotOpened'
        : 'counting.ballotUndecodable',
    );
  return counted.value.ballots === job.votes ? ok(counted.value) : err('counting.ballotsMissing');
};
