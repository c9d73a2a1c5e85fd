/**
 * TPM 2.0 commands and responses as bytes: the few that keep a small memory in non-volatile storage.
 * Pure. After the TCG's "Trusted Platform Module Library", family 2.0, level 00, revision 01.38:
 * Part 1 (architecture: 18 the layout of commands, 19.4 passwords), Part 2 (structures: 6.5.2 command
 * codes, 6.6 response codes, 7.4 permanent handles, 13.4 attributes of an NV index), Part 3 (commands:
 * 9.3, 9.4, 30.2, 31). All numbers are big-endian.
 */
import { err, ok, type Result } from '#hal/result.ts';

/** Part 2, 6.9 TPM_ST. */
const NO_SESSIONS = 0x8001;
const SESSIONS = 0x8002;
/** Part 2, 6.5.2 TPM_CC. */
export const COMMAND_CODES = {
  nvUndefineSpace: 0x0122,
  createPrimary: 0x0131,
  nvDefineSpace: 0x012a,
  nvWrite: 0x0137,
  startup: 0x0144,
  shutdown: 0x0145,
  nvRead: 0x014e,
  create: 0x0153,
  load: 0x0157,
  quote: 0x0158,
  unseal: 0x015e,
  flushContext: 0x0165,
  nvReadPublic: 0x0169,
  startAuthSession: 0x0176,
  getCapability: 0x017a,
  pcrRead: 0x017e,
  policyPcr: 0x017f,
  policyGetDigest: 0x0189,
} as const;
export type CommandName = keyof typeof COMMAND_CODES;

/** Part 2, 6.6.3 TPM_RC: as they come, without the bits that say which parameter is meant. */
export const RESPONSE_CODES = {
  success: 0x000,
  /** TPM_RC_INITIALIZE: no TPM2_Startup yet. */
  initialize: 0x100,
  failure: 0x101,
  nvRange: 0x146,
  nvSize: 0x147,
  nvLocked: 0x148,
  nvAuthorization: 0x149,
  /** The index was defined and never written. */
  nvUninitialized: 0x14a,
  nvSpace: 0x14b,
  /** The index is there already. */
  nvDefined: 0x14c,
  handle: 0x08b,
  /** The values of the platform's registers are not those that were sealed to. */
  policyFail: 0x09d,
  authFail: 0x08e,
  badAuth: 0x0a2,
  yielded: 0x908,
  testing: 0x90a,
  /** It writes no more for a moment, to spare its memory. */
  nvRate: 0x920,
  lockout: 0x921,
  retry: 0x922,
  nvUnavailable: 0x923,
} as const;
export type ResponseCode = keyof typeof RESPONSE_CODES;

/** Codes after which the same command may be sent again. */
export const PASSING_CODES: readonly ResponseCode[] = [
  'yielded',
  'testing',
  'nvRate',
  'retry',
  'nvUnavailable',
];

/** Part 2, 7.4 TPM_RH. */
export const OWNER = 0x40000001;
const PASSWORD_SESSION = 0x40000009;
/** Part 2, 7.2: handles of NV indexes begin with this byte. */
const NV_INDEX_TYPE = 0x01;
/** TPM_ALG_SHA256 names an index. */
export const SHA256 = 0x000b;
/** Part 2, 13.4 TPMA_NV: read and written with the index' own password, without the lock-out of guesses. */
export const CELL_ATTRIBUTES = (1 << 2) | (1 << 18) | (1 << 25);
/** The same, and read by the owner too. */
export const ROLLBACK_ATTRIBUTES = CELL_ATTRIBUTES | (1 << 17);
const WRITTEN = 1 << 29;

export const HEADER_BYTES = 10;
/** The largest command or response of any TPM for a PC (TPM_PT_MAX_RESPONSE_SIZE). */
export const MAX_MESSAGE_BYTES = 4_096;
/** Bytes of a password: at most a SHA-256 digest. */
const MAX_AUTH_BYTES = 32;

export const u8 = (value: number): readonly number[] => [value & 0xff];
export const u16 = (value: number): readonly number[] => [(value >>> 8) & 0xff, value & 0xff];
export const u32 = (value: number): readonly number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  ...u16(value),
];
/** A TPM2B: length (16 bits) and bytes. */
export const sized = (bytes: Iterable<number>): readonly number[] => {
  const all = [...bytes];
  return [...u16(all.length), ...all];
};

