/**
 * The steps S1 to S8 of the commit protocol over real media and cells, each idempotent: done again
 * after a crash or a loss it writes only what is not there yet. The order of writes is the protocol.
 */
import type { Entropy } from '#hal/entropy.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { AEAD_KEY_BYTES } from './aead.ts';
import {
  type CellContent,
  type EpochKey,
  eraseKeys,
  forgetKeys,
  readCell,
  storeOneTimeKey,
  storeOuterKey,
} from './cells.ts';
import { ballotInfo } from './context.ts';
import { VAULT_FOLDER, vaultPath } from './durable.ts';
import { sealTo } from './hpke.ts';
import { openPending, type PendingVote, sealPending } from './pending.ts';
import type { VaultSetup } from './setup-record.ts';
import { POLLS_RECORD, SETUP_RECORD } from './setup-record.ts';
import {
  advanceJournal,
  heldKeys,
  inStepUnits,
  JOURNAL_FILES,
  type JournalTarget,
  leader,
  mediumLost,
  onEachCell,
  onEachInStep,
  onEachInTurn,
  otherSide,
  PENDING_FILE,
  storeFile,
  UNIT_NAMES,
  type Unit,
  type Units,
  URN_FILES,
} from './units.ts';
import {
  openUrn,
  papersAtWriting,
  sealUrn,
  type UrnBody,
  unusedCodesOf,
  withBallot,
} from './urn.ts';
import type { VaultFault, Vote } from './vault.ts';

/** What a step works with beside the units. `body` is the urn of the journal's epoch. */
export type Ballotbox = {
  readonly units: Units;
  readonly setup: VaultSetup;
  readonly entropy: Entropy;
  body: UrnBody;
};

type Done = Promise<Result<void, VaultFault>>;

const bothInStep = (units: Units): boolean => inStepUnits(units).length === UNIT_NAMES.length;

/** Target with the journal's own counters. */
const target = (units: Units, change: Partial<JournalTarget>): JournalTarget => {
  const { epoch, phase, print, reprints, spoils } = leader(units).journal;
  return { epoch, phase, print, reprints, spoils, ...change };
};

/** S1. */
export const activate = async ({ units }: Ballotbox): Done => {
  if (!bothInStep(units)) return mediumLost(units);
  const written = await advanceJournal(units, target(units, { phase: 'ACTIVE' }), {
    mayWrite: () => bothInStep(units),
  });
  if (!written.ok) return written;
  return bothInStep(units) ? done : mediumLost(units);
};

/** The code of the paper that is to be printed now. */
export const currentCode = ({ units, setup, body }: Ballotbox): Result<string, VaultFault> => {
  const { reprints, spoils } = leader(units).journal;
  const printed = reprints + spoils - papersAtWriting(setup.shape, body);
  const code = unusedCodesOf(setup.shape, body)[printed];
  return code === undefined
    ? err({ kind: 'noCodes', medium: null, detail: 'every paper code is used up' })
    : ok(code);
};

const pendingShape = (setup: VaultSetup) => ({ urn: setup.shape, paperBytes: setup.paperBytes });

/** S2: the pending record of a vote, its one-time key in the cells and forgotten here. */
const sealVote = async (
  { units, setup, entropy }: Ballotbox,
  vote: Vote,
): Promise<Result<Uint8Array, VaultFault>> => {
  const { id, precinctId } = units.board.election;
  const info = ballotInfo(id, precinctId);
  const sealedBallot = sealTo(setup.publicKey, info, new Uint8Array(0), vote.ballot, entropy);
  const oneTime: EpochKey = {
    epoch: leader(units).journal.epoch,
    key: entropy.bytes(AEAD_KEY_BYTES),
  };
  try {
    const keyed = await onEachCell(units, async (cell) =>
      bothInStep(units) ? storeOneTimeKey(cell, oneTime) : done,
    );
    if (!keyed.ok) return keyed;
    const plain: PendingVote = { sealedBallot, paper: vote.paper };
    return ok(sealPending(units.context, pendingShape(setup), oneTime, plain, entropy));
  } finally {
    forget(oneTime.key);
  }
};

