/**
 * The journal J as bytes. Each medium holds two buffers, written in turn, so that a torn write
 * leaves the one before. 96 bytes, all in one sector:
 *
 *   0 'URNJ'  4 format  5 phase  6 print  7 0  8 sequence  12 generation  16 epoch  20 reprints
 *   24 spoils  28 0  32 MAC of bytes 0-31 and 64-95  64 MAC of bytes 0-31 and the pending record (PREPARED)
 *
 * Both MACs are HMAC-SHA256 under a key derived from the outer key of J's epoch. They are two so that
 * a damaged pending record can be told from a torn journal: the first must never make recovery fall
 * back to the buffer before, in which the vote was not yet prepared; the second always must, since a
 * module may have to carry the election alone. So the first MAC covers the second: a sector that is torn
 * inside the second is a torn journal.
 *
 * The sequence counts the journals of an epoch. It says which of two is newer where the rank of their
 * phases would not: after a rejection the phase goes back from SPOILED to ACTIVE, and a medium whose
 * syncs lied, or an image put back, may still show the SPOILED of before.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { contextBytes, type VaultContext } from './context.ts';
import { equalBytes, isBlank, uint32At, uint32Bytes } from './fields.ts';
import type { Journal, JournalPhase, PrintMark } from './vault.ts';

export const JOURNAL_BYTES = 96;
const MAGIC = utf8ToBytes('URNJ');
const FORMAT = 2;
const BODY_BYTES = 32;
const MAC_BYTES = 32;

/** In order of rank within an epoch. The index is the byte in the file. */
const PHASES = [
  'OUTCOME',
  'IDLE',
  'ACTIVE',
  'PREPARED',
  'SPOILED',
] as const satisfies readonly JournalPhase[];
const PRINTS = [
  'NONE',
  'STARTED',
  'PARTIAL',
  'DONE',
  'CONFIRMED',
] as const satisfies readonly PrintMark[];

/** One buffer, decoded and verified. */
export type JournalRecord = { readonly journal: Journal; readonly sequence: number };

/** The key of both MACs; never the outer key itself, which encrypts the urn. */
const macKeyOf = (outerKey: Uint8Array, context: VaultContext): Uint8Array =>
  hmac(sha256, outerKey, contextBytes('journal', context));

const pendingMac = (macKey: Uint8Array, body: Uint8Array, pending: Uint8Array): Uint8Array =>
  hmac(sha256, macKey, concatBytes(utf8ToBytes('pending'), body, sha256(pending)));

/** Of the first journal of an epoch. */
export const FIRST_SEQUENCE = 1;

/** `pending`: the pending record's ciphertext, needed in PREPARED alone. */
export const encodeJournal = (
  { journal, sequence }: JournalRecord,
  outerKey: Uint8Array,
  context: VaultContext,
  pending: Uint8Array | null,
): Uint8Array => {
  const body = concatBytes(
    MAGIC,
    Uint8Array.of(FORMAT, PHASES.indexOf(journal.phase), PRINTS.indexOf(journal.print), 0),
    uint32Bytes(sequence),
    uint32Bytes(journal.generation),
    uint32Bytes(journal.epoch),
    uint32Bytes(journal.reprints),
    uint32Bytes(journal.spoils),
    new Uint8Array(4),
  );
  const macKey = macKeyOf(outerKey, context);
  if ((journal.phase === 'PREPARED') !== (pending !== null))
    throw new Error('vault: a journal has a pending record exactly in PREPARED');
  const second = pending === null ? new Uint8Array(MAC_BYTES) : pendingMac(macKey, body, pending);
  return concatBytes(body, hmac(sha256, macKey, concatBytes(body, second)), second);
};

/** Null: not a journal, or not one under this key. Says nothing yet about the pending record. */
export const decodeJournal = (
  bytes: Uint8Array,
  outerKey: Uint8Array,
  context: VaultContext,
): JournalRecord | null => {
  if (bytes.length !== JOURNAL_BYTES) return null;
  const body = bytes.subarray(0, BODY_BYTES);
  const phase = PHASES[body[5]!];
  const print = PRINTS[body[6]!];
  const framed =
    equalBytes(body.subarray(0, 4), MAGIC) &&
    body[4] === FORMAT &&
    body[7] === 0 &&
    isBlank(body.subarray(28));
  if (!framed || phase === undefined || print === undefined) return null;
  if (phase !== 'PREPARED' && (print !== 'NONE' || !isBlank(bytes.subarray(64)))) return null;
  const mac = bytes.subarray(BODY_BYTES, BODY_BYTES + MAC_BYTES);
  const covered = concatBytes(body, bytes.subarray(BODY_BYTES + MAC_BYTES));
  if (!equalBytes(mac, hmac(sha256, macKeyOf(outerKey, context), covered))) return null;
  return {
    sequence: uint32At(body, 8),
    journal: {
      generation: uint32At(body, 12),
      epoch: uint32At(body, 16),
      phase,
      print,
      reprints: uint32At(body, 20),
      spoils: uint32At(body, 24),
    },
  };
};

/** Does the pending record belong to this journal (PREPARED)? */
export const coversPending = (
  bytes: Uint8Array,
  outerKey: Uint8Array,
  context: VaultContext,
  pending: Uint8Array,
): boolean => {
  if (bytes.length !== JOURNAL_BYTES) return false;
  const expected = pendingMac(macKeyOf(outerKey, context), bytes.subarray(0, BODY_BYTES), pending);
  return equalBytes(bytes.subarray(BODY_BYTES + MAC_BYTES), expected);
};

/**
 * Above 0: `a` is newer. By generation, epoch, sequence; ties by rank (OUTCOME < IDLE < ACTIVE <
 * PREPARED by print < SPOILED). 0: they are the same.
 */
export const compareJournals = (
  { journal: a, sequence: first }: JournalRecord,
  { journal: b, sequence: second }: JournalRecord,
): number =>
  a.generation - b.generation ||
  a.epoch - b.epoch ||
  first - second ||
  PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
  PRINTS.indexOf(a.print) - PRINTS.indexOf(b.print) ||
  a.reprints - b.reprints ||
  a.spoils - b.spoils;
