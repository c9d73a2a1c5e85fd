/**
 * HPKE (RFC 9180), base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
 * ChaCha20-Poly1305. Anyone with the public key seals; only the private key opens. The ephemeral key
 * comes from hal/entropy like all chance, which is why this is not a library.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Entropy } from '#hal/entropy.ts';
import { forget, secretBytes } from '#hal/secret-bytes.ts';
import { TAG_BYTES } from './aead.ts';
import { KEY_BYTES, type KeyPair, makeAgreement, x25519, x25519PublicKey } from './keys.ts';

/** Bytes of the encapsulated key in front of the ciphertext. */
export const ENCAPSULATED_BYTES = 32;
/** What sealing adds to the length of the plaintext: 48 bytes. */
export const HPKE_OVERHEAD_BYTES = ENCAPSULATED_BYTES + TAG_BYTES;

const EMPTY = new Uint8Array(0);
const VERSION = utf8ToBytes('HPKE-v1');
/** "KEM" ‖ I2OSP(0x0020, 2) (4.1, 7.1). */
const KEM_SUITE = concatBytes(utf8ToBytes('KEM'), Uint8Array.of(0x00, 0x20));
/** "HPKE" ‖ kem 0x0020 ‖ kdf 0x0001 ‖ aead 0x0003 (5.1, 7). */
const HPKE_SUITE = concatBytes(
  utf8ToBytes('HPKE'),
  Uint8Array.of(0x00, 0x20, 0x00, 0x01, 0x00, 0x03),
);
const MODE_BASE = Uint8Array.of(0);
const AEAD_KEY_LENGTH = 32;
const AEAD_NONCE_LENGTH = 12;
const SHARED_SECRET_LENGTH = 32;

/** LabeledExtract (4). */
const labeledExtract = (
  suite: Uint8Array,
  salt: Uint8Array,
  label: string,
  ikm: Uint8Array,
): Uint8Array => extract(sha256, concatBytes(VERSION, suite, utf8ToBytes(label), ikm), salt);

/** LabeledExpand (4). */
const labeledExpand = (
  suite: Uint8Array,
  prk: Uint8Array,
  label: string,
  info: Uint8Array,
  length: number,
): Uint8Array => {
  const lengthBytes = Uint8Array.of(length >> 8, length & 0xff);
  return expand(
    sha256,
    prk,
    concatBytes(lengthBytes, VERSION, suite, utf8ToBytes(label), info),
    length,
  );
};

/** DeriveKeyPair for X25519 (7.1.3). GenerateKeyPair is this over 32 random bytes (4). */
export const deriveKeyPair = (ikm: Uint8Array): KeyPair => {
  const prk = labeledExtract(KEM_SUITE, EMPTY, 'dkp_prk', ikm);
  const privateKey = labeledExpand(KEM_SUITE, prk, 'sk', EMPTY, KEY_BYTES);
  forget(prk);
  return { privateKey, publicKey: x25519PublicKey(privateKey) };
};

/** ExtractAndExpand (4.1). */
const sharedSecretOf = (dh: Uint8Array, kemContext: Uint8Array): Uint8Array => {
  const prk = labeledExtract(KEM_SUITE, EMPTY, 'eae_prk', dh);
  const shared = labeledExpand(KEM_SUITE, prk, 'shared_secret', kemContext, SHARED_SECRET_LENGTH);
  forget(prk);
  return shared;
};

/** The part of KeySchedule in base mode (5.1) that `info` alone decides. */
const scheduleContext = (info: Uint8Array): Uint8Array => {
  const pskIdHash = labeledExtract(HPKE_SUITE, EMPTY, 'psk_id_hash', EMPTY);
  const infoHash = labeledExtract(HPKE_SUITE, EMPTY, 'info_hash', info);
  return concatBytes(MODE_BASE, pskIdHash, infoHash);
};

/** The rest of it, for the first message: its sequence number 0 leaves the base nonce as it is. */
const keySchedule = (
  sharedSecret: Uint8Array,
  context: Uint8Array,
): { readonly key: Uint8Array; readonly nonce: Uint8Array } => {
  const secret = labeledExtract(HPKE_SUITE, sharedSecret, 'secret', EMPTY);
  const derived = {
    key: labeledExpand(HPKE_SUITE, secret, 'key', context, AEAD_KEY_LENGTH),
    nonce: labeledExpand(HPKE_SUITE, secret, 'base_nonce', context, AEAD_NONCE_LENGTH),
  };
  forget(secret);
  return derived;
};

/**
 * SealBase (6.1): enc (32 bytes) ‖ ciphertext and tag. `info` binds the purpose (election and
 * precinct), `associated` is authenticated and not contained. Throws when `publicKey` is a point of
 * small order: a key that was never made by this machine is a bug or an attack.
 */
export const sealTo = (
  publicKey: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  plaintext: Uint8Array,
  entropy: Entropy,
): Uint8Array => {
  // Who has it opens this ballot without the precinct's key: it goes like the key made of it.
  const seed = entropy.bytes(KEY_BYTES);
  const ephemeral = deriveKeyPair(seed);
  forget(seed);
  const dh = x25519(ephemeral.privateKey, publicKey);
  forget(ephemeral.privateKey);
  if (dh === null) throw new Error('HPKE: the public key gives an all-zero secret');
  const shared = sharedSecretOf(dh, concatBytes(ephemeral.publicKey, publicKey));
  const { key, nonce } = keySchedule(shared, scheduleContext(info));
  const sealed = secretBytes(plaintext.length + HPKE_OVERHEAD_BYTES);
  sealed.set(ephemeral.publicKey);
  chacha20poly1305(key, nonce, associated).encrypt(plaintext, sealed.subarray(ENCAPSULATED_BYTES));
  forget(dh, shared, key);
  return sealed;
};

/**
 * OpenBase (6.1) for many messages under one key and one `info`, both made ready once: the plaintext;
 * null for another key, info or associated bytes, or anything changed or cut.
 */
export const makeOpener = (
  privateKey: Uint8Array,
  info: Uint8Array,
): ((associated: Uint8Array, sealed: Uint8Array) => Uint8Array | null) => {
  const agree = makeAgreement(privateKey);
  const publicKey = x25519PublicKey(privateKey);
  const context = scheduleContext(info);
  return (associated, sealed) => {
    if (sealed.length < HPKE_OVERHEAD_BYTES) return null;
    const enc = sealed.subarray(0, ENCAPSULATED_BYTES);
    const dh = agree(enc);
    if (dh === null) return null;
    const shared = sharedSecretOf(dh, concatBytes(enc, publicKey));
    const { key, nonce } = keySchedule(shared, context);
    try {
      const opened = secretBytes(sealed.length - HPKE_OVERHEAD_BYTES);
      const cipher = chacha20poly1305(key, nonce, associated);
      return cipher.decrypt(sealed.subarray(ENCAPSULATED_BYTES), opened);
    } catch {
      return null;
    } finally {
      forget(dh, shared, key);
    }
  };
};

/** One message (`makeOpener`). */
export const openWith = (
  privateKey: Uint8Array,
  info: Uint8Array,
  associated: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | null => makeOpener(privateKey, info)(associated, sealed);
