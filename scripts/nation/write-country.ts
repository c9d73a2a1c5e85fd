/** Writes a made-up country after the vote as the folder in which its results come together. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NATIONAL_FILES } from '#firmware/nation/open-nation.ts';
import {
  PAPER_CODE_FILES,
  PAPER_CODES_FORMAT,
  paperCodeListText,
} from '#firmware/nation/paper-code-list.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { publicKeyPem, sign } from '#firmware/vault/keys.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { AUTHORITY_KEY_FILE } from './national-folder.ts';
import type { SyntheticCountry } from './synthetic-country.ts';

export const PACKAGES_FOLDER = 'packages';

export const writeElectionFiles = (folder: string, country: SyntheticCountry): void => {
  mkdirSync(folder, { recursive: true });
  // No machine runs in such a country: no codes were drawn.
  const codes = utf8(
    paperCodeListText({
      format: PAPER_CODES_FORMAT,
      election: country.register.election,
      precincts: [],
    }),
  );
  const files = {
    [NATIONAL_FILES.offer]: country.offerBytes,
    [NATIONAL_FILES.offerSignature]: country.offerSignature,
    [NATIONAL_FILES.register]: country.registerBytes,
    [NATIONAL_FILES.registerSignature]: country.registerSignature,
    [PAPER_CODE_FILES.paperCodes]: codes,
    [PAPER_CODE_FILES.paperCodesSignature]: sign(country.authority.privateKey, codes),
    [AUTHORITY_KEY_FILE]: publicKeyPem(country.authority.publicKey),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
};

/** The three files of the precinct at this place of the register. */
export const writePackage = (folder: string, country: SyntheticCountry, at: number): void => {
  const here = join(folder, PACKAGES_FOLDER, country.register.precincts[at]!.id);
  mkdirSync(here, { recursive: true });
  const { bytes, signature } = country.packageOf(at);
  writeFileSync(join(here, RESULT_FILES.package), bytes);
  writeFileSync(join(here, RESULT_FILES.signature), signature);
  writeFileSync(join(here, RESULT_FILES.machineKey), publicKeyPem(country.machineOf(at).publicKey));
};

export const writeCountry = (
  folder: string,
  country: SyntheticCountry,
  onProgress: (done: number, of: number) => void = () => undefined,
): void => {
  writeElectionFiles(folder, country);
  const { length } = country.register.precincts;
  for (let at = 0; at < length; at++) {
    writePackage(folder, country, at);
    onProgress(at + 1, length);
  }
};
