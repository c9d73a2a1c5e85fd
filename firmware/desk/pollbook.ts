/**
 * The pollbook: who may vote in this precinct, with the print each voter is compared with; the
 * officers' prints; digests of the single-use codes. The election package carries its bytes
 * encrypted (firmware/vault/election-package.ts); in clear it lives only in the desk's memory.
 */
import type { OfficerRole } from '#firmware/election/definition.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type ByteReader, makeByteReader, makeByteWriter } from './byte-cursor.ts';
import { isNationalId, type NationalId } from './national-id.ts';

export type PollbookEntry = {
  /** Canonical form (national-id.ts), unique in the pollbook. */
  readonly nationalId: NationalId;
  readonly name: string;
  readonly ballotStyleId: string;
  /** 1,536 (R503) or 512 (ZFM) bytes; null: no print is stored. */
  readonly template: Uint8Array | null;
  /** False: known to have no upper limbs, so no finger is asked for. */
  readonly hasUpperLimbs: boolean;
};

export type OfficerEntry = {
  readonly officerId: string;
  readonly role: OfficerRole;
  readonly template: Uint8Array | null;
};

/** What a single-use code is good for: authorising one voter or clearing a first lock; or clearing a later lock. */
export type CodeKind = 'authorisation' | 'support';

/** A code that can be used once, known by its digest (`codeDigestInput`, SHA-256). */
export type SingleUseCode = { readonly kind: CodeKind; readonly digest: Uint8Array };

export type Pollbook = {
  /** Ordered by nationalId is not required; the order is the roster's. */
  readonly voters: readonly PollbookEntry[];
  readonly officers: readonly OfficerEntry[];
  /** 16 bytes that make the digests of this precinct its own. */
  readonly codeSalt: Uint8Array;
  readonly codes: readonly SingleUseCode[];
};

export const VOTERS_MAX = 2000;
export const OFFICERS_MAX = 64;
export const CODES_MAX = 2000;
export const TEMPLATE_BYTES_MAX = 4096;
export const CODE_SALT_BYTES = 16;
export const CODE_DIGEST_BYTES = 32;
/** Digits of a single-use code, as typed on the keypad. */
export const CODE_DIGITS = 8;

export type PollbookError = { readonly kind: 'malformed'; readonly detail: string };

const MAGIC = new TextEncoder().encode('URNAPB01');

const malformed = (detail: string): Result<never, PollbookError> =>
  err({ kind: 'malformed', detail });

/** What SHA-256 is taken of: purpose, kind, salt, digits. */
export const codeDigestInput = (salt: Uint8Array, kind: CodeKind, digits: string): Uint8Array => {
  const writer = makeByteWriter();
  writer.text16('urna single-use code');
  writer.text16(kind);
  writer.bytes16(salt);
  writer.text16(digits);
  return writer.finish();
};

/** What is wrong with a pollbook as a whole, null when nothing is. Names no voter. */
export const pollbookFlaw = (book: Pollbook): string | null => {
  if (book.voters.length > VOTERS_MAX) return `more than ${VOTERS_MAX} voters`;
  if (book.officers.length > OFFICERS_MAX) return `more than ${OFFICERS_MAX} officers`;
  if (book.codes.length > CODES_MAX) return `more than ${CODES_MAX} codes`;
  if (book.codeSalt.length !== CODE_SALT_BYTES) return 'code salt of the wrong length';
  const seen = new Set<string>();
  for (const [index, voter] of book.voters.entries()) {
    if (!isNationalId(voter.nationalId)) return `voter ${index}: national ID is not canonical`;
    if (seen.has(voter.nationalId)) return `voter ${index}: national ID is there twice`;
    seen.add(voter.nationalId);
    if (voter.ballotStyleId === '') return `voter ${index}: no ballot style`;
    if (templateFlaw(voter.template))
      return `voter ${index}: template of ${voter.template?.length} bytes`;
  }
  for (const [index, officer] of book.officers.entries())
    if (templateFlaw(officer.template))
      return `officer ${index}: template of ${officer.template?.length} bytes`;
  for (const [index, code] of book.codes.entries())
    if (code.digest.length !== CODE_DIGEST_BYTES)
      return `code ${index}: digest of the wrong length`;
  return null;
};

const templateFlaw = (template: Uint8Array | null): boolean =>
  template !== null && (template.length === 0 || template.length > TEMPLATE_BYTES_MAX);

