/**
 * An emulated FRAM secure cell: 192 bytes that overwrite in place and keep no history. Faults as
 * named behaviours; a power cut in the middle of a write leaves the first bytes new, the rest old.
 */
import { type Clock, wait } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import {
  CELL_LIMIT_MS,
  CELL_SLOT_BYTES,
  type CellFault,
  type CellSlot,
  type SecureCell,
} from '#hal/secure-cell.ts';
import type { Choice } from './emulator-disk.ts';

/** 64 bytes over I2C at 400 kHz (9 clocks a byte, with address bytes), and the read back. */
const FRAM_WRITE_MS = 3;
const FRAM_READ_MS = 1.5;
/** A TPM's flash, by most data sheets. */
const WORN_WRITES = 100_000;
const SLOTS = [0, 1, 'oneTime'] as const satisfies readonly CellSlot[];

export type CellBehaviour =
  /** Writes are acknowledged, the content stays as it was; the driver's read back finds out. */
  | { readonly kind: 'stuckWrite' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'unreadable' }
  /** A part that counts its writes, and has made all that it was rated for. */
  | { readonly kind: 'worn' }
  /** It holds the bus and answers nothing. Needs a clock. */
  | { readonly kind: 'hung' };

export type CellOperation = {
  readonly cell: 'board' | 'module';
  readonly kind: 'write' | 'erase';
  readonly slot: CellSlot;
};

export type EmulatedCellOptions = {
  readonly name: 'board' | 'module';
  /** With a clock a write takes its time; without, none. */
  readonly clock?: Clock;
  /** False: the file that stands in on a bench. */
  readonly overwritesInPlace?: boolean;
  readonly afterOperation?: (operation: CellOperation) => void;
  readonly onWrite?: (slot: CellSlot, bytes: Uint8Array) => void;
};

export type EmulatedCell = {
  /** A handle for one process; dead after a power cut or the end of the process. */
  connect(): SecureCell;
  pull(): void;
  putBack(): void;
  replaceByFresh(): void;
  cutPower(choice: Choice): void;
  endProcesses(): void;
  behave(behaviour: CellBehaviour | null): void;
  /** How many calls a behaviour has changed the course of, since the cell was made. */
  bitten(): number;
  /** The bytes of all slots, as a laboratory reads them. */
  image(): Map<CellSlot, Uint8Array>;
  load(image: ReadonlyMap<CellSlot, Uint8Array>): void;
  writes(): number;
};

const NEVER = new Promise<never>(() => undefined);

const fault = (kind: CellFault['kind'], detail: string): Result<never, CellFault> =>
  err({ device: 'cell', kind, detail });

const blank = (): Map<CellSlot, Uint8Array> =>
  new Map(SLOTS.map((slot) => [slot, new Uint8Array(CELL_SLOT_BYTES)]));

