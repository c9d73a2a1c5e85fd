/**
 * The folder in which a country's results come together: `election.json`, `precincts.json`, their
 * signatures, the authority's key, and result packages at any depth below.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type Aggregation, makeAggregation } from '#firmware/nation/aggregate.ts';
import { type Judge, makeJudge, type Nation } from '#firmware/nation/judge-package.ts';
import {
  NATIONAL_FILES,
  type NationalFiles,
  type NationProblem,
  openNation,
} from '#firmware/nation/open-nation.ts';
import { MAX_REGISTER_BYTES } from '#firmware/nation/register.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { err, type Result } from '#hal/result.ts';
import type { ResultStore } from '../store/result-store.ts';
import { findPackages, makePackageReader } from './find-packages.ts';
import { PUBLIC_FILES } from './provision-folder.ts';

export const AUTHORITY_KEY_FILE = PUBLIC_FILES.authorityKey;

/** The files that are not there, or larger than any of them may be; empty: all can be read. */
export const absentFiles = (folder: string): readonly string[] =>
  Object.values(NATIONAL_FILES).filter((name) => !existsSync(join(folder, name)));

const readNationalFiles = (folder: string): Result<NationalFiles, readonly NationProblem[]> => {
  const paths = Object.entries(NATIONAL_FILES).map(
    ([which, file]) => [which, file, join(folder, file)] as const,
  );
  const huge = paths.filter(([, , path]) => statSync(path).size > MAX_REGISTER_BYTES);
  if (huge.length > 0)
    return err(
      huge.map(([, file]) => ({
        code: 'malformed',
        file,
        message: `larger than ${MAX_REGISTER_BYTES} bytes`,
      })),
    );
  const files = paths.map(([which, , path]) => [which, new Uint8Array(readFileSync(path))]);
  return { ok: true, value: Object.fromEntries(files) as NationalFiles };
};

/** The election in `folder`, whose files are there (`absentFiles`), when the authority signed it. */
export const openNationalFolder = (
  folder: string,
  authorityKey: Uint8Array,
): Result<Nation, readonly NationProblem[]> => {
  const files = readNationalFiles(folder);
  return files.ok ? openNation(files.value, authorityKey) : files;
};

/** The authority's key as it lies in the folder itself; null: none, or not a key. */
export const keyInFolder = (folder: string): Uint8Array | null => {
  const path = join(folder, AUTHORITY_KEY_FILE);
  return existsSync(path) ? publicKeyFromPem(readFileSync(path, 'utf8')) : null;
};

export type FolderAggregation = { readonly aggregation: Aggregation; readonly judge: Judge };

/** Adds up every package below the folder. */
export const aggregateFolder = (
  nation: Nation,
  folder: string,
  onProgress: (done: number, of: number) => void = () => undefined,
): FolderAggregation => {
  const judge = makeJudge(nation);
  const aggregation = makeAggregation(nation.offer, nation.register, judge);
  const ids = new Set(nation.register.precincts.map(({ id }) => id));
  const read = makePackageReader();
  const paths = findPackages(folder);
  paths.forEach((path, index) => {
    const origin = relative(folder, path);
    const name = basename(dirname(path));
    const supposed = ids.has(name) ? name : null;
    const found = read(path);
    if (found.ok) aggregation.take(origin, found.bytes, found.signature, supposed);
    else aggregation.reject({ ...found, precinct: supposed, origin });
    onProgress(index + 1, paths.length);
  });
  return { aggregation, judge };
};

/** Where a package of a store was found, as an aggregation names it. */
export const storeOrigin = (precinct: string, digest: string): string =>
  `store/${precinct}/${digest}`;

/** Adds up what a receiving centre keeps, beside what was added up already. */
export const aggregateStore = async (
  aggregation: Aggregation,
  store: ResultStore,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<void> => {
  let done = 0;
  for await (const { precinct, digest, bytes, signature } of store.packages()) {
    aggregation.take(storeOrigin(precinct, digest), bytes, signature, precinct);
    onProgress(++done, 0);
  }
};
