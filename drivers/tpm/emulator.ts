/**
 * An emulated TPM that answers the commands a secure cell needs, byte for byte, and fails as TPMs do.
 * The judge of the driver is swtpm (test/peers); this one fails on demand and needs no program.
 */
import { type Clock, wait } from '#hal/clock.ts';
import { COMMAND_CODES, HEADER_BYTES, RESPONSE_CODES } from './codec.ts';
import type { TpmTransport } from './transport.ts';

export type TpmBehaviour =
  /** It never answers until it behaves again. */
  | { readonly kind: 'hung' }
  /** It asks for patience so many times before it does anything (TPM_RC_NV_RATE). */
  | { readonly kind: 'patience'; times: number }
  /** Its self-test failed: TPM_RC_FAILURE to everything. */
  | { readonly kind: 'failed' }
  /** Writes are said to be done and are not: worn out. */
  | { readonly kind: 'worn' }
  /** It answers with noise. */
  | { readonly kind: 'garbled' };

type Area = {
  readonly attributes: number;
  readonly data: Uint8Array;
  readonly auth: Uint8Array;
  written: boolean;
};

export type EmulatedTpm = {
  /** A way to it for one process. */
  connect(): TpmTransport;
  pull(): void;
  putBack(): void;
  behave(behaviour: TpmBehaviour | null): void;
  /** All NV indexes are gone (TPM2_Clear does that too). */
  clear(): void;
  /** NV writes that its memory has seen. */
  writes(): number;
};

/** An NV write takes a TPM some 20 ms, anything else a few. */
const WRITE_MS = 20;
const ANSWER_MS = 3;
const WRITTEN = 1 << 29;
const NO_SESSIONS = 0x8001;
const SESSIONS = 0x8002;
const HANDLE_1 = 0x100;
const SESSION_1 = 0x900;

const u16 = (value: number): readonly number[] => [(value >>> 8) & 0xff, value & 0xff];
const u32 = (value: number): readonly number[] => [...u16(value >>> 16), ...u16(value)];

const respond = (tag: number, code: number, parameters: readonly number[] = []): Uint8Array => {
  // With sessions: length of the parameters, they, and an empty answer of the password session.
  const session = tag === SESSIONS && code === 0;
  const body = session
    ? [...u32(parameters.length), ...parameters, ...u16(0), 0x01, ...u16(0)]
    : parameters;
  const own = session ? SESSIONS : NO_SESSIONS;
  return Uint8Array.from([...u16(own), ...u32(HEADER_BYTES + body.length), ...u32(code), ...body]);
};

export const makeEmulatedTpm = (clock: Clock): EmulatedTpm => {
  const areas = new Map<number, Area>();
  let behaviour: TpmBehaviour | null = null;
  let inserted = true;
  let writes = 0;
  let insertion = 0;
  /** Who waits for a TPM that hangs. */
  let wake: (() => void)[] = [];

  const define = (parameters: DataView, at: number): number => {
    const authBytes = parameters.getUint16(at);
    const area = at + 2 + authBytes + 2;
    const index = parameters.getUint32(area);
    if (areas.has(index)) return RESPONSE_CODES.nvDefined;
    const policy = parameters.getUint16(area + 10);
    const auth = new Uint8Array(parameters.buffer, at + 2, authBytes).slice();
    const size = parameters.getUint16(area + 12 + policy);
    const attributes = parameters.getUint32(area + 6);
    areas.set(index, { attributes, data: new Uint8Array(size), auth, written: false });
    return 0;
  };
  const readPublic = (index: number, { attributes, data, written }: Area): readonly number[] => {
    const info = [
      ...u32(index),
      ...u16(0x000b),
      ...u32((attributes | (written ? WRITTEN : 0)) >>> 0),
      ...u16(0),
      ...u16(data.length),
    ];
    const name = [...u16(0x000b), ...new Uint8Array(32)];
    return [...u16(info.length), ...info, ...u16(name.length), ...name];
  };
  const write = (area: Area, data: Uint8Array, offset: number): number => {
    if (offset + data.length > area.data.length) return RESPONSE_CODES.nvRange;
    writes++;
    if (behaviour?.kind === 'worn') return 0;
    area.data.set(data, offset);
    area.written = true;
    return 0;
  };

  /** The answer to a whole command. */
  const answer = (command: Uint8Array): Uint8Array => {
    const view = new DataView(command.slice().buffer);
    const tag = view.getUint16(0);
    const code = view.getUint32(6);
    if (code === COMMAND_CODES.startup) return respond(tag, RESPONSE_CODES.initialize);
    if (code === COMMAND_CODES.nvDefineSpace)
      return respond(tag, define(view, HEADER_BYTES + 8 + view.getUint32(HEADER_BYTES + 4)));
    const index = view.getUint32(HEADER_BYTES);
    const area = areas.get(index);
    if (area === undefined) return respond(tag, RESPONSE_CODES.handle | HANDLE_1);
    if (code === COMMAND_CODES.nvReadPublic) return respond(tag, 0, readPublic(index, area));
    const authArea = HEADER_BYTES + 8;
    const authBytes = view.getUint16(authArea + 11);
    const auth = command.subarray(authArea + 13, authArea + 13 + authBytes);
    const at = authArea + 4 + view.getUint32(authArea);
    if (Buffer.compare(auth, area.auth) !== 0)
      return respond(tag, RESPONSE_CODES.badAuth | SESSION_1);
    const size = view.getUint16(at);
    if (code === COMMAND_CODES.nvWrite) {
      const data = command.subarray(at + 2, at + 2 + size);
      return respond(tag, write(area, data, view.getUint16(at + 2 + size)));
    }
    if (code !== COMMAND_CODES.nvRead) return respond(tag, 0x143);
    if (!area.written) return respond(tag, RESPONSE_CODES.nvUninitialized);
    const offset = view.getUint16(at + 2);
    if (offset + size > area.data.length) return respond(tag, RESPONSE_CODES.nvRange);
    return respond(tag, 0, [...u16(size), ...area.data.subarray(offset, offset + size)]);
  };

  const serve = (command: Uint8Array): Uint8Array => {
    switch (behaviour?.kind) {
      case 'failed':
        return respond(NO_SESSIONS, RESPONSE_CODES.failure);
      case 'garbled':
        return command.map((byte) => byte ^ 0x5a);
      case 'patience':
        if (behaviour.times-- > 0) return respond(NO_SESSIONS, RESPONSE_CODES.nvRate);
        return answer(command);
      case 'hung':
      case 'worn':
      case undefined:
        return answer(command);
    }
  };

  const exchange = async (command: Uint8Array): Promise<Uint8Array> => {
    if (!inserted) throw new Error('no TPM is there');
    const own = insertion;
    const isWrite = new DataView(command.slice().buffer).getUint32(6) === COMMAND_CODES.nvWrite;
    if (behaviour?.kind === 'hung')
      await new Promise<void>((resolve) => {
        wake.push(resolve);
      });
    await wait(clock, isWrite ? WRITE_MS : ANSWER_MS);
    if (!inserted || own !== insertion) throw new Error('the TPM went away');
    return serve(command);
  };

  return {
    connect: () => ({ present: () => inserted, exchange, close: () => undefined }),
    pull: () => {
      inserted = false;
      insertion++;
    },
    putBack: () => {
      inserted = true;
    },
    behave: (next) => {
      behaviour = next;
      const waiting = wake;
      wake = [];
      for (const each of waiting) each();
    },
    clear: () => areas.clear(),
    writes: () => writes,
  };
};
