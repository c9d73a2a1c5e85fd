/**
 * The election package: what one precinct's unit is given, signed by the authority. One JSON file
 *
 *     {"format":"urna election package 1","publicKey":hex,"payload":base64,"signature":base64}
 *
 * whose signature (Ed25519) covers the payload's bytes exactly as stored, so that nothing depends on
 * how JSON is written. The payload is JSON too: the election definition, the number of voters, the
 * pollbook encrypted under a key of its own, and the codes for paper records. Only one way of writing
 * the file is accepted, so that no bit of it can change unnoticed.
 */
import { checkDefinition, type DefinitionError } from '#firmware/election/check-definition.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { AEAD_KEY_BYTES, openBytes, SEAL_OVERHEAD_BYTES, sealBytes } from './aead.ts';
import { ed25519PublicKey, KEY_BYTES, SIGNATURE_BYTES, sign, verify } from './keys.ts';
import { isPaperCode, makePaperCodes, paperCodesFor } from './paper-codes.ts';

export const PACKAGE_FORMAT = 'urna election package 1';
/** A package of 1,000 voters with templates of 1,536 bytes has about 3 MB. */
export const MAX_PACKAGE_BYTES = 16 * 1024 * 1024;
export const MAX_REGISTERED = 2000;

export type ElectionPackage = {
  readonly definition: ElectionDefinition;
  /** Voters of the precinct: slots of the urn. */
  readonly registered: number;
  /** The pollbook, sealed; `decryptPollbook` opens it. */
  readonly pollbook: Uint8Array;
  /** The codes that papers of this precinct may carry, in the order committed to. */
  readonly paperCodes: readonly string[];
};

export type PackageFault =
  /** Not a package at all, or cut, or not written the one way it is written. */
  | { readonly kind: 'malformed'; readonly detail: string }
  | { readonly kind: 'unsigned' }
  /** Signed by somebody else: `publicKey` is whose (hex). */
  | { readonly kind: 'foreignKey'; readonly publicKey: string }
  | { readonly kind: 'badSignature' }
  | {
      readonly kind: 'wrongPrecinct';
      readonly pollingPlaceCode: string;
      readonly precinctNumber: string;
    }
  | { readonly kind: 'expired'; readonly validUntil: string }
  | { readonly kind: 'badDefinition'; readonly errors: readonly DefinitionError[] };

export type PackageContents = {
  readonly definition: ElectionDefinition;
  readonly registered: number;
  /** The pollbook's bytes (firmware/desk/pollbook.ts); opaque here. */
  readonly pollbook: Uint8Array;
  /** 32 bytes, which later lie on the presiding officer's token. */
  readonly pollbookKey: Uint8Array;
  /** `paperCodesFor(registered)` of them, where the authority commits to them apart; else they are drawn. */
  readonly paperCodes?: readonly string[];
};

export type ExpectedPrecinct = {
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
};

type Envelope = {
  readonly format: string;
  readonly publicKey: string;
  readonly payload: string;
  readonly signature: string;
};

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is signed: a purpose, so that this signature is good for nothing else, then the payload. */
const signedBytes = (payload: Uint8Array): Uint8Array =>
  Buffer.concat([utf8.encode(`${PACKAGE_FORMAT}\0`), payload]);

/** Binds the sealed pollbook to election and precinct. */
const pollbookContext = ({ id, precinct }: ElectionDefinition): Uint8Array =>
  utf8.encode(`urna pollbook 1\0${id}\0${precinct.pollingPlaceCode}\0${precinct.number}`);

/**
 * Builds and signs a package with the authority's Ed25519 seed. Draws the paper codes and a nonce
 * from `entropy`: the same entropy gives the same bytes.
 */
export const buildElectionPackage = (
  contents: PackageContents,
  authorityPrivateKey: Uint8Array,
  entropy: Entropy,
): Uint8Array => {
  const { definition, registered } = contents;
  if (!Number.isInteger(registered) || registered < 1 || registered > MAX_REGISTERED) {
    throw new RangeError(`a precinct of ${registered} voters`);
  }
  const context = pollbookContext(definition);
  const sealed = sealBytes(contents.pollbookKey, contents.pollbook, context, entropy);
  const paperCodes = contents.paperCodes ?? makePaperCodes(paperCodesFor(registered), entropy);
  const body = { definition, registered, pollbook: toBase64(sealed), paperCodes };
  return sealEnvelope(utf8.encode(JSON.stringify(body)), authorityPrivateKey);
};

/** Signs a payload and writes the file; `buildElectionPackage` and tests of bad payloads use it. */
export const sealEnvelope = (payload: Uint8Array, authorityPrivateKey: Uint8Array): Uint8Array =>
  writeEnvelope({
    format: PACKAGE_FORMAT,
    publicKey: Buffer.from(ed25519PublicKey(authorityPrivateKey)).toString('hex'),
    payload: toBase64(payload),
    signature: toBase64(sign(authorityPrivateKey, signedBytes(payload))),
  });

const writeEnvelope = ({ format, publicKey, payload, signature }: Envelope): Uint8Array =>
  utf8.encode(`${JSON.stringify({ format, publicKey, payload, signature })}\n`);

