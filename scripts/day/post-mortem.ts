/**
 * What a unit has left behind, read after it was switched off: how many slots of the urn are used, and
 * who is marked in the pollbook. Media and cells are opened once more, by the vault and the store that
 * the unit itself uses.
 */
import { makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { hasVoted } from '#firmware/desk/desk-content.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { openPollbook } from '#firmware/runtime/desk-pollbook.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { openElectionPackage } from '#firmware/vault/election-package.ts';
import { openIdentity } from '#firmware/vault/identity.ts';
import type { KeyPair } from '#firmware/vault/keys.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import type { Board } from '#hal/board.ts';
import type { CellSlot } from '#hal/secure-cell.ts';
import { authorityPublicKey, type Provision } from './provision.ts';

export type LeftBehind = {
  readonly fixed: ReadonlyMap<string, Uint8Array>;
  readonly removable: ReadonlyMap<string, Uint8Array>;
  readonly boardCell: ReadonlyMap<CellSlot, Uint8Array>;
  readonly moduleCell: ReadonlyMap<CellSlot, Uint8Array>;
};

/** Keys that whoever looks has from elsewhere. */
export type KnownKeys = {
  /** Of the machine itself; default: read from its fixed medium. */
  readonly identity?: KeyPair;
  /** Of units from which the module was moved here. */
  readonly formerIdentities?: readonly Uint8Array[];
};

export type PostMortem = {
  readonly occupiedSlots: number;
  /** National IDs. */
  readonly marked: ReadonlySet<string>;
};

const found = <T>(
  result: { ok: true; value: T } | { ok: false; error: unknown },
  what: string,
): T => {
  if (result.ok) return result.value;
  throw new Error(`${what}: ${JSON.stringify(result.error)}`);
};

/** The used slots of the urn, opened once more after everything is over. */
export const countSlots = async (
  { booth, supervisor }: Board,
  given: Provision,
  known: KnownKeys = {},
): Promise<number> => {
  const { formerIdentities = [] } = known;
  const identity =
    known.identity ??
    found(
      await openIdentity(supervisor.media.fixed, supervisor.entropy),
      'the machine has no identity',
    ).identity;
  const { id, test } = given.definition;
  const vault = openVault({
    media: booth.media,
    cells: booth.cells,
    entropy: booth.entropy,
    identity,
    formerIdentities,
    election: { id, precinctId: precinctOf(given.definition), test },
  });
  found(await vault.recover(), 'the vault does not open again');
  const sealed = found(await vault.sealedBallots(), 'the urn does not open again');
  vault.close();
  return sealed.length;
};

const readMarks = async ({ desk }: Board, given: Provision): Promise<ReadonlySet<string>> => {
  const { pollingPlaceCode, number: precinctNumber } = given.definition.precinct;
  const electionPackage = found(
    openElectionPackage(
      given.packageBytes,
      authorityPublicKey(given),
      { pollingPlaceCode, precinctNumber },
      desk.clock.calendarMs(),
    ),
    'the election package was refused',
  );
  const { book, store } = found(
    await openPollbook(electionPackage, toHex(given.pollbookKey), {
      media: desk.media,
      entropy: desk.entropy,
      onInStep: () => undefined,
      onFault: () => undefined,
      onNotSynced: () => undefined,
      guard: (work) => void work,
    }),
    'the pollbook does not open again',
  );
  const content = store.content();
  const marked = new Set(
    book.voters.flatMap(({ nationalId }, index) => (hasVoted(content, index) ? [nationalId] : [])),
  );
  store.stop();
  return marked;
};

/** Who is marked, by one medium alone: of a machine whose other one is sealed. National IDs. */
export const marksOnModule = (
  removable: LeftBehind['removable'],
  given: Provision,
  calendarMs: number,
): Promise<ReadonlySet<string>> => {
  const clock = makeVirtualClock(calendarMs);
  const entropy = makeSeededEntropy(0, 'post mortem');
  const board = makeEmulatedBoard({ clock, entropy, noise: entropy });
  board.devices.removable.load(removable);
  return clock.run(readMarks(board.powerOn(), given));
};

export const lookInside = (
  left: LeftBehind,
  given: Provision,
  calendarMs: number,
  known: KnownKeys = {},
): Promise<PostMortem> => {
  const clock = makeVirtualClock(calendarMs);
  const entropy = makeSeededEntropy(0, 'post mortem');
  const board = makeEmulatedBoard({ clock, entropy, noise: entropy });
  const { fixed, removable, boardCell, moduleCell } = board.devices;
  fixed.load(left.fixed);
  removable.load(left.removable);
  boardCell.load(left.boardCell);
  moduleCell.load(left.moduleCell);
  const look = async (): Promise<PostMortem> => {
    const on = board.powerOn();
    const occupiedSlots = await countSlots(on, given, known);
    return { occupiedSlots, marked: await readMarks(on, given) };
  };
  return clock.run(look());
};
