/**
 * The bench of the crash enumeration: two emulated media and two cells that note every durable step,
 * hand out the whole state of storage after each, and can be put back into any of them. The vault and
 * the desk's store on it are the ones that ship.
 *
 * What the model assumes of real parts, and nothing more:
 * - `sync(file)` that reported success keeps the file's content; without it each 512-byte sector of
 *   what was written since is old or new (or, where asked, torn in itself), in any combination, and a
 *   file that changed its length has the old length or the new one.
 * - `syncFolder` that reported success keeps its names; without it each name changed since stands for
 *   anything it stood for since, independently of every other name: more than a journaling file
 *   system leaves, whose renames are atomic and in order.
 * - A sector that was not written does not change. A drive that breaks this (a shorn neighbour) is a
 *   damaged medium, which is another test's subject.
 * - The two media settle independently. A cell's write is old, new, or new up to some byte.
 * - A process that dies alone takes nothing with it: what it wrote stays, synced or not.
 */
import { createHash } from 'node:crypto';
import { type CellOperation, makeEmulatedCell } from '#drivers/storage/emulator-cell.ts';
import {
  type DiskState,
  forEveryChoice,
  makeEmulatedDisk,
} from '#drivers/storage/emulator-disk.ts';
import { type MediumOperation, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { VaultBoard } from '#firmware/vault/units.ts';
import type { Media } from '#hal/board.ts';
import type { CellSlot } from '#hal/secure-cell.ts';
import type { MediumName } from '#hal/storage.ts';
import type { Precinct } from './precinct.ts';
import { NO_TAMPERING, type Tampering } from './tampering.ts';

export const MEDIA = ['fixed', 'removable'] as const satisfies readonly MediumName[];
export const CELLS = ['board', 'module'] as const;
type CellName = (typeof CELLS)[number];

/** A durable step, as the part that performed it saw it. */
export type Step = MediumOperation | CellOperation;

export type CellImage = ReadonlyMap<CellSlot, Uint8Array>;

/** All storage of a unit at an instant. */
export type StorageState = {
  readonly media: Readonly<Record<MediumName, DiskState>>;
  readonly cells: Readonly<Record<CellName, CellImage>>;
  /** Gone for good: another, empty one is put in when officers are asked for it. */
  readonly gone: MediumName | null;
  /** `spare`: the first board died, its module was carried to a unit with empty storage of its own. */
  readonly board: 'first' | 'spare';
};

/** An empty disk and an empty cell, as a spare unit brings them. */
const EMPTY_DISK: DiskState = { names: new Map(), durableNames: new Map(), renamed: new Map() };
const blankCell = (like: CellImage): CellImage =>
  new Map([...like].map(([slot, bytes]) => [slot, new Uint8Array(bytes.length)]));

/** What a spare unit finds when the module is carried to it. */
export const onSpareBoard = (state: StorageState): StorageState => ({
  media: { ...state.media, fixed: EMPTY_DISK },
  cells: { ...state.cells, board: blankCell(state.cells.board) },
  gone: null,
  board: 'spare',
});

const TORN_CELL_BYTES = [1, 8, 33, 63] as const;
/** More states than this of one disk at one instant would mean that far too much is unsynced. */
const RESIDUE_LIMIT = 4_096;

const tornSlot = (before: Uint8Array, after: Uint8Array, bytes: number): Uint8Array => {
  const left = before.slice();
  left.set(after.subarray(0, bytes));
  return left;
};

/** What lies on media and in cells while the unit rests. */
export type Resting = {
  /** Paths of the booth's files. */
  readonly names: Readonly<Record<MediumName, readonly string[]>>;
  /** Slots that hold anything. */
  readonly held: Readonly<Record<CellName, readonly CellSlot[]>>;
};

/** What people and checks need of a place where a unit runs. */
export type Premises = {
  /** New processes on the storage as it stands: handles for the vault and for the desk's store. */
  readonly boot: () => { readonly vault: VaultBoard; readonly desk: Media };
  readonly resting: () => Resting;
};

/** Every state in which a power cut may leave one disk. Throws when they are too many to try. */
const residuesOf = (state: DiskState, tears: readonly number[]): readonly DiskState[] => {
  const left: DiskState[] = [];
  const disk = makeEmulatedDisk();
  const all = forEveryChoice(RESIDUE_LIMIT, (choice) => {
    disk.restore(state);
    disk.settle(choice, tears);
    left.push(disk.state());
  });
  if (!all) throw new Error(`more than ${RESIDUE_LIMIT} states may be left of a disk`);
  return left;
};

export type Bench = ReturnType<typeof makeBench>;

/** A storage state with the cell write that was under way in it, if one was. */
export type Instant = {
  readonly storage: StorageState;
  readonly writing: {
    readonly cell: CellName;
    readonly slot: CellSlot;
    readonly before: Uint8Array;
  } | null;
};

/** Every state of storage that a power cut at this instant may leave. */
export const crashStates = (
  { storage, writing }: Instant,
  tears: readonly number[],
): readonly StorageState[] => {
  const cells: StorageState['cells'][] = [storage.cells];
  if (writing !== null) {
    const { cell, slot, before } = writing;
    const after = storage.cells[cell].get(slot);
    if (after === undefined) throw new Error(`no slot ${slot}`);
    for (const bytes of [0, ...TORN_CELL_BYTES]) {
      const image = new Map(storage.cells[cell]).set(slot, tornSlot(before, after, bytes));
      cells.push({ ...storage.cells, [cell]: image });
    }
  }
  const fixed = residuesOf(storage.media.fixed, tears);
  const removable = residuesOf(storage.media.removable, tears);
  return cells.flatMap((held) =>
    fixed.flatMap((one) =>
      removable.map(
        (other): StorageState => ({
          media: { fixed: one, removable: other },
          cells: held,
          gone: storage.gone,
          board: storage.board,
        }),
      ),
    ),
  );
};

/** Same storage, same digest: what is synced and what is not, under which names. */
export const digestOf = (state: StorageState): string => {
  const hash = createHash('sha256');
  const add = (bytes: Uint8Array): void => {
    hash.update(`${bytes.length}:`).update(bytes);
  };
  type Content = DiskState['names'] extends ReadonlyMap<string, infer C> ? C : never;
  const content = (each: Content | null): void => {
    if (each === null) return void hash.update('none;');
    add(each.live);
    add(each.durable);
    hash.update(`${each.unsynced.length};`);
    for (const version of each.unsynced) add(version);
  };
  for (const name of MEDIA) {
    const { names, durableNames, renamed } = state.media[name];
    for (const table of [names, durableNames])
      for (const path of [...table.keys()].sort()) {
        hash.update(`${path}=`);
        content(table.get(path) ?? null);
      }
    for (const [path, history] of [...renamed].sort(([a], [b]) => (a < b ? -1 : 1))) {
      hash.update(`${path}~${history.length}`);
      for (const each of history) content(each);
    }
    hash.update('|');
  }
  for (const name of CELLS) for (const bytes of state.cells[name].values()) add(bytes);
  hash.update(`${state.gone} ${state.board}`);
  return hash.digest('hex');
};

export const makeBench = (precinct: Precinct, tampering: Tampering = NO_TAMPERING) => {
  const clock = makeVirtualClock(0);
  let onStep: (step: Step, instant: () => Instant) => void = () => undefined;
  let gone: MediumName | null = null;
  let boardNow: StorageState['board'] = 'first';
  let images = new Map<CellName, CellImage>();

  const storage = (): StorageState => ({
    media: { fixed: media.fixed.state(), removable: media.removable.state() },
    cells: { board: cells.board.image(), module: cells.module.image() },
    gone,
    board: boardNow,
  });
  const mediumStep = (step: MediumOperation): void =>
    onStep(step, () => ({ storage: storage(), writing: null }));
  const cellStep = (step: CellOperation): void => {
    const before = images.get(step.cell)?.get(step.slot);
    images.set(step.cell, cells[step.cell].image());
    if (before === undefined) throw new Error('a cell that was never looked at');
    onStep(step, () => ({
      storage: storage(),
      writing: { cell: step.cell, slot: step.slot, before },
    }));
  };
  const media = {
    fixed: makeEmulatedMedium({ name: 'fixed', clock, afterOperation: mediumStep }),
    removable: makeEmulatedMedium({ name: 'removable', clock, afterOperation: mediumStep }),
  };
  const cells = {
    board: makeEmulatedCell({ name: 'board', afterOperation: cellStep }),
    module: makeEmulatedCell({ name: 'module', afterOperation: cellStep }),
  };
  const lookAtCells = (): void => {
    images = new Map(CELLS.map((name) => [name, cells[name].image()]));
  };
  lookAtCells();

  const endProcesses = (): void => {
    for (const device of [media.fixed, media.removable, cells.board, cells.module])
      device.endProcesses();
  };

  return {
    storage,
    /** Called after each durable step, before the process learns of it. */
    watch: (listener: typeof onStep): void => {
      onStep = listener;
    },
    boot: (): ReturnType<Premises['boot']> => {
      endProcesses();
      tampering.restarted();
      // Two runs from one state draw the same, and two states never share a key by chance.
      const entropy = makeSeededEntropy(digestOf(storage()), 'vault');
      const connect = (process: 'booth' | 'desk'): Media => ({
        fixed: tampering.medium(media.fixed.connect(process)),
        removable: tampering.medium(media.removable.connect(process)),
      });
      return {
        vault: {
          media: connect('booth'),
          cells: {
            board: tampering.cell(cells.board.connect()),
            module: tampering.cell(cells.module.connect()),
          },
          entropy,
          identity: boardNow === 'first' ? precinct.identity : precinct.spareIdentity,
          ...(boardNow === 'first' ? {} : { formerIdentities: [precinct.identity.publicKey] }),
          election: precinct.election,
        },
        desk: connect('desk'),
      };
    },
    restore: (state: StorageState): void => {
      endProcesses();
      for (const name of MEDIA) {
        media[name].putBack();
        media[name].restore(state.media[name]);
      }
      cells.module.putBack();
      for (const name of CELLS) cells[name].load(state.cells[name]);
      gone = state.gone;
      boardNow = state.board;
      if (gone !== null) media[gone].pull();
      if (gone === 'removable') cells.module.pull();
      lookAtCells();
    },
    /** An empty medium (with an empty cell) in the place of the one that is gone. */
    replaceGone: (): void => {
      if (gone === null) return;
      media[gone].replaceByFresh();
      if (gone === 'removable') cells.module.replaceByFresh();
      gone = null;
      lookAtCells();
    },
    resting: (): Resting => {
      const names = (name: MediumName): readonly string[] =>
        [...media[name].state().names.keys()].filter((path) => path.startsWith('booth/'));
      const held = (name: CellName): readonly CellSlot[] =>
        [...cells[name].image()]
          .filter(([, bytes]) => bytes.some((byte) => byte !== 0))
          .map(([slot]) => slot);
      return {
        names: { fixed: names('fixed'), removable: names('removable') },
        held: { board: held('board'), module: held('module') },
      };
    },
    /** Ends every process: their unfinished calls never come back. */
    endProcesses,
  };
};