/**
 * Opens a package for one precinct. `calendarMs` is the calendar's now; null when the clock is not to
 * be believed, and then nothing expires. Nothing of the contents is looked at before the signature
 * has been found good.
 */
export const openElectionPackage = (
  bytes: Uint8Array,
  authorityPublicKey: Uint8Array,
  expected: ExpectedPrecinct,
  calendarMs: number | null,
): Result<ElectionPackage, PackageFault> => {
  const envelope = readEnvelope(bytes);
  if (!envelope.ok) return envelope;
  const { publicKey, signature } = envelope.value;
  if (signature === '') return err({ kind: 'unsigned' });
  if (publicKey !== Buffer.from(authorityPublicKey).toString('hex')) {
    return err({ kind: 'foreignKey', publicKey });
  }
  const payload = fromBase64(envelope.value.payload);
  const signed = fromBase64(signature);
  if (payload === null || signed === null) return malformed('not base64');
  if (
    signed.length !== SIGNATURE_BYTES ||
    !verify(authorityPublicKey, signedBytes(payload), signed)
  ) {
    return err({ kind: 'badSignature' });
  }
  const contents = readPayload(payload);
  if (!contents.ok) return contents;
  const { precinct, calendar } = contents.value.definition;
  if (
    precinct.pollingPlaceCode !== expected.pollingPlaceCode ||
    precinct.number !== expected.precinctNumber
  ) {
    const { pollingPlaceCode, number: precinctNumber } = precinct;
    return err({ kind: 'wrongPrecinct', pollingPlaceCode, precinctNumber });
  }
  const validUntilMs = instantMs(calendar.validUntil);
  if (calendarMs !== null && validUntilMs !== null && calendarMs > validUntilMs) {
    return err({ kind: 'expired', validUntil: calendar.validUntil });
  }
  return contents;
};

const malformed = (detail: string): Result<never, PackageFault> =>
  err({ kind: 'malformed', detail });

const parseObject = (bytes: Uint8Array): Readonly<Record<string, unknown>> | null => {
  try {
    const parsed: unknown = JSON.parse(fromUtf8.decode(bytes));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : null;
  } catch {
    return null;
  }
};

const readEnvelope = (bytes: Uint8Array): Result<Envelope, PackageFault> => {
  if (bytes.length > MAX_PACKAGE_BYTES) return malformed(`${bytes.length} bytes`);
  const parsed = parseObject(bytes);
  if (parsed === null) return malformed('not a JSON object');
  const { format, publicKey, payload, signature = '' } = parsed;
  if (format !== PACKAGE_FORMAT) return malformed('not an election package of this format');
  if (typeof payload !== 'string' || payload === '') return malformed('no payload');
  if (typeof signature !== 'string') return malformed('the signature is not text');
  if (signature === '') return err({ kind: 'unsigned' });
  if (
    typeof publicKey !== 'string' ||
    !new RegExp(`^[0-9a-f]{${2 * KEY_BYTES}}$`).test(publicKey)
  ) {
    return malformed('no public key');
  }
  const envelope = { format, publicKey, payload, signature };
  if (Buffer.compare(writeEnvelope(envelope), bytes) !== 0) {
    return malformed('not written the way packages are written');
  }
  return ok(envelope);
};

const readPayload = (payload: Uint8Array): Result<ElectionPackage, PackageFault> => {
  const parsed = parseObject(payload);
  if (parsed === null) return malformed('the payload is not a JSON object');
  const { definition: json, registered, pollbook: sealed, paperCodes } = parsed;
  const definition = checkDefinition(json);
  if (!definition.ok) return err({ kind: 'badDefinition', errors: definition.error });
  if (
    typeof registered !== 'number' ||
    !Number.isInteger(registered) ||
    registered < 1 ||
    registered > MAX_REGISTERED
  ) {
    return malformed('the number of registered voters');
  }
  const pollbook = typeof sealed === 'string' ? fromBase64(sealed) : null;
  if (pollbook === null || pollbook.length < SEAL_OVERHEAD_BYTES) return malformed('the pollbook');
  if (!Array.isArray(paperCodes) || !paperCodes.every(isPaperCode))
    return malformed('a paper code');
  if (new Set(paperCodes).size !== paperCodes.length)
    return malformed('a paper code is there twice');
  if (paperCodes.length !== paperCodesFor(registered))
    return malformed('the number of paper codes');
  return ok({ definition: definition.value, registered, pollbook, paperCodes });
};

export type PollbookFault = { readonly kind: 'wrongKey' };

/** The pollbook's bytes; `wrongKey` when this is not the key of this precinct's pollbook. */
export const decryptPollbook = (
  { definition, pollbook }: ElectionPackage,
  key: Uint8Array,
): Result<Uint8Array, PollbookFault> => {
  if (key.length !== AEAD_KEY_BYTES) return err({ kind: 'wrongKey' });
  const opened = openBytes(key, pollbook, pollbookContext(definition));
  return opened === null ? err({ kind: 'wrongKey' }) : ok(opened);
};

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Strict: only what `toBase64` writes. */
const fromBase64 = (text: string): Uint8Array | null => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return toBase64(bytes) === text ? bytes : null;
};
