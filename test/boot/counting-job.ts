/** A counting to be done: sealed ballots of the demo election, shares that join, the ceremony's record. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { CountingJob } from '#firmware/runtime/counting.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import { splitKey } from '#firmware/vault/key-shares.ts';
import { makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(DEMO_PATH);
const CONTEXT = { election: definition.id, precinct: 'p.1' };

/** A fresh one each time, equal for equal numbers: whoever counts overwrites its shares. */
export const makeJob = (ballots: number): CountingJob => {
  const entropy = makeSeededEntropy(5, 'counting');
  const { privateKey, publicKey } = makeX25519KeyPair(entropy);
  const { shares, record } = splitKey(privateKey, ['a', 'b', 'c'], 2, CONTEXT, entropy);
  const ballot = resolveBallot(definition, definition.ballotStyles[0]!.id);
  const sealedBallots = Array.from({ length: ballots }, (_, index) =>
    sealTo(
      publicKey,
      ballotInfo(CONTEXT.election, CONTEXT.precinct),
      new Uint8Array(0),
      encodeBallot(
        definition,
        ballot,
        ballot.contests.map(({ options }) => (index % 3 === 0 ? [] : [index % options.length])),
      ),
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
