/** What commands about a country's results are given: the folder, and the authority's key. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { readAuthorityKey } from '../evidence/read-key.ts';
import {
  AUTHORITY_KEY_FILE,
  absentFiles,
  keyInFolder,
  openNationalFolder,
} from '../nation/national-folder.ts';
import { MissingError, UsageError } from './options.ts';

export const folderNamed = (positionals: readonly string[], name: string, what: string): string => {
  const [folder, extra] = positionals;
  if (folder === undefined) throw new UsageError(`${name} is missing: ${what}`);
  if (extra !== undefined) throw new UsageError(`"${extra}" is one folder too many`);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new MissingError(`no folder ${folder}`);
  return folder;
};

/** `more`: what is needed beside offer and register. */
export const requireElection = (
  folder: string,
  more: Readonly<Record<string, string>> = {},
): void => {
  const absent = [
    ...absentFiles(folder),
    ...Object.values(more).filter((name) => !existsSync(join(folder, name))),
  ];
  if (absent.length > 0)
    throw new MissingError(
      `no ${absent.join(', ')} in ${folder}: what the authority published of the election goes there`,
    );
};

export type NamedKey = { readonly key: Uint8Array; readonly given: boolean };

/** The key of the option, or the one in the folder, which is then said to be trusted. */
export const keyFor = (folder: string, given: string | undefined): NamedKey => {
  if (given !== undefined) return { key: readAuthorityKey(given), given: true };
  const found = keyInFolder(folder);
  if (found === null)
    throw new UsageError(
      `no ${AUTHORITY_KEY_FILE} (Ed25519, PEM) in ${folder}: name the authority's key with --key FILE`,
    );
  process.stderr.write(
    `urna: no --key: trusting ${join(folder, AUTHORITY_KEY_FILE)} from the folder itself, SHA-256 ${sha256Hex(found)}\n`,
  );
  return { key: found, given: false };
};

/** The election; null: it is not what the key signed, and that was told. */
export const openToldNation = (folder: string, key: Uint8Array): Nation | null => {
  const opened = openNationalFolder(folder, key);
  if (opened.ok) return opened.value;
  for (const { file, code, message } of opened.error)
    process.stderr.write(`urna: ${join(folder, file)}: ${code}: ${message}\n`);
  process.stderr.write('urna: nothing is added up: the election is not what the key signed\n');
  return null;
};
