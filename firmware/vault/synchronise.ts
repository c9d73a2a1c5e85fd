/**
 * Bringing a present medium that is out of step back in, at IDLE only: key, urn, records, the journal
 * last. Until then nothing that the target's own journal needs is touched, should the target be the
 * only one left in the end.
 */
import { faultCode } from '#hal/fault.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { CellFault } from '#hal/secure-cell.ts';
import type { MediumFault } from '#hal/storage.ts';
import { type EpochKey, forgetKeys, openableKeys, readCell, storeOuterKey } from './cells.ts';
import { claimedPrecinct, vaultPath } from './durable.ts';
import { equalBytes } from './fields.ts';
import { POLLS_RECORD, SETUP_RECORD } from './setup-record.ts';
import { type Ballotbox, eraseLeftovers } from './steps.ts';
import { findUrnSide, newestJournal, type RawFiles, readUnit } from './survey.ts';
import {
  type Held,
  heldKeys,
  inStepUnits,
  otherSide,
  type Side,
  settleLosses,
  storeFile,
  storeJournal,
  type Unit,
  type Units,
  URN_FILES,
} from './units.ts';
import { openUrn } from './urn.ts';
import type { VaultFault } from './vault.ts';
import { replaceWholeFile } from './whole-file.ts';

type Stored<T = void> = Result<T, MediumFault | CellFault>;

/** Another precinct's medium is never written over, whoever signed it. */
const belongsElsewhere = ({ context }: Units, files: RawFiles): boolean => {
  const claimed = files.records.setup === null ? null : claimedPrecinct(files.records.setup);
  return (
    claimed !== null &&
    (claimed.electionId !== context.electionId || claimed.precinctId !== context.precinctId)
  );
};

const fileOf = async (unit: Unit, name: string): Promise<Stored<Uint8Array>> => {
  const bytes = await unit.medium.read(vaultPath(name));
  if (!bytes.ok) return bytes;
  return bytes.value === null
    ? err({ device: 'medium', kind: 'unreadable', detail: `${name} is missing` })
    : ok(bytes.value);
};

/** What is copied: as it stands, verified, on the unit in step. */
type Image = {
  readonly held: Held;
  readonly urn: Uint8Array;
  readonly setup: Uint8Array;
  readonly polls: Uint8Array;
};

const imageOf = async ({ units, setup }: Ballotbox, source: Unit): Promise<Stored<Image>> => {
  const held = source.held!;
  const urn = await fileOf(source, URN_FILES[held.urn]);
  if (!urn.ok) return urn;
  const opened = openUrn(units.context, setup.shape, held.key, urn.value);
  if (opened === null)
    return err({ device: 'medium', kind: 'unreadable', detail: 'the urn does not open' });
  forget(opened);
  const records: Uint8Array[] = [];
  for (const name of [SETUP_RECORD, POLLS_RECORD]) {
    const record = await fileOf(source, name);
    if (!record.ok) return record;
    records.push(record.value);
  }
  return ok({ held, urn: urn.value, setup: records[0]!, polls: records[1]! });
};

/** What the target holds of its own, as far as it verifies. */
type Own = Pick<Held, 'key' | 'sequence' | 'buffer'> & { readonly generation: number };

const copyTo = async (
  { units, setup }: Ballotbox,
  target: Unit,
  files: RawFiles,
  own: Own | null,
  image: Image,
): Promise<Stored> => {
  const { key } = image.held;
  const keyed = await storeOuterKey(target.cell, key, own?.key ?? null);
  if (!keyed.ok) return keyed;
  const ownUrn = own === null ? null : findUrnSide(units.context, setup, files, own.key);
  const there = ([0, 1] as const).find((side) => {
    const file = files.urns[side];
    return file !== null && equalBytes(file, image.urn);
  });
  const side: Side = there ?? (ownUrn === null ? 0 : otherSide(ownUrn));
  const steps: readonly (() => Promise<Stored>)[] = [
    () => storeFile(target, URN_FILES[side], image.urn),
    () => replaceWholeFile(target.medium, vaultPath(SETUP_RECORD), image.setup),
    () => replaceWholeFile(target.medium, vaultPath(POLLS_RECORD), image.polls),
    () => storeJournal(units, target, image.held, { key, urn: side }),
  ];
  for (const step of steps) {
    const stored = await step();
    if (!stored.ok) return stored;
  }
  return done;
};

const failed = (units: Units, unit: Unit, fault: MediumFault | CellFault) => {
  const detail = `${faultCode(fault)}: ${fault.detail}`;
  if (fault.kind !== 'notSynced') {
    const kind = fault.kind === 'full' ? 'full' : 'mediumLost';
    return err({ kind, medium: unit.name, detail } as const);
  }
  units.parked = { kind: 'notSynced', medium: unit.name, detail };
  return err(units.parked);
};

const bringBack = async (
  box: Ballotbox,
  source: Unit,
  target: Unit,
  files: RawFiles,
  keys: readonly EpochKey[],
  departures: number,
): Promise<Result<void, VaultFault>> => {
  const { units } = box;
  const found = newestJournal(units.context, files, keys);
  const own: Own | null = found && { ...found, generation: found.journal.generation };
  if (belongsElsewhere(units, files))
    return err({ kind: 'foreign', medium: target.name, detail: 'it is of another precinct' });
  if (own !== null && own.generation >= source.held!.journal.generation)
    return err({ kind: 'foreign', medium: target.name, detail: 'it was continued elsewhere' });

  const image = await imageOf(box, source);
  if (!image.ok) return failed(units, source, image.error);
  target.names = new Set(files.names);
  target.lasting = new Set();
  target.cellUsable = true;
  target.held = found === null ? null : { ...found, urn: 0 };
  const copied = await copyTo(box, target, files, own, image.value);
  if (!copied.ok) return failed(units, target, copied.error);
  if (target.departures !== departures)
    return err({ kind: 'mediumLost', medium: target.name, detail: 'it was pulled' });
  const { parked } = units;
  if (parked !== null) return err(parked);
  target.inStep = true;
  return eraseLeftovers(units);
};

/** At IDLE, with one unit in step. Both in step already: nothing to do. */
export const synchronise = async (box: Ballotbox): Promise<Result<void, VaultFault>> => {
  const { units } = box;
  const settled = await settleLosses(units);
  if (!settled.ok) return settled;
  const source = inStepUnits(units)[0]!;
  const target = units.all.find((unit) => !unit.inStep);
  if (target === undefined) return done;
  const { departures } = target;
  const { files, cell, detail } = await readUnit(target);
  if (files === null || cell === null)
    return err({ kind: 'mediumLost', medium: target.name, detail });
  const sourceCell = await readCell(source.cell);
  const cells = sourceCell.ok ? [cell, sourceCell.value] : [cell];
  const before = target.held?.key;
  try {
    const keys = openableKeys(cells).outer;
    return await bringBack(box, source, target, files, keys, departures);
  } finally {
    const kept = heldKeys(units);
    forgetKeys(cells, kept);
    if (before !== undefined && !kept.includes(before)) forget(before.key);
  }
};
