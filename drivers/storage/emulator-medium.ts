/**
 * An emulated memory medium under a clock: paced like flash, with the faults of flash as named
 * behaviours. It knows what is durable (`emulator-disk.ts`), so that a power cut leaves what a real
 * one may leave. A handle is one boot of one process: after a power cut or the end of its process
 * its calls never resolve, as a dead process' never do.
 */
import { type Clock, wait } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { MEDIUM_LIMIT_MS, type Medium, type MediumFault, type MediumName } from '#hal/storage.ts';
import {
  type Choice,
  type DiskState,
  type EmulatedDisk,
  keepOld,
  makeEmulatedDisk,
} from './emulator-disk.ts';
import { assertFileSize, assertFolder, assertPath } from './paths.ts';

/** How long operations take. All zero: at once, without a task on the clock. */
export type MediumPace = {
  readonly operationMs: number;
  readonly syncMs: number;
  readonly readBytesPerMs: number;
  readonly writeBytesPerMs: number;
};

/** Magnitudes as flash of these classes has them under small synced writes. */
export const MEDIUM_PACES = {
  immediate: { operationMs: 0, syncMs: 0, readBytesPerMs: Infinity, writeBytesPerMs: Infinity },
  /** Soldered eMMC. */
  embeddedFlash: { operationMs: 0.2, syncMs: 4, readBytesPerMs: 80_000, writeBytesPerMs: 25_000 },
  /** An industrial memory module on USB 2.0. */
  memoryModule: { operationMs: 0.5, syncMs: 9, readBytesPerMs: 30_000, writeBytesPerMs: 12_000 },
} as const satisfies Record<string, MediumPace>;

export type MediumBehaviour =
  | { readonly kind: 'full' }
  | { readonly kind: 'readOnly' }
  /** Every sync reports an error; what was written stays unsynced. */
  | { readonly kind: 'notSynced' }
  /** Every sync says yes and makes nothing durable: flash with a volatile cache and a lie. */
  | { readonly kind: 'lyingSync' }
  /** Reads of one path (of all: null) fail. */
  | { readonly kind: 'unreadable'; readonly path: string | null }
  /**
   * It stops answering until it behaves again; the call that was under way then takes effect after
   * all, long after its caller gave up, or does not.
   */
  | { readonly kind: 'hung'; readonly lateEffect: boolean };

export type MediumOperation = {
  readonly medium: MediumName;
  readonly kind: 'write' | 'append' | 'sync' | 'rename' | 'remove' | 'syncFolder';
  /** Path, or folder for `syncFolder`, from the root of the medium. */
  readonly path: string;
};

export type MediumCounters = {
  readonly bytesWritten: number;
  readonly bytesRead: number;
  readonly writes: number;
  readonly syncs: number;
};

export type EmulatedMediumOptions = {
  readonly name: MediumName;
  readonly clock: Clock;
  readonly pace?: MediumPace;
  readonly budgetBytes?: number;
  /** Sees every byte that is ever written, as the flash itself does. */
  readonly onWrite?: (path: string, bytes: Uint8Array) => void;
  /** Called when an operation took effect, before its caller learns of it: the place to cut the power. */
  readonly afterOperation?: (operation: MediumOperation) => void;
};

export type EmulatedMedium = {
  /** A handle for one process, rooted at `folder` (default: the whole medium). */
  connect(folder?: string): Medium;
  /** Pulled out: handles say absent; what was not synced is left as `choice` decides (default: lost). */
  pull(choice?: Choice): void;
  putBack(): void;
  /** Puts an empty medium in its place, and in. */
  replaceByFresh(): void;
  present(): boolean;
  /** Power cut: every handle is dead, unsynced content as `choice` decides. Connect again to go on. */
  cutPower(choice: Choice, tear?: boolean): void;
  /** The processes die, the system lives on: handles are dead, content stays as it is. */
  endProcesses(): void;
  behave(behaviour: MediumBehaviour | null): void;
  /** How many calls a behaviour has changed the course of, since the medium was made. */
  bitten(): number;
  rot(path: string, offset: number, mask?: number): boolean;
  files(): Map<string, Uint8Array>;
  /** Puts back a whole image. */
  load(files: ReadonlyMap<string, Uint8Array>): void;
  /** What it holds, synced and not. */
  state(): DiskState;
  restore(state: DiskState): void;
  counters(): MediumCounters;
};

const DEFAULT_BUDGET_BYTES = 512 * 1024 * 1024;

const NEVER = new Promise<never>(() => undefined);

type Handle = { alive: boolean; readonly listeners: Set<(present: boolean) => void> };

