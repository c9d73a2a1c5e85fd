/**
 * A tally report checked from nothing but the texts of its QR codes and the authority's public key:
 * what somebody does at home who photographed the paper on the wall. The texts may come in any order,
 * scanned twice, or buried in other text (a report as text holds them too).
 */
import {
  parseSignedQr,
  type SignedQrFailure,
  type SignedTally,
  verifySignedQr,
} from '#firmware/paper/qr-payloads.ts';
import { verify } from '#firmware/vault/keys.ts';

/** Stable codes of what can be wrong. */
export type ReportFailureCode =
  /** No signed part is in the text, one is missing, or one is not as it is written. */
  | 'unreadable'
  | SignedQrFailure
  /** The public line beside the signed codes says something else. */
  | 'publicLine';

export type ReportFailure = { readonly code: ReportFailureCode; readonly detail: string };

export type ReportCheck = {
  /** What the signed codes say, as far as they could be read; trustworthy only without failures. */
  readonly tally: SignedTally | null;
  readonly failures: readonly ReportFailure[];
};

/** Characters of a text that are looked at: ninety-nine parts are fifty thousand. */
export const REPORT_TEXT_MOST = 1_000_000;

// A part's own characters, but no closing bracket: a report as text puts its codes into brackets.
const PART = /URNA1 [1-9][0-9]?\/[1-9][0-9]? [!-\\^-~]+/g;
const LINE = /(?<![0-9])([0-9]{9}\.[0-9]{2}\.[0-9]\.[0-9]{4})!([0-9,]*)!([0-9]+)!0(?![0-9])/g;

const FAILED: Readonly<Record<SignedQrFailure, string>> = {
  certificate: 'the authority did not certify this machine for this precinct',
  signature: 'the machine did not sign these totals',
  accounting: 'votes and nulls are not ballots times positions',
};

/** Public lines of the text that none of the signed contests bears out. */
const strangeLines = (text: string, tally: SignedTally): readonly string[] =>
  [...text.matchAll(LINE)].flatMap(([line, reportId, votes, nulls]) => {
    const borneOut =
      reportId === tally.reportId &&
      tally.contests.some(
        (contest) => contest.votes.join(',') === votes && contest.nulls === Number(nulls),
      );
    return borneOut ? [] : [line];
  });

/** Checks a report's texts against the authority's Ed25519 key (32 bytes). Total: any text gets an answer. */
export const checkReportText = (text: string, authorityKey: Uint8Array): ReportCheck => {
  const looked = text.slice(0, REPORT_TEXT_MOST);
  const parsed = parseSignedQr(looked.match(PART) ?? []);
  if (!parsed.ok) return { tally: null, failures: [{ code: 'unreadable', detail: parsed.error }] };
  const { tally } = parsed.value;
  const verified = verifySignedQr(parsed.value, authorityKey, verify);
  const failures: ReportFailure[] = verified.ok
    ? []
    : [{ code: verified.error, detail: FAILED[verified.error] }];
  for (const line of new Set(strangeLines(looked, tally)))
    failures.push({ code: 'publicLine', detail: `${line} is not what the machine signed` });
  return { tally, failures };
};
