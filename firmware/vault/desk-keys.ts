/**
 * What the desk needs of cryptography: the key of its file, derived from the pollbook's key so that
 * one token opens both and neither key opens the other's bytes; and the digest of single-use codes.
 */
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { AEAD_KEY_BYTES } from './aead.ts';

const PURPOSE = 'urna desk file 1';

/** HKDF-SHA256 (RFC 5869) of the pollbook's key; `context` (election and precinct) is the salt. 32 bytes. */
export const deskFileKey = (pollbookKey: Uint8Array, context: string): Uint8Array =>
  hkdf(sha256, pollbookKey, utf8ToBytes(context), utf8ToBytes(PURPOSE), AEAD_KEY_BYTES);

/** SHA-256 (FIPS 180-4) of what `codeDigestInput` (firmware/desk/pollbook.ts) made of a code. 32 bytes. */
export const codeDigest = (input: Uint8Array): Uint8Array => sha256(input);