const fault = (kind: MediumFault['kind'], detail: string): Result<never, MediumFault> =>
  err({ device: 'medium', kind, detail });

export const makeEmulatedMedium = (options: EmulatedMediumOptions): EmulatedMedium => {
  const { name, clock } = options;
  const pace = options.pace ?? MEDIUM_PACES.immediate;
  const budgetBytes = options.budgetBytes ?? DEFAULT_BUDGET_BYTES;
  let disk: EmulatedDisk = makeEmulatedDisk();
  let inserted = true;
  let behaviour: MediumBehaviour | null = null;
  let handles: Handle[] = [];
  let freeAtMs = 0;
  /** Counts pulls, so that an operation under way when it was pulled fails even if it is straight back. */
  let insertion = 0;
  /** The call that hangs: its effect, should it still come. */
  let hanging: { readonly effect: () => void } | null = null;
  let bitten = 0;
  let counters = { bytesWritten: 0, bytesRead: 0, writes: 0, syncs: 0 };

  /** Waits as long as the medium needs, after what it is already doing. */
  const spend = async (costMs: number): Promise<void> => {
    if (costMs <= 0 && freeAtMs <= clock.nowMs()) return;
    freeAtMs = Math.max(freeAtMs, clock.nowMs()) + costMs;
    await wait(clock, freeAtMs - clock.nowMs());
  };

  const announce = (present: boolean): void => {
    for (const handle of handles)
      if (handle.alive) for (const listener of [...handle.listeners]) listener(present);
  };
  const endProcesses = (): void => {
    for (const handle of handles) handle.alive = false;
    handles = [];
  };
  const leave = (choice: Choice): void => {
    disk.settle(choice, false);
    inserted = false;
    insertion++;
    hanging = null;
  };

  /** The first call to a medium that hangs waits out the limit; what comes after it is not begun. */
  const hang = async (effect: () => void): Promise<void> => {
    if (hanging !== null) return;
    hanging = { effect };
    await wait(clock, MEDIUM_LIMIT_MS);
  };
  const endHang = (takesEffect: boolean): void => {
    const late = hanging;
    hanging = null;
    if (takesEffect && inserted) late?.effect();
  };

  /** One operation of a handle: its cost, then its effect if the medium is still there. */
  const operate = async <T>(
    handle: Handle,
    costMs: number,
    effect: () => Result<T, MediumFault>,
    operation?: MediumOperation,
  ): Promise<Result<T, MediumFault>> => {
    if (!handle.alive) return NEVER;
    if (!inserted) return fault('absent', `${name} is not there`);
    const startedIn = insertion;
    const gone = (): boolean => !inserted || insertion !== startedIn;
    await spend(costMs);
    if (!handle.alive) return NEVER;
    const hangs = !gone() && (behaviour?.kind === 'hung' || hanging !== null);
    if (hangs) {
      bitten++;
      await hang(effect);
    }
    if (!handle.alive) return NEVER;
    if (gone()) return fault('absent', `${name} was pulled`);
    if (hangs) return fault('timeout', `${name} does not answer`);
    const result = effect();
    if (operation !== undefined && result.ok) options.afterOperation?.(operation);
    return handle.alive ? result : NEVER;
  };

  /** A call that ends otherwise because of a behaviour. */
  const bites = (kind: MediumFault['kind'], detail: string): Result<never, MediumFault> => {
    bitten++;
    return fault(kind, detail);
  };
  const room = (extraBytes: number): Result<void, MediumFault> => {
    if (behaviour?.kind === 'readOnly') return bites('readOnly', `${name} takes no writes`);
    if (behaviour?.kind === 'full') return bites('full', `${name} is full`);
    if (disk.usedBytes() + extraBytes > budgetBytes) return fault('full', `${name} is full`);
    return done;
  };
  const store = (path: string, bytes: Uint8Array, append: boolean): Result<void, MediumFault> => {
    const before = disk.size(path);
    assertFileSize(append ? before + bytes.length : bytes.length);
    const fits = room(append ? bytes.length : bytes.length - before);
    if (!fits.ok) return fits;
    if (append) disk.append(path, bytes);
    else disk.write(path, bytes);
    counters = {
      ...counters,
      bytesWritten: counters.bytesWritten + bytes.length,
      writes: counters.writes + 1,
    };
    options.onWrite?.(path, bytes);
    return done;
  };
  const synced = (effect: () => boolean, what: string): Result<void, MediumFault> => {
    counters = { ...counters, syncs: counters.syncs + 1 };
    if (behaviour?.kind === 'notSynced') return bites('notSynced', `${name}: ${what}`);
    if (behaviour?.kind === 'lyingSync') {
      bitten++;
      return done;
    }
    return effect() ? done : fault('unreadable', `${name}: no ${what} to sync`);
  };
  const readWhole = (path: string): Result<Uint8Array | null, MediumFault> => {
    if (behaviour?.kind === 'unreadable' && (behaviour.path ?? path) === path)
      return bites('unreadable', `${name}: ${path}`);
    const bytes = disk.read(path);
    counters = { ...counters, bytesRead: counters.bytesRead + (bytes?.length ?? 0) };
    return ok(bytes);
  };

  const connect = (root = ''): Medium => {
    assertFolder(root);
    const handle: Handle = { alive: true, listeners: new Set() };
    handles.push(handle);
    const full = (path: string): string => {
      assertPath(path);
      return root === '' ? path : `${root}/${path}`;
    };
    const fullFolder = (folder: string): string => {
      assertFolder(folder);
      return [root, folder].filter((part) => part !== '').join('/');
    };
    const writeMs = (bytes: Uint8Array): number =>
      pace.operationMs + bytes.length / pace.writeBytesPerMs;
    const step = (kind: MediumOperation['kind'], path: string): MediumOperation => ({
      medium: name,
      kind,
      path,
    });
    return {
      name,
      present: () => inserted,
      onPresence: (listener) => listen(handle.listeners, listener),
      read: (path) => {
        const at = full(path);
        return operate(handle, pace.operationMs + disk.size(at) / pace.readBytesPerMs, () =>
          readWhole(at),
        );
      },
      write: (path, bytes) => {
        const at = full(path);
        assertFileSize(bytes.length);
        const held = bytes.slice();
        return operate(handle, writeMs(held), () => store(at, held, false), step('write', at));
      },
      append: (path, bytes) => {
        const at = full(path);
        const held = bytes.slice();
        return operate(handle, writeMs(held), () => store(at, held, true), step('append', at));
      },
      sync: (path) => {
        const at = full(path);
        const effect = () => synced(() => disk.sync(at), at);
        return operate(handle, pace.syncMs, effect, step('sync', at));
      },
      rename: (from, to) => {
        const [source, target] = [full(from), full(to)];
        const effect = (): Result<void, MediumFault> => {
          if (behaviour?.kind === 'readOnly') return fault('readOnly', `${name} takes no writes`);
          return disk.rename(source, target) ? done : fault('unreadable', `${name}: no ${source}`);
        };
        return operate(handle, pace.operationMs, effect, step('rename', target));
      },
      remove: (path) => {
        const at = full(path);
        const effect = (): Result<void, MediumFault> => {
          if (behaviour?.kind === 'readOnly') return fault('readOnly', `${name} takes no writes`);
          disk.remove(at);
          return done;
        };
        return operate(handle, pace.operationMs, effect, step('remove', at));
      },
      syncFolder: (folder) => {
        const at = fullFolder(folder);
        const effect = () =>
          synced(() => {
            disk.syncFolder(at);
            return true;
          }, at);
        return operate(handle, pace.syncMs, effect, step('syncFolder', at));
      },
      list: (folder) => {
        const at = fullFolder(folder);
        return operate(handle, pace.operationMs, () => ok(disk.list(at)));
      },
      freeBytes: () =>
        operate(handle, 0, () =>
          ok(behaviour?.kind === 'full' ? 0 : Math.max(0, budgetBytes - disk.usedBytes())),
        ),
    };
  };

  return {
    connect,
    pull: (choice = keepOld) => {
      if (!inserted) return;
      leave(choice);
      announce(false);
    },
    putBack: () => {
      if (inserted) return;
      inserted = true;
      announce(true);
    },
    replaceByFresh: () => {
      if (inserted) {
        leave(keepOld);
        announce(false);
      }
      disk = makeEmulatedDisk();
      behaviour = null;
      inserted = true;
      announce(true);
    },
    present: () => inserted,
    bitten: () => bitten,
    cutPower: (choice, tear = false) => {
      endProcesses();
      disk.settle(choice, tear);
      freeAtMs = 0;
      hanging = null;
    },
    endProcesses,
    behave: (next) => {
      if (behaviour?.kind === 'hung') endHang(behaviour.lateEffect);
      behaviour = next;
    },
    rot: (path, offset, mask = 0x01) => disk.rot(path, offset, mask),
    files: () => disk.files(),
    load: (files) => disk.load(files),
    state: () => disk.state(),
    restore: (state) => disk.restore(state),
    counters: () => counters,
  };
};
