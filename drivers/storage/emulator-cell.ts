/**
 * An emulated FRAM secure cell: 192 bytes that overwrite in place and keep no history. Faults as
 * named behaviours; a power cut in the middle of a write leaves the first bytes new, the rest old.
 */
import { type Clock, wait } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import {
  CELL_SLOT_BYTES,
  type CellFault,
  type CellSlot,
  type SecureCell,
} from '#hal/secure-cell.ts';
import type { Choice } from './emulator-disk.ts';

/** 64 bytes over I2C at 400 kHz (9 clocks a byte, with address bytes), and the read back. */
const FRAM_WRITE_MS = 3;
const SLOTS = [0, 1, 'oneTime'] as const satisfies readonly CellSlot[];

export type CellBehaviour =
  /** Writes are acknowledged, the content stays as it was; the driver's read back finds out. */
  { readonly kind: 'stuckWrite' } | { readonly kind: 'broken' } | { readonly kind: 'unreadable' };

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
  /** The write under way: what a power cut may tear. */
  let under: { readonly slot: CellSlot; readonly before: Uint8Array } | null = null;

  const store = async (
    handle: { alive: boolean },
    operation: CellOperation,
    bytes: Uint8Array,
  ): Promise<Result<void, CellFault>> => {
    if (!handle.alive) return NEVER;
    if (!inserted) return fault('absent', `${name} cell is not there`);
    if (options.clock !== undefined) await wait(options.clock, FRAM_WRITE_MS);
    if (!handle.alive) return NEVER;
    if (!inserted) return fault('absent', `${name} cell was pulled`);
    if (behaviour?.kind === 'broken') return fault('broken', `${name} cell does not answer`);
    if (behaviour?.kind === 'stuckWrite')
      return fault('broken', `${name} cell: read back differs from what was written`);
    under = { slot: operation.slot, before: memory.get(operation.slot)! };
    memory.set(operation.slot, bytes.slice());
    writes++;
    options.onWrite?.(operation.slot, bytes);
    options.afterOperation?.(operation);
    under = null;
    return handle.alive ? done : NEVER;
  };

  const connect = (): SecureCell => {
    const handle = { alive: true };
    handles.push(handle);
    return {
      name,
      overwritesInPlace: options.overwritesInPlace ?? true,
      present: () => inserted,
      read: async (slot) => {
        if (!handle.alive) return NEVER;
        if (!inserted) return fault('absent', `${name} cell is not there`);
        if (behaviour?.kind === 'broken') return fault('broken', `${name} cell does not answer`);
        if (behaviour?.kind === 'unreadable') return fault('unreadable', `${name} cell`);
        return ok(memory.get(slot)!.slice());
      },
      write: (slot, bytes) => {
        if (bytes.length !== CELL_SLOT_BYTES)
          throw new Error(`a cell slot holds ${CELL_SLOT_BYTES} bytes, not ${bytes.length}`);
        return store(handle, { cell: name, kind: 'write', slot }, bytes);
      },
      erase: (slot) =>
        store(handle, { cell: name, kind: 'erase', slot }, new Uint8Array(CELL_SLOT_BYTES)),
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
    },
    putBack: () => {
      inserted = true;
    },
    replaceByFresh: () => {
      memory = blank();
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
  };
};
