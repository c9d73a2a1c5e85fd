/** The report of a unit's audit: release, machine code, parts, and what earlier audits of it said. */
import type { AuditReport } from '../report.ts';
import { says } from '../words/phrase.ts';
import { UNIT_CODES, type UnitAudit } from './check-unit.ts';
import { RECORD_CODES, type ReadRecord } from './record.ts';

export type UnitReportInput = {
  readonly audit: UnitAudit;
  /** Null: no record was named. */
  readonly record: ReadRecord | null;
  readonly shownCodes: number;
  readonly register: boolean;
  readonly inventory: boolean;
};

export const unitReport = (
  { audit, record, shownCodes, register, inventory }: UnitReportInput,
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
    ],
    again,
  };
};
