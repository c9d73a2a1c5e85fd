/**
 * The desk file in bytes: generation, version and content, whole. The newest whole file wins and none
 * is ever merged: newer is the higher generation, then the higher version. The store seals these
 * bytes (ChaCha20-Poly1305), which proves them; the checks here prove that they mean something.
 */
import { err, ok, type Result } from '#hal/result.ts';
import { makeByteReader, makeByteWriter } from './byte-cursor.ts';
import {
  COMPANIONS_MAX,
  contentFlaw,
  type DeskContent,
  type LimitedOutcome,
} from './desk-content.ts';
import { CODES_MAX, VOTERS_MAX } from './pollbook.ts';

export type DeskFile = {
  /** Raised when a medium is lost, so that the survivor's history wins for good. */
  readonly generation: number;
  /** Raised with every change. */
  readonly version: number;
  readonly content: DeskContent;
};

export type DeskFileError = { readonly kind: 'malformed'; readonly detail: string };

const MAGIC = new TextEncoder().encode('URNADF01');
const LOCKS: readonly (LimitedOutcome | null)[] = [
  null,
  'noMatch',
  'noStoredPrint',
  'noUpperLimbs',
];
const NO_VOTER = 0xffff;

/** Above 0 when `a` is newer, below 0 when `b` is, 0 when they are of one writing. */
export const compareAge = (
  a: Pick<DeskFile, 'generation' | 'version'>,
  b: Pick<DeskFile, 'generation' | 'version'>,
): number => a.generation - b.generation || a.version - b.version;

/** Throws on a content that `contentFlaw` refuses: nothing unsound is ever written. */
export const encodeDeskFile = (file: DeskFile): Uint8Array => {
  const { content } = file;
  const flaw = contentFlaw(content);
  if (flaw !== null) throw new Error(`desk file: ${flaw}`);
  const writer = makeByteWriter();
  writer.raw(MAGIC);
  writer.u32(file.generation);
  writer.u32(file.version);
  writer.u16(content.voters.length);
  writer.raw(content.voters);
  writer.u16(content.admission?.voter ?? NO_VOTER);
  writer.text16(content.admission?.companion ?? '');
  writer.u16(content.companions.length);
  for (const companion of content.companions) writer.text16(companion);
  writer.u16(content.usedCodes.length);
  for (const code of content.usedCodes) writer.u16(code);
  writer.u16(content.runs.noMatch);
  writer.u16(content.runs.noStoredPrint);
  writer.u16(content.runs.noUpperLimbs);
  writer.u8(LOCKS.indexOf(content.lock));
  writer.u16(content.locksCleared);
  return writer.finish();
};

/** Reads `u16` entries, at most `max`; null when one is missing. */
const readList = <T>(count: number | null, max: number, read: () => T | null): T[] | null => {
  if (count === null || count > max) return null;
  const list: T[] = [];
  for (let at = 0; at < count; at++) {
    const entry = read();
    if (entry === null) return null;
    list.push(entry);
  }
  return list;
};

/** The reverse of `encodeDeskFile`; total. */
export const decodeDeskFile = (bytes: Uint8Array): Result<DeskFile, DeskFileError> => {
  const malformed = (detail: string): Result<never, DeskFileError> =>
    err({ kind: 'malformed', detail });
  const reader = makeByteReader(bytes);
  if (reader.raw(MAGIC.length)?.every((byte, at) => byte === MAGIC[at]) !== true)
    return malformed('not a desk file of this version');
  const generation = reader.u32();
  const version = reader.u32();
  const registered = reader.u16();
  const voters = registered === null || registered > VOTERS_MAX ? null : reader.raw(registered);
  const admitted = reader.u16();
  const companion = reader.text16();
  const companions = readList(reader.u16(), COMPANIONS_MAX, reader.text16);
  const usedCodes = readList(reader.u16(), CODES_MAX, reader.u16);
  const noMatch = reader.u16();
  const noStoredPrint = reader.u16();
  const noUpperLimbs = reader.u16();
  const lock = LOCKS[reader.u8() ?? -1];
  const locksCleared = reader.u16();
  if (generation === null || version === null || voters === null || admitted === null)
    return malformed('cut short');
  if (companion === null || companions === null || usedCodes === null || lock === undefined)
    return malformed('cut short or out of range');
  if (noMatch === null || noStoredPrint === null || noUpperLimbs === null || locksCleared === null)
    return malformed('cut short');
  if (!reader.atEnd()) return malformed('bytes after the end');
  if (admitted === NO_VOTER && companion !== '') return malformed('a companion of nobody');
  const content: DeskContent = {
    voters,
    admission:
      admitted === NO_VOTER
        ? null
        : { voter: admitted, companion: companion === '' ? null : companion },
    companions,
    usedCodes,
    runs: { noMatch, noStoredPrint, noUpperLimbs },
    lock,
    locksCleared,
  };
  const flaw = contentFlaw(content);
  return flaw === null ? ok({ generation, version, content }) : malformed(flaw);
};
