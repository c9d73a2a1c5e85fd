/**
 * The two storage units of a machine, each a medium with its secure cell, and what happens when one
 * is lost while running: it is out of step at once, and before anything else is written the
 * generation goes up on the survivor, so that the lost one can never again pass for the newest.
 */
import type { Media } from '#hal/board.ts';
import type { Entropy } from '#hal/entropy.ts';
import { faultCode } from '#hal/fault.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { CellFault, SecureCell } from '#hal/secure-cell.ts';
import type { Medium, MediumFault, MediumName } from '#hal/storage.ts';
import type { EpochKey } from './cells.ts';
import type { VaultContext } from './context.ts';
import { storeInPlace, vaultPath } from './durable.ts';
import { encodeJournal, FIRST_SEQUENCE, type JournalRecord } from './journal.ts';
import type { KeyPair } from './keys.ts';
import type { Journal, VaultFault } from './vault.ts';

/** What a vault stands on. */
export type VaultBoard = {
  readonly media: Media;
  readonly cells: { readonly board: SecureCell; readonly module: SecureCell };
  readonly entropy: Entropy;
  /** The machine's identity (Ed25519): signs urn headers and records. */
  readonly identity: KeyPair;
  /** Identities of units this election was carried from (a dead board's), as officers confirmed them. */
  readonly formerIdentities?: readonly Uint8Array[];
  readonly election: { readonly id: string; readonly precinctId: string; readonly test: boolean };
};

export const contextOf = (board: VaultBoard): VaultContext => ({
  electionId: board.election.id,
  precinctId: board.election.precinctId,
  trusted: [board.identity.publicKey, ...(board.formerIdentities ?? [])],
});

/** Both always in this order. */
export const UNIT_NAMES = ['fixed', 'removable'] as const satisfies readonly MediumName[];

export const JOURNAL_FILES = ['journal-a', 'journal-b'] as const;
export const URN_FILES = ['urn-a', 'urn-b'] as const;
export const PENDING_FILE = 'pending';
/** Which of two alternating files. */
export type Side = 0 | 1;
export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

/** The journal a unit holds, the key it is under, where it and its urn are. */
export type Held = JournalRecord & {
  readonly buffer: Side;
  readonly key: EpochKey;
  readonly urn: Side;
};

export type Unit = {
  readonly name: MediumName;
  readonly medium: Medium;
  readonly cell: SecureCell;
  inStep: boolean;
  /** False after a failure: left alone until the next recovery or synchronisation. */
  cellUsable: boolean;
  held: Held | null;
  /** Names that stand in the folder. */
  names: Set<string>;
  /** Those whose names are known to be durable: after a process died, a name may stand there and yet not last. */
  lasting: Set<string>;
  /** Counts the times it went away. */
  departures: number;
};

export type Units = {
  readonly board: VaultBoard;
  readonly context: VaultContext;
  readonly all: readonly [Unit, Unit];
  /** The pending record's ciphertext, which a journal in PREPARED covers. */
  pending: Uint8Array | null;
  /** Set for good once a sync failed. */
  parked: VaultFault | null;
  generationDue: boolean;
  /** The highest generation that this process began to write anywhere; a write that failed may land late. */
  raisedTo: number;
  lastLoss: VaultFault | null;
  readonly listeners: Set<(medium: MediumName) => void>;
};

type Stored = Result<void, MediumFault | CellFault>;

export const makeUnits = (board: VaultBoard): Units => {
  const unit = (medium: Medium, cell: SecureCell, name: MediumName): Unit => ({
    name,
    medium,
    cell,
    inStep: false,
    cellUsable: false,
    held: null,
    names: new Set(),
    lasting: new Set(),
    departures: 0,
  });
  return {
    board,
    context: contextOf(board),
    all: [
      unit(board.media.fixed, board.cells.board, 'fixed'),
      unit(board.media.removable, board.cells.module, 'removable'),
    ],
    pending: null,
    parked: null,
    generationDue: false,
    raisedTo: 0,
    lastLoss: null,
    listeners: new Set(),
  };
};

