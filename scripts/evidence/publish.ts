/**
 * Makes the folder that anyone can serve and anyone can check: the counted packages, the election and the
 * register that the authority signed, and what follows from them. Only what is on the closed list
 * (site-files.ts) is ever written, each file read anew and held to what it must be.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locale } from '#firmware/election/definition.ts';
import type { Aggregation } from '#firmware/nation/aggregate.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { NATIONAL_FILES } from '#firmware/nation/open-nation.ts';
import { PAPER_CODE_FILES } from '#firmware/nation/paper-code-list.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { decodeResultPackage, type ResultPackage } from '#firmware/vault/result-package.ts';
import { makePackageReader } from '../nation/find-packages.ts';
import { storeOrigin } from '../nation/national-folder.ts';
import type { ResultStore } from '../store/result-store.ts';
import { pictureProblem } from './report-picture.ts';
import { reportProblem } from './report-text.ts';
import { reportProblemText } from './report-words.ts';
import { siteDocuments } from './site-documents.ts';
import {
  MAX_REPORT_PICTURE_BYTES,
  MAX_REPORT_TEXT_BYTES,
  packagePath,
  reportPath,
  SITE_FILES,
} from './site-files.ts';

/** Everybody may read a site; writing is its owner's. */
const SERVED_FOLDER = { recursive: true, mode: 0o755 } as const;
const SERVED_FILE = { mode: 0o644 } as const;

/** A report that lies beside a package and is not published, and why. */
export type NotPublished = { readonly file: string; readonly reason: string };

export type Published = {
  readonly packages: number;
  readonly reports: number;
  readonly files: number;
  readonly notPublished: readonly NotPublished[];
};

export type PublishOptions = {
  readonly nation: Nation;
  /** Where the packages were found. */
  readonly folder: string;
  /** What a receiving centre keeps, where that was added up too. */
  readonly store?: ResultStore | null;
  readonly aggregation: Aggregation;
  /** ISO 8601 with seconds and `Z`. */
  readonly at: string;
  readonly locale: Locale;
  readonly onProgress: (done: number, of: number) => void;
};

/** Writes files below `site` and remembers what they must be. */
const makeWriter = (site: string) => {
  const sums = new Map<string, string>();
  const write = (path: string, content: Uint8Array | string): void => {
    const file = join(site, path);
    mkdirSync(dirname(file), SERVED_FOLDER);
    writeFileSync(file, content, SERVED_FILE);
    sums.set(path, createHash('sha256').update(content).digest('hex'));
  };
  const finish = (): number => {
    write(SITE_FILES.checksums, checksumText(sums));
    return sums.size;
  };
  return { write, finish };
};

/** In the form of `sha256sum`, in the order of the paths. */
export const checksumText = (sums: ReadonlyMap<string, string>): string =>
  [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]) => `${digest}  ${path}\n`)
    .join('');

const reportBeside = (file: string, most: number): Uint8Array | 'huge' | null => {
  try {
    const { size } = statSync(file);
    return size > most ? 'huge' : new Uint8Array(readFileSync(file));
  } catch {
    return null;
  }
};

type Reports = { readonly written: number; readonly notPublished: readonly NotPublished[] };

/** Text and picture of the tally report, where they lie beside the package. */
const publishReports = (
  write: (path: string, content: Uint8Array) => void,
  beside: string,
  precinct: string,
  found: ResultPackage,
  authorityKey: Uint8Array,
): Reports => {
  const notPublished: NotPublished[] = [];
  let written = 0;
  const kinds = [
    [
      'txt',
      MAX_REPORT_TEXT_BYTES,
      (bytes: Uint8Array) => {
        const problem = reportProblem(bytes, found, authorityKey);
        return problem === null ? null : reportProblemText(problem);
      },
    ],
    ['png', MAX_REPORT_PICTURE_BYTES, pictureProblem],
  ] as const;
  for (const [ending, most, problemOf] of kinds) {
    const file = join(beside, `tally-report.${ending}`);
    const bytes = reportBeside(file, most);
    if (bytes === null) continue;
    const reason = bytes === 'huge' ? `larger than ${most} bytes` : problemOf(bytes);
    if (reason === null && bytes !== 'huge') {
      write(reportPath(precinct, ending), bytes);
      written += 1;
    } else notPublished.push({ file, reason: reason ?? '' });
  }
  return { written, notPublished };
};

type Again = {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  /** The folder in which its reports lie; null: a store has none. */
  readonly beside: string | null;
};

/** Reads a counted package anew, from where it was found; null: it is not there any more. */
const makeSecondReader = ({ folder, store }: PublishOptions) => {
  const read = makePackageReader();
  return async (precinct: string, origin: string, digest: string): Promise<Again | null> => {
    if (store != null && origin === storeOrigin(precinct, digest)) {
      const kept = (await store.of(precinct)).find((each) => each.digest === digest);
      return kept === undefined ? null : { ...kept, beside: null };
    }
    const found = read(join(folder, origin));
    return found.ok ? { ...found, beside: dirname(join(folder, origin)) } : null;
  };
};

/** Fills `site`, an empty folder. Rejects when a counted package is no longer what was counted. */
export const publishSite = async (site: string, options: PublishOptions): Promise<Published> => {
  const { nation, folder, aggregation, at, locale, onProgress } = options;
  const { precincts } = nation.register;
  const { write, finish } = makeWriter(site);
  const readAgain = makeSecondReader(options);
  const logHeads: (string | null)[] = precincts.map(() => null);
  const notPublished: NotPublished[] = [];
  let [packages, reports] = [0, 0];
  for (const name of Object.values({ ...NATIONAL_FILES, ...PAPER_CODE_FILES }))
    write(name, new Uint8Array(readFileSync(join(folder, name))));
  const publish = async (id: string, index: number): Promise<void> => {
    const counted = aggregation.countedAt(index);
    if (counted === null) return;
    const again = await readAgain(id, counted.origin, counted.digest);
    const decoded = again === null ? null : decodeResultPackage(again.bytes);
    if (again === null || decoded?.ok !== true || sha256Hex(again.bytes) !== counted.digest)
      throw new Error(`${counted.origin} changed while it was published`);
    const machineKey = new Uint8Array(Buffer.from(decoded.value.machineKey, 'hex'));
    write(packagePath(id, 'package'), again.bytes);
    write(packagePath(id, 'signature'), again.signature);
    write(packagePath(id, 'machineKey'), publicKeyPem(machineKey));
    logHeads[index] = decoded.value.logHead;
    packages += 1;
    if (again.beside === null) return;
    const told = publishReports(write, again.beside, id, decoded.value, nation.authorityKey);
    reports += told.written;
    notPublished.push(...told.notPublished);
  };
  for (const [index, { id }] of precincts.entries()) {
    await publish(id, index);
    onProgress(index + 1, precincts.length);
  }
  const sums = aggregation.sums();
  const documents = siteDocuments({ nation, sums, logHeads, at, locale });
  for (const [path, text] of Object.entries(documents)) write(path, text);
  const files = finish();
  chmodSync(site, SERVED_FOLDER.mode);
  return { packages, reports, files, notPublished };
};
