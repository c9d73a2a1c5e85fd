/**
 * What the setup ceremony fixes for the day, kept as one signed record on both media: the shapes of
 * urn and pending record, the precinct's public key, and the commitments to its key's shares.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import { makeFieldReader, uint32Bytes } from './fields.ts';
import { KEY_BYTES } from './keys.ts';
import { MAX_PAPER_BYTES } from './pending.ts';
import { MAX_BALLOT_BYTES, MAX_SLOTS, type UrnShape } from './urn.ts';
import type { PollsStatus } from './vault.ts';

export const SETUP_RECORD = 'setup';
export const POLLS_RECORD = 'polls';

export const MAX_CODES = 65_536;
export const MAX_CODE_CHARACTERS = 64;
export const MAX_COMMITMENT_BYTES = 65_536;

export type VaultSetup = {
  readonly shape: UrnShape;
  readonly paperBytes: number;
  /** The precinct's X25519 public key. */
  readonly publicKey: Uint8Array;
  readonly commitments: Uint8Array;
};

/** Null, or what is out of bounds. */
export const checkSetup = ({ shape, paperBytes, publicKey, commitments }: VaultSetup) => {
  const bounds: readonly (readonly [string, number, number, number])[] = [
    ['slots', shape.slots, 1, MAX_SLOTS],
    ['ballot bytes', shape.ballotBytes, 1, MAX_BALLOT_BYTES],
    ['codes', shape.codes, 1, MAX_CODES],
    ['code characters', shape.codeCharacters, 1, MAX_CODE_CHARACTERS],
    ['paper bytes', paperBytes, 1, MAX_PAPER_BYTES],
    ['public key bytes', publicKey.length, KEY_BYTES, KEY_BYTES],
    ['commitment bytes', commitments.length, 0, MAX_COMMITMENT_BYTES],
  ];
  const wrong = bounds.find(
    ([, value, low, high]) => !Number.isInteger(value) || value < low || value > high,
  );
  return wrong === undefined ? null : `${wrong[0]}: ${wrong[1]}`;
};

export const encodeSetup = ({ shape, paperBytes, publicKey, commitments }: VaultSetup) =>
  concatBytes(
    uint32Bytes(shape.slots),
    uint32Bytes(shape.ballotBytes),
    uint32Bytes(shape.codes),
    uint32Bytes(shape.codeCharacters),
    uint32Bytes(paperBytes),
    publicKey,
    commitments,
  );

export const decodeSetup = (payload: Uint8Array): VaultSetup | null => {
  const reader = makeFieldReader(payload);
  const setup: VaultSetup = {
    shape: {
      slots: reader.uint32(),
      ballotBytes: reader.uint32(),
      codes: reader.uint32(),
      codeCharacters: reader.uint32(),
    },
    paperBytes: reader.uint32(),
    publicKey: reader.bytes(KEY_BYTES).slice(),
    commitments: reader.rest().slice(),
  };
  return reader.short() || checkSetup(setup) !== null ? null : setup;
};

const POLLS = ['ready', 'open', 'closed', 'counted'] as const satisfies readonly PollsStatus[];

export const encodePolls = (status: PollsStatus): Uint8Array =>
  Uint8Array.of(POLLS.indexOf(status));

export const decodePolls = (payload: Uint8Array): PollsStatus | null =>
  payload.length === 1 ? (POLLS[payload[0]!] ?? null) : null;
