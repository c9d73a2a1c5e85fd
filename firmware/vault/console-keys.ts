/**
 * How a technician proves to be one at the field console, without anything on the wire that is good
 * twice: a fresh challenge of the unit, answered by a signature (Ed25519) of a key on the authority's
 * signed list, or, read aloud on the telephone, by eight digits that only who holds the unit's support key
 * can reckon: HMAC-SHA-256, truncated as in RFC 4226 section 5.3.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesOfHex, utf8 } from './bytes.ts';
import { KEY_BYTES, SIGNATURE_BYTES, sign, verify } from './keys.ts';

export const TECHNICIANS_FORMAT = 'urna technicians 1';
/** What the signature of the list is for. */
export const TECHNICIANS_PURPOSE = TECHNICIANS_FORMAT;
const MAX_TECHNICIANS = 64;
const CODE_DIGITS = 8;

export type Technician = { readonly id: string; readonly publicKey: Uint8Array };

/** Who may log in, and how. Both empty: nobody. */
export type ConsoleKeys = {
  readonly technicians: readonly Technician[];
  /** 32 bytes; null: no support by telephone. */
  readonly support: Uint8Array | null;
};

/** A challenge as it is shown: `nonce` in hex, `digits` to be read aloud; both of one drawing. */
export type Challenge = { readonly nonce: string; readonly digits: string };

/** The machine code keeps an answer from being good for another unit. */
const signedBytes = (machineCode: string, nonce: string): Uint8Array =>
  utf8(`urna console login\0${machineCode}\0${nonce}`);

/** What a technician's key answers: 86 characters of base64url. */
export const signChallenge = (privateKey: Uint8Array, machineCode: string, nonce: string): string =>
  Buffer.from(sign(privateKey, signedBytes(machineCode, nonce))).toString('base64url');

/** What support reads out: eight digits. */
export const supportCode = (key: Uint8Array, machineCode: string, digits: string): string => {
  const mac = hmac(sha256, key, signedBytes(machineCode, digits));
  const at = mac[mac.length - 1]! & 0x0f;
  const number = new DataView(mac.buffer, mac.byteOffset).getUint32(at) & 0x7fffffff;
  return String(number % 10 ** CODE_DIGITS).padStart(CODE_DIGITS, '0');
};

/** Who answered; null: nobody who may. */
export const whoAnswered = (
  { technicians, support }: ConsoleKeys,
  machineCode: string,
  { nonce, digits }: Challenge,
  response: string,
): string | null => {
  if (/^\d{8}$/.test(response))
    return support !== null && supportCode(support, machineCode, digits) === response
      ? 'support'
      : null;
  const signature = new Uint8Array(Buffer.from(response, 'base64url'));
  if (signature.length !== SIGNATURE_BYTES) return null;
  const found = technicians.find(({ publicKey }) =>
    verify(publicKey, signedBytes(machineCode, nonce), signature),
  );
  return found?.id ?? null;
};

/** The content of a signed list; null: it is none. */
export const readTechnicians = (json: unknown): readonly Technician[] | null => {
  const list = json as { readonly format?: unknown; readonly technicians?: unknown } | null;
  if (list?.format !== TECHNICIANS_FORMAT || !Array.isArray(list.technicians)) return null;
  if (list.technicians.length > MAX_TECHNICIANS) return null;
  const read = list.technicians.map((each: unknown): Technician | null => {
    const { id, key } = (each ?? {}) as { readonly id?: unknown; readonly key?: unknown };
    const publicKey = bytesOfHex(key, KEY_BYTES);
    return typeof id === 'string' && /^[A-Za-z][\w.-]{0,31}$/.test(id) && publicKey !== null
      ? { id, publicKey }
      : null;
  });
  const whole = read.filter((each) => each !== null);
  return whole.length === read.length ? whole : null;
};