const ROLES: readonly OfficerRole[] = ['presidingOfficer', 'pollWorker', 'observer', 'authority'];
const CODE_KINDS: readonly CodeKind[] = ['authorisation', 'support'];
const HAS_LIMBS = 1;
const NO_TEMPLATE = new Uint8Array(0);

/** Throws when `pollbookFlaw` finds one: whoever makes a pollbook checks it first. */
export const encodePollbook = (book: Pollbook): Uint8Array => {
  const flaw = pollbookFlaw(book);
  if (flaw !== null) throw new Error(`pollbook: ${flaw}`);
  const writer = makeByteWriter();
  writer.raw(MAGIC);
  writer.u16(book.voters.length);
  for (const voter of book.voters) {
    writer.text16(voter.nationalId);
    writer.text16(voter.name);
    writer.text16(voter.ballotStyleId);
    writer.u8(voter.hasUpperLimbs ? HAS_LIMBS : 0);
    writer.bytes16(voter.template ?? NO_TEMPLATE);
  }
  writer.u16(book.officers.length);
  for (const officer of book.officers) {
    writer.text16(officer.officerId);
    writer.u8(ROLES.indexOf(officer.role));
    writer.bytes16(officer.template ?? NO_TEMPLATE);
  }
  writer.raw(book.codeSalt);
  writer.u16(book.codes.length);
  for (const code of book.codes) {
    writer.u8(CODE_KINDS.indexOf(code.kind));
    writer.raw(code.digest);
  }
  return writer.finish();
};

const readVoter = (reader: ByteReader): PollbookEntry | null => {
  const nationalId = reader.text16();
  const name = reader.text16();
  const ballotStyleId = reader.text16();
  const flags = reader.u8();
  const template = reader.bytes16();
  if (nationalId === null || name === null || ballotStyleId === null) return null;
  if (flags === null || flags > HAS_LIMBS || template === null) return null;
  return {
    nationalId,
    name,
    ballotStyleId,
    template: template.length === 0 ? null : template,
    hasUpperLimbs: flags === HAS_LIMBS,
  };
};

const readOfficer = (reader: ByteReader): OfficerEntry | null => {
  const officerId = reader.text16();
  const role = ROLES[reader.u8() ?? -1];
  const template = reader.bytes16();
  if (officerId === null || role === undefined || template === null) return null;
  return { officerId, role, template: template.length === 0 ? null : template };
};

const readCode = (reader: ByteReader): SingleUseCode | null => {
  const kind = CODE_KINDS[reader.u8() ?? -1];
  const digest = reader.raw(CODE_DIGEST_BYTES);
  return kind === undefined || digest === null ? null : { kind, digest };
};

/** Reads `u16` entries; null when one is malformed. */
const readMany = <T>(reader: ByteReader, read: (reader: ByteReader) => T | null): T[] | null => {
  const count = reader.u16();
  if (count === null) return null;
  const entries: T[] = [];
  for (let at = 0; at < count; at++) {
    const entry = read(reader);
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
};

/** The reverse of `encodePollbook`; total: any other bytes are `malformed`, and why. */
export const decodePollbook = (bytes: Uint8Array): Result<Pollbook, PollbookError> => {
  const reader = makeByteReader(bytes);
  const magic = reader.raw(MAGIC.length);
  if (magic?.every((byte, at) => byte === MAGIC[at]) !== true)
    return malformed('not a pollbook of this version');
  const voters = readMany(reader, readVoter);
  if (voters === null) return malformed('a voter is cut short or out of range');
  const officers = readMany(reader, readOfficer);
  if (officers === null) return malformed('an officer is cut short or out of range');
  const codeSalt = reader.raw(CODE_SALT_BYTES);
  const codes = readMany(reader, readCode);
  if (codeSalt === null || codes === null)
    return malformed('the codes are cut short or out of range');
  if (!reader.atEnd()) return malformed('bytes after the end');
  const book: Pollbook = { voters, officers, codeSalt, codes };
  const flaw = pollbookFlaw(book);
  return flaw === null ? ok(book) : malformed(flaw);
};

/** Where each voter stands in `voters`. */
export const indexVoters = (book: Pollbook): ReadonlyMap<NationalId, number> =>
  new Map(book.voters.map((voter, index) => [voter.nationalId, index]));

/** The presiding officer's entry; null when the pollbook has none. */
export const presidingOfficerOf = (book: Pollbook): OfficerEntry | null =>
  book.officers.find((officer) => officer.role === 'presidingOfficer') ?? null;
