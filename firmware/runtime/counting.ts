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
import { forget } from '#hal/secret-bytes.ts';

export type CountingJob = {
  readonly definition: ElectionDefinition;
  /** From the vault, in the urn's random order. */
  readonly sealedBallots: readonly Uint8Array[];
  /** Votes by the journal: as many as there are ballots, or nothing is counted. */
  readonly votes: number;
  readonly shares: readonly Share[];
  readonly ceremony: CeremonyRecord;
  /** Called after each portion of ballots with how many are open; counting goes on when it resolves. */
  readonly pause?: (opened: number) => Promise<void>;
};

/** Codes of what stops a counting: shown, logged, explained in firmware/faults. */
export type CountingProblem =
  | 'counting.sharesDoNotJoin'
  | 'counting.ballotNotOpened'
  | 'counting.ballotUndecodable'
  | 'counting.ballotsMissing'
  /** The process that counts ended, or said nothing for too long. */
  | 'counting.processFailed';

/** The private key from its shares, which are overwritten whatever comes out. */
const joinShares = (shares: readonly Share[], ceremony: CeremonyRecord) => {
  try {
    return combineShares(shares, ceremony);
  } finally {
    for (const { bytes } of shares) forget(bytes);
  }
};

export const countBallots = async (job: CountingJob): Promise<Result<Totals, CountingProblem>> => {
  const { definition, ceremony, sealedBallots, shares, pause } = job;
  const joined = joinShares(shares, ceremony);
  if (!joined.ok) return err('counting.sharesDoNotJoin');
  const counted = await countUrn({
    definition,
    sealedBallots,
    privateKey: joined.value,
    info: ballotInfo(ceremony.context.election, ceremony.context.precinct),
    ...(pause === undefined ? {} : { pause }),
  }).finally(() => forget(joined.value));
  if (!counted.ok)
    return err(
      counted.error.some(({ kind }) => kind === 'notOpened')
        ? 'counting.ballotNotOpened'
        : 'counting.ballotUndecodable',
    );
  return counted.value.ballots === job.votes ? ok(counted.value) : err('counting.ballotsMissing');
};