/** S2 and S3. Before PREPARED stands on a survivor a loss ends the attempt; from then on it does not. */
export const prepare = async (box: Ballotbox, vote: Vote): Done => {
  const { units, setup } = box;
  if (!bothInStep(units)) return mediumLost(units);
  const code = currentCode(box);
  if (!code.ok) return code;
  if (vote.ballot.length !== setup.shape.ballotBytes)
    throw new Error('vault: a ballot of another length');
  const sealed = await sealVote(box, vote);
  if (!sealed.ok) return sealed;
  const record = sealed.value;
  const stored = await onEachInStep(units, async (unit) => {
    if (!bothInStep(units)) return done;
    return storeFile(unit, PENDING_FILE, record);
  });
  if (!stored.ok) return stored;
  if (!bothInStep(units)) return mediumLost(units);
  units.pending = record;
  const isPrepared = (unit: Unit): boolean => unit.held?.journal.phase === 'PREPARED';
  const prepared = await advanceJournal(
    units,
    target(units, { phase: 'PREPARED', print: 'NONE' }),
    {
      mayWrite: () => bothInStep(units) || inStepUnits(units).some(isPrepared),
    },
  );
  if (!prepared.ok) return prepared;
  return inStepUnits(units).some(isPrepared) ? done : mediumLost(units);
};

/** The pending vote, from any medium in step and any cell that holds its key; the caller's to forget. */
export const readPending = async ({
  units,
  setup,
}: Ballotbox): Promise<Result<PendingVote, VaultFault>> => {
  const cells: CellContent[] = [];
  let vote: PendingVote | null = null;
  try {
    const collected = await onEachCell(units, async (cell) => {
      const content = await readCell(cell);
      if (!content.ok) return content;
      cells.push(content.value);
      return done;
    });
    if (!collected.ok) return collected;
    const keys = cells.flatMap(({ oneTime }) => oneTime ?? []);
    const read = await onEachInTurn(units, async (unit) => {
      if (vote !== null) return done;
      const record = await unit.medium.read(vaultPath(PENDING_FILE));
      if (!record.ok) return record;
      for (const key of keys) {
        if (record.value === null || vote !== null) continue;
        vote = openPending(units.context, pendingShape(setup), key, record.value);
      }
      if (vote !== null) return done;
      return err({
        device: 'medium',
        kind: 'unreadable',
        detail: 'the pending record does not open',
      });
    });
    if (!read.ok) return read;
  } finally {
    forgetKeys(cells);
  }
  return vote === null
    ? err({ kind: 'tampered', medium: null, detail: 'no pending record opens' })
    : ok(vote);
};

/** S4 and S4': a change of the print mark, of the counters or of the phase. */
export const mark = ({ units }: Ballotbox, change: Partial<JournalTarget>): Done =>
  advanceJournal(units, target(units, change));

/** Removes files, durably. */
const removeFiles = async (unit: Unit, names: readonly string[]) => {
  const there = names.filter((name) => unit.names.has(name));
  for (const name of there) {
    const removed = await unit.medium.remove(vaultPath(name));
    if (!removed.ok) return removed;
  }
  if (there.length === 0) return done;
  const synced = await unit.medium.syncFolder(VAULT_FOLDER);
  if (!synced.ok) return synced;
  for (const name of there) {
    unit.names.delete(name);
    unit.lasting.delete(name);
  }
  return done;
};

/** Erases the one-time key, then the pending record. */
const forgetPending = async (units: Units): Done => {
  const erased = await onEachCell(units, (cell) => eraseKeys(cell, 'oneTimeOnly'));
  if (!erased.ok) return erased;
  units.pending = null;
  return onEachInStep(units, (unit) => removeFiles(unit, [PENDING_FILE]));
};

