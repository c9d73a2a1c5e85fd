/**
 * The event log's files on one medium: `event-log/log.jsonl`, and the present log key in one of
 * `event-log/key-a` and `key-b`. A new key goes into the file that does not hold the present one, which is
 * overwritten in place once the new one is durable: so the key before it is gone as far as a file can
 * promise, and a cut at any moment, torn sectors included, leaves one of both. A module may have to go on
 * alone, so the other medium's copy does not do.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';
import {
  bytesOfHex,
  concatBytes,
  equalBytes,
  jsonBytes,
  jsonObject,
  textOf,
  toHex,
} from './bytes.ts';
import {
  LOG_KEY_BYTES,
  type LogKey,
  type ReadLog,
  readHeader,
  readLog,
} from './event-log-format.ts';
import { inOrder, replaceWholeFile } from './whole-file.ts';

export const LOG_FOLDER = 'event-log';
export const LOG_PATH = `${LOG_FOLDER}/log.jsonl`;
const KEY_PATHS = [`${LOG_FOLDER}/key-a`, `${LOG_FOLDER}/key-b`] as const;
/** Lines are appended in batches of at most this; so a cut tears at most this much. */
export const MAX_BATCH_BYTES = 16 * 1024;
const CHECK_BYTES = 8;
const NEWLINE = 0x0a;
const EMPTY = new Uint8Array(0);
const MAX_EPOCH = 1_000_000;

export type LogFault = {
  readonly kind: /** The budget is used up, or no medium in step has room: park. */
    | 'full'
    /** fsync reported an error: park, never try again. */
    | 'notSynced'
    /** No medium takes entries. */
    | 'mediumLost'
    /** What is on the media is not this machine's log, or not all of it. */
    | 'tampered'
    /** More than `MAX_WAITING` events wait. */
    | 'overrun';
  readonly detail: string;
};

export const faultOf = (fault: MediumFault): LogFault => {
  const kind = fault.kind === 'full' || fault.kind === 'notSynced' ? fault.kind : 'mediumLost';
  return { kind, detail: fault.detail };
};

/** A log as it was found. */
export type FoundLog = {
  readonly medium: Medium;
  /** Null: there is none. */
  readonly bytes: Uint8Array | null;
  /** What of it is sound; null when nothing is. */
  readonly read: ReadLog | null;
  /** More is wrong than a cut can do. */
  readonly tampered: boolean;
};

const keyCheck = (epoch: number, key: Uint8Array): string =>
  toHex(
    sha256(concatBytes(Uint8Array.of(epoch >> 16, epoch >> 8, epoch), key)).subarray(
      0,
      CHECK_BYTES,
    ),
  );

const readKey = (bytes: Uint8Array): LogKey | null => {
  const found = jsonObject(textOf(bytes) ?? '');
  if (found === null) return null;
  const key = bytesOfHex(found.key, LOG_KEY_BYTES);
  const epoch = found.epoch;
  if (key === null || typeof epoch !== 'number' || !Number.isInteger(epoch)) return null;
  if (epoch < 0 || epoch > MAX_EPOCH || found.check !== keyCheck(epoch, key)) return null;
  return { epoch, key };
};

type KeyFile = {
  readonly path: (typeof KEY_PATHS)[number];
  /** Null: there is none. */
  readonly bytes: Uint8Array | null;
  /** Null: blank, torn or not there. */
  readonly key: LogKey | null;
};

const readKeyFiles = async (medium: Medium): Promise<Result<readonly KeyFile[], MediumFault>> => {
  const files: KeyFile[] = [];
  for (const path of KEY_PATHS) {
    const bytes = await medium.read(path);
    if (!bytes.ok) return bytes;
    files.push({
      path,
      bytes: bytes.value,
      key: bytes.value === null ? null : readKey(bytes.value),
    });
  }
  return ok(files);
};

/** The newest of the keys; after a cut between the two writes both are there. */
const newestOf = (files: readonly KeyFile[]): LogKey | null =>
  files.reduce<LogKey | null>(
    (best, { key }) => (key !== null && (best === null || key.epoch > best.epoch) ? key : best),
    null,
  );

/** Puts the log key beside the one before it, durably, and then overwrites that. */
export const writeKey = async (
  medium: Medium,
  { epoch, key }: LogKey,
): Promise<Result<void, MediumFault>> => {
  const files = await readKeyFiles(medium);
  if (!files.ok) return files;
  const newest = newestOf(files.value);
  const free = files.value.find((file) => file.key === null || file.key !== newest);
  const kept = files.value.find((file) => file !== free);
  if (free === undefined || kept === undefined) throw new Error('two files hold one key');
  const bytes = jsonBytes({ epoch, key: toHex(key), check: keyCheck(epoch, key) });
  const blank = new Uint8Array(kept.bytes?.length ?? 0);
  return inOrder([
    () => medium.write(free.path, bytes),
    () => medium.sync(free.path),
    () => medium.syncFolder(LOG_FOLDER),
    ...(blank.length === 0
      ? []
      : [() => medium.write(kept.path, blank), () => medium.sync(kept.path)]),
  ]);
};

