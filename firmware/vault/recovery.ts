/**
 * The first row of the recovery table: take the newest journal that verifies and whose urn opens;
 * bring the other unit of its generation level with it, or leave the other behind for good by raising
 * the generation. What the found phase then asks for is the caller's.
 */
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { forgetKeys, sameKey, storeOneTimeKey, storeOuterKey } from './cells.ts';
import { VAULT_FOLDER, vaultPath } from './durable.ts';
import { equalBytes } from './fields.ts';
import { compareJournals, coversPending } from './journal.ts';
import { POLLS_RECORD, SETUP_RECORD } from './setup-record.ts';
import {
  type Candidate,
  candidateOf,
  cellAhead,
  type DayRecords,
  dayBegan,
  findUrnSide,
  newestJournal,
  type RawUnit,
  reachableKeys,
  readDayRecords,
  readUnit,
} from './survey.ts';
import {
  type Held,
  heldKeys,
  JOURNAL_FILES,
  leader,
  lose,
  mediumLost,
  onEachCell,
  onEachInStep,
  otherSide,
  PENDING_FILE,
  type Side,
  storeJournal,
  type Unit,
  type Units,
  URN_FILES,
} from './units.ts';
import type { UrnBody } from './urn.ts';
import type { VaultFault } from './vault.ts';
import { replaceWholeFile } from './whole-file.ts';

/** What the vault knows after recovery beside the units. */
export type Recovered = { readonly records: DayRecords; readonly body: UrnBody };

/** The newest; equal ones: the fixed unit's. */
const pick = (candidates: readonly Candidate[]): Candidate | null =>
  candidates.reduce<Candidate | null>(
    (best, each) => (best === null || compareJournals(each.found, best.found) > 0 ? each : best),
    null,
  );

/** Where the other unit's journal stands, and where the urn of the newest one lies on it. */
type Steppable = { readonly held: Held; readonly urn: Side; readonly level: boolean };

/** Can the other unit be brought level by writing the journal alone? Null: no. */
const steppable = (
  units: Units,
  records: DayRecords,
  best: Candidate,
  other: RawUnit,
  keys: ReturnType<typeof reachableKeys>,
): Steppable | null => {
  const { context } = units;
  const { files } = other;
  if (files === null || other.cell === null) return null;
  const found = newestJournal(context, files, keys.outer);
  if (found === null || found.journal.generation !== best.found.journal.generation) return null;
  const urn = findUrnSide(context, records.setup, files, best.found.key, best.urn);
  if (urn === null) return null;
  if (best.pending !== null) {
    if (files.pending === null || !equalBytes(files.pending, best.pending.record)) return null;
  }
  const { journal, sequence, buffer, key } = found;
  const own = sameKey(key, best.found.key) ? urn : findUrnSide(context, records.setup, files, key);
  return {
    held: { journal, sequence, buffer, key, urn: own ?? otherSide(urn) },
    urn,
    level:
      sameKey(key, best.found.key) &&
      compareJournals(found, best.found) === 0 &&
      (best.pending === null || coversPending(found.bytes, key.key, context, best.pending.record)),
  };
};

const adopt = (unit: Unit, raw: RawUnit, held: Held): void => {
  unit.held = held;
  unit.names = new Set(raw.files?.names ?? []);
  unit.lasting = new Set();
  unit.inStep = true;
};

/** Which fault it is that nothing verifies. */
const nothingVerifies = (
  { context }: Units,
  raws: readonly RawUnit[],
): Result<never, VaultFault> => {
  const seen = raws.filter(({ files }) => files !== null);
  const detail = raws.map(({ unit, detail }) => `${unit.name}: ${detail || 'read'}`).join('; ');
  if (seen.length === 0) return err({ kind: 'mediumLost', medium: null, detail });
  const cellsRead = seen.every(({ cell }) => cell !== null);
  const untouched = cellsRead && !dayBegan(context, raws);
  return err({ kind: untouched ? 'empty' : 'tampered', medium: null, detail });
};

/** The files are older than what a cell has seen. */
const rolledBack = (best: Candidate, { unit }: RawUnit): Result<never, VaultFault> =>
  err({
    kind: 'tampered',
    medium: null,
    detail: `${unit.cell.name} cell has gone on; the newest files are of epoch ${best.found.key.epoch}`,
  });

/** Keys of a unit in step that its cell lacks (a failed or exchanged part) are put back, before any journal needs them. */
const completeCells = async (
  units: Units,
  best: Candidate,
  raws: readonly RawUnit[],
): Promise<Result<void, VaultFault>> => {
  for (const { unit, cell } of raws) {
    if (!unit.inStep || cell === null) continue;
    const stored = await onEachCell(units, async (each) => {
      if (each !== unit.cell) return done;
      const outer = await storeOuterKey(each, best.found.key, unit.held?.key ?? null);
      if (!outer.ok || best.pending === null) return outer;
      const { oneTime } = best.pending;
      const there = cell.oneTime !== null && equalBytes(cell.oneTime.key, oneTime.key);
      return there ? done : storeOneTimeKey(each, oneTime);
    });
    if (!stored.ok) return stored;
  }
  return done;
};

