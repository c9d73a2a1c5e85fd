/**
 * Ed25519 signatures, for whoever verifies the release before any of firmware/ is loaded; everybody else's
 * are the vault's (firmware/vault/keys.ts).
 */
import { createPublicKey, verify } from 'node:crypto';

/** Before the 32 bytes of a public key (RFC 8410, section 4). */
const PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;

/** The key in 64 hexadecimal digits, with or without a line's end; null: it is none. */
export const publicKeyIn = (text: string): Uint8Array | null => {
  const hex = /^([0-9a-f]{64})\n?$/.exec(text)?.[1];
  return hex === undefined ? null : new Uint8Array(Buffer.from(hex, 'hex'));
};

/** False for anything that is not this key's signature over exactly these bytes; never throws. */
export const isSignedBy = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  if (publicKey.length !== KEY_BYTES) return false;
  try {
    const key = createPublicKey({
      key: Buffer.concat([PREFIX, publicKey]),
      format: 'der',
      type: 'spki',
    });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};
