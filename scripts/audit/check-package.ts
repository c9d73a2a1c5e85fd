/**
 * One precinct's result package as a party's technician checks it: the verdict is that of whoever adds the
 * country up (judge-package.ts), and what lies beside the package is held against it: the machine's key, the
 * printed report, the event log whose head it names.
 */
import {
  makeJudge,
  type Nation,
  type Refusal,
  type RefusalCode,
} from '#firmware/nation/judge-package.ts';
import { equalBytes, toHex } from '#firmware/vault/bytes.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import {
  decodeResultPackage,
  precinctId,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';
import { reportProblem } from '../evidence/report-text.ts';
import type { ReadPackage, ReadTrouble } from '../nation/find-packages.ts';
import { optionName } from './boxes/country.ts';
import { auditLog } from './check-log.ts';
import type { Finding } from './finding.ts';
import type { AuditReport, Check } from './report.ts';
import { malformedPhrase, type Phrase, says, tallyPhrase } from './words/phrase.ts';

/** What lies beside a package; null: it is not there. */
export type Beside = {
  readonly machineKey: string | null;
  readonly report: Uint8Array | null;
  readonly log: Uint8Array | null;
};

export type PackageAudit = {
  /** As far as it could be read; trustworthy only without findings. */
  readonly result: ResultPackage | null;
  readonly findings: readonly Finding[];
  readonly beside: Beside;
};

const SIGNATURE = [
  'wrongSignature',
  'unlistedMachine',
  'notCertified',
] as const satisfies readonly RefusalCode[];
const PLACE = [
  'otherElection',
  'testFlag',
  'unknownPrecinct',
  'otherOffer',
] as const satisfies readonly RefusalCode[];
const SHAPE = ['huge', 'malformed', 'unreadable', 'noSignature'] as const satisfies readonly (
  | RefusalCode
  | ReadTrouble
)[];
const LOG_CODES = ['log.header', 'log.entry', 'log.rewritten', 'log.head', 'log.headOrder'];

const codesOf = (codes: readonly string[]): readonly string[] =>
  codes.map((code) => `package.${code}`);

const besideFindings = (
  nation: Nation,
  result: ResultPackage,
  { machineKey, report, log }: Beside,
): readonly Finding[] => {
  const subject = precinctId(result);
  const key = new Uint8Array(Buffer.from(result.machineKey, 'hex'));
  const findings: Finding[] = [];
  if (machineKey !== null) {
    const found = publicKeyFromPem(machineKey);
    if (found === null || !equalBytes(found, key)) {
      const named = result.machineKey.slice(0, 16);
      findings.push({
        code: 'package.machineKey',
        subject,
        message:
          found === null
            ? says('package.noKey', { named })
            : says('package.otherKey', { found: toHex(found).slice(0, 16), named }),
      });
    }
  }
  const problem = report === null ? null : reportProblem(report, result, nation.authorityKey);
  if (problem !== null)
    findings.push({ code: 'package.report', subject, message: tallyPhrase(problem) });
  if (log !== null) {
    const witnessed = [[{ head: result.logHead, on: 'resultPackage' as const }]];
    const audit = auditLog(log, { machineKeys: [key], witnessed, escrowKey: null });
    findings.push(...audit.findings);
    const { header } = audit;
    if (header !== null && (header.election !== result.election || header.precinct !== subject))
      findings.push({
        code: 'package.otherLog',
        subject,
        message: says('package.otherLog', {
          precinct: header.precinct,
          election: header.election,
        }),
      });
  }
  return findings;
};

/** What was refused and, of form and accounts, where. */
const refusalPhrase = (
  { code, accounting }: Refusal,
  decoded: ReturnType<typeof decodeResultPackage>,
): Phrase => {
  const what = says(`refusal.${code}`);
  if (accounting !== undefined)
    return says('package.because', {
      what,
      why: says(`accounting.${accounting.kind}`, accounting.figures),
    });
  return code === 'malformed' && !decoded.ok && decoded.error.kind === 'malformed'
    ? says('package.because', { what, why: malformedPhrase(decoded.error.problems) })
    : what;
};

