/**
 * The lowest release that a unit still starts, kept in its TPM: one NV index of 8 bytes, a number. It is read as the
 * TPM's owner, who has no password on a unit, before anything else is opened; and written with a password alone
 * that is drawn from the key of the unit's data. Who does not have that can only take the index away or put
 * another in its place, and either is seen: it then does not answer to the password (`holds`).
 *
 * Its number never gets smaller here, not even when it is made anew for other data.
 */
import type { Clock } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { askTpm } from './asking.ts';
import {
  decodeNvData,
  nameOfCode,
  nvDefineSpace,
  nvRead,
  nvReadAsOwner,
  nvUndefineSpace,
  nvWrite,
  type Response,
  ROLLBACK_ATTRIBUTES,
} from './codec.ts';
import type { TpmTransport } from './transport.ts';

export type RollbackIndexOptions = {
  readonly transport: TpmTransport;
  /** 0x01000000 to 0x01ffffff. */
  readonly index: number;
  readonly clock: Clock;
};

type Answer<T> = Promise<Result<T, string>>;

/** Each method rejects nothing: the error is for the technician. `auth`: 32 bytes. */
export type RollbackIndex = {
  /** Null: it was never made, or not to its end. */
  read(): Answer<number | null>;
  /** Makes it for this password, with the number of the one before it, or 0. */
  make(auth: Uint8Array): Answer<void>;
  /** Whether it is the one that was made for this password; its number. */
  holds(auth: Uint8Array): Answer<number>;
  /** To `value` where it holds less; what it holds then. */
  raise(auth: Uint8Array, value: number): Answer<number>;
};

const BYTES = 8;
/** A TPM that asks for patience is asked again for so long. */
const PATIENCE_MS = 5_000;
const NO_PASSWORD = new Uint8Array(0);
const bytesOf = (value: number): Uint8Array => {
  const bytes = new Uint8Array(BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
};
const numberIn = ({ parameters }: Response): Result<number, string> => {
  const data = decodeNvData(parameters);
  if (data?.length !== BYTES) return err('the rollback index holds something else');
  const value = Number(new DataView(data.buffer).getBigUint64(0));
  return Number.isSafeInteger(value) ? ok(value) : err('the rollback index holds no number');
};

export const makeRollbackIndex = (options: RollbackIndexOptions): RollbackIndex => {
  const { index } = options;
  const ask = async (command: Uint8Array): Answer<Response> => {
    const answer = await askTpm(options, command, PATIENCE_MS);
    return answer.ok ? answer : err(`the TPM: ${answer.error.detail}`);
  };
  const asked = async (what: string, command: Uint8Array): Answer<Response> => {
    const answer = await ask(command);
    if (!answer.ok || answer.value.code === 0) return answer;
    const { code } = answer.value;
    return err(`${what}: ${nameOfCode(code) ?? 'refused'} (${code.toString(16)})`);
  };

  /** Whether it is defined, and its number if it was written. */
  const look = async (): Answer<{ readonly defined: boolean; readonly value: number | null }> => {
    const answer = await ask(nvReadAsOwner(index, NO_PASSWORD, BYTES, 0));
    if (!answer.ok) return answer;
    const name = nameOfCode(answer.value.code);
    if (name === 'handle') return ok({ defined: false, value: null });
    if (name === 'nvUninitialized') return ok({ defined: true, value: null });
    if (name !== 'success')
      return err(`rollback index: ${name ?? 'refused'} (${answer.value.code.toString(16)})`);
    const value = numberIn(answer.value);
    return value.ok ? ok({ defined: true, value: value.value }) : value;
  };
  const holds = async (auth: Uint8Array): Answer<number> => {
    const answer = await asked(
      'the rollback index is not this unit’s',
      nvRead({ index, auth }, BYTES, 0),
    );
    return answer.ok ? numberIn(answer.value) : answer;
  };
  const write = async (auth: Uint8Array, value: number): Answer<void> => {
    const written = await asked('rollback index', nvWrite({ index, auth }, bytesOf(value), 0));
    if (!written.ok) return written;
    const back = await holds(auth);
    if (!back.ok) return back;
    return back.value === value ? done : err('the rollback index did not keep what was written');
  };
  return {
    read: async () => {
      const found = await look();
      return found.ok ? ok(found.value.value) : found;
    },
    make: async (auth) => {
      const found = await look();
      if (!found.ok) return found;
      const { defined, value } = found.value;
      if (defined) {
        const gone = await asked('rollback index', nvUndefineSpace(index, NO_PASSWORD));
        if (!gone.ok) return gone;
      }
      const define = nvDefineSpace({ index, auth }, BYTES, NO_PASSWORD, ROLLBACK_ATTRIBUTES);
      const made = await asked('rollback index', define);
      return made.ok ? await write(auth, value ?? 0) : made;
    },
    holds,
    raise: async (auth, value) => {
      const held = await holds(auth);
      if (!held.ok || held.value >= value) return held;
      const written = await write(auth, value);
      return written.ok ? ok(value) : written;
    },
  };
};