const completeRecords = (
  units: Units,
  records: DayRecords,
  raws: readonly RawUnit[],
): Promise<Result<void, VaultFault>> =>
  onEachInStep(units, async (unit) => {
    const files = raws.find((raw) => raw.unit === unit)?.files;
    for (const [name, bytes] of [
      [SETUP_RECORD, records.setupBytes],
      [POLLS_RECORD, records.pollsBytes],
    ] as const) {
      const there = files?.records[name] ?? null;
      if (there !== null && equalBytes(there, bytes)) continue;
      const stored = await replaceWholeFile(unit.medium, vaultPath(name), bytes);
      if (!stored.ok) return stored;
    }
    return done;
  });

/**
 * Makes durable what was read. After the process alone died, the system may hold content and names
 * that a power cut would still take away; what recovery builds on must last.
 */
const settleFiles = (units: Units): Promise<Result<void, VaultFault>> =>
  onEachInStep(units, async (unit) => {
    if (unit.held === null) return done;
    const { buffer, urn } = unit.held;
    for (const name of [JOURNAL_FILES[buffer], URN_FILES[urn], PENDING_FILE]) {
      if (!unit.names.has(name)) continue;
      const synced = await unit.medium.sync(vaultPath(name));
      if (!synced.ok) return synced;
    }
    return unit.medium.syncFolder(VAULT_FOLDER);
  });

type Attempt = Result<Recovered | 'again', VaultFault>;

/** Takes up what was chosen: the other unit level with it or left behind. */
const takeUp = async (
  units: Units,
  records: DayRecords,
  best: Candidate,
  raws: readonly RawUnit[],
  keys: ReturnType<typeof reachableKeys>,
  departures: readonly number[],
): Promise<Attempt> => {
  for (const raw of raws) raw.unit.cellUsable = raw.cell !== null;
  const other = raws.find((raw) => raw !== best.raw)!;
  const step = steppable(units, records, best, other, keys);
  units.pending = best.pending?.record ?? (step === null ? null : (other.files?.pending ?? null));
  const { journal, sequence, buffer, key } = best.found;
  const left = other.files === null ? null : newestJournal(units.context, other.files, keys.outer);
  // What is left behind is outdone, what may yet land there too.
  const behind = step === null ? Math.max(left?.journal.generation ?? 0, units.raisedTo) : 0;
  const generation = Math.max(journal.generation, behind);
  adopt(best.raw.unit, best.raw, {
    journal: { ...journal, generation },
    sequence,
    buffer,
    key,
    urn: best.urn.side,
  });
  if (step === null) units.generationDue = true;
  else adopt(other.unit, other, step.held);
  // A unit that left while it was read is as lost as one that leaves later.
  for (const [index, unit] of units.all.entries())
    if (unit.departures !== departures[index]) lose(units, unit, 'went away during recovery');

  const lasting = await settleFiles(units);
  if (!lasting.ok) return lasting;
  const complete = await completeCells(units, best, raws);
  if (!complete.ok) return complete;
  const level = await onEachInStep(units, async (unit) => {
    if (unit !== other.unit || step === null || step.level) return done;
    if (!best.raw.unit.inStep) return done;
    return storeJournal(units, unit, { journal, sequence }, { key, urn: step.urn });
  });
  if (!level.ok) return level;
  const recorded = await completeRecords(units, records, raws);
  if (!recorded.ok) return recorded;
  // The newest one was lost before the other was level: the survivor's own state counts, with its generation raised.
  const survivor = leader(units);
  const same = { ...survivor.journal, generation: journal.generation };
  const isNewest = compareJournals({ journal: same, sequence }, best.found) === 0;
  if (!sameKey(survivor.key, key) || !isNewest) return ok('again');
  return ok({ records, body: best.urn.body });
};

/** Reads both units and takes up the newest state, once. Keys that nobody holds afterwards are forgotten. */
const takeUpNewest = async (units: Units): Promise<Attempt> => {
  const before = heldKeys(units);
  for (const unit of units.all) {
    unit.inStep = false;
    unit.held = null;
  }
  units.generationDue = false;
  const departures = units.all.map((unit) => unit.departures);
  const raws = [await readUnit(units.all[0]), await readUnit(units.all[1])];
  try {
    const records = readDayRecords(units.context, raws);
    if (records === null) return nothingVerifies(units, raws);
    const keys = reachableKeys(raws);
    const candidates = raws
      .map((raw) => candidateOf(units.context, records.setup, raw, keys))
      .filter((candidate) => candidate !== null);
    const best = pick(candidates);
    for (const { urn } of candidates) if (urn !== best?.urn) forget(urn.body);
    if (best === null) return nothingVerifies(units, raws);
    const ahead = cellAhead(best, raws);
    if (ahead !== null) return rolledBack(best, ahead);
    return await takeUp(units, records, best, raws, keys, departures);
  } finally {
    const kept = heldKeys(units);
    forgetKeys(
      raws.flatMap(({ cell }) => cell ?? []),
      kept,
    );
    for (const key of before) if (!kept.includes(key)) forget(key.key);
  }
};

/** Once as it is, once after either unit was lost on the way. */
const MAX_ATTEMPTS = 3;

/** Reads both units and takes up the newest state; afterwards what is in step is equal. */
export const recoverUnits = async (units: Units): Promise<Result<Recovered, VaultFault>> => {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (units.parked !== null) return err(units.parked);
    const taken = await takeUpNewest(units);
    if (!taken.ok) return taken;
    if (taken.value !== 'again') return ok(taken.value);
  }
  return mediumLost(units);
};
