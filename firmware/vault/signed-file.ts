/** A small signed file (hal/signed-file.ts) of whoever made or provisioned the unit, under the vault's keys. */
import { readSignedFile, writeSignedFile } from '#hal/signed-file.ts';
import { sign, verify } from './keys.ts';

export { MAX_SIGNED_BYTES } from '#hal/signed-file.ts';

/** `purpose` keeps a signature from being good for anything else. */
export const signFile = (purpose: string, content: unknown, privateKey: Uint8Array): Uint8Array =>
  writeSignedFile(purpose, content, (message) => sign(privateKey, message));

/** The parsed JSON; null: not signed by this key for this purpose, or anything changed. Looks at nothing before. */
export const openSignedFile = (
  purpose: string,
  bytes: Uint8Array,
  publicKey: Uint8Array,
): { readonly json: unknown } | null =>
  readSignedFile(purpose, bytes, (message, signature) => verify(publicKey, message, signature));
