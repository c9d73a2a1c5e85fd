/**
 * The setup ceremony's part of the vault: an urn of sealed dummies at epoch 0 on both media, its key
 * in both cells, the day's records, and last of all J = IDLE, generation 1. A crash before that last
 * write leaves no vault, and the ceremony is done again.
 */
import { faultCode } from '#hal/fault.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { CellFault } from '#hal/secure-cell.ts';
import type { MediumFault } from '#hal/storage.ts';
import { AEAD_KEY_BYTES } from './aead.ts';
import { type EpochKey, storeOuterKey } from './cells.ts';
import { ballotInfo } from './context.ts';
import { encodeRecord, VAULT_FOLDER, vaultPath } from './durable.ts';
import { FIRST_SEQUENCE } from './journal.ts';
import {
  checkSetup,
  encodePolls,
  encodeSetup,
  POLLS_RECORD,
  SETUP_RECORD,
  type VaultSetup,
} from './setup-record.ts';
import { dayBegan, newestJournal, reachableKeys, readUnit } from './survey.ts';
import {
  makeUnits,
  storeFile,
  storeJournal,
  type Unit,
  type Units,
  URN_FILES,
  type VaultBoard,
} from './units.ts';
import { emptyUrn, sealUrn } from './urn.ts';
import type { Journal, VaultFault } from './vault.ts';
import { replaceWholeFile } from './whole-file.ts';

/** What the ceremony gives to keep. */
export type VaultCeremony = {
  /** The precinct's X25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Voters of the precinct: a slot for each. */
  readonly slots: number;
  /** Length of every ballot that `prepare` will be given. */
  readonly ballotBytes: number;
  /** The most that `Vote.paper` may hold; every pending record takes this much. */
  readonly paperBytes: number;
  /** The paper codes the authority committed to, all of one length, ASCII, each once. */
  readonly codes: readonly string[];
  readonly commitments: Uint8Array;
};

export const FIRST_JOURNAL = {
  generation: 1,
  epoch: 0,
  phase: 'IDLE',
  print: 'NONE',
  reprints: 0,
  spoils: 0,
} as const satisfies Journal;

/** How many urns, of the size it has, must fit: two, and one more to breathe. */
const URNS_OF_ROOM = 3;

/** A real election needs cells that overwrite in place. */
export const cellNotTrusted = (board: VaultBoard): VaultFault | null => {
  if (board.election.test) return null;
  const cell = [board.cells.board, board.cells.module].find((each) => !each.overwritesInPlace);
  return cell === undefined
    ? null
    : { kind: 'cellNotTrusted', medium: null, detail: `${cell.name} cell keeps old content` };
};

const faultOf = (unit: Unit, fault: MediumFault | CellFault): Result<never, VaultFault> => {
  const detail = `${faultCode(fault)}: ${fault.detail}`;
  if (fault.kind === 'notSynced' || fault.kind === 'full')
    return err({ kind: fault.kind, medium: unit.name, detail });
  return err({ kind: 'mediumLost', medium: unit.name, detail });
};

const setupOf = (ceremony: VaultCeremony): VaultSetup => {
  const setup: VaultSetup = {
    shape: {
      slots: ceremony.slots,
      ballotBytes: ceremony.ballotBytes,
      codes: ceremony.codes.length,
      codeCharacters: ceremony.codes[0]?.length ?? 0,
    },
    paperBytes: ceremony.paperBytes,
    publicKey: ceremony.publicKey,
    commitments: ceremony.commitments,
  };
  const wrong = checkSetup(setup);
  if (wrong !== null) throw new Error(`vault: setup out of bounds: ${wrong}`);
  if (new Set(ceremony.codes).size !== ceremony.codes.length)
    throw new Error('vault: a paper code twice');
  return setup;
};

