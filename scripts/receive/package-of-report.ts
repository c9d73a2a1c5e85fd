/**
 * The result package of a photographed tally report: its QR codes carry every figure of it, the authority's
 * signature of the machine's key and the machine's of the package; what else stands in it the offer says.
 * Put together again it has the very bytes that the machine signed, or its signature is wrong.
 */
import { type Judge, makeJudge, type Nation } from '#firmware/nation/judge-package.ts';
import type { RegisteredPrecinct } from '#firmware/nation/register.ts';
import type { SignedContest, SignedTally } from '#firmware/paper/qr-payloads.ts';
import type { Submission } from '#firmware/transmission/submission.ts';
import { toHex, utf8 } from '#firmware/vault/bytes.ts';
import {
  RESULT_FORMAT,
  type ResultContest,
  type ResultPackage,
  resultText,
} from '#firmware/vault/result-package.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { reportProblemText } from '../evidence/report-words.ts';
import { checkReportText, type ReportFailure } from '../evidence/verify-report.ts';

export type ReportProblem = {
  readonly code:
    | ReportFailure['code']
    | 'otherElection'
    | 'unknownPrecinct'
    /** Contests or options are not those of the precinct's districts. */
    | 'otherOffer';
  readonly detail: string;
  readonly precinct: string | null;
};

/** Null: the offer has another contest there, or another number of options. */
const contestsOf = (
  judge: Judge,
  precinct: RegisteredPrecinct,
  contests: readonly SignedContest[],
): readonly ResultContest[] | null => {
  const form = judge.formOf(precinct);
  if (form.contests.length !== contests.length) return null;
  const found = form.contests.map(({ contest, options }, at): ResultContest | null => {
    const said = contests[at];
    if (said === undefined || said.contestId !== contest.id) return null;
    if (said.votes.length !== options.length) return null;
    return {
      id: said.contestId,
      positions: said.positions,
      ballots: said.ballots,
      nulls: said.nulls,
      options: options.map(({ cardId, candidateId }, index) => ({
        card: cardId,
        candidate: candidateId,
        votes: said.votes[index] ?? 0,
      })),
    };
  });
  return found.every((each) => each !== null) ? found : null;
};

const packageOf = (
  tally: SignedTally,
  { offer }: Nation,
  contests: readonly ResultContest[],
): ResultPackage => ({
  format: RESULT_FORMAT,
  election: tally.electionId,
  test: offer.test,
  pollingPlaceCode: tally.pollingPlaceCode,
  precinctNumber: tally.precinct,
  reportId: tally.reportId,
  ballots: tally.ballots,
  contests,
  authentication: tally.authentication,
  reprints: tally.counters.reprints,
  spoils: tally.counters.spoils,
  copies: offer.rules.tallyCopies,
  machineCode: tally.machineCode,
  logHead: tally.logHead,
  machineKey: toHex(tally.machineKey),
  certificate: toHex(tally.keyCertificate),
});

export type ReadReport = (text: string) => Result<Submission, ReportProblem>;

/** Nothing is judged but the report itself; whoever takes the package judges it as any other. */
export const makeReportReader = (nation: Nation): ReadReport => {
  const judge = makeJudge(nation);
  const precincts = new Map(nation.register.precincts.map((each) => [each.id, each]));
  return (text) => {
    const { tally, failures } = checkReportText(text, nation.authorityKey);
    const id = tally === null ? null : `${tally.pollingPlaceCode}.${tally.precinct}`;
    const precinct = precincts.get(id ?? '');
    const refuse = (code: ReportProblem['code'], detail: string) =>
      err({ code, detail, precinct: precinct?.id ?? null });
    const [failure] = failures;
    if (failure !== undefined) return refuse(failure.code, reportProblemText(failure));
    if (tally === null) return refuse('unreadable', 'no signed codes are in it');
    if (tally.electionId !== nation.offer.id)
      return refuse('otherElection', `of the election ${tally.electionId}`);
    if (precinct === undefined) return refuse('unknownPrecinct', `${id} is not in the register`);
    const contests = contestsOf(judge, precinct, tally.contests);
    if (contests === null)
      return refuse('otherOffer', "contests or options are not those of the precinct's districts");
    const bytes = utf8(resultText(packageOf(tally, nation, contests)));
    return ok({ bytes, signature: tally.packageSignature });
  };
};
