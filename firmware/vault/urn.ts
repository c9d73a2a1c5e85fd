/**
 * The urn: one file of constant size, rewritten whole for every vote.
 *
 * Clear, signed header: 'URNU'  election  precinct  epoch  signer's public key  signature.
 * Then, under the epoch's outer key with the header as associated bytes: a slot for every voter (used
 * flag, sealed ballot of one length; sealed dummies in the empty ones), papers printed when it was
 * written, and the unused paper codes. Whoever lacks the outer key sees noise of a constant length.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Entropy } from '#hal/entropy.ts';
import { openBytes, sealBytes } from './aead.ts';
import type { EpochKey } from './cells.ts';
import { contextBytes, type VaultContext } from './context.ts';
import { equalBytes, lengthAndText, makeFieldReader, uint32At, uint32Bytes } from './fields.ts';
import { HPKE_OVERHEAD_BYTES, sealTo } from './hpke.ts';
import { KEY_BYTES, type KeyPair, SIGNATURE_BYTES, sign, verify } from './keys.ts';
import { randomPermutation, shuffled } from './permutation.ts';

/** Constant for a precinct, from the setup ceremony. */
export type UrnShape = {
  /** Voters of the precinct. */
  readonly slots: number;
  /** Length of a ballot before it is sealed. */
  readonly ballotBytes: number;
  /** Paper codes at the start, and characters of each (ASCII). */
  readonly codes: number;
  readonly codeCharacters: number;
};

export const MAX_SLOTS = 10_000;
export const MAX_BALLOT_BYTES = 8_192;

const MAGIC = utf8ToBytes('URNU');
const FLAG_BYTES = 1;
const USED = 1;

export const sealedBallotBytes = (shape: UrnShape): number =>
  shape.ballotBytes + HPKE_OVERHEAD_BYTES;
const slotBytes = (shape: UrnShape): number => FLAG_BYTES + sealedBallotBytes(shape);
const slotsBytes = (shape: UrnShape): number => shape.slots * slotBytes(shape);
/** What is encrypted: slots, papers (4), number of codes (4), codes. */
const bodyBytes = (shape: UrnShape): number =>
  slotsBytes(shape) + 8 + shape.codes * shape.codeCharacters;

/** The decrypted body. Treated as a value: changes make a new one. */
export type UrnBody = Uint8Array;

/** Papers (reprints + spoils) that had been printed when this urn was written. */
export const papersAtWriting = (shape: UrnShape, body: UrnBody): number =>
  uint32At(body, slotsBytes(shape));

export const unusedCodesOf = (shape: UrnShape, body: UrnBody): readonly string[] => {
  const count = uint32At(body, slotsBytes(shape) + 4);
  const start = slotsBytes(shape) + 8;
  const text = new TextDecoder();
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * shape.codeCharacters;
    return text.decode(body.subarray(at, at + shape.codeCharacters));
  });
};

const setCodes = (
  shape: UrnShape,
  body: Uint8Array,
  papers: number,
  codes: readonly string[],
): void => {
  const start = slotsBytes(shape);
  body.set(uint32Bytes(papers), start);
  body.set(uint32Bytes(codes.length), start + 4);
  body.fill(0, start + 8);
  const text = new TextEncoder();
  for (const [index, code] of codes.entries()) {
    const bytes = text.encode(code);
    if (bytes.length !== shape.codeCharacters)
      throw new Error(`vault: a paper code has ${shape.codeCharacters} ASCII characters`);
    body.set(bytes, start + 8 + index * shape.codeCharacters);
  }
};

/** The urn of epoch 0: dummies sealed like ballots, all codes in random order. */
export const emptyUrn = (
  shape: UrnShape,
  codes: readonly string[],
  publicKey: Uint8Array,
  info: Uint8Array,
  entropy: Entropy,
): UrnBody => {
  const body = new Uint8Array(bodyBytes(shape));
  const nothing = new Uint8Array(shape.ballotBytes);
  for (let slot = 0; slot < shape.slots; slot++) {
    const sealed = sealTo(publicKey, info, new Uint8Array(0), nothing, entropy);
    body.set(sealed, slot * slotBytes(shape) + FLAG_BYTES);
  }
  setCodes(shape, body, 0, shuffled(codes, entropy));
  return body;
};

const isUsed = (shape: UrnShape, body: UrnBody, slot: number): boolean =>
  body[slot * slotBytes(shape)] === USED;

export const usedSlots = (shape: UrnShape, body: UrnBody): number => {
  let used = 0;
  for (let slot = 0; slot < shape.slots; slot++) if (isUsed(shape, body, slot)) used++;
  return used;
};

