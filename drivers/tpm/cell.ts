/**
 * A secure cell in a TPM 2.0: one NV index of 200 bytes,
 *
 *     0 'URNT'   4 writes so far (32 bits)   8 slot 0   72 slot 1   136 one-time slot
 *
 * written whole with every change: NV_Write is atomic, so a power cut leaves all of the old or all of
 * the new, and each change costs the part one write, which is counted where it can not be put back.
 * A vote costs four (two keys in, two erased). Most TPMs keep NV in flash and say 10^5 writes or fewer:
 * the data sheet says how many, and whether an erased key is gone from the chip.
 */
import type { Clock } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget, joinSecret } from '#hal/secret-bytes.ts';
import {
  CELL_LIMIT_MS,
  CELL_SLOT_BYTES,
  type CellFault,
  type CellSlot,
  type SecureCell,
} from '#hal/secure-cell.ts';
import { holding, LATE, makeTurns } from '../storage/turns.ts';
import { askTpm } from './asking.ts';
import {
  decodeNvData,
  decodeNvPublic,
  type NvIndex,
  nameOfCode,
  nvDefineSpace,
  nvRead,
  nvReadPublic,
  nvWrite,
  type Response,
} from './codec.ts';
import type { TpmTransport } from './transport.ts';

export type TpmCellOptions = {
  readonly name: 'board' | 'module';
  readonly transport: TpmTransport;
  readonly nv: NvIndex;
  readonly clock: Clock;
  /** What the part's data sheet says: an overwritten key is gone from the chip. */
  readonly overwritesInPlace: boolean;
  /** Writes that the data sheet promises. */
  readonly ratedWrites: number;
};

export type TpmCell = SecureCell & {
  /** At set-up: defines the index if it is not there, blank. Needs the owner's password (empty on a unit). */
  provision(ownerAuth: Uint8Array): Promise<Result<void, CellFault>>;
  close(): void;
};

const MAGIC = new TextEncoder().encode('URNT');
const SLOTS_AT = 8;
const SLOT_INDEX = { 0: 0, 1: 1, oneTime: 2 } as const satisfies Record<CellSlot, number>;
export const TPM_CELL_BYTES = SLOTS_AT + 3 * CELL_SLOT_BYTES;
const MAX_WRITES = 0xffff_ffff;

type Memory = { readonly writes: number; readonly bytes: Uint8Array };

