/**
 * Looking at what a unit holds, without changing anything: every whole key of its cell, the newest
 * journal that verifies, the urn that opens, the pending record that belongs to it.
 */
import { faultCode } from '#hal/fault.ts';
import { forget } from '#hal/secret-bytes.ts';
import { type CellContent, type EpochKey, openableKeys, readCell, sameKey } from './cells.ts';
import type { VaultContext } from './context.ts';
import { decodeRecord, type SignedRecord, VAULT_FOLDER, vaultPath } from './durable.ts';
import { equalBytes } from './fields.ts';
import { compareJournals, coversPending, decodeJournal, type JournalRecord } from './journal.ts';
import { openPending } from './pending.ts';
import {
  decodePolls,
  decodeSetup,
  POLLS_RECORD,
  SETUP_RECORD,
  type VaultSetup,
} from './setup-record.ts';
import { JOURNAL_FILES, PENDING_FILE, type Side, type Unit, URN_FILES } from './units.ts';
import { claimedEpoch, openUrn, type UrnBody } from './urn.ts';
import type { PollsStatus } from './vault.ts';

const SIDES = [0, 1] as const satisfies readonly Side[];

/** Every file of the vault on one medium, as read. */
export type RawFiles = {
  readonly names: ReadonlySet<string>;
  readonly journals: readonly [Uint8Array | null, Uint8Array | null];
  readonly urns: readonly [Uint8Array | null, Uint8Array | null];
  readonly pending: Uint8Array | null;
  readonly records: Readonly<Record<'setup' | 'polls', Uint8Array | null>>;
};

export type RawUnit = {
  readonly unit: Unit;
  /** Null: absent or unreadable. */
  readonly files: RawFiles | null;
  readonly cell: CellContent | null;
  /** What was wrong, for the technician. */
  readonly detail: string;
};

const readFiles = async (unit: Unit): Promise<RawFiles | string> => {
  const listed = await unit.medium.list(VAULT_FOLDER);
  if (!listed.ok) return faultCode(listed.error);
  const read = async (name: string): Promise<Uint8Array | null | string> => {
    const bytes = await unit.medium.read(vaultPath(name));
    return bytes.ok ? bytes.value : faultCode(bytes.error);
  };
  const wanted = [
    ...JOURNAL_FILES,
    ...URN_FILES,
    PENDING_FILE,
    SETUP_RECORD,
    POLLS_RECORD,
  ] as const;
  const found: (Uint8Array | null)[] = [];
  for (const name of wanted) {
    const bytes = await read(name);
    if (typeof bytes === 'string') return `${name}: ${bytes}`;
    found.push(bytes);
  }
  const [first, second, urnA, urnB, pending, setup, polls] = found;
  return {
    names: new Set(listed.value),
    journals: [first ?? null, second ?? null],
    urns: [urnA ?? null, urnB ?? null],
    pending: pending ?? null,
    records: { setup: setup ?? null, polls: polls ?? null },
  };
};