export const inStepUnits = (units: Units): readonly Unit[] =>
  units.all.filter((unit) => unit.inStep);

/** The unit whose journal counts: while a step is being written, the one already written. */
export const leader = (units: Units): Held => {
  const held = inStepUnits(units)[0]?.held ?? units.all.find(({ held }) => held !== null)?.held;
  if (held === undefined || held === null) throw new Error('vault: used before it was recovered');
  return held;
};

/** The outer keys that units hold now. */
export const heldKeys = (units: Units): readonly EpochKey[] =>
  units.all.flatMap(({ held }) => held?.key ?? []);

/** Out of step from now on, once. */
export const lose = (units: Units, unit: Unit, detail: string): void => {
  if (!unit.inStep) return;
  unit.inStep = false;
  units.generationDue = true;
  units.lastLoss = { kind: 'mediumLost', medium: unit.name, detail };
  for (const listener of [...units.listeners]) listener(unit.name);
};

export const mediumLost = (units: Units): Result<never, VaultFault> =>
  err(units.lastLoss ?? { kind: 'mediumLost', medium: null, detail: 'not in step' });

/** What a failed operation means: fsync parks the vault, everything else loses the unit. */
const absorb = (
  units: Units,
  unit: Unit,
  fault: MediumFault | CellFault,
): Result<void, VaultFault> => {
  const detail = `${faultCode(fault)}: ${fault.detail}`;
  if (fault.kind === 'notSynced') {
    units.parked = { kind: 'notSynced', medium: unit.name, detail };
    return err(units.parked);
  }
  lose(units, unit, detail);
  return done;
};

/** Stores a file in place and remembers that it is there. */
export const storeFile = async (
  unit: Unit,
  name: string,
  bytes: Uint8Array,
): Promise<Result<void, MediumFault>> => {
  const isNew = !unit.lasting.has(name);
  unit.names.add(name);
  const stored = await storeInPlace(unit.medium, vaultPath(name), bytes, isNew);
  if (stored.ok) unit.lasting.add(name);
  return stored;
};

/** Writes a journal into the buffer that does not hold the newest one. */
export const storeJournal = async (
  units: Units,
  unit: Unit,
  { journal, sequence }: JournalRecord,
  place: { readonly key: EpochKey; readonly urn: Side },
): Promise<Result<void, MediumFault>> => {
  const buffer = unit.held === null ? 0 : otherSide(unit.held.buffer);
  const pending = journal.phase === 'PREPARED' ? units.pending : null;
  const bytes = encodeJournal({ journal, sequence }, place.key.key, units.context, pending);
  const stored = await storeFile(unit, JOURNAL_FILES[buffer], bytes);
  if (!stored.ok) return stored;
  unit.held = { journal, sequence, buffer, ...place };
  return done;
};

/** Raises the generation on what is left, before anything else is written there. */
export const settleLosses = async (units: Units): Promise<Result<void, VaultFault>> => {
  if (units.parked !== null) return err(units.parked);
  // At most one round a unit: each either succeeds or loses one more.
  for (let round = 0; units.generationDue && round <= UNIT_NAMES.length; round++) {
    units.generationDue = false;
    const survivor = inStepUnits(units)[0];
    if (survivor === undefined || survivor.held === null) break;
    const { journal, sequence, key, urn } = survivor.held;
    const raised: JournalRecord = {
      journal: { ...journal, generation: journal.generation + 1 },
      sequence: sequence + 1,
    };
    units.raisedTo = Math.max(units.raisedTo, raised.journal.generation);
    const stored = await storeJournal(units, survivor, raised, { key, urn });
    if (!stored.ok) {
      const absorbed = absorb(units, survivor, stored.error);
      if (!absorbed.ok) return absorbed;
    }
  }
  return inStepUnits(units).length > 0 ? done : mediumLost(units);
};

