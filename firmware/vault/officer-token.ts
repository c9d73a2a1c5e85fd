/**
 * What stands on an officer's token: a header that anyone may read, and secrets sealed under the PIN
 * by scrypt (RFC 7914) and ChaCha20-Poly1305. A token that can not limit attempts (a file) gives six
 * to eight digits little strength against who has time: scrypt makes each guess cost 100 ms and 32 MB,
 * so a million PINs take a day on one core. What a share alone opens is nothing: that is the answer.
 */
import { scryptSync } from 'node:crypto';
import { sha256 } from '@noble/hashes/sha2.js';
import type { OfficerRole } from '#firmware/election/definition.ts';
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget, joinSecret, secretBytes } from '#hal/secret-bytes.ts';
import { AEAD_KEY_BYTES, openBytes, SEAL_OVERHEAD_BYTES, sealBytes } from './aead.ts';
import { bytesOfHex, jsonBytes, jsonObject, textOf, toHex, utf8 } from './bytes.ts';
import { SHARE_BYTES, type TokenListing } from './key-shares.ts';
import { KEY_BYTES } from './keys.ts';

/** What a token can hold (hal/officer-token.ts). */
export const MAX_TOKEN_BYTES = 4096;
const TOKEN_VERSION = 1;
const SALT_BYTES = 16;
const MAX_ID_LENGTH = 64;
const MAX_SEALED_BYTES = 1024;

/** scrypt's cost: 128 x N x r bytes of memory, N a power of two. */
export type PinCost = { readonly N: number; readonly r: number; readonly p: number };

/** About 100 ms and 32 MB on the unit. */
export const PIN_COST: PinCost = { N: 2 ** 15, r: 8, p: 1 };
/** A record may ask for no more than this: 128 MB. */
const MAX_COST: PinCost = { N: 2 ** 17, r: 8, p: 4 };
/** What such a record takes, and room for scrypt's own blocks. */
const MAX_COST_BYTES = 2 * 128 * MAX_COST.N * MAX_COST.r;

const ROLES = [
  'presidingOfficer',
  'pollWorker',
  'observer',
  'authority',
] as const satisfies readonly OfficerRole[];

/** What can be read without the PIN. */
export type TokenHeader = {
  readonly version: 1;
  readonly electionId: string;
  readonly precinct: string;
  readonly officerId: string;
  readonly role: OfficerRole;
};

export type TokenSecrets = {
  /** This officer's share of the precinct's private key, `SHARE_BYTES`. */
  readonly share: Uint8Array | null;
  /** The key under which the pollbook is encrypted, 32 bytes; on the presiding officer's token. */
  readonly pollbookKey: Uint8Array | null;
};

export type TokenOpening = { readonly header: TokenHeader; readonly secrets: TokenSecrets };

export type TokenRecordFault =
  /** Not a token of this system. */
  | 'malformed'
  /** Not six to eight digits. */
  | 'notAPin'
  /** The PIN is another, or the record was changed. */
  | 'wrongPin';

/** A PIN: six to eight decimal digits. */
export const isPin = (pin: string): boolean => /^[0-9]{6,8}$/.test(pin);

type Parsed = {
  readonly header: TokenHeader;
  readonly cost: PinCost;
  readonly salt: Uint8Array;
  readonly sealed: Uint8Array;
  /** The bytes that the seal authenticates: everything but itself. */
  readonly bound: Uint8Array;
};

/** Header, cost and salt in the one spelling that is sealed. */
const boundBytes = (header: TokenHeader, cost: PinCost, salt: Uint8Array): Uint8Array => {
  const { version, electionId, precinct, officerId, role } = header;
  const { N, r, p } = cost;
  return jsonBytes({ version, electionId, precinct, officerId, role, N, r, p, salt: toHex(salt) });
};

/** OpenSSL's scrypt, not noble's: the same function in native code, and the booth stands still while it runs. */
const keyOf = (pin: string, salt: Uint8Array, cost: PinCost): Uint8Array =>
  new Uint8Array(scryptSync(utf8(pin), salt, AEAD_KEY_BYTES, { ...cost, maxmem: MAX_COST_BYTES }));

const isId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH;
const isRole = (value: unknown): value is OfficerRole => ROLES.some((role) => role === value);
const isUpTo = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;

const readHex = (value: unknown): Uint8Array | null =>
  typeof value === 'string' && value.length <= 2 * MAX_SEALED_BYTES
    ? bytesOfHex(value, value.length / 2)
    : null;