/** Total: any bytes get an answer. */
export const auditPackage = (nation: Nation, read: ReadPackage, beside: Beside): PackageAudit => {
  if (!read.ok) {
    const finding = {
      code: `package.${read.code}`,
      subject: says('subject.package'),
      message: says(`refusal.${read.code}`),
    };
    return { result: null, findings: [finding], beside };
  }
  const judged = makeJudge(nation).judge(read.bytes, read.signature);
  const decoded = decodeResultPackage(read.bytes);
  const result = decoded.ok ? decoded.value : null;
  const refused = judged.ok ? [] : [judged.error];
  return {
    result,
    findings: [
      ...refused.map((refusal) => ({
        code: `package.${refusal.code}`,
        subject:
          refusal.precinct ?? (result === null ? says('subject.package') : precinctId(result)),
        message: refusalPhrase(refusal, decoded),
      })),
      ...(result === null ? [] : besideFindings(nation, result, beside)),
    ],
    beside,
  };
};

const checksOf = ({ result, beside }: PackageAudit): readonly Check[] => {
  const there = (bytes: unknown): number => (bytes === null || result === null ? 0 : 1);
  return [
    { what: says('package.checkForm'), done: 1, codes: codesOf(SHAPE) },
    { what: says('package.checkPlace'), done: 1, codes: codesOf(PLACE) },
    { what: says('package.checkSignature'), done: 1, codes: codesOf(SIGNATURE) },
    { what: says('package.checkAccounting'), done: 1, codes: ['package.accounting'] },
    {
      what: says('package.checkMachineKey'),
      done: there(beside.machineKey),
      codes: ['package.machineKey'],
    },
    {
      what: says('package.checkReport'),
      done: there(beside.report),
      codes: ['package.report'],
    },
    {
      what: says('package.checkLog'),
      done: there(beside.log),
      codes: ['package.otherLog', ...LOG_CODES],
    },
  ];
};

export const packageReport = (audit: PackageAudit, again: string): AuditReport => {
  const { result, findings, beside } = audit;
  const absent = [
    ...(beside.machineKey === null ? ['machine-key.pem'] : []),
    ...(beside.report === null ? [says('package.absentReport')] : []),
    ...(beside.log === null ? [says('package.absentLog')] : []),
  ];
  const contests = result?.contests ?? [];
  return {
    title: says('package.title'),
    facts:
      result === null
        ? [[says('package.package'), says('package.notRead')]]
        : [
            [says('election'), result.election],
            [
              says('precinct'),
              says('package.precinctIs', {
                precinct: precinctId(result),
                report: result.reportId,
              }),
            ],
            [
              says('machine'),
              says('package.machineIs', { code: result.machineCode, key: result.machineKey }),
            ],
            [says('package.logHead'), result.logHead],
            [
              says('ballots'),
              says('package.ballotsOf', {
                ballots: result.ballots,
                registered: result.authentication.registered,
              }),
            ],
            [
              says('envelope'),
              says('package.envelopeIs', { reprints: result.reprints, spoils: result.spoils }),
            ],
          ],
    checks: checksOf(audit),
    charts: contests.map(({ id, options, nulls, ballots, positions }) => {
      const all = Math.max(1, ballots * positions);
      return {
        title: says('package.chart', { contest: id }),
        note: says('package.chartNote', { ballots, positions, product: ballots * positions }),
        bars: [
          ...options
            .filter(({ votes }) => votes > 0)
            .map(({ card, candidate, votes }) => ({
              label: optionName({ cardId: card, candidateId: candidate }),
              share: votes / all,
              text: votes,
            })),
          { label: says('null'), share: nulls / all, text: nulls },
        ],
      };
    }),
    tables: [
      {
        title: says('package.accounts'),
        heads: [
          says('contest'),
          says('ballots'),
          says('package.positions'),
          says('package.votes'),
          says('null'),
        ],
        rows: contests.map(({ id, ballots, positions, options, nulls }) => [
          id,
          ballots,
          positions,
          options.reduce((sum, { votes }) => sum + votes, 0),
          nulls,
        ]),
      },
    ],
    findings,
    limits: [
      says('package.limitMeant'),
      says('package.limitFirst'),
      says('package.limitTotals'),
      ...(absent.length === 0 ? [] : [says('package.limitAbsent', { what: absent })]),
    ],
    again,
  };
};
