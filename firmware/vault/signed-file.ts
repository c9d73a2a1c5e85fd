/**
 * A small signed file of whoever made or provisioned the unit: one line of JSON, one line with the
 * Ed25519 signature over its purpose and exactly these bytes, in hexadecimal. Only one way of writing
 * the signature is accepted, so that no bit of the file can change unnoticed.
 */
import { bytesOfHex, concatBytes, textOf, toHex, utf8 } from './bytes.ts';
import { SIGNATURE_BYTES, sign, verify } from './keys.ts';

export const MAX_SIGNED_BYTES = 1024 * 1024;

const signedBytes = (purpose: string, line: string): Uint8Array =>
  concatBytes(utf8(`${purpose}\0`), utf8(line));

/** `purpose` keeps a signature from being good for anything else. */
export const signFile = (purpose: string, content: unknown, privateKey: Uint8Array): Uint8Array => {
  const line = JSON.stringify(content);
  return utf8(`${line}\n${toHex(sign(privateKey, signedBytes(purpose, line)))}\n`);
};

/** The parsed JSON; null: not signed by this key for this purpose, or anything changed. Looks at nothing before. */
export const openSignedFile = (
  purpose: string,
  bytes: Uint8Array,
  publicKey: Uint8Array,
): { readonly json: unknown } | null => {
  if (bytes.length > MAX_SIGNED_BYTES) return null;
  const [line = '', hex = '', ...rest] = (textOf(bytes) ?? '').split('\n');
  const signature = bytesOfHex(hex, SIGNATURE_BYTES);
  if (signature === null || hex !== toHex(signature)) return null;
  if (rest.length !== 1 || rest[0] !== '') return null;
  if (!verify(publicKey, signedBytes(purpose, line), signature)) return null;
  try {
    return { json: JSON.parse(line) };
  } catch {
    return null;
  }
};