/** The sealed ballots of the used slots, in slot order, which is random. */
export const sealedBallotsOf = (shape: UrnShape, body: UrnBody): readonly Uint8Array[] =>
  Array.from({ length: shape.slots }, (_, slot) => slot)
    .filter((slot) => isUsed(shape, body, slot))
    .map((slot) => body.slice(slot * slotBytes(shape) + FLAG_BYTES, (slot + 1) * slotBytes(shape)));

/**
 * The urn with one ballot more, all slots in a fresh random order, `usedCodes` codes dropped from the
 * front of the list. Throws when it is full: there is a slot for every voter, so that is a bug.
 */
export const withBallot = (
  shape: UrnShape,
  body: UrnBody,
  sealedBallot: Uint8Array,
  papers: number,
  usedCodes: number,
  entropy: Entropy,
): UrnBody => {
  const size = slotBytes(shape);
  if (sealedBallot.length !== size - FLAG_BYTES)
    throw new Error('vault: a sealed ballot of another length');
  let free = 0;
  while (free < shape.slots && isUsed(shape, body, free)) free++;
  if (free === shape.slots) throw new Error('vault: more votes than voters');
  const next = new Uint8Array(body.length);
  for (const [target, source] of randomPermutation(shape.slots, entropy).entries()) {
    const at = target * size;
    if (source === free) {
      next[at] = USED;
      next.set(sealedBallot, at + FLAG_BYTES);
    } else next.set(body.subarray(source * size, (source + 1) * size), at);
  }
  setCodes(shape, next, papers, unusedCodesOf(shape, body).slice(usedCodes));
  return next;
};

const headerOf = (context: VaultContext, epoch: number, signer: Uint8Array): Uint8Array =>
  concatBytes(
    MAGIC,
    lengthAndText(context.electionId),
    lengthAndText(context.precinctId),
    uint32Bytes(epoch),
    signer,
  );

const signedBytes = (context: VaultContext, header: Uint8Array): Uint8Array =>
  concatBytes(contextBytes('urn header', context), header);

/** The whole file. */
export const sealUrn = (
  context: VaultContext,
  { epoch, key }: EpochKey,
  body: UrnBody,
  identity: KeyPair,
  entropy: Entropy,
): Uint8Array => {
  const header = headerOf(context, epoch, identity.publicKey);
  const signed = concatBytes(header, sign(identity.privateKey, signedBytes(context, header)));
  return concatBytes(signed, sealBytes(key, body, signed, entropy));
};

/** The header's fields as they claim to be; the signature is not verified yet. */
const readHeader = (file: Uint8Array) => {
  const reader = makeFieldReader(file);
  const magic = reader.bytes(MAGIC.length);
  const electionId = reader.text();
  const precinctId = reader.text();
  const epoch = reader.uint32();
  const signer = reader.bytes(KEY_BYTES);
  const signedEnd = reader.position();
  const signature = reader.bytes(SIGNATURE_BYTES);
  if (reader.short() || !equalBytes(magic, MAGIC)) return null;
  return { electionId, precinctId, epoch, signer, signedEnd, signature, end: reader.position() };
};

/** No more codes than there were at the start, and all of them ASCII. */
const codesAreSound = (shape: UrnShape, body: UrnBody): boolean => {
  const count = uint32At(body, slotsBytes(shape) + 4);
  const start = slotsBytes(shape) + 8;
  const codes = body.subarray(start, start + count * shape.codeCharacters);
  return count <= shape.codes && codes.every((byte) => byte < 0x80);
};

/** The epoch that a file's header claims, not verified; null: not an urn. */
export const claimedEpoch = (file: Uint8Array): number | null => readHeader(file)?.epoch ?? null;

/** Null: not this precinct's urn of the key's epoch, not signed by a trusted machine, not under this key, or anything changed. */
export const openUrn = (
  context: VaultContext,
  shape: UrnShape,
  { epoch, key }: EpochKey,
  file: Uint8Array,
): UrnBody | null => {
  const header = readHeader(file);
  if (header === null || header.epoch !== epoch) return null;
  const { electionId, precinctId, signer } = header;
  if (electionId !== context.electionId || precinctId !== context.precinctId) return null;
  if (!context.trusted.some((trusted) => equalBytes(trusted, signer))) return null;
  const signed = signedBytes(context, file.subarray(0, header.signedEnd));
  if (!verify(signer, signed, header.signature)) return null;
  const body = openBytes(key, file.subarray(header.end), file.subarray(0, header.end));
  if (body === null || body.length !== bodyBytes(shape)) return null;
  return usedSlots(shape, body) === epoch && codesAreSound(shape, body) ? body : null;
};
