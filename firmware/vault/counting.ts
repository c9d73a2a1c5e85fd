/**
 * Counting: sealed ballots and the joined private key in, totals out. Runs in a process that lives
 * for this alone; plaintexts and key are overwritten after use, as far as JavaScript can promise.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import { type CastVote, makeBallotDecoder } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { accountsBalance, tabulate } from '#firmware/election/tabulation.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { openWith } from './hpke.ts';

const NO_ASSOCIATED = new Uint8Array(0);

export type CountingInput = {
  readonly definition: ElectionDefinition;
  /** From the urn, in its random order. */
  readonly sealedBallots: readonly Uint8Array[];
  /** The precinct's X25519 private key. Overwritten with zeros, whatever comes out. */
  readonly privateKey: Uint8Array;
  /** What was bound at sealing (`ballotInfo` of context.ts). */
  readonly info: Uint8Array;
};

export type CountingFault = {
  /** Place in `sealedBallots`, which says nothing of time or voter. */
  readonly index: number;
  readonly kind: /** The key does not open it: of another precinct, or changed. */
    | 'notOpened'
    /** Opened, and it is not a ballot of this election. */
    | 'undecodable';
};

const openBallots = (
  input: CountingInput,
): { readonly votes: readonly CastVote[]; readonly faults: readonly CountingFault[] } => {
  const decode = makeBallotDecoder(input.definition);
  const votes: CastVote[] = [];
  const faults: CountingFault[] = [];
  for (const [index, sealed] of input.sealedBallots.entries()) {
    const plain = openWith(input.privateKey, input.info, NO_ASSOCIATED, sealed);
    const vote = plain === null ? null : decode(plain);
    plain?.fill(0);
    if (vote === null) faults.push({ index, kind: 'notOpened' });
    else if (!vote.ok) faults.push({ index, kind: 'undecodable' });
    else votes.push(vote.value);
  }
  return { votes, faults };
};

/** The totals, or every ballot that can not be counted: a ballot is never left out in silence. */
export const countUrn = (input: CountingInput): Result<Totals, readonly CountingFault[]> => {
  const { votes, faults } = openBallots(input);
  input.privateKey.fill(0);
  if (faults.length > 0) return err(faults);
  const totals = tabulate(input.definition, votes);
  if (totals.ballots !== input.sealedBallots.length || !accountsBalance(totals))
    throw new Error('the totals do not add up');
  return ok(totals);
};
