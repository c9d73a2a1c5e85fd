/**
 * The form of a small signed file: one line of JSON, one line with the Ed25519 signature over its purpose
 * and exactly these bytes, in hexadecimal. Only one way of writing the signature is accepted, so that no
 * bit of the file can change unnoticed. Who signs and who verifies is handed in: what verifies the release
 * is not yet verified firmware (boot/release), everybody else's is the vault's.
 */

export const MAX_SIGNED_BYTES = 1024 * 1024;

/** Two digits a byte, as often as an Ed25519 signature (RFC 8032, 5.1.6) has bytes. */
const SIGNATURE = /^[0-9a-f]{128}$/;

const encoder = new TextEncoder();

/** `purpose` keeps a signature from being good for anything else. */
const signedBytes = (purpose: string, line: string): Uint8Array =>
  encoder.encode(`${purpose}\0${line}`);

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );

/** Null: no UTF-8. */
const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** The file that says `content`; `sign`: 64 bytes over what it is given. */
export const writeSignedFile = (
  purpose: string,
  content: unknown,
  sign: (message: Uint8Array) => Uint8Array,
): Uint8Array => {
  const line = JSON.stringify(content);
  return encoder.encode(`${line}\n${hexOf(sign(signedBytes(purpose, line)))}\n`);
};

/** The parsed JSON; null: `verify` refuses the signature, or anything changed. Looks at nothing before. */
export const readSignedFile = (
  purpose: string,
  bytes: Uint8Array,
  verify: (message: Uint8Array, signature: Uint8Array) => boolean,
): { readonly json: unknown } | null => {
  if (bytes.length > MAX_SIGNED_BYTES) return null;
  const [line = '', hex = '', ...rest] = (textOf(bytes) ?? '').split('\n');
  if (!SIGNATURE.test(hex) || rest.length !== 1 || rest[0] !== '') return null;
  if (!verify(signedBytes(purpose, line), bytesOf(hex))) return null;
  try {
    return { json: JSON.parse(line) };
  } catch {
    return null;
  }
};
