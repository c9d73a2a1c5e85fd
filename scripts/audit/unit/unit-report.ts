/** The report of a unit's audit: release, machine code, parts, and what earlier audits of it said. */
import type { AuditReport } from '../report.ts';
import { says } from '../words/phrase.ts';
import { QUOTE_CODES, type QuoteAudit } from './check-quote.ts';
import { UNIT_CODES, type UnitAudit } from './check-unit.ts';
import { QUOTE_LOG_CODES } from './quote-keys.ts';
import { RECORD_CODES, type ReadRecord } from './record.ts';

export type QuoteReportInput = {
  readonly audit: QuoteAudit;
  /** Keys that were known from before, and whether the unit's log was to tell one. */
  readonly keys: number;
  readonly log: boolean;
  /** What registers were to hold. */
  readonly expected: ReadonlyMap<number, string>;
};

export type UnitReportInput = {
  readonly audit: UnitAudit;
  /** Null: no record was named. */
  readonly record: ReadRecord | null;
  readonly shownCodes: number;
  readonly register: boolean;
  readonly inventory: boolean;
  /** Null: none was named. */
  readonly quote: QuoteReportInput | null;
};

const quoteChecks = ({ keys, log, expected }: QuoteReportInput): AuditReport['checks'] => [
  { what: says('unit.checkQuoteForm'), done: 1, codes: QUOTE_CODES.form },
  { what: says('unit.checkQuoteSignature'), done: 1, codes: QUOTE_CODES.signature },
  { what: says('unit.checkQuoteNonce'), done: 1, codes: QUOTE_CODES.nonce },
  { what: says('unit.checkQuoteKey'), done: keys, codes: QUOTE_CODES.key },
  { what: says('unit.checkQuoteLog'), done: log ? 1 : 0, codes: QUOTE_LOG_CODES },
  { what: says('unit.checkQuoteDigest'), done: 1, codes: QUOTE_CODES.digest },
  { what: says('unit.checkQuoteRegisters'), done: expected.size, codes: QUOTE_CODES.registers },
];

const quoteTable = ({ audit, expected }: QuoteReportInput): AuditReport['tables'][number] => ({
  title: says('unit.quoteRegisters'),
  heads: [
    says('unit.quoteColumn.register'),
    says('unit.quoteColumn.held'),
    says('unit.quoteColumn.expected'),
  ],
  rows: audit.registers.map(({ pcr, sha256 }) => [pcr, sha256, expected.get(pcr) ?? '']),
});

const quoteLimits = (quote: QuoteReportInput | null): AuditReport['limits'] =>
  quote === null
    ? [says('unit.limitNoQuote')]
    : [
        says('unit.limitQuote'),
        ...(quote.keys > 0 ? [] : [says('unit.limitNoQuoteKey')]),
        ...(quote.expected.size > 0 ? [] : [says('unit.limitNoPcr')]),
      ];

export const unitReport = (
  { audit, record, shownCodes, register, inventory, quote }: UnitReportInput,
  again: string,
): AuditReport => {
  const { findings, files, parts } = audit;
  const entries = record?.entries ?? [];
  const most = Math.max(1, ...entries.map((each) => each.findings));
  return {
    title: says('unit.title'),
    facts: [
      [says('machineCode'), audit.machineCode],
      [says('precinct'), audit.precinct],
      [says('election'), audit.election ?? says('unit.notOpened')],
      [says('unit.release'), audit.release],
      [
        says('unit.record'),
        record === null
          ? says('unit.noRecord')
          : says('unit.recordOf', {
              count: entries.length,
              head: record.heads.at(-1) ?? says('none'),
            }),
      ],
      ...(quote === null
        ? []
        : [
            [
              says('unit.quote'),
              says('unit.quoteOf', {
                key: quote.audit.key,
                resets: quote.audit.resets ?? says('none'),
              }),
            ] as const,
          ]),
    ],
    checks: [
      { what: says('unit.checkAuthority'), done: 1, codes: UNIT_CODES.authority },
      { what: says('unit.checkPackage'), done: 1, codes: UNIT_CODES.package },
      { what: says('unit.checkManifest'), done: 1, codes: UNIT_CODES.manifest },
      { what: says('unit.checkFiles'), done: files, codes: UNIT_CODES.files },
      {
        what: says('unit.checkCode'),
        done: shownCodes,
        codes: UNIT_CODES.code,
      },
      {
        what: says('unit.checkListed'),
        done: register ? 1 : 0,
        codes: UNIT_CODES.listed,
      },
      { what: says('unit.checkCertificate'), done: 1, codes: UNIT_CODES.certificate },
      { what: says('unit.checkPartsList'), done: 1, codes: UNIT_CODES.partsList },
      { what: says('unit.checkParts'), done: inventory ? parts : 0, codes: UNIT_CODES.parts },
      { what: says('unit.checkRecord'), done: entries.length, codes: RECORD_CODES },
      ...(quote === null ? [] : quoteChecks(quote)),
    ],
    charts:
      entries.length === 0
        ? []
        : [
            {
              title: says('unit.chart'),
              note: says('unit.chartNote'),
              bars: entries.map(({ number, at, findings: count }) => ({
                label: `${number}, ${at}`,
                share: count / most,
                text: count,
                bad: count > 0,
              })),
            },
          ],
    tables: [
      ...(quote === null ? [] : [quoteTable(quote)]),
      {
        title: says('unit.table'),
        heads: [
          says('unit.entry'),
          says('unit.when'),
          says('machineCode'),
          says('unit.release'),
          says('unit.findings'),
          says('unit.technician'),
        ],
        rows: entries.map(({ number, at, machineCode, release, findings: count, technician }) => [
          number,
          at,
          machineCode,
          release.slice(0, 16),
          count,
          technician.slice(0, 16),
        ]),
      },
    ],
    findings,
    limits: [
      says('unit.limitComputer'),
      says('unit.limitParts'),
      says('unit.limitFirmware'),
      ...(inventory ? [] : [says('unit.limitNoParts')]),
      ...(register ? [] : [says('unit.limitNoList')]),
      ...(shownCodes > 0 ? [] : [says('unit.limitNoCode')]),
      ...quoteLimits(quote),
    ],
    again,
  };
};
