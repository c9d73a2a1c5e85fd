/**
 * The precinct's private key in shares, one an officer. A ceremony record, made at setup, signed by the
 * machine and kept by it, lists the SHA-256 of every share, so that a wrong, forged, repeated or
 * foreign share is named before anything is combined. The digest of a share says nothing of it: a
 * share is 32 random bytes.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget, joinSecret } from '#hal/secret-bytes.ts';
import {
  bytesOfHex,
  concatBytes,
  equalBytes,
  jsonBytes,
  jsonObject,
  textOf,
  toHex,
  utf8,
} from './bytes.ts';
import { KEY_BYTES, SIGNATURE_BYTES, sign, verify, x25519PublicKey } from './keys.ts';
import {
  combineShares as combine,
  MAX_SHARES,
  MIN_THRESHOLD,
  shareIndex,
  splitSecret,
} from './shamir.ts';

/** Bytes of a share: the private key's length and its index. */
export const SHARE_BYTES = KEY_BYTES + 1;
const DIGEST_BYTES = 32;
const MAX_ID_LENGTH = 64;
const COMMITMENT = utf8('urna key share v1\0');
const RECORD = utf8('urna ceremony record v1\0');

/** What shares belong to. */
export type ShareContext = { readonly election: string; readonly precinct: string };

export type Share = {
  readonly context: ShareContext;
  /** The officer who holds it. */
  readonly holder: string;
  /** `SHARE_BYTES` bytes; the last is its index. */
  readonly bytes: Uint8Array;
};

export type Commitment = {
  readonly holder: string;
  readonly index: number;
  /** SHA-256 over context, holder and share, hex. */
  readonly digest: string;
};

/** A token that the ceremony wrote: whoever makes one elsewhere, with the right name on it, is refused. */
export type TokenListing = {
  readonly officerId: string;
  /** SHA-256 of the token's record, hex (`tokenDigest` of officer-token.ts). */
  readonly digest: string;
};

/** What the setup ceremony leaves behind, public. */
export type CeremonyRecord = {
  readonly context: ShareContext;
  /** X25519 public key to which ballots are sealed, hex. */
  readonly publicKey: string;
  readonly threshold: number;
  readonly commitments: readonly Commitment[];
  /** Every officer's token. */
  readonly tokens: readonly TokenListing[];
};

const digestOf = (share: Share): string => {
  const words = jsonBytes([share.context.election, share.context.precinct, share.holder]);
  const committed = joinSecret(COMMITMENT, words, share.bytes);
  const digest = toHex(sha256(committed));
  forget(committed);
  return digest;
};

/** Splits the precinct's private key among `holders`, any `threshold` of whom can join it again. */
export const splitKey = (
  privateKey: Uint8Array,
  holders: readonly string[],
  threshold: number,
  context: ShareContext,
  entropy: Entropy,
): { readonly shares: readonly Share[]; readonly record: CeremonyRecord } => {
  if (privateKey.length !== KEY_BYTES) throw new Error('not a private key');
  if (new Set(holders).size !== holders.length) throw new Error('a holder is named twice');
  const pieces = splitSecret(privateKey, holders.length, threshold, entropy);
  const shares = holders.map((holder, index): Share => {
    const bytes = pieces[index] ?? new Uint8Array(0);
    return { context, holder, bytes };
  });
  const commitments = shares.map((share) => ({
    holder: share.holder,
    index: shareIndex(share.bytes),
    digest: digestOf(share),
  }));
  const publicKey = toHex(x25519PublicKey(privateKey));
  return { shares, record: { context, publicKey, threshold, commitments, tokens: [] } };
};

/** The record with the tokens that were written; done last, since a token holds its share. */
export const withTokens = (
  record: CeremonyRecord,
  tokens: readonly TokenListing[],
): CeremonyRecord => ({ ...record, tokens });

export type ShareFault = {
  /** Null: the joining itself failed, no single share. */
  readonly holder: string | null;
  readonly kind: /** Not a share at all: length or index. */
    | 'malformed'
    /** Of another election or precinct. */
    | 'foreign'
    /** Of an officer who holds none. */
    | 'unknown'
    /** Given before. */
    | 'repeated'
    /** Not the share that was made at the ceremony. */
    | 'forged'
    /** Fewer sound shares than the threshold. */
    | 'tooFew'
    /** All shares are those of the record, and still the key is not: the record is wrong. */
    | 'wrongKey';
};

