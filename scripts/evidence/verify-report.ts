/**
 * A tally report checked from nothing but the texts of its QR codes and the authority's public key:
 * what somebody does at home who photographed the paper on the wall. The texts may come in any order,
 * scanned twice, or buried in other text (a report as text holds them too).
 */
import {
  parseSignedQr,
  type QrFault,
  type SignedQrFailure,
  type SignedTally,
  verifySignedQr,
} from '#firmware/paper/qr-payloads.ts';
import { verify } from '#firmware/vault/keys.ts';

/** What can be wrong, each with its stable code. */
export type ReportFailure =
  /** No signed part is in the text, one is missing, or one is not as it is written. */
  | { readonly code: 'unreadable'; readonly fault: QrFault }
  | { readonly code: SignedQrFailure }
  /** The public line beside the signed codes says something else. */
  | { readonly code: 'publicLine'; readonly line: string };

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
  if (!parsed.ok) return { tally: null, failures: [{ code: 'unreadable', fault: parsed.error }] };
  const { tally } = parsed.value;
  const verified = verifySignedQr(parsed.value, authorityKey, verify);
  const failures: ReportFailure[] = verified.ok ? [] : [{ code: verified.error }];
  for (const line of new Set(strangeLines(looked, tally)))
    failures.push({ code: 'publicLine', line });
  return { tally, failures };
};
