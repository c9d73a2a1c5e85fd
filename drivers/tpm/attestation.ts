/**
 * What a TPM says in a quote, as bytes: which key signed, over what, and the signature. Pure; for the unit, which
 * passes it on, and for the auditor, who reads it. After the TCG's "Trusted Platform Module Library", family 2.0,
 * level 00, revision 01.38: Part 1 (16 names), Part 2 (10.12 attestations, 11.3.4 signatures, 12.2.4 public areas).
 */
import { createHash } from 'node:crypto';
import { makeReader, SHA256, u16, u32 } from './codec.ts';
import { ALG, ATTRIBUTE, ENDORSEMENT, NIST_P256, readSelection } from './object-codec.ts';

/** Part 2, 6.2 TPM_GENERATED_VALUE: a restricted key signs nothing from outside that begins so. */
const GENERATED = 0xff544347;
/** Part 2, 6.9 TPM_ST_ATTEST_QUOTE. */
const QUOTE = 0x8018;
const COORDINATE_BYTES = 32;

const RESTRICTED_SIGNING =
  ATTRIBUTE.fixedTpm |
  ATTRIBUTE.fixedParent |
  ATTRIBUTE.sensitiveDataOrigin |
  ATTRIBUTE.userWithAuth |
  ATTRIBUTE.noLockout |
  ATTRIBUTE.restricted |
  ATTRIBUTE.sign;

/** TPMT_PUBLIC up to its point: ECDSA with SHA-256 on P-256, no policy. A byte more or less is another key. */
const KIND_OF_KEY = [
  ...u16(ALG.ecc),
  ...u16(SHA256),
  ...u32(RESTRICTED_SIGNING),
  ...u16(0),
  ...u16(ALG.none),
  ...[...u16(ALG.ecdsa), ...u16(SHA256)],
  ...u16(NIST_P256),
  ...u16(ALG.none),
];

/** Of the key with which a unit's TPM signs quotes: it is made, signs only what the TPM itself says, and never leaves. */
export const ATTESTATION_TEMPLATE = Uint8Array.from([...KIND_OF_KEY, ...u16(0), ...u16(0)]);

export type Point = { readonly x: Uint8Array; readonly y: Uint8Array };

/** Numbers of a TPM may come without the zeros before them. */
const padded = (bytes: Uint8Array): Uint8Array | null => {
  if (bytes.length > COORDINATE_BYTES) return null;
  const whole = new Uint8Array(COORDINATE_BYTES);
  whole.set(bytes, COORDINATE_BYTES - bytes.length);
  return whole;
};

/** The point of a key's public area (TPMT_PUBLIC); null: no key of this template. */
export const readAttestationKey = (publicArea: Uint8Array): Point | null => {
  const reader = makeReader(publicArea);
  const kind = reader.take(KIND_OF_KEY.length);
  const [x, y] = [padded(reader.sized()), padded(reader.sized())];
  const isOurs = KIND_OF_KEY.every((byte, at) => kind[at] === byte);
  return isOurs && x !== null && y !== null && !reader.short() && reader.left() === 0
    ? { x, y }
    : null;
};

const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** SHA-256 of the public area: what a TPM itself names a key by (Part 1, 16), without the algorithm before it. */
export const fingerprintOf = (publicArea: Uint8Array): Uint8Array => sha256(publicArea);

/** The name under which a primary key of the endorsement hierarchy signs (Part 1, "Qualified Name"). */
export const qualifiedNameOf = (publicArea: Uint8Array): Uint8Array => {
  const algorithm = Uint8Array.from(u16(SHA256));
  const hierarchy = Uint8Array.from(u32(ENDORSEMENT));
  return Uint8Array.from([
    ...algorithm,
    ...sha256(hierarchy, algorithm, fingerprintOf(publicArea)),
  ]);
};

/** The digest that a quote carries for these values, in the order of their registers. */
export const digestOfRegisters = (values: readonly Uint8Array[]): Uint8Array => sha256(...values);

export type Attestation = {
  /** The qualified name of the key that signed. */
  readonly signer: Uint8Array;
  readonly nonce: Uint8Array;
  /** How often the TPM was started, and went on after a suspension, in all. */
  readonly resets: number;
  readonly restarts: number;
  /** Ascending, of the bank of SHA-256. */
  readonly pcrs: readonly number[];
  readonly digest: Uint8Array;
};

export type NoAttestation = 'notGenerated' | 'noQuote' | 'malformed';

/** TPMS_ATTEST of a quote: `notGenerated`, it does not begin as what a TPM itself says does. */
export const decodeAttestation = (bytes: Uint8Array): Attestation | NoAttestation => {
  const reader = makeReader(bytes);
  if (reader.number(4) !== GENERATED) return 'notGenerated';
  if (reader.number(2) !== QUOTE) return 'noQuote';
  const [signer, nonce] = [reader.sized().slice(), reader.sized().slice()];
  // TPMS_CLOCK_INFO: time in ms, the two counts, whether the time is safe. Then the version of its firmware.
  reader.take(8);
  const [resets, restarts] = [reader.number(4), reader.number(4)];
  reader.take(1 + 8);
  const pcrs = readSelection(reader);
  const digest = reader.sized().slice();
  return pcrs === null || reader.short() || reader.left() > 0
    ? 'malformed'
    : { signer, nonce, resets, restarts, pcrs, digest };
};

/** TPMT_SIGNATURE as r and s behind each other (IEEE P1363, 64 bytes); null: no ECDSA with SHA-256. */
export const decodeSignature = (bytes: Uint8Array): Uint8Array | null => {
  const reader = makeReader(bytes);
  const [algorithm, hash] = [reader.number(2), reader.number(2)];
  const [r, s] = [padded(reader.sized()), padded(reader.sized())];
  if (algorithm !== ALG.ecdsa || hash !== SHA256 || r === null || s === null) return null;
  return reader.short() || reader.left() > 0 ? null : Uint8Array.from([...r, ...s]);
};
