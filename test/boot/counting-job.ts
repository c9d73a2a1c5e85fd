/** A counting to be done: sealed ballots of the demo election, shares that join, the ceremony's record. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { CountingJob } from '#firmware/runtime/counting.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import { splitKey } from '#firmware/vault/key-shares.ts';
import { makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const demo = loadOwnDefinition(DEMO_PATH);
const CONTEXT = { election: demo.id, precinct: 'p.1' };

/** One in three is null, the others mark one option of each contest. */
const plainMarks = (ballot: Ballot, index: number): Marks =>
  ballot.contests.map(({ options }) => (index % 3 === 0 ? [] : [index % options.length]));

/** The precinct's key of every job. */
export const jobKeys = () => makeX25519KeyPair(makeSeededEntropy(5, 'counting key'));

/** A fresh one each time, equal for equal numbers: whoever counts overwrites its shares. */
export const makeJob = (
  ballots: number,
  definition: ElectionDefinition = demo,
  marksOf: (ballot: Ballot, index: number) => Marks = plainMarks,
): CountingJob => {
  const entropy = makeSeededEntropy(5, 'counting');
  const { privateKey, publicKey } = jobKeys();
  const { shares, record } = splitKey(privateKey, ['a', 'b', 'c'], 2, CONTEXT, entropy);
  const ballot = resolveBallot(definition, definition.ballotStyles[0]!.id);
  const sealedBallots = Array.from({ length: ballots }, (_, index) =>
    sealTo(
      publicKey,
      ballotInfo(CONTEXT.election, CONTEXT.precinct),
      new Uint8Array(0),
      encodeBallot(definition, ballot, marksOf(ballot, index)),
      entropy,
    ),
  );
  return {
    definition,
    sealedBallots,
    votes: ballots,
    shares: shares.slice(0, 2),
    ceremony: record,
  };
};