/** Null when `share` is one of the ceremony and not among `accepted`; otherwise what is wrong. Call it as each token comes. */
export const checkShare = (
  share: Share,
  record: CeremonyRecord,
  accepted: readonly Share[],
): ShareFault | null => {
  const fault = (kind: ShareFault['kind']): ShareFault => ({ holder: share.holder, kind });
  const { election, precinct } = share.context;
  if (election !== record.context.election || precinct !== record.context.precinct)
    return fault('foreign');
  if (share.bytes.length !== SHARE_BYTES) return fault('malformed');
  const commitment = record.commitments.find(({ holder }) => holder === share.holder);
  if (commitment === undefined) return fault('unknown');
  const index = shareIndex(share.bytes);
  if (accepted.some((other) => other.holder === share.holder || shareIndex(other.bytes) === index))
    return fault('repeated');
  if (commitment.index !== index || commitment.digest !== digestOf(share)) return fault('forged');
  return null;
};

/**
 * The private key, when every share is sound, there are enough, and the result belongs to the public
 * key of the record. Otherwise every fault there is; nothing is combined then.
 */
export const combineShares = (
  shares: readonly Share[],
  record: CeremonyRecord,
): Result<Uint8Array, readonly ShareFault[]> => {
  const accepted: Share[] = [];
  const faults: ShareFault[] = [];
  for (const share of shares) {
    const fault = checkShare(share, record, accepted);
    if (fault === null) accepted.push(share);
    else faults.push(fault);
  }
  if (accepted.length < record.threshold) faults.push({ holder: null, kind: 'tooFew' });
  if (faults.length > 0) return err(faults);
  const privateKey = combine(accepted.slice(0, record.threshold).map(({ bytes }) => bytes));
  const publicKey = bytesOfHex(record.publicKey, KEY_BYTES);
  if (publicKey !== null && equalBytes(x25519PublicKey(privateKey), publicKey))
    return ok(privateKey);
  forget(privateKey);
  return err([{ holder: null, kind: 'wrongKey' }]);
};

const recordBody = (record: CeremonyRecord): string =>
  JSON.stringify({
    election: record.context.election,
    precinct: record.context.precinct,
    publicKey: record.publicKey,
    threshold: record.threshold,
    commitments: record.commitments.map(({ holder, index, digest }) => ({ holder, index, digest })),
    tokens: record.tokens.map(({ officerId, digest }) => ({ officerId, digest })),
  });

/** The record as the machine keeps and shows it: its JSON, a line end, and the machine's signature in hex. */
export const encodeCeremonyRecord = (
  record: CeremonyRecord,
  identityKey: Uint8Array,
): Uint8Array => {
  const body = recordBody(record);
  const signature = sign(identityKey, concatBytes(RECORD, utf8(body)));
  return utf8(`${body}\n${toHex(signature)}\n`);
};

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH;

type Row = Readonly<Record<string, unknown>>;

/** A bounded list of objects, each read by `read`; null when one of them is not such. */
const readList = <T>(value: unknown, read: (row: Row) => T | null): readonly T[] | null => {
  if (!Array.isArray(value) || value.length > MAX_SHARES) return null;
  const rows: readonly unknown[] = value;
  const items = rows.map((row) =>
    typeof row === 'object' && row !== null ? read(row as Row) : null,
  );
  return items.every((item) => item !== null) ? items : null;
};

const isDigest = (value: unknown): value is string => bytesOfHex(value, DIGEST_BYTES) !== null;

const readCommitment = ({ holder, index, digest }: Row): Commitment | null =>
  isId(holder) && typeof index === 'number' && Number.isInteger(index) && isDigest(digest)
    ? { holder, index, digest }
    : null;

const readListing = ({ officerId, digest }: Row): TokenListing | null =>
  isId(officerId) && isDigest(digest) ? { officerId, digest } : null;

/** The record, when this machine signed it and it is whole; otherwise null. */
export const decodeCeremonyRecord = (
  bytes: Uint8Array,
  identityPublicKey: Uint8Array,
): CeremonyRecord | null => {
  const [body = '', hex = '', ...rest] = (textOf(bytes) ?? '').split('\n');
  const signature = bytesOfHex(hex, SIGNATURE_BYTES);
  if (signature === null || rest.length !== 1 || rest[0] !== '') return null;
  if (!verify(identityPublicKey, concatBytes(RECORD, utf8(body)), signature)) return null;
  const found = jsonObject(body);
  const commitments = readList(found?.commitments, readCommitment);
  const tokens = readList(found?.tokens, readListing);
  if (found === null || commitments === null || tokens === null) return null;
  const { election, precinct, publicKey, threshold } = found;
  if (!isId(election) || !isId(precinct) || bytesOfHex(publicKey, KEY_BYTES) === null) return null;
  if (typeof threshold !== 'number' || !Number.isInteger(threshold)) return null;
  if (threshold < MIN_THRESHOLD || threshold > commitments.length) return null;
  const context = { election, precinct };
  return { context, publicKey: String(publicKey), threshold, commitments, tokens };
};
