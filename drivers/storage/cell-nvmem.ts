/**
 * A secure cell in an I2C FRAM (such as MB85RC64 or FM24CL64), through the file that Linux's at24
 * driver gives for it: /sys/bus/i2c/devices/<bus>-<address>/eeprom. FRAM overwrites in place and has
 * no wear worth counting (10^12 cycles and more by data sheet), so a written key is really gone.
 *
 * The kernel's driver and not johnny-five: a Firmata board would stand between booth and cell with every
 * key in its buffers, it sends the bytes of the read before when the chip does not answer (StandardFirmata,
 * readAndReportData), its I2C writes are not acknowledged, and its host keeps what it reads in arrays of
 * the engine's heap, which nobody can overwrite. A key goes from this chip into a buffer that is erased.
 *
 * The same driver on a plain file is the stand-in for a bench; it says so by `overwritesInPlace`.
 */
import { existsSync, realpathSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Clock } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget, joinSecret, secretBytes } from '#hal/secret-bytes.ts';
import {
  CELL_LIMIT_MS,
  CELL_SLOT_BYTES,
  type CellFault,
  type CellSlot,
  type SecureCell,
} from '#hal/secure-cell.ts';
import { holding, LATE, makeTurns } from './turns.ts';

export type NvmemCellOptions = {
  readonly name: 'board' | 'module';
  readonly path: string;
  /** For the limit of an operation. */
  readonly clock: Clock;
  /** Where the cell's 192 bytes begin. */
  readonly offset: number;
};

const SLOT_INDEX = { 0: 0, 1: 1, oneTime: 2 } as const satisfies Record<CellSlot, number>;
export const CELL_BYTES = 3 * CELL_SLOT_BYTES;

const fault = (kind: CellFault['kind'], detail: string): Result<never, CellFault> =>
  err({ device: 'cell', kind, detail });

/** The text of a file system error, for the technician. */
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Storage = {
  readonly overwritesInPlace: boolean;
  /** Makes what was written durable. */
  settle(file: FileHandle): Promise<void>;
};

const makeCell = (options: NvmemCellOptions, storage: Storage): SecureCell => {
  const { name, path, offset } = options;
  const turns = makeTurns(options.clock, CELL_LIMIT_MS);
  /** One access at a time: a slot is never read while it is half written. */
  const inTurn = async <T>(
    work: () => Promise<Result<T, CellFault>>,
  ): Promise<Result<T, CellFault>> => {
    const result = await turns.take(work);
    return result === LATE
      ? fault('timeout', `${name} cell: no answer in ${CELL_LIMIT_MS} ms`)
      : result;
  };
  const position = (slot: CellSlot): number => offset + SLOT_INDEX[slot] * CELL_SLOT_BYTES;
  const readFrom = async (file: FileHandle, slot: CellSlot): Promise<Uint8Array | null> => {
    const bytes = secretBytes(CELL_SLOT_BYTES);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position(slot));
    return bytesRead === bytes.length ? bytes : null;
  };
  const withCell = async <T>(
    flags: string,
    work: (file: FileHandle) => Promise<Result<T, CellFault>>,
  ): Promise<Result<T, CellFault>> => {
    let file: FileHandle;
    try {
      file = await open(path, flags);
    } catch (error) {
      return fault(existsSync(path) ? 'broken' : 'absent', `${name} cell: ${reason(error)}`);
    }
    try {
      return await work(file);
    } catch (error) {
      return fault('broken', `${name} cell: ${reason(error)}`);
    } finally {
      await file.close();
    }
  };
  const write = (slot: CellSlot, bytes: Uint8Array): Promise<Result<void, CellFault>> => {
    if (bytes.length !== CELL_SLOT_BYTES)
      throw new Error(`a cell slot holds ${CELL_SLOT_BYTES} bytes, not ${bytes.length}`);
    const held = joinSecret(bytes);
    return holding(held, (work) =>
      inTurn(
        work(() =>
          withCell('r+', async (file) => {
            await file.write(held, 0, held.length, position(slot));
            await storage.settle(file);
            const back = await readFrom(file, slot);
            const same = back !== null && Buffer.compare(back, held) === 0;
            forget(back);
            return same
              ? done
              : fault('broken', `${name} cell: read back differs from what was written`);
          }),
        ),
      ),
    );
  };
  return {
    name,
    overwritesInPlace: storage.overwritesInPlace,
    present: () => existsSync(path),
    read: (slot) =>
      inTurn(() =>
        withCell('r', async (file) => {
          const bytes = await readFrom(file, slot);
          return bytes === null
            ? fault('unreadable', `${name} cell: shorter than its slots`)
            : ok(bytes);
        }),
      ),
    write,
    erase: (slot) => write(slot, new Uint8Array(CELL_SLOT_BYTES)),
    wear: () => Promise.resolve(existsSync(path) ? ok(null) : fault('absent', `${name} cell`)),
  };
};

const isInSys = (path: string): boolean => {
  try {
    return realpathSync(path).startsWith('/sys/');
  } catch {
    return path.startsWith('/sys/');
  }
};

/**
 * A cell in an FRAM. Throws for a path outside /sys, so that no plain file can pass for one. The
 * at24 driver has the bytes on the chip when write(2) returns; sysfs knows no fsync.
 */
export const makeFramCell = (options: NvmemCellOptions): SecureCell => {
  if (!isInSys(options.path)) throw new Error(`${options.path} is not an nvmem file of the kernel`);
  return makeCell(options, { overwritesInPlace: true, settle: async () => undefined });
};

/** The stand-in on a plain file, which must exist with at least `offset` + 192 bytes. */
export const makeFileCell = (options: NvmemCellOptions): SecureCell =>
  makeCell(options, { overwritesInPlace: false, settle: (file) => file.sync() });
