/**
 * Files that are durable when the call resolves, and small whole records signed by the machine:
 * written beside, synced, read back, renamed over. A reader sees the old record or the new one.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Result } from '#hal/result.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';
import { contextBytes, type VaultContext } from './context.ts';
import { equalBytes, lengthAndText, makeFieldReader, uint32Bytes } from './fields.ts';
import { KEY_BYTES, type KeyPair, SIGNATURE_BYTES, sign, verify } from './keys.ts';
import { verifyStored } from './whole-file.ts';

/** Folder of the vault on each medium. */
export const VAULT_FOLDER = 'vault';
export const vaultPath = (name: string): string => `${VAULT_FOLDER}/${name}`;

/** Writes in place. For files that nobody needs until a journal says so. `isNew`: the name has to last, too. */
export const storeInPlace = async (
  medium: Medium,
  path: string,
  bytes: Uint8Array,
  isNew: boolean,
): Promise<Result<void, MediumFault>> => {
  const written = await medium.write(path, bytes);
  if (!written.ok) return written;
  const synced = await medium.sync(path);
  if (!synced.ok) return synced;
  if (isNew) {
    const named = await medium.syncFolder(VAULT_FOLDER);
    if (!named.ok) return named;
  }
  return verifyStored(medium, path, bytes);
};

/** A small record: the higher version is the newer one. */
export type SignedRecord = { readonly version: number; readonly payload: Uint8Array };

const MAGIC = utf8ToBytes('URNR');
export const MAX_RECORD_BYTES = 1024 * 1024;

const recordContext = (context: VaultContext, name: string): Uint8Array =>
  concatBytes(contextBytes('record', context), lengthAndText(name));

export const encodeRecord = (
  context: VaultContext,
  name: string,
  { version, payload }: SignedRecord,
  identity: KeyPair,
): Uint8Array => {
  const body = concatBytes(
    MAGIC,
    lengthAndText(context.electionId),
    lengthAndText(context.precinctId),
    uint32Bytes(version),
    identity.publicKey,
    payload,
  );
  const signature = sign(identity.privateKey, concatBytes(recordContext(context, name), body));
  return concatBytes(body, signature);
};

/** Whose record it claims to be, not verified: enough to refuse to overwrite another precinct's. */
export const claimedPrecinct = (
  bytes: Uint8Array,
): { readonly electionId: string; readonly precinctId: string } | null => {
  const reader = makeFieldReader(bytes);
  const magic = reader.bytes(MAGIC.length);
  const electionId = reader.text();
  const precinctId = reader.text();
  return reader.short() || !equalBytes(magic, MAGIC) ? null : { electionId, precinctId };
};

/** Null: not a record of this name and precinct that a trusted machine signed. */
export const decodeRecord = (
  context: VaultContext,
  name: string,
  bytes: Uint8Array,
): SignedRecord | null => {
  const claimed = claimedPrecinct(bytes);
  if (claimed === null || bytes.length > MAX_RECORD_BYTES) return null;
  if (claimed.electionId !== context.electionId || claimed.precinctId !== context.precinctId)
    return null;
  const bodyEnd = bytes.length - SIGNATURE_BYTES;
  const reader = makeFieldReader(bytes.subarray(0, Math.max(0, bodyEnd)));
  reader.bytes(MAGIC.length);
  reader.text();
  reader.text();
  const version = reader.uint32();
  const signer = reader.bytes(KEY_BYTES);
  const payload = reader.rest();
  if (reader.short() || !context.trusted.some((key) => equalBytes(key, signer))) return null;
  const signed = concatBytes(recordContext(context, name), bytes.subarray(0, bodyEnd));
  if (!verify(signer, signed, bytes.subarray(bodyEnd))) return null;
  return { version, payload: payload.slice() };
};
