/**
 * The closed list of what a published election may consist of. Whoever publishes writes nothing else, and
 * whoever verifies accepts nothing else: so nothing secret can be in it, and nothing strange can hide.
 */
import { NATIONAL_FILES } from '#firmware/nation/open-nation.ts';
import { PAPER_CODE_FILES } from '#firmware/nation/paper-code-list.ts';
import { MAX_REGISTER_BYTES } from '#firmware/nation/register.ts';
import { SIGNATURE_BYTES } from '#firmware/vault/keys.ts';
import { MAX_RESULT_BYTES, RESULT_FILES } from '#firmware/vault/result-package.ts';

export const SITE_FILES = {
  ...NATIONAL_FILES,
  ...PAPER_CODE_FILES,
  authorityKey: 'authority-key.pem',
  /** The page of results. */
  page: 'index.html',
  result: 'national-result.json',
  nist: 'results-nist-1500-100.json',
  /** Precinct, machine code and key of every machine that may report. */
  keys: 'machine-keys.csv',
  /** Precinct and head of the event log of every precinct that is counted. */
  logHeads: 'log-heads.csv',
  /** Of every other file; `sha256sum -c` reads it. */
  checksums: 'SHA256SUMS',
} as const;

export const PACKAGES = 'packages';
export const REPORTS = 'reports';

const KB = 1024;
const MB = 1024 * KB;
const MAX_PAGE_BYTES = 64 * MB;
const MAX_DOCUMENT_BYTES = 256 * MB;
export const MAX_KEY_BYTES = 4 * KB;
export const MAX_REPORT_TEXT_BYTES = MB;
export const MAX_REPORT_PICTURE_BYTES = 8 * MB;

export type PackagePart = keyof typeof RESULT_FILES;

const TOP_MOST: Readonly<Record<keyof typeof SITE_FILES, number>> = {
  offer: MAX_REGISTER_BYTES,
  offerSignature: SIGNATURE_BYTES,
  register: MAX_REGISTER_BYTES,
  registerSignature: SIGNATURE_BYTES,
  paperCodes: MAX_REGISTER_BYTES,
  paperCodesSignature: SIGNATURE_BYTES,
  authorityKey: MAX_KEY_BYTES,
  page: MAX_PAGE_BYTES,
  result: MAX_DOCUMENT_BYTES,
  nist: MAX_DOCUMENT_BYTES,
  keys: MAX_REGISTER_BYTES,
  logHeads: MAX_REGISTER_BYTES,
  checksums: MAX_REGISTER_BYTES,
};
const PART_MOST: Readonly<Record<PackagePart, number>> = {
  package: MAX_RESULT_BYTES,
  signature: SIGNATURE_BYTES,
  machineKey: MAX_KEY_BYTES,
};

export const packagePath = (precinct: string, part: PackagePart): string =>
  `${PACKAGES}/${precinct}/${RESULT_FILES[part]}`;
export const reportPath = (precinct: string, ending: 'txt' | 'png'): string =>
  `${REPORTS}/${precinct}.${ending}`;

const PART = new RegExp(`^${PACKAGES}/[0-9]{9}\\.[0-9]{2}/([a-z-]+\\.[a-z]+)$`);
const REPORT = new RegExp(`^${REPORTS}/[0-9]{9}\\.[0-9]{2}\\.(txt|png)$`);

/** The most bytes that a file at this path of a site may have; null: it may not be there at all. */
export const mostBytesAt = (path: string): number | null => {
  const top = Object.entries(SITE_FILES).find(([, name]) => name === path);
  if (top !== undefined) return TOP_MOST[top[0] as keyof typeof SITE_FILES];
  const file = PART.exec(path)?.[1];
  const part = Object.entries(RESULT_FILES).find(([, name]) => name === file);
  if (part !== undefined) return PART_MOST[part[0] as PackagePart];
  const report = REPORT.exec(path)?.[1];
  if (report === undefined) return null;
  return report === 'txt' ? MAX_REPORT_TEXT_BYTES : MAX_REPORT_PICTURE_BYTES;
};
