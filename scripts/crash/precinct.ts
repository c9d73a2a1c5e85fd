/** The little precinct of the crash enumeration: its keys, its size, and how its ballots are told apart. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { openWith } from '#firmware/vault/hpke.ts';
import { type KeyPair, makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';

/** Small enough that a file has few sectors, and that all they can be left in can be tried. */
export const VOTERS = 5;
const CODES = 14;
export const BALLOT_BYTES = 16;
export const PAPER_BYTES = 24;

export type Precinct = {
  readonly election: { readonly id: string; readonly precinctId: string; readonly test: true };
  readonly identity: KeyPair;
  /** Of the unit that takes over when the first board dies. */
  readonly spareIdentity: KeyPair;
  readonly key: KeyPair;
  readonly deskKey: Uint8Array;
  readonly codes: readonly string[];
};

export const makePrecinct = (seed: number): Precinct => {
  const entropy = makeSeededEntropy(seed, 'precinct of the enumeration');
  return {
    election: { id: 'crash-2026', precinctId: '123456789-01', test: true },
    identity: makeEd25519KeyPair(entropy),
    spareIdentity: makeEd25519KeyPair(entropy),
    key: makeX25519KeyPair(entropy),
    deskKey: entropy.bytes(32),
    codes: Array.from({ length: CODES }, (_, at) => `C${String(at).padStart(3, '0')}`),
  };
};

/** Each voter has marks of their own; `attempt` tells a rejected ballot from the one after it. */
export const ballotOf = (voter: number, attempt: number): Uint8Array =>
  new Uint8Array(BALLOT_BYTES).fill(voter + 1).fill(attempt, BALLOT_BYTES - 1);

/** Whose ballot it is and of which attempt; null: it does not open. */
export const readBallot = (
  { key, election }: Precinct,
  sealed: Uint8Array,
): { readonly voter: number; readonly attempt: number } | null => {
  const info = ballotInfo(election.id, election.precinctId);
  const ballot = openWith(key.privateKey, info, new Uint8Array(0), sealed);
  return ballot === null ? null : { voter: ballot[0]! - 1, attempt: ballot.at(-1)! };
};