/** Puts a whole log in the place of what is there, durably and at once. */
export const replaceLog = (medium: Medium, bytes: Uint8Array): Promise<Result<void, MediumFault>> =>
  replaceWholeFile(medium, LOG_PATH, bytes);

/** Adds lines, durably. */
export const appendLines = (
  medium: Medium,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> =>
  inOrder([() => medium.append(LOG_PATH, bytes), () => medium.sync(LOG_PATH)]);

/** Keeps a log that goes another way than ours under a name of its own, for the auditors. */
export const setAside = (medium: Medium, bytes: Uint8Array): Promise<Result<void, MediumFault>> => {
  const path = `${LOG_FOLDER}/set-aside-${toHex(sha256(bytes).subarray(0, 4))}.jsonl`;
  return inOrder([
    () => medium.write(path, bytes),
    () => medium.sync(path),
    () => medium.syncFolder(LOG_FOLDER),
  ]);
};

/** What stands on a medium, unjudged. */
export type HeldLog = {
  readonly medium: Medium;
  readonly bytes: Uint8Array | null;
  readonly key: LogKey | null;
};

/** Reads log and key of a medium. */
export const readHeld = async (medium: Medium): Promise<Result<HeldLog, MediumFault>> => {
  const bytes = await medium.read(LOG_PATH);
  if (!bytes.ok) return bytes;
  const files = await readKeyFiles(medium);
  if (!files.ok) return files;
  return ok({ medium, bytes: bytes.value, key: newestOf(files.value) });
};

/** True for the log of a machine that is none of `identities`: a module of another unit. */
export const isForeign = ({ bytes }: HeldLog, identities: readonly Uint8Array[]): boolean => {
  const end = bytes?.indexOf(NEWLINE) ?? -1;
  const header = end < 0 ? null : readHeader(textOf(bytes?.subarray(0, end) ?? EMPTY) ?? '');
  if (header === null || !header.ok) return false;
  return !identities.some((identity) => toHex(identity) === header.value.header.identity);
};

/** Checks a log as far as `key` reaches. */
export const judgeLog = (
  { medium, bytes }: HeldLog,
  identities: readonly Uint8Array[],
  key: LogKey | null,
): FoundLog => {
  if (bytes === null) return { medium, bytes, read: null, tampered: false };
  const read = readLog(bytes, identities, key, true);
  const isOurs = read.header !== null && read.problems[0]?.line !== 0;
  const tampered = !isOurs || bytes.length - read.goodBytes > MAX_BATCH_BYTES;
  return { medium, bytes, read: isOurs ? read : null, tampered };
};

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && equalBytes(a, b);

/** True when `shorter` is how `longer` begins. */
export const isPrefix = (shorter: Uint8Array, longer: Uint8Array): boolean =>
  shorter.length <= longer.length && sameBytes(shorter, longer.subarray(0, shorter.length));

/**
 * Brings one medium to hold exactly `ours` and `key`; tells what had to be done. A torn end is cut; a
 * log that goes another way is kept aside.
 */
export const bringInStep = async (
  held: FoundLog,
  ours: Uint8Array,
  key: LogKey,
): Promise<Result<readonly LogEvent[], MediumFault>> => {
  const { medium, bytes, read, tampered } = held;
  const notes: LogEvent[] = [];
  if (bytes === null || !sameBytes(bytes, ours)) {
    const sound = read === null || tampered ? null : (bytes?.subarray(0, read.goodBytes) ?? null);
    const isPast = sound !== null && isPrefix(sound, ours);
    if (bytes !== null && !isPast) {
      const aside = await setAside(medium, bytes);
      if (!aside.ok) return aside;
      notes.push({ id: 'logSetAside', fields: { medium: medium.name } });
    }
    const torn = isPast ? (bytes?.length ?? 0) - sound.length : 0;
    if (torn > 0)
      notes.push({ id: 'logTornLineCut', fields: { medium: medium.name, bytes: torn } });
    const replaced = await replaceLog(medium, ours);
    if (!replaced.ok) return replaced;
    if ((sound?.length ?? 0) < ours.length)
      notes.push({ id: 'logCopied', fields: { medium: medium.name } });
  }
  const written = await writeKey(medium, key);
  return written.ok ? ok(notes) : written;
};

/** The newest key of several, brought forward to `checkpoints`. Error: there is none, or it is ahead of the log. */
export const keyFor = (
  keys: readonly LogKey[],
  checkpoints: number,
  step: (key: Uint8Array) => Uint8Array,
): Result<LogKey, 'none' | 'ahead'> => {
  const newest = keys.reduce<LogKey | null>(
    (best, key) => (best === null || key.epoch > best.epoch ? key : best),
    null,
  );
  if (newest === null) return err('none');
  if (newest.epoch > checkpoints) return err('ahead');
  let key = newest.key;
  for (let epoch = newest.epoch; epoch < checkpoints; epoch++) key = step(key);
  return ok({ epoch: checkpoints, key });
};
