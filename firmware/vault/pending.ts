/**
 * The pending record: a vote between the commit point and the urn. One length for every vote; under a
 * one-time key that lives in the secure cells alone, so that after S7 it is noise wherever flash kept it.
 */
import { concatBytes } from '@noble/hashes/utils.js';
import type { Entropy } from '#hal/entropy.ts';
import { forget, joinSecret } from '#hal/secret-bytes.ts';
import { openBytes, sealBytes } from './aead.ts';
import type { EpochKey } from './cells.ts';
import { contextBytes, type VaultContext } from './context.ts';
import { uint32At, uint32Bytes } from './fields.ts';
import { sealedBallotBytes, type UrnShape } from './urn.ts';

export const MAX_PAPER_BYTES = 16_384;

export type PendingVote = {
  /** Under the precinct's public key. */
  readonly sealedBallot: Uint8Array;
  readonly paper: Uint8Array;
};

export type PendingShape = {
  readonly urn: UrnShape;
  /** Room for the paper record; every record takes all of it. */
  readonly paperBytes: number;
};

const associatedBytes = (context: VaultContext, epoch: number): Uint8Array =>
  concatBytes(contextBytes('pending', context), uint32Bytes(epoch));

export const sealPending = (
  context: VaultContext,
  shape: PendingShape,
  oneTime: EpochKey,
  vote: PendingVote,
  entropy: Entropy,
): Uint8Array => {
  if (vote.sealedBallot.length !== sealedBallotBytes(shape.urn))
    throw new Error('vault: a sealed ballot of another length');
  if (vote.paper.length > shape.paperBytes)
    throw new Error(
      `vault: a paper record of ${vote.paper.length} bytes, room ${shape.paperBytes}`,
    );
  const padding = new Uint8Array(shape.paperBytes - vote.paper.length);
  const plain = joinSecret(vote.sealedBallot, uint32Bytes(vote.paper.length), vote.paper, padding);
  const sealed = sealBytes(oneTime.key, plain, associatedBytes(context, oneTime.epoch), entropy);
  forget(plain);
  return sealed;
};

/** Null: another key, another epoch or precinct, or anything changed. The vote is the caller's to forget. */
export const openPending = (
  context: VaultContext,
  shape: PendingShape,
  oneTime: EpochKey,
  record: Uint8Array,
): PendingVote | null => {
  const plain = openBytes(oneTime.key, record, associatedBytes(context, oneTime.epoch));
  const sealedBytes = sealedBallotBytes(shape.urn);
  if (plain === null) return null;
  const vote = voteIn(plain, sealedBytes, shape.paperBytes);
  forget(plain);
  return vote;
};

const voteIn = (plain: Uint8Array, sealedBytes: number, paperBytes: number): PendingVote | null => {
  const start = sealedBytes + 4;
  if (plain.length !== start + paperBytes) return null;
  const paperLength = uint32At(plain, sealedBytes);
  if (paperLength > paperBytes) return null;
  return {
    sealedBallot: plain.slice(0, sealedBytes),
    paper: joinSecret(plain.subarray(start, start + paperLength)),
  };
};