export const makeEmulatedCell = (options: EmulatedCellOptions): EmulatedCell => {
  const { name } = options;
  let memory = blank();
  let inserted = true;
  let behaviour: CellBehaviour | null = null;
  let handles: { alive: boolean }[] = [];
  let writes = 0;
  let bitten = 0;
  /** The write under way: what a power cut may tear. */
  let under: { readonly slot: CellSlot; readonly before: Uint8Array } | null = null;

  /** Counts pulls, so that an operation under way fails even if the cell is straight back. */
  let insertion = 0;

  /** A call that ends otherwise because of a behaviour. */
  const bites = (kind: CellFault['kind'], detail: string): Result<never, CellFault> => {
    bitten++;
    return fault(kind, detail);
  };

  /** One operation: its time, then its effect if the cell is still there and answers. */
  const operate = async <T>(
    handle: { alive: boolean },
    costMs: number,
    effect: () => Result<T, CellFault>,
  ): Promise<Result<T, CellFault>> => {
    if (!handle.alive) return NEVER;
    if (!inserted) return fault('absent', `${name} cell is not there`);
    const startedIn = insertion;
    const hangs = behaviour?.kind === 'hung';
    if (options.clock !== undefined) await wait(options.clock, hangs ? CELL_LIMIT_MS : costMs);
    if (!handle.alive) return NEVER;
    if (!inserted || insertion !== startedIn) return fault('absent', `${name} cell was pulled`);
    if (hangs) return bites('timeout', `${name} cell does not answer`);
    if (behaviour?.kind === 'broken') return bites('broken', `${name} cell refuses`);
    const result = effect();
    return handle.alive ? result : NEVER;
  };
  const store = (operation: CellOperation, bytes: Uint8Array): Result<void, CellFault> => {
    if (behaviour?.kind === 'stuckWrite')
      return bites('broken', `${name} cell: read back differs from what was written`);
    under = { slot: operation.slot, before: memory.get(operation.slot)! };
    memory.set(operation.slot, bytes);
    writes++;
    options.onWrite?.(operation.slot, bytes);
    options.afterOperation?.(operation);
    under = null;
    return done;
  };
  const load = (slot: CellSlot): Result<Uint8Array, CellFault> =>
    behaviour?.kind === 'unreadable'
      ? bites('unreadable', `${name} cell`)
      : ok(memory.get(slot)!.slice());

  const connect = (): SecureCell => {
    const handle = { alive: true };
    handles.push(handle);
    let queue: Promise<unknown> = Promise.resolve();
    /** A process' operations go one after the other; without a clock each is over at once. */
    const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
      if (options.clock === undefined) return work();
      const turn = queue.then(work);
      queue = turn.catch(() => undefined);
      return turn;
    };
    const write = (
      kind: CellOperation['kind'],
      slot: CellSlot,
      bytes: Uint8Array,
    ): Promise<Result<void, CellFault>> => {
      if (bytes.length !== CELL_SLOT_BYTES)
        throw new Error(`a cell slot holds ${CELL_SLOT_BYTES} bytes, not ${bytes.length}`);
      const held = bytes.slice();
      const effect = () => store({ cell: name, kind, slot }, held);
      return inTurn(() => operate(handle, FRAM_WRITE_MS, effect));
    };
    return {
      name,
      overwritesInPlace: options.overwritesInPlace ?? true,
      present: () => inserted,
      read: (slot) => inTurn(() => operate(handle, FRAM_READ_MS, () => load(slot))),
      write: (slot, bytes) => write('write', slot, bytes),
      erase: (slot) => write('erase', slot, new Uint8Array(CELL_SLOT_BYTES)),
      wear: () =>
        inTurn(() =>
          operate(handle, 0, () =>
            ok(behaviour?.kind === 'worn' ? { writes: WORN_WRITES, rated: WORN_WRITES } : null),
          ),
        ),
    };
  };
  const endProcesses = (): void => {
    for (const handle of handles) handle.alive = false;
    handles = [];
  };

  return {
    connect,
    pull: () => {
      inserted = false;
      insertion++;
    },
    putBack: () => {
      inserted = true;
    },
    replaceByFresh: () => {
      memory = blank();
      insertion++;
      behaviour = null;
      inserted = true;
    },
    cutPower: (choice) => {
      endProcesses();
      if (under === null) return;
      const { slot, before } = under;
      const after = memory.get(slot)!;
      const written = [0, -1, CELL_SLOT_BYTES][choice(3)]!;
      const bytes = written < 0 ? 1 + choice(CELL_SLOT_BYTES - 1) : written;
      const left = before.slice();
      left.set(after.subarray(0, bytes));
      memory.set(slot, left);
      under = null;
    },
    endProcesses,
    behave: (next) => {
      behaviour = next;
    },
    image: () => new Map([...memory].map(([slot, bytes]) => [slot, bytes.slice()])),
    load: (image) => {
      memory = new Map([
        ...blank(),
        ...[...image].map(([slot, bytes]) => [slot, bytes.slice()] as const),
      ]);
    },
    writes: () => writes,
    bitten: () => bitten,
  };
};