/**
 * Part 2, 10.13.2 TPMS_AUTH_COMMAND: session, no nonce, continueSession, the password; or a policy session,
 * which ends with it and needs no further proof.
 */
const authArea = (auth: Uint8Array | { readonly policySession: number }): readonly number[] => {
  const area =
    'policySession' in auth
      ? [...u32(auth.policySession), ...u16(0), ...u8(0), ...u16(0)]
      : [...u32(PASSWORD_SESSION), ...u16(0), ...u8(0x01), ...sized(auth)];
  return [...u32(area.length), ...area];
};

export const command = (
  name: CommandName,
  handles: readonly number[],
  auth: Uint8Array | null | { readonly policySession: number },
  parameters: readonly number[],
): Uint8Array => {
  if (auth instanceof Uint8Array && auth.length > MAX_AUTH_BYTES)
    throw new Error(`a password of ${auth.length} bytes`);
  const body = [...handles.flatMap(u32), ...(auth === null ? [] : authArea(auth)), ...parameters];
  const length = HEADER_BYTES + body.length;
  if (length > MAX_MESSAGE_BYTES) throw new Error(`a command of ${length} bytes`);
  const tag = auth === null ? NO_SESSIONS : SESSIONS;
  return Uint8Array.from([...u16(tag), ...u32(length), ...u32(COMMAND_CODES[name]), ...body]);
};

/** Part 3, 9.3; TPM_SU_CLEAR. */
export const startup = (): Uint8Array => command('startup', [], null, u16(0));
/** Part 3, 9.4; TPM_SU_CLEAR. */
export const shutdown = (): Uint8Array => command('shutdown', [], null, u16(0));

/** Part 3, 30.2; TPM_CAP_TPM_PROPERTIES: `count` properties from `property` on. */
export const getProperties = (property: number, count: number): Uint8Array =>
  command('getCapability', [], null, [...u32(6), ...u32(property), ...u32(count)]);

export type NvIndex = {
  /** 0x01000000 to 0x01ffffff (Part 2, 7.2). */
  readonly index: number;
  /** Its password. */
  readonly auth: Uint8Array;
};

const assertIndex = (index: number): void => {
  if (!Number.isInteger(index) || index >>> 24 !== NV_INDEX_TYPE)
    throw new Error(`${index} is no NV index`);
};

/** Part 3, 31.3, as the owner. TPMS_NV_PUBLIC: index, name algorithm, attributes, no policy, size. */
export const nvDefineSpace = (
  { index, auth }: NvIndex,
  bytes: number,
  ownerAuth: Uint8Array,
  attributes: number = CELL_ATTRIBUTES,
): Uint8Array => {
  assertIndex(index);
  const area = [...u32(index), ...u16(SHA256), ...u32(attributes), ...sized([]), ...u16(bytes)];
  return command('nvDefineSpace', [OWNER], ownerAuth, [...sized(auth), ...sized(area)]);
};

/** Part 3, 31.4, as the owner. */
export const nvUndefineSpace = (index: number, ownerAuth: Uint8Array): Uint8Array => {
  assertIndex(index);
  return command('nvUndefineSpace', [OWNER, index], ownerAuth, []);
};

/** Part 3, 31.6. */
export const nvReadPublic = (index: number): Uint8Array => {
  assertIndex(index);
  return command('nvReadPublic', [index], null, []);
};

/** Part 3, 31.7. Atomic: after a power cut the old or the new bytes stand there (Part 1, 37.2.3). */
export const nvWrite = ({ index, auth }: NvIndex, data: Uint8Array, offset: number): Uint8Array => {
  assertIndex(index);
  return command('nvWrite', [index, index], auth, [...sized(data), ...u16(offset)]);
};

/** Part 3, 31.13. */
export const nvRead = ({ index, auth }: NvIndex, bytes: number, offset: number): Uint8Array => {
  assertIndex(index);
  return command('nvRead', [index, index], auth, [...u16(bytes), ...u16(offset)]);
};

/** The same as the owner, where the index' attributes let them. */
export const nvReadAsOwner = (
  index: number,
  ownerAuth: Uint8Array,
  bytes: number,
  offset: number,
): Uint8Array => {
  assertIndex(index);
  return command('nvRead', [OWNER, index], ownerAuth, [...u16(bytes), ...u16(offset)]);
};

