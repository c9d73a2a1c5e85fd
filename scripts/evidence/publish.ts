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
import { sha256Hex } from '#firmware/vault/digest.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { decodeResultPackage, type ResultPackage } from '#firmware/vault/result-package.ts';
import { makePackageReader } from '../nation/find-packages.ts';
import { pictureProblem } from './report-picture.ts';
import { reportProblem } from './report-text.ts';
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
      (bytes: Uint8Array) => reportProblem(bytes, found, authorityKey),
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

/** Fills `site`, an empty folder. Throws when a counted package is no longer what was counted. */
export const publishSite = (site: string, options: PublishOptions): Published => {
  const { nation, folder, aggregation, at, locale, onProgress } = options;
  const { precincts } = nation.register;
  const { write, finish } = makeWriter(site);
  const read = makePackageReader();
  const logHeads: (string | null)[] = [];
  const notPublished: NotPublished[] = [];
  let [packages, reports] = [0, 0];
  for (const name of Object.values(NATIONAL_FILES))
    write(name, new Uint8Array(readFileSync(join(folder, name))));
  precincts.forEach(({ id }, index) => {
    onProgress(index + 1, precincts.length);
    const counted = aggregation.countedAt(index);
    logHeads.push(null);
    if (counted === null) return;
    const path = join(folder, counted.origin);
    const again = read(path);
    const decoded = again.ok ? decodeResultPackage(again.bytes) : null;
    if (!again.ok || decoded?.ok !== true || sha256Hex(again.bytes) !== counted.digest)
      throw new Error(`${path} changed while it was published`);
    const machineKey = new Uint8Array(Buffer.from(decoded.value.machineKey, 'hex'));
    write(packagePath(id, 'package'), again.bytes);
    write(packagePath(id, 'signature'), again.signature);
    write(packagePath(id, 'machineKey'), publicKeyPem(machineKey));
    logHeads[index] = decoded.value.logHead;
    packages += 1;
    const { authorityKey } = nation;
    const told = publishReports(write, dirname(path), id, decoded.value, authorityKey);
    reports += told.written;
    notPublished.push(...told.notPublished);
  });
  const sums = aggregation.sums();
  const documents = siteDocuments({ nation, sums, logHeads, at, locale });
  for (const [path, text] of Object.entries(documents)) write(path, text);
  const files = finish();
  chmodSync(site, SERVED_FOLDER.mode);
  return { packages, reports, files, notPublished };
};
