/** Is this text the tally report of that result package? Checked against the authority's key, and figure by figure. */
import type { SignedTally } from '#firmware/paper/qr-payloads.ts';
import { textOf, toHex, utf8 } from '#firmware/vault/bytes.ts';
import { verify } from '#firmware/vault/keys.ts';
import { type ResultPackage, resultText } from '#firmware/vault/result-package.ts';
import { checkReportText, type ReportFailure } from './verify-report.ts';

const figuresOfTally = (tally: SignedTally) => ({
  election: tally.electionId,
  reportId: tally.reportId,
  precinct: `${tally.pollingPlaceCode}.${tally.precinct}`,
  machineCode: tally.machineCode,
  machineKey: toHex(tally.machineKey),
  logHead: tally.logHead,
  ballots: tally.ballots,
  contests: tally.contests.map(({ contestId, ballots, nulls, votes }) => ({
    contestId,
    ballots,
    nulls,
    votes,
  })),
});

const figuresOfPackage = (found: ResultPackage): ReturnType<typeof figuresOfTally> => ({
  election: found.election,
  reportId: found.reportId,
  precinct: `${found.pollingPlaceCode}.${found.precinctNumber}`,
  machineCode: found.machineCode,
  machineKey: found.machineKey,
  logHead: found.logHead,
  ballots: found.ballots,
  contests: found.contests.map(({ id, ballots, nulls, options }) => ({
    contestId: id,
    ballots,
    nulls,
    votes: options.map(({ votes }) => votes),
  })),
});

/** Why a text is not the report of a package. */
export type ReportProblem =
  | ReportFailure
  | { readonly code: 'notText' | 'otherFigures' }
  /** The package's signature that it carries is of another one. */
  | { readonly code: 'otherPackage' };

/** Null: it is; otherwise why not. */
export const reportProblem = (
  bytes: Uint8Array,
  found: ResultPackage,
  authorityKey: Uint8Array,
): ReportProblem | null => {
  const text = textOf(bytes);
  if (text === null) return { code: 'notText' };
  const { tally, failures } = checkReportText(text, authorityKey);
  const [failure] = failures;
  if (failure !== undefined || tally === null)
    return failure ?? { code: 'unreadable', fault: { kind: 'noPart' } };
  if (JSON.stringify(figuresOfTally(tally)) !== JSON.stringify(figuresOfPackage(found)))
    return { code: 'otherFigures' };
  return verify(tally.machineKey, utf8(resultText(found)), tally.packageSignature)
    ? null
    : { code: 'otherPackage' };
};
