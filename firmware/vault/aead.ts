/**
 * Authenticated encryption under a symmetric key: ChaCha20-Poly1305 (RFC 8439). A sealed message is
 * nonce (12 bytes) ‖ ciphertext ‖ tag (16 bytes). Nonces are random, so one key seals at most
 * some 2^32 messages; no key of this machine comes near (an outer key seals one urn).
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Entropy } from '#hal/entropy.ts';
import { secretBytes } from '#hal/secret-bytes.ts';

export const AEAD_KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** What sealing adds to the length of the plaintext. */
export const SEAL_OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

const assertKey = (key: Uint8Array): void => {
  if (key.length !== AEAD_KEY_BYTES)
    throw new Error(`an AEAD key has ${AEAD_KEY_BYTES} bytes, not ${key.length}`);
};

/** Seals `plaintext`; `associated` is authenticated and not contained. Plaintext length + 28 bytes. */
export const sealBytes = (
  key: Uint8Array,
  plaintext: Uint8Array,
  associated: Uint8Array,
  entropy: Entropy,
): Uint8Array => {
  assertKey(key);
  const nonce = entropy.bytes(NONCE_BYTES);
  // The cipher begins with a copy of the plaintext where its output goes: that must be no array of its own.
  const sealed = secretBytes(plaintext.length + SEAL_OVERHEAD_BYTES);
  sealed.set(nonce);
  chacha20poly1305(key, nonce, associated).encrypt(plaintext, sealed.subarray(NONCE_BYTES));
  return sealed;
};

/** The plaintext; null for another key, other associated bytes, or anything changed, cut or too short. */
export const openBytes = (
  key: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Uint8Array | null => {
  assertKey(key);
  if (sealed.length < SEAL_OVERHEAD_BYTES) return null;
  const nonce = sealed.subarray(0, NONCE_BYTES);
  try {
    const opened = secretBytes(sealed.length - SEAL_OVERHEAD_BYTES);
    return chacha20poly1305(key, nonce, associated).decrypt(sealed.subarray(NONCE_BYTES), opened);
  } catch {
    return null;
  }
};
