/**
 * The record of a unit's audits, which its technician keeps: one signed entry after the other, each with the
 * SHA-256 of the one before. Nothing in it can be changed, taken out or put in unseen; that its end was cut off
 * shows a head that somebody wrote down (on the minutes of the last audit, say).
 */
import { bytesOfHex, jsonObject, textOf, utf8 } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { ed25519PublicKey, KEY_BYTES } from '#firmware/vault/keys.ts';
import { openSignedFile, signFile } from '#firmware/vault/signed-file.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { type Finding, subjectOf } from '../finding.ts';
import { type Phrase, type Said, says } from '../words/phrase.ts';

export const RECORD_PURPOSE = 'urna unit audit 1';
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const FIRST_PREVIOUS = '0'.repeat(64);
/** Of one audit; a unit with more has a broken disk, and the report names them all. */
const FINDINGS_KEPT = 50;

export type RecordEntry = {
  readonly format: typeof RECORD_PURPOSE;
  /** From 1. */
  readonly number: number;
  /** SHA-256 of the entry before, hex. */
  readonly previous: string;
  /** UTC, to the minute. */
  readonly at: string;
  /** The unit's identity key, hex: it stays the same over elections. */
  readonly unit: string;
  readonly machineCode: string;
  /** SHA-256 of the release's manifest, hex. */
  readonly release: string;
  readonly findings: number;
  /** `code: subject`, the first ones. */
  readonly found: readonly string[];
  /** Public key of who signs, hex. */
  readonly technician: string;
};

export type ReadRecord = {
  readonly entries: readonly RecordEntry[];
  /** SHA-256 of each entry, hex, in their order. */
  readonly heads: readonly string[];
  /** The first thing that is wrong; null: it is whole. */
  readonly problem: { readonly entry: number; readonly reason: Phrase } | null;
};

const HEX = /^[0-9a-f]{64}$/;

const isEntry = (value: unknown): value is RecordEntry => {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Partial<RecordEntry>;
  return (
    entry.format === RECORD_PURPOSE &&
    [entry.number, entry.findings].every((each) => Number.isSafeInteger(each)) &&
    [entry.previous, entry.unit, entry.release, entry.technician].every(
      (each) => typeof each === 'string' && HEX.test(each),
    ) &&
    [entry.at, entry.machineCode].every((each) => typeof each === 'string' && each.length <= 40) &&
    Array.isArray(entry.found) &&
    entry.found.length <= FINDINGS_KEPT &&
    entry.found.every((each) => typeof each === 'string')
  );
};

const entryIn = (block: string): Result<RecordEntry, Phrase> => {
  const [line = ''] = block.split('\n');
  const key = bytesOfHex(jsonObject(line)?.technician, KEY_BYTES);
  if (key === null) return err(says('unit.record.noEntry'));
  const opened = openSignedFile(RECORD_PURPOSE, utf8(block), key);
  if (opened === null) return err(says('unit.record.notSigned'));
  return isEntry(opened.json) ? ok(opened.json) : err(says('unit.record.noEntry'));
};

/** Total: any bytes get an answer. Empty: no audit yet. */
export const readRecord = (bytes: Uint8Array): ReadRecord => {
  const entries: RecordEntry[] = [];
  const heads: string[] = [];
  const stop = (reason: Phrase): ReadRecord => ({
    entries,
    heads,
    problem: { entry: entries.length + 1, reason },
  });
  const text = textOf(bytes);
  if (text === null) return stop(says('unit.record.notText'));
  if (text === '') return { entries, heads, problem: null };
  const lines = text.split('\n');
  if (lines.pop() !== '' || lines.length % 2 !== 0) return stop(says('unit.record.cut'));
  for (let at = 0; at < lines.length; at += 2) {
    const block = `${lines[at]}\n${lines[at + 1]}\n`;
    const read = entryIn(block);
    if (!read.ok) return stop(read.error);
    const entry = read.value;
    if (entry.number !== entries.length + 1)
      return stop(says('unit.record.number', { number: entry.number }));
    if (entry.previous !== (heads.at(-1) ?? FIRST_PREVIOUS))
      return stop(says('unit.record.notBound'));
    if (entry.unit !== (entries[0]?.unit ?? entry.unit)) return stop(says('unit.record.otherUnit'));
    entries.push(entry);
    heads.push(sha256Hex(utf8(block)));
  }
  return { entries, heads, problem: null };
};

export type NewEntry = Pick<RecordEntry, 'at' | 'unit' | 'machineCode' | 'release'> & {
  readonly findings: readonly Pick<Finding, 'code' | 'subject'>[];
};

/** The next entry of a whole record, as bytes to be appended. */
export const nextEntry = (
  { entries, heads }: ReadRecord,
  { at, unit, machineCode, release, findings }: NewEntry,
  technicianKey: Uint8Array,
): Uint8Array => {
  const entry: RecordEntry = {
    format: RECORD_PURPOSE,
    number: entries.length + 1,
    previous: heads.at(-1) ?? FIRST_PREVIOUS,
    at,
    unit,
    machineCode,
    release,
    findings: findings.length,
    found: findings.slice(0, FINDINGS_KEPT).map((each) => `${each.code}: ${subjectOf(each)}`),
    technician: Buffer.from(ed25519PublicKey(technicianKey)).toString('hex'),
  };
  return signFile(RECORD_PURPOSE, entry, technicianKey);
};

export const RECORD_CODES = ['unit.record', 'unit.recordHead', 'unit.recordUnit'] as const;

/** `unit`: identity key of the unit that is audited, hex. `known`: heads that somebody wrote down. */
export const recordFindings = (
  { entries, heads, problem }: ReadRecord,
  unit: string,
  known: readonly string[],
): readonly Finding[] => {
  const first = entries[0];
  const finding = (code: (typeof RECORD_CODES)[number], subject: Said, message: Phrase) => [
    { code, subject, message },
  ];
  return [
    ...(problem === null
      ? []
      : finding('unit.record', says('subject.entry', { number: problem.entry }), problem.reason)),
    ...(first === undefined || first.unit === unit
      ? []
      : finding(
          'unit.recordUnit',
          says('subject.record'),
          says('unit.recordUnit', { key: first.unit.slice(0, 16) }),
        )),
    ...known
      .filter((head) => !heads.includes(head))
      .flatMap((head) =>
        finding(
          'unit.recordHead',
          says('subject.record'),
          says('unit.recordHead', { head: head.slice(0, 16) }),
        ),
      ),
  ];
};