export const readUnit = async (unit: Unit): Promise<RawUnit> => {
  const departures = unit.departures;
  const files = await readFiles(unit);
  const cell = await readCell(unit.cell);
  const gone = unit.departures !== departures || !unit.medium.present();
  const detail = [
    typeof files === 'string' ? files : '',
    cell.ok ? '' : faultCode(cell.error),
    gone ? 'went away' : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
  return {
    unit,
    files: typeof files === 'string' || gone ? null : files,
    cell: cell.ok ? cell.value : null,
    detail,
  };
};

/** Every key of every readable cell, each once. */
export const reachableKeys = (
  raws: readonly RawUnit[],
): { readonly outer: readonly EpochKey[]; readonly oneTime: readonly EpochKey[] } =>
  openableKeys(raws.flatMap(({ cell }) => (cell === null ? [] : [cell])));

type FoundJournal = JournalRecord & {
  readonly buffer: Side;
  readonly key: EpochKey;
  readonly bytes: Uint8Array;
};

/** The newest buffer of one medium that verifies under any key. */
export const newestJournal = (
  context: VaultContext,
  files: RawFiles,
  keys: readonly EpochKey[],
): FoundJournal | null => {
  let newest: FoundJournal | null = null;
  for (const buffer of SIDES) {
    const bytes = files.journals[buffer];
    if (bytes === null) continue;
    for (const key of keys) {
      const record = decodeJournal(bytes, key.key, context);
      if (record === null || record.journal.epoch !== key.epoch) continue;
      if (newest === null || compareJournals(record, newest) > 0)
        newest = { ...record, buffer, key, bytes };
    }
  }
  return newest;
};

/** The urn of one medium that opens under `key`. `known`: bytes already seen to open, to spare a second opening. */
export const findUrn = (
  context: VaultContext,
  setup: VaultSetup,
  files: RawFiles,
  key: EpochKey,
  known: { readonly file: Uint8Array; readonly body: UrnBody } | null = null,
): { readonly side: Side; readonly body: UrnBody; readonly file: Uint8Array } | null => {
  for (const side of SIDES) {
    const file = files.urns[side];
    if (file === null) continue;
    if (known !== null && equalBytes(known.file, file)) return { body: known.body, file, side };
    const body = openUrn(context, setup.shape, key, file);
    if (body !== null) return { side, body, file };
  }
  return null;
};

/** Where that urn lies; null: nowhere. */
export const findUrnSide = (
  ...[context, setup, files, key, known = null]: Parameters<typeof findUrn>
): Side | null => {
  const urn = findUrn(context, setup, files, key, known);
  if (urn !== null && urn.body !== known?.body) forget(urn.body);
  return urn?.side ?? null;
};

/** A unit that could be continued from. */
export type Candidate = {
  readonly raw: RawUnit;
  readonly files: RawFiles;
  readonly found: FoundJournal;
  readonly urn: { readonly side: Side; readonly body: UrnBody; readonly file: Uint8Array };
  readonly pending: {
    readonly record: Uint8Array;
    readonly oneTime: EpochKey;
  } | null;
};

/** Null: its journal, urn or (in PREPARED) pending record does not verify. */
export const candidateOf = (
  context: VaultContext,
  setup: VaultSetup,
  raw: RawUnit,
  keys: { readonly outer: readonly EpochKey[]; readonly oneTime: readonly EpochKey[] },
): Candidate | null => {
  const { files, cell } = raw;
  if (files === null || cell === null) return null;
  const found = newestJournal(context, files, keys.outer);
  if (found === null) return null;
  const urn = findUrn(context, setup, files, found.key);
  if (urn === null) return null;
  if (found.journal.phase !== 'PREPARED') return { raw, files, found, urn, pending: null };
  const record = files.pending;
  if (record === null || !coversPending(found.bytes, found.key.key, context, record)) return null;
  const shape = { urn: setup.shape, paperBytes: setup.paperBytes };
  for (const oneTime of keys.oneTime) {
    const vote = openPending(context, shape, oneTime, record);
    if (vote === null) continue;
    forget(vote.sealedBallot, vote.paper);
    return { raw, files, found, urn, pending: { record, oneTime } };
  }
  return null;
};

/**
 * A cell that has gone on without the newest files: it holds the key of a later epoch and no longer theirs.
 * A key is erased only once the next journal lasts, so somebody put older files back, or the medium with
 * the newer ones is gone. One epoch ahead of a vote that is past its commit point is no loss: that vote
 * is stored again. Null: no cell has.
 */
export const cellAhead = (best: Candidate, raws: readonly RawUnit[]): RawUnit | null => {
  const { key, journal } = best.found;
  const reach = key.epoch + (journal.phase === 'PREPARED' ? 1 : 0);
  const isAhead = ({ cell }: RawUnit): boolean => {
    const held = cell?.outer.filter((each) => each !== null) ?? [];
    return held.some(({ epoch }) => epoch > reach) && !held.some((each) => sameKey(each, key));
  };
  return raws.find(isAhead) ?? null;
};

/** The newest valid copy of a record among the units, and its bytes. */
const newestRecord = <T>(
  context: VaultContext,
  name: 'setup' | 'polls',
  raws: readonly RawUnit[],
  decode: (payload: Uint8Array) => T | null,
): { readonly record: SignedRecord; readonly value: T; readonly bytes: Uint8Array } | null => {
  let newest: { record: SignedRecord; value: T; bytes: Uint8Array } | null = null;
  for (const { files } of raws) {
    const bytes = files?.records[name] ?? null;
    const record = bytes === null ? null : decodeRecord(context, name, bytes);
    const value = record === null ? null : decode(record.payload);
    if (bytes === null || record === null || value === null) continue;
    if (newest === null || record.version > newest.record.version)
      newest = { record, value, bytes };
  }
  return newest;
};

/**
 * Does anything show that the polls were opened here, or a vote cast? Where nothing does and no journal
 * verifies, a ceremony was cut off before its last write, and is held again. A key of a later epoch is
 * in the cells from the first vote on, so spoiling the journals of a day that began hides nothing.
 */
export const dayBegan = (context: VaultContext, raws: readonly RawUnit[]): boolean => {
  const polls = newestRecord(context, POLLS_RECORD, raws, decodePolls);
  if (polls !== null && polls.value !== 'ready') return true;
  if (reachableKeys(raws).outer.some(({ epoch }) => epoch > 0)) return true;
  return raws.some(({ files }) =>
    files?.urns.some((urn) => urn !== null && (claimedEpoch(urn) ?? 0) > 0),
  );
};

export type DayRecords = {
  readonly setup: VaultSetup;
  readonly setupBytes: Uint8Array;
  readonly polls: PollsStatus;
  readonly pollsVersion: number;
  readonly pollsBytes: Uint8Array;
};

export const readDayRecords = (
  context: VaultContext,
  raws: readonly RawUnit[],
): DayRecords | null => {
  const setup = newestRecord(context, SETUP_RECORD, raws, decodeSetup);
  const polls = newestRecord(context, POLLS_RECORD, raws, decodePolls);
  if (setup === null || polls === null) return null;
  return {
    setup: setup.value,
    setupBytes: setup.bytes,
    polls: polls.value,
    pollsVersion: polls.record.version,
    pollsBytes: polls.bytes,
  };
};