/** A unit that fails is lost and the rest goes on; error: nothing is left, or a sync failed. */
const absorbAll = async (
  units: Units,
  results: readonly { readonly unit: Unit; readonly stored: Stored }[],
): Promise<Result<void, VaultFault>> => {
  for (const { unit, stored } of results) {
    if (stored.ok) continue;
    const absorbed = absorb(units, unit, stored.error);
    if (!absorbed.ok) return absorbed;
  }
  return settleLosses(units);
};

/**
 * Does something on every unit in step, on both at once: a step of the protocol orders what is written
 * on one medium and what a later step writes, never one medium before the other. What a loss asks for
 * waits until both have ended, so that nothing else is written to a medium meanwhile.
 */
export const onEachInStep = async (
  units: Units,
  action: (unit: Unit) => Promise<Stored>,
): Promise<Result<void, VaultFault>> => {
  const settled = await settleLosses(units);
  if (!settled.ok) return settled;
  const results = await Promise.all(
    inStepUnits(units).map(async (unit) => ({ unit, stored: await action(unit) })),
  );
  return absorbAll(units, results);
};

/** As `onEachInStep`, one after the other: for what the second need not do once the first has done it. */
export const onEachInTurn = async (
  units: Units,
  action: (unit: Unit) => Promise<Stored>,
): Promise<Result<void, VaultFault>> => {
  for (const unit of units.all) {
    const settled = await settleLosses(units);
    if (!settled.ok) return settled;
    if (!unit.inStep) continue;
    const absorbed = await absorbAll(units, [{ unit, stored: await action(unit) }]);
    if (!absorbed.ok) return absorbed;
  }
  return settleLosses(units);
};

/**
 * Does something on every cell, on both at once: the board's as long as it works, whatever became of the
 * fixed medium, and the module's while the module is in step.
 */
export const onEachCell = async (
  units: Units,
  action: (cell: SecureCell) => Promise<Result<void, CellFault>>,
): Promise<Result<void, VaultFault>> => {
  const settled = await settleLosses(units);
  if (!settled.ok) return settled;
  const working = units.all.filter(
    (unit) => unit.inStep || (unit.name === 'fixed' && unit.cellUsable),
  );
  const results = await Promise.all(
    working.map(async (unit) => ({ unit, stored: await action(unit.cell) })),
  );
  for (const { unit, stored } of results) {
    if (stored.ok) continue;
    unit.cellUsable = false;
    lose(units, unit, `${faultCode(stored.error)}: ${stored.error.detail}`);
  }
  return settleLosses(units);
};

const sameApartFromGeneration = (a: Journal, b: Omit<Journal, 'generation'>): boolean =>
  a.epoch === b.epoch &&
  a.phase === b.phase &&
  a.print === b.print &&
  a.reprints === b.reprints &&
  a.spoils === b.spoils;

export type JournalTarget = Omit<Journal, 'generation'>;

/**
 * J = target on every unit in step; where it stands already nothing is written. `mayWrite` is asked
 * before each write (after a loss the step may have to stop).
 */
export const advanceJournal = (
  units: Units,
  target: JournalTarget,
  options: {
    readonly key?: EpochKey;
    readonly mayWrite?: () => boolean;
  } = {},
): Promise<Result<void, VaultFault>> =>
  onEachInStep(units, async (unit) => {
    if (unit.held === null) throw new Error('vault: a unit in step holds a journal');
    const { journal, key, urn } = unit.held;
    if (sameApartFromGeneration(journal, target)) return done;
    if (options.mayWrite?.() === false) return done;
    const place =
      options.key === undefined ? { key, urn } : { key: options.key, urn: otherSide(urn) };
    // Before any of both is written: they agree on the sequence, and with one that is there already.
    const inStep = inStepUnits(units).flatMap(({ held }) => held ?? []);
    const there = inStep.find((each) => sameApartFromGeneration(each.journal, target));
    const last = Math.max(...inStep.map(({ sequence }) => sequence));
    const next = journal.epoch === target.epoch ? last + 1 : FIRST_SEQUENCE;
    const record: JournalRecord = {
      journal: { ...target, generation: journal.generation },
      sequence: there?.sequence ?? next,
    };
    return storeJournal(units, unit, record, place);
  });
