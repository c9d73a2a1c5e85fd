/**
 * Counting: sealed ballots and the joined private key in, totals out. Runs in a process that lives
 * for this alone; plaintexts and key are overwritten after use, as far as JavaScript can promise.
 */
import type { Totals } from '#firmware/election/ballot.ts';
import { type CastVote, makeBallotDecoder } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { accountsBalance, tabulate } from '#firmware/election/tabulation.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { makeOpener } from './hpke.ts';

const NO_ASSOCIATED = new Uint8Array(0);

/** Ballots opened in one go: about 15 ms of a desktop's time, so that screen and devices stay awake. */
export const BALLOTS_AT_ONCE = 25;

export type CountingInput = {
  readonly definition: ElectionDefinition;
  /** From the urn, in its random order. */
  readonly sealedBallots: readonly Uint8Array[];
  /** The precinct's X25519 private key. Overwritten with zeros, whatever comes out. */
  readonly privateKey: Uint8Array;
  /** What was bound at sealing (`ballotInfo` of context.ts). */
  readonly info: Uint8Array;
  /** Called after each portion with the ballots opened so far; counting goes on when it resolves. */
  readonly pause?: (opened: number) => Promise<void>;
};

export type CountingFault = {
  /** Place in `sealedBallots`, which says nothing of time or voter. */
  readonly index: number;
  readonly kind: /** The key does not open it: of another precinct, or changed. */
    | 'notOpened'
    /** Opened, and it is not a ballot of this election. */
    | 'undecodable';
};

type Opened = { readonly votes: readonly CastVote[]; readonly faults: readonly CountingFault[] };

/** One ballot; its plaintext is overwritten whatever the decoder does. */
const openBallot = (
  open: ReturnType<typeof makeOpener>,
  decode: ReturnType<typeof makeBallotDecoder>,
  sealed: Uint8Array,
): Result<CastVote, CountingFault['kind']> => {
  const plain = open(NO_ASSOCIATED, sealed);
  if (plain === null) return err('notOpened');
  try {
    const vote = decode(plain);
    return vote.ok ? ok(vote.value) : err('undecodable');
  } finally {
    forget(plain);
  }
};

const openBallots = async (input: CountingInput): Promise<Opened> => {
  const open = makeOpener(input.privateKey, input.info);
  const decode = makeBallotDecoder(input.definition);
  const votes: CastVote[] = [];
  const faults: CountingFault[] = [];
  for (const [index, sealed] of input.sealedBallots.entries()) {
    const vote = openBallot(open, decode, sealed);
    if (vote.ok) votes.push(vote.value);
    else faults.push({ index, kind: vote.error });
    if ((index + 1) % BALLOTS_AT_ONCE === 0) await input.pause?.(index + 1);
  }
  return { votes, faults };
};

/** The totals, or every ballot that can not be counted: a ballot is never left out in silence. */
export const countUrn = async (
  input: CountingInput,
): Promise<Result<Totals, readonly CountingFault[]>> => {
  const { votes, faults } = await openBallots(input).finally(() => forget(input.privateKey));
  await input.pause?.(input.sealedBallots.length);
  if (faults.length > 0) return err(faults);
  const totals = tabulate(input.definition, votes);
  if (totals.ballots !== input.sealedBallots.length || !accountsBalance(totals))
    throw new Error('the totals do not add up');
  return ok(totals);
};