/** A reader of big-endian fields that never leaves its bytes; `short` once it would have. */
export const makeReader = (bytes: Uint8Array) => {
  let at = 0;
  let short = false;
  const take = (count: number): Uint8Array => {
    if (at + count > bytes.length) {
      short = true;
      return new Uint8Array(count > bytes.length ? 0 : count);
    }
    at += count;
    return bytes.subarray(at - count, at);
  };
  const number = (count: number): number =>
    take(count).reduce((value, byte) => value * 256 + byte, 0);
  return {
    take,
    number,
    sized: () => take(number(2)),
    short: () => short,
    left: () => bytes.length - at,
  };
};

export type Response = {
  readonly code: number;
  /** Where the command gives one (`decodeResponse`'s `givesHandle`); otherwise 0. */
  readonly handle: number;
  /** Parameters, without the header and without what sessions add. */
  readonly parameters: Uint8Array;
};

/** Length of a message by its header, once that is there; null: not yet. Error: it can be none. */
export const messageLength = (held: Uint8Array): Result<number | null, string> => {
  if (held.length < HEADER_BYTES) return ok(null);
  const length = makeReader(held.subarray(2)).number(4);
  return length >= HEADER_BYTES && length <= MAX_MESSAGE_BYTES
    ? ok(length)
    : err(`a message of ${length} bytes`);
};

/** A whole response. Those with sessions carry the length of their parameters (Part 1, 18.8). */
export const decodeResponse = (
  bytes: Uint8Array,
  givesHandle = false,
): Result<Response, string> => {
  const length = messageLength(bytes);
  if (!length.ok) return length;
  if (length.value !== bytes.length)
    return err(`${bytes.length} bytes, ${length.value ?? 'no'} announced`);
  const reader = makeReader(bytes);
  const tag = reader.number(2);
  reader.take(4);
  const code = reader.number(4);
  if (tag !== NO_SESSIONS && tag !== SESSIONS) return err(`tag ${tag.toString(16)}`);
  const handle = givesHandle && code === 0 ? reader.number(4) : 0;
  const parameters = reader.take(tag === NO_SESSIONS ? reader.left() : reader.number(4)).slice();
  return reader.short() ? err('parameters cut off') : ok({ code, handle, parameters });
};

/**
 * Which code it is: format-one codes (bit 7 set) carry in bits 6 and 8 to 11 the handle or parameter that
 * is meant (Part 2, 6.6.2); null: none of ours.
 */
export const nameOfCode = (code: number): ResponseCode | null => {
  const plain = (code & 0x80) !== 0 ? code & 0xbf : code & 0xfff;
  const names = Object.keys(RESPONSE_CODES) as ResponseCode[];
  return names.find((name) => RESPONSE_CODES[name] === plain) ?? null;
};

/** Bytes that NV_Read gave; null: cut off, or more behind them. */
export const decodeNvData = (parameters: Uint8Array): Uint8Array | null => {
  const reader = makeReader(parameters);
  const data = reader.sized();
  return reader.short() || reader.left() > 0 ? null : data.slice();
};

export type NvPublic = {
  readonly index: number;
  readonly attributes: number;
  readonly written: boolean;
  readonly bytes: number;
};

/** What NV_ReadPublic gave: TPM2B_NV_PUBLIC and the index' name. */
export const decodeNvPublic = (parameters: Uint8Array): NvPublic | null => {
  const reader = makeReader(parameters);
  const area = makeReader(reader.sized());
  reader.sized();
  const index = area.number(4);
  area.number(2);
  const attributes = area.number(4);
  area.sized();
  const bytes = area.number(2);
  if (reader.short() || area.short() || area.left() > 0 || reader.left() > 0) return null;
  return { index, attributes, written: (attributes & WRITTEN) !== 0, bytes };
};

/** Properties by number, as GetCapability gave them: moreData, capability, count, pairs. */
export const decodeProperties = (parameters: Uint8Array): ReadonlyMap<number, number> | null => {
  const reader = makeReader(parameters);
  reader.take(1);
  const capability = reader.number(4);
  const count = reader.number(4);
  if (reader.short() || capability !== 6 || reader.left() !== count * 8) return null;
  const found = new Map<number, number>();
  for (let each = 0; each < count; each++) found.set(reader.number(4), reader.number(4));
  return found;
};
