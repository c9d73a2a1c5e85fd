/**
 * What a site has beside the packages, and that follows from them to the last byte: whoever verifies
 * makes it again and compares.
 */
import type { Locale } from '#firmware/election/definition.ts';
import type { NationalSums } from '#firmware/nation/aggregate.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import type { Register } from '#firmware/nation/register.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { NIST_VERSION, nistResults } from '../nation/nist-results.ts';
import { resultDocument } from '../nation/result-document.ts';
import { resultPage } from '../nation/result-page.ts';
import { SITE_FILES } from './site-files.ts';

export type SiteFacts = {
  readonly nation: Nation;
  /** What is rejected and repeated comes from where the packages were collected: a site has only the counted. */
  readonly sums: NationalSums;
  /** By the precinct's place in the register; null: not counted. */
  readonly logHeads: readonly (string | null)[];
  /** When it was published, ISO 8601 with seconds and `Z`. */
  readonly at: string;
  readonly locale: Locale;
};

const lines = (head: string, rows: readonly string[]): string => `${[head, ...rows].join('\n')}\n`;

const keyList = ({ precincts }: Register): string =>
  lines(
    'precinct,machineCode,machineKey,madeUp',
    precincts.flatMap(({ id, machines, madeUp = false }) =>
      machines.map(({ code, key }) => `${id},${code},${key},${madeUp}`),
    ),
  );

const logHeadList = ({ precincts }: Register, heads: readonly (string | null)[]): string =>
  lines(
    'precinct,logHead',
    precincts.flatMap(({ id }, at) => (heads[at] == null ? [] : [`${id},${heads[at]}`])),
  );

/** The files, by path, that are made from the rest. */
export const siteDocuments = ({
  nation,
  sums,
  logHeads,
  at,
  locale,
}: SiteFacts): Readonly<Record<string, string>> => {
  const { offer, register, authorityKey } = nation;
  const result = { offer, sums, seats: nationalSeats(offer, sums.contests) };
  const key = { digest: sha256Hex(authorityKey), given: true };
  return {
    [SITE_FILES.authorityKey]: publicKeyPem(authorityKey),
    [SITE_FILES.keys]: keyList(register),
    [SITE_FILES.logHeads]: logHeadList(register, logHeads),
    [SITE_FILES.result]: `${JSON.stringify({ ...resultDocument(result), at, locale })}\n`,
    [SITE_FILES.nist]: `${JSON.stringify(nistResults(result, { at, version: NIST_VERSION }))}\n`,
    [SITE_FILES.page]: resultPage(result, { locale, key }),
  };
};
