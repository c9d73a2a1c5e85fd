/** The authority's public key, as a person names it on the command line. */
import { readFileSync } from 'node:fs';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { UsageError } from '../commands/options.ts';

/** The Ed25519 key (32 bytes) in a PEM file; a usage error says what is wrong with the file. */
export const readAuthorityKey = (file: string | undefined): Uint8Array => {
  if (file === undefined)
    throw new UsageError("--key FILE is missing: the authority's public key (PEM)");
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `--key ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  const key = publicKeyFromPem(text);
  if (key === null) throw new UsageError(`--key ${file} holds no Ed25519 public key in PEM`);
  return key;
};
