/**
 * Signed notes of C2SP (https://c2sp.org/signed-note): text that ends with a line end, an empty line, then
 * a line for each signature:
 *
 *     — NAME base64(key identifier ‖ signature)
 *
 * Key identifier: the first four bytes of SHA-256(NAME ‖ line end ‖ 0x01 ‖ Ed25519 public key). The signature
 * is Ed25519 over exactly the text. Whoever has such a verifier can check a checkpoint of the event log.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, textOf, utf8 } from './bytes.ts';
import { SIGNATURE_BYTES, verify } from './keys.ts';

const ED25519 = Uint8Array.of(1);
const ID_BYTES = 4;
const DASH = '— ';
/** A note of ours has some hundred bytes. */
const MAX_NOTE_BYTES = 65_536;

/** Has neither space nor plus, and is not empty. */
const isName = (name: string): boolean => /^[^\s+]+$/u.test(name);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const keyId = (name: string, publicKey: Uint8Array): Uint8Array =>
  sha256(concatBytes(utf8(`${name}\n`), ED25519, publicKey)).subarray(0, ID_BYTES);

/** The verifier's key as such programs take it: `NAME+hex of the identifier+base64 of the key`. */
export const noteVerifier = (name: string, publicKey: Uint8Array): string => {
  const id = Buffer.from(keyId(name, publicKey)).toString('hex');
  return `${name}+${id}+${base64(concatBytes(ED25519, publicKey))}`;
};

/** The note. Throws on a text without an end, or a name that can not stand in one: that is a bug. */
export const signedNote = (
  text: string,
  name: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
): string => {
  if (!text.endsWith('\n') || !isName(name)) throw new Error('not the text or name of a note');
  return `${text}\n${DASH}${name} ${base64(concatBytes(keyId(name, publicKey), signature))}\n`;
};

/** The text, when this key signed it under this name; null otherwise. Other signatures are ignored. */
export const openSignedNote = (
  bytes: Uint8Array,
  name: string,
  publicKey: Uint8Array,
): string | null => {
  const note = bytes.length > MAX_NOTE_BYTES ? null : textOf(bytes);
  const split = note?.lastIndexOf('\n\n') ?? -1;
  if (note === null || split < 0 || !note.endsWith('\n')) return null;
  const text = note.slice(0, split + 1);
  const id = keyId(name, publicKey);
  const lines = note.slice(split + 2, -1).split('\n');
  const isOurs = (line: string): boolean => {
    if (!line.startsWith(`${DASH}${name} `)) return false;
    const found = new Uint8Array(Buffer.from(line.slice(DASH.length + name.length + 1), 'base64'));
    return (
      found.length === ID_BYTES + SIGNATURE_BYTES &&
      equalBytes(found.subarray(0, ID_BYTES), id) &&
      verify(publicKey, utf8(text), found.subarray(ID_BYTES))
    );
  };
  return lines.some(isOurs) ? text : null;
};