/** S4', after the paper is in the envelope. */
export const finishSpoil = async ({ units }: Ballotbox): Done => {
  const forgotten = await forgetPending(units);
  if (!forgotten.ok) return forgotten;
  return advanceJournal(units, target(units, { phase: 'ACTIVE', print: 'NONE' }));
};

export const discard = async ({ units }: Ballotbox): Done => {
  const forgotten = await forgetPending(units);
  if (!forgotten.ok) return forgotten;
  return advanceJournal(units, target(units, { phase: 'IDLE', print: 'NONE' }));
};

/** Everything that only a vote under way needs: keys but J's, pending records, other urns, unfinished files. */
export const eraseLeftovers = async (units: Units): Done => {
  const { key } = leader(units);
  const erased = await onEachCell(units, (cell) => eraseKeys(cell, { kept: key }));
  if (!erased.ok) return erased;
  units.pending = null;
  return onEachInStep(units, (unit) => {
    const urn = unit.held?.urn ?? 0;
    const kept = new Set<string>([...JOURNAL_FILES, URN_FILES[urn], SETUP_RECORD, POLLS_RECORD]);
    // The pending record before the urn.
    const gone = [...unit.names].filter((name) => !kept.has(name)).sort();
    return removeFiles(unit, gone);
  });
};

/** S5: the new key beside the old one in the cells, the new urn beside the old one on the media, read back. */
const writeNextUrn = async (
  { units, setup, entropy, body }: Ballotbox,
  vote: PendingVote,
): Promise<Result<{ readonly next: EpochKey; readonly nextBody: UrnBody }, VaultFault>> => {
  const { journal, key: old } = leader(units);
  const next: EpochKey = { epoch: journal.epoch + 1, key: entropy.bytes(AEAD_KEY_BYTES) };
  const keyed = await onEachCell(units, (cell) => storeOuterKey(cell, next, old));
  if (!keyed.ok) {
    forget(next.key);
    return keyed;
  }
  const papers = journal.reprints + journal.spoils;
  const usedCodes = papers - papersAtWriting(setup.shape, body) + 1;
  const nextBody = withBallot(setup.shape, body, vote.sealedBallot, papers, usedCodes, entropy);
  const file = sealUrn(units.context, next, nextBody, units.board.identity, entropy);
  // What is compared with the media from here on must itself open, with one vote more.
  const opened = openUrn(units.context, setup.shape, next, file);
  if (opened === null) throw new Error('vault: the new urn does not open');
  forget(opened);
  const stored = await onEachInStep(units, (unit) =>
    storeFile(unit, URN_FILES[otherSide(unit.held?.urn ?? 0)], file),
  );
  if (stored.ok) return ok({ next, nextBody });
  forget(next.key, nextBody);
  return stored;
};

/** S5 to S7; from OUTCOME S7 alone. */
export const commit = async (box: Ballotbox): Done => {
  const { units } = box;
  if (leader(units).journal.phase === 'PREPARED') {
    const vote = await readPending(box);
    if (!vote.ok) return vote;
    const written = await writeNextUrn(box, vote.value);
    forget(vote.value.sealedBallot, vote.value.paper);
    if (!written.ok) return written;
    const { next, nextBody } = written.value;
    const { epoch } = next;
    const outcome = target(units, { epoch, phase: 'OUTCOME', print: 'NONE' });
    const old = heldKeys(units);
    const recorded = await advanceJournal(units, outcome, { key: next });
    if (!recorded.ok) return recorded;
    const kept = heldKeys(units);
    for (const key of old) if (!kept.includes(key)) forget(key.key);
    forget(box.body);
    box.body = nextBody;
  }
  return eraseLeftovers(units);
};

/** End of S8. */
export const settle = ({ units }: Ballotbox): Done =>
  advanceJournal(units, target(units, { phase: 'IDLE', print: 'NONE' }));