export const makeTpmCell = (options: TpmCellOptions): TpmCell => {
  const { name, transport, nv, clock } = options;
  const turns = makeTurns(clock, CELL_LIMIT_MS);
  const fault = (kind: CellFault['kind'], detail: string): Result<never, CellFault> =>
    err({ device: 'cell', kind, detail: `${name} cell: ${detail}` });

  /** One command until it is answered for good; codes that ask for patience are obeyed. */
  const ask = async (command: Uint8Array): Promise<Result<Response, CellFault>> => {
    const answer = await askTpm(options, command, CELL_LIMIT_MS);
    if (answer.ok) return answer;
    const { kind, detail } = answer.error;
    if (kind === 'patience') return fault('timeout', detail);
    return fault(kind === 'carry' && !transport.present() ? 'absent' : 'broken', detail);
  };
  const refused = ({ code }: Response): Result<never, CellFault> => {
    const known = nameOfCode(code);
    const words = `${known ?? 'code'} (${code.toString(16)})`;
    const unreadable = known === 'handle' || known === 'nvUninitialized' || known === 'nvRange';
    return fault(unreadable ? 'unreadable' : 'broken', words);
  };

  const load = async (): Promise<Result<Memory, CellFault>> => {
    const answer = await ask(nvRead(nv, TPM_CELL_BYTES, 0));
    if (!answer.ok) return answer;
    if (answer.value.code !== 0) return refused(answer.value);
    const bytes = decodeNvData(answer.value.parameters);
    forget(answer.value.parameters);
    if (bytes?.length !== TPM_CELL_BYTES) return fault('unreadable', 'shorter than its slots');
    if (!MAGIC.every((byte, at) => bytes[at] === byte))
      return fault('unreadable', 'the index holds something else');
    return ok({ writes: new DataView(bytes.buffer).getUint32(4), bytes });
  };
  /** Writes all of it and reads it back. */
  const store = async (memory: Memory): Promise<Result<void, CellFault>> => {
    const { bytes } = memory;
    bytes.set(MAGIC);
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(4, Math.min(memory.writes, MAX_WRITES));
    const command = nvWrite(nv, bytes, 0);
    const answer = await ask(command);
    forget(command);
    if (!answer.ok) return answer;
    if (answer.value.code !== 0) {
      const cause = refused(answer.value);
      return fault('broken', cause.ok ? '' : cause.error.detail);
    }
    const back = await load();
    if (!back.ok) return back;
    const same = Buffer.compare(back.value.bytes, bytes) === 0;
    forget(back.value.bytes);
    return same ? done : fault('broken', 'read back differs from what was written');
  };

  const inTurn = async <T>(
    work: () => Promise<Result<T, CellFault>>,
  ): Promise<Result<T, CellFault>> => {
    if (!transport.present()) return fault('absent', 'no TPM is there');
    const result = await turns.take(work);
    if (result !== LATE) return result;
    return transport.present()
      ? fault('timeout', `no answer in ${CELL_LIMIT_MS} ms`)
      : fault('absent', 'no TPM is there');
  };
  const startOf = (slot: CellSlot): number => SLOTS_AT + SLOT_INDEX[slot] * CELL_SLOT_BYTES;
  const write = (slot: CellSlot, bytes: Uint8Array): Promise<Result<void, CellFault>> => {
    if (bytes.length !== CELL_SLOT_BYTES)
      throw new Error(`a cell slot holds ${CELL_SLOT_BYTES} bytes, not ${bytes.length}`);
    const held = joinSecret(bytes);
    return holding(held, (work) =>
      inTurn(
        work(async () => {
          const memory = await load();
          if (!memory.ok) return memory;
          const next = memory.value.bytes;
          next.set(held, startOf(slot));
          const stored = await store({ writes: memory.value.writes + 1, bytes: next });
          forget(next);
          return stored;
        }),
      ),
    );
  };
  const provision = async (ownerAuth: Uint8Array): Promise<Result<void, CellFault>> => {
    const asked = await ask(nvReadPublic(nv.index));
    if (!asked.ok) return asked;
    const found = asked.value.code === 0 ? decodeNvPublic(asked.value.parameters) : null;
    if (found !== null && found.bytes !== TPM_CELL_BYTES)
      return fault('broken', `an index of ${found.bytes} bytes is there`);
    if (found === null) {
      const made = await ask(nvDefineSpace(nv, TPM_CELL_BYTES, ownerAuth));
      if (!made.ok) return made;
      if (made.value.code !== 0) return refused(made.value);
    }
    // What was there stays: keys, and the count.
    if (found?.written === true) return done;
    return store({ writes: 1, bytes: new Uint8Array(TPM_CELL_BYTES) });
  };

  return {
    name,
    overwritesInPlace: options.overwritesInPlace,
    present: () => transport.present(),
    read: (slot) =>
      inTurn(async () => {
        const memory = await load();
        if (!memory.ok) return memory;
        const { bytes } = memory.value;
        const found = joinSecret(bytes.subarray(startOf(slot), startOf(slot) + CELL_SLOT_BYTES));
        forget(bytes);
        return ok(found);
      }),
    write,
    erase: (slot) => write(slot, new Uint8Array(CELL_SLOT_BYTES)),
    wear: () =>
      inTurn(async () => {
        const memory = await load();
        if (!memory.ok) return memory;
        forget(memory.value.bytes);
        return ok({ writes: memory.value.writes, rated: options.ratedWrites });
      }),
    provision: (ownerAuth) => inTurn(() => provision(ownerAuth)),
    close: () => transport.close(),
  };
};