/** Refuses where a vault is; what an unfinished ceremony left is none (recovery calls that `empty`). */
const refuseVault = async ({ context, all }: Units): Promise<Result<void, VaultFault>> => {
  const raws = [await readUnit(all[0]), await readUnit(all[1])];
  const keys = reachableKeys(raws).outer;
  const held = raws.find(({ files }) => files !== null && newestJournal(context, files, keys));
  if (held === undefined && !dayBegan(context, raws)) return done;
  const medium = held?.unit.name ?? null;
  return err({ kind: 'notEmpty', medium, detail: 'a vault is here already' });
};

/** Leaves nothing of an earlier, unfinished ceremony. */
const makeRoom = async (unit: Unit, needed: number): Promise<Result<void, VaultFault>> => {
  const { medium } = unit;
  const names = await medium.list(VAULT_FOLDER);
  if (!names.ok) return faultOf(unit, names.error);
  for (const name of names.value) {
    const removed = await medium.remove(vaultPath(name));
    if (!removed.ok) return faultOf(unit, removed.error);
  }
  const free = await medium.freeBytes();
  if (!free.ok) return faultOf(unit, free.error);
  return free.value >= needed
    ? done
    : err({ kind: 'full', medium: unit.name, detail: `${free.value} bytes left of ${needed}` });
};

const fill = async (
  units: Units,
  unit: Unit,
  content: {
    readonly key: EpochKey;
    readonly urn: Uint8Array;
    readonly records: readonly (readonly [string, Uint8Array])[];
  },
): Promise<Result<void, VaultFault>> => {
  for (const slot of [0, 1, 'oneTime'] as const) {
    const erased = await unit.cell.erase(slot);
    if (!erased.ok) return faultOf(unit, erased.error);
  }
  const keyed = await storeOuterKey(unit.cell, content.key, null);
  if (!keyed.ok) return faultOf(unit, keyed.error);
  const stored = await storeFile(unit, URN_FILES[0], content.urn);
  if (!stored.ok) return faultOf(unit, stored.error);
  for (const [name, bytes] of content.records) {
    const recorded = await replaceWholeFile(unit.medium, vaultPath(name), bytes);
    if (!recorded.ok) return faultOf(unit, recorded.error);
  }
  return units.parked === null ? done : err(units.parked);
};

/**
 * Makes the vault. Errors: `cellNotTrusted`, `notEmpty`, `full`, `mediumLost` (a medium or cell is
 * missing or fails), `notSynced`. Throws when the ceremony's figures are out of bounds.
 */
export const setUpVault = async (
  board: VaultBoard,
  ceremony: VaultCeremony,
): Promise<Result<void, VaultFault>> => {
  const untrusted = cellNotTrusted(board);
  if (untrusted !== null) return err(untrusted);
  const setup = setupOf(ceremony);
  const { entropy, identity, election } = board;
  const units = makeUnits(board);
  const { context } = units;
  const info = ballotInfo(election.id, election.precinctId);
  const key: EpochKey = { epoch: 0, key: entropy.bytes(AEAD_KEY_BYTES) };
  const body = emptyUrn(setup.shape, ceremony.codes, ceremony.publicKey, info, entropy);
  const urn = sealUrn(context, key, body, identity, entropy);
  const record = (name: string, payload: Uint8Array) =>
    [name, encodeRecord(context, name, { version: 1, payload }, identity)] as const;
  const records = [
    record(POLLS_RECORD, encodePolls('ready')),
    record(SETUP_RECORD, encodeSetup(setup)),
  ];
  const free = await refuseVault(units);
  if (!free.ok) return free;
  for (const unit of units.all) {
    const room = await makeRoom(unit, URNS_OF_ROOM * urn.length);
    if (!room.ok) return room;
  }
  for (const unit of units.all) {
    const filled = await fill(units, unit, { key, urn, records });
    if (!filled.ok) return filled;
  }
  const first = { journal: FIRST_JOURNAL, sequence: FIRST_SEQUENCE };
  for (const unit of units.all) {
    const started = await storeJournal(units, unit, first, { key, urn: 0 });
    if (!started.ok) return faultOf(unit, started.error);
  }
  return done;
};
