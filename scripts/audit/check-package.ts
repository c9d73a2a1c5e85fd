/**
 * One precinct's result package as a party's technician checks it: the verdict is that of whoever adds the
 * country up (judge-package.ts), and what lies beside the package is held against it: the machine's key, the
 * printed report, the event log whose head it names.
 */
import { makeJudge, type Nation, type RefusalCode } from '#firmware/nation/judge-package.ts';
import { equalBytes, toHex } from '#firmware/vault/bytes.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import {
  decodeResultPackage,
  precinctId,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';
import { reportProblem } from '../evidence/report-text.ts';
import type { ReadPackage, ReadTrouble } from '../nation/find-packages.ts';
import { auditLog } from './check-log.ts';
import type { Finding } from './finding.ts';
import type { AuditReport, Check } from './report.ts';

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
      const which = found === null ? 'no Ed25519 key' : `the key ${toHex(found).slice(0, 16)}…`;
      findings.push({
        code: 'package.machineKey',
        subject,
        message: `machine-key.pem holds ${which}, the package names ${result.machineKey.slice(0, 16)}…`,
      });
    }
  }
  const problem = report === null ? null : reportProblem(report, result, nation.authorityKey);
  if (problem !== null) findings.push({ code: 'package.report', subject, message: problem });
  if (log !== null) {
    const witnessed = [[{ head: result.logHead, on: 'result package' }]];
    const audit = auditLog(log, { machineKeys: [key], witnessed, escrowKey: null });
    findings.push(...audit.findings);
    const { header } = audit;
    if (header !== null && (header.election !== result.election || header.precinct !== subject))
      findings.push({
        code: 'package.otherLog',
        subject,
        message: `the event log is of ${header.precinct}, election ${header.election}`,
      });
  }
  return findings;
};

/** Total: any bytes get an answer. */
export const auditPackage = (nation: Nation, read: ReadPackage, beside: Beside): PackageAudit => {
  if (!read.ok) {
    const finding = { code: `package.${read.code}`, subject: 'package', message: read.detail };
    return { result: null, findings: [finding], beside };
  }
  const judged = makeJudge(nation).judge(read.bytes, read.signature);
  const decoded = decodeResultPackage(read.bytes);
  const result = decoded.ok ? decoded.value : null;
  const refused = judged.ok ? [] : [judged.error];
  return {
    result,
    findings: [
      ...refused.map(({ code, precinct, detail }) => ({
        code: `package.${code}`,
        subject: precinct ?? (result === null ? 'package' : precinctId(result)),
        message: detail,
      })),
      ...(result === null ? [] : besideFindings(nation, result, beside)),
    ],
    beside,
  };
};

const checksOf = ({ result, beside }: PackageAudit): readonly Check[] => {
  const there = (bytes: unknown): number => (bytes === null || result === null ? 0 : 1);
  return [
    { what: 'form: one spelling, within its limits', done: 1, codes: codesOf(SHAPE) },
    {
      what: 'election, precinct and offer are those of the register',
      done: 1,
      codes: codesOf(PLACE),
    },
    { what: 'signed by a listed, certified machine', done: 1, codes: codesOf(SIGNATURE) },
    {
      what: 'identities: votes + nulls = ballots x positions, ballots = marks',
      done: 1,
      codes: ['package.accounting'],
    },
    { what: 'machine-key.pem', done: there(beside.machineKey), codes: ['package.machineKey'] },
    {
      what: 'tally report as text: its signed figures',
      done: there(beside.report),
      codes: ['package.report'],
    },
    {
      what: 'event log: whole, signed, with the head of the package',
      done: there(beside.log),
      codes: ['package.otherLog', ...LOG_CODES],
    },
  ];
};

export const packageReport = (audit: PackageAudit, again: string): AuditReport => {
  const { result, findings, beside } = audit;
  const absent = [
    ...(beside.machineKey === null ? ['machine-key.pem'] : []),
    ...(beside.report === null ? ['the tally report as text'] : []),
    ...(beside.log === null ? ['the event log'] : []),
  ];
  const contests = result?.contests ?? [];
  return {
    title: 'Audit: one precinct’s result package',
    facts:
      result === null
        ? [['package', 'could not be read']]
        : [
            ['election', result.election],
            ['precinct', `${precinctId(result)}, report ${result.reportId}`],
            ['machine', `${result.machineCode}, key ${result.machineKey}`],
            ['log head', result.logHead],
            [
              'ballots',
              `${result.ballots} of ${result.authentication.registered} registered voters`,
            ],
            ['envelope', `${result.reprints} reprints, ${result.spoils} spoils`],
          ],
    checks: checksOf(audit),
    charts: contests.map(({ id, options, nulls, ballots, positions }) => {
      const all = Math.max(1, ballots * positions);
      return {
        title: `Votes in ${id}`,
        note: `${ballots} ballots times ${positions} positions = ${ballots * positions}; options without a vote are left out.`,
        bars: [
          ...options
            .filter(({ votes }) => votes > 0)
            .map(({ card, candidate, votes }) => ({
              label: candidate === null ? card : `${candidate} on ${card}`,
              share: votes / all,
              text: String(votes),
            })),
          { label: 'null', share: nulls / all, text: String(nulls) },
        ],
      };
    }),
    tables: [
      {
        title: 'Accounts of each contest',
        heads: ['contest', 'ballots', 'positions', 'votes', 'nulls'],
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
      'That the machine counted what voters meant: only the papers in the box show it (audit boxes).',
      'The first thing that is wrong with form, place, signature or accounts is named; what would follow it is not.',
      'A package holds totals; cast vote records do not leave a machine in a real election, so none are tabulated again here.',
      ...(absent.length === 0 ? [] : [`Not there, and so not compared: ${absent.join(', ')}.`]),
    ],
    again,
  };
};