const parse = (record: Uint8Array): Parsed | null => {
  if (record.length > MAX_TOKEN_BYTES) return null;
  const found = jsonObject(textOf(record) ?? '');
  if (found === null || found.version !== TOKEN_VERSION) return null;
  const { electionId, precinct, officerId, role, N, r, p } = found;
  if (!isId(electionId) || !isId(precinct) || !isId(officerId) || !isRole(role)) return null;
  if (!isUpTo(N, MAX_COST.N) || !isUpTo(r, MAX_COST.r) || !isUpTo(p, MAX_COST.p)) return null;
  if (N < 2 || (N & (N - 1)) !== 0) return null;
  const salt = bytesOfHex(found.salt, SALT_BYTES);
  const sealed = readHex(found.sealed);
  if (salt === null || sealed === null || sealed.length < SEAL_OVERHEAD_BYTES) return null;
  const header: TokenHeader = { version: TOKEN_VERSION, electionId, precinct, officerId, role };
  const cost = { N, r, p };
  return { header, cost, salt, sealed, bound: boundBytes(header, cost, salt) };
};

/**
 * The record for a token: at most 4,096 bytes. Throws on a PIN or secrets that are not such, which the
 * caller has checked (`isPin`).
 */
export const sealToken = (
  secrets: TokenSecrets,
  header: TokenHeader,
  pin: string,
  cost: PinCost,
  entropy: Entropy,
): Uint8Array => {
  if (!isPin(pin)) throw new Error('not a PIN');
  if (secrets.share !== null && secrets.share.length !== SHARE_BYTES)
    throw new Error('not a share');
  if (secrets.pollbookKey !== null && secrets.pollbookKey.length !== KEY_BYTES)
    throw new Error('not a key of the pollbook');
  const salt = entropy.bytes(SALT_BYTES);
  const bound = boundBytes(header, cost, salt);
  // One length whatever is in it: a share or a key that is missing is written as zeros and a flag.
  const plain = secretBytes(2 + SHARE_BYTES + KEY_BYTES);
  plain[0] = secrets.share === null ? 0 : 1;
  plain[1] = secrets.pollbookKey === null ? 0 : 1;
  if (secrets.share !== null) plain.set(secrets.share, 2);
  if (secrets.pollbookKey !== null) plain.set(secrets.pollbookKey, 2 + SHARE_BYTES);
  const key = keyOf(pin, salt, cost);
  const sealed = sealBytes(key, plain, bound, entropy);
  forget(key);
  forget(plain);
  const text = new TextDecoder().decode(bound);
  const record = utf8(`${text.slice(0, -1)},"sealed":"${toHex(sealed)}"}`);
  if (parse(record) === null) throw new Error('not a header that could be read again');
  return record;
};

/** The header without the PIN, not authenticated: who this token says to be; null when it is none. */
export const tokenHeader = (record: Uint8Array): TokenHeader | null =>
  parse(record)?.header ?? null;

/** SHA-256 of a record, hex: what the ceremony record lists, so that a token made elsewhere is refused. */
export const tokenDigest = (record: Uint8Array): string => toHex(sha256(record));

/** True when the ceremony wrote exactly this token for the officer it names. */
export const isListedToken = (record: Uint8Array, tokens: readonly TokenListing[]): boolean => {
  const digest = tokenDigest(record);
  const officerId = tokenHeader(record)?.officerId;
  return tokens.some((token) => token.officerId === officerId && token.digest === digest);
};

/** Header and secrets, by the PIN. Takes what the record's cost says, 100 ms with `PIN_COST`. */
export const openToken = (
  record: Uint8Array,
  pin: string,
): Result<TokenOpening, TokenRecordFault> => {
  const parsed = parse(record);
  if (parsed === null) return err('malformed');
  if (!isPin(pin)) return err('notAPin');
  const key = keyOf(pin, parsed.salt, parsed.cost);
  const plain = openBytes(key, parsed.sealed, parsed.bound);
  forget(key);
  if (plain === null) return err('wrongPin');
  if (plain.length !== 2 + SHARE_BYTES + KEY_BYTES) return err('malformed');
  const secrets = {
    share: plain[0] === 1 ? joinSecret(plain.subarray(2, 2 + SHARE_BYTES)) : null,
    pollbookKey: plain[1] === 1 ? joinSecret(plain.subarray(2 + SHARE_BYTES)) : null,
  };
  forget(plain);
  return ok({ header: parsed.header, secrets });
};
