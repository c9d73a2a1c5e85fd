/** Keys as a person names them on the command line: PEM files. */
import { readFileSync } from 'node:fs';
import { privateKeyFromPem, publicKeyFromPem } from '#firmware/vault/keys.ts';
import { UsageError } from '../commands/options.ts';

const textOf = (file: string, option: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(
      `${option} ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
};

/** The Ed25519 key (32 bytes) in a PEM file; a usage error says what is wrong with the file. */
export const readAuthorityKey = (file: string | undefined, option = '--key'): Uint8Array => {
  if (file === undefined)
    throw new UsageError(`${option} FILE is missing: the authority's public key (PEM)`);
  const key = publicKeyFromPem(textOf(file, option));
  if (key === null) throw new UsageError(`${option} ${file} holds no Ed25519 public key in PEM`);
  return key;
};

/** The Ed25519 private key (32 bytes) in a PEM file (PKCS #8, not encrypted). */
export const readPrivateKey = (file: string, option = '--key'): Uint8Array => {
  const key = privateKeyFromPem(textOf(file, option));
  if (key === null) throw new UsageError(`${option} ${file} holds no Ed25519 private key in PEM`);
  return key;
};
