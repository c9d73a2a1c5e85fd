/** The report of a unit's audit: release, machine code, parts, and what earlier audits of it said. */
import type { AuditReport } from '../report.ts';
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
    title: 'Audit: one unit',
    facts: [
      ['machine code', audit.machineCode],
      ['precinct', audit.precinct],
      ['election', audit.election ?? 'could not be opened'],
      ['release', audit.release],
      [
        'record',
        record === null
          ? 'none was named'
          : `${entries.length} earlier audits, head ${record.heads.at(-1) ?? 'none'}`,
      ],
    ],
    checks: [
      { what: 'delivered by this authority', done: 1, codes: UNIT_CODES.authority },
      { what: 'election package signed, for this precinct', done: 1, codes: UNIT_CODES.package },
      { what: 'release signed, the one of the machine code', done: 1, codes: UNIT_CODES.manifest },
      { what: 'files against the release', done: files, codes: UNIT_CODES.files },
      {
        what: 'machine code as shown against the one reckoned',
        done: shownCodes,
        codes: UNIT_CODES.code,
      },
      {
        what: 'machine code on the authority’s list',
        done: register ? 1 : 0,
        codes: UNIT_CODES.listed,
      },
      { what: 'certificate of the unit’s key', done: 1, codes: UNIT_CODES.certificate },
      { what: 'list of parts signed', done: 1, codes: UNIT_CODES.partsList },
      { what: 'parts against the list', done: inventory ? parts : 0, codes: UNIT_CODES.parts },
      { what: 'record of earlier audits', done: entries.length, codes: RECORD_CODES },
    ],
    charts:
      entries.length === 0
        ? []
        : [
            {
              title: 'Findings of earlier audits',
              note: 'By the record that the technician keeps.',
              bars: entries.map(({ number, at, findings: count }) => ({
                label: `${number}, ${at}`,
                share: count / most,
                text: String(count),
                bad: count > 0,
              })),
            },
          ],
    tables: [
      {
        title: 'Earlier audits of this unit',
        heads: ['entry', 'when', 'machine code', 'release', 'findings', 'technician'],
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
      'Files are read by the computer on which this runs: take the unit’s disk out, or start the unit from a medium of your own. A unit that is asked about itself says what it was made to say.',
      'What a part says of itself tells parts apart; it proves nothing. Opening the case and looking does.',
      'Firmware inside parts (controllers, reader, printer) is no file of the release.',
      ...(inventory ? [] : ['Nobody looked at the parts: name the unit’s /sys with --sysfs DIR.']),
      ...(register ? [] : ['The authority’s list was not at hand (--register DIR).']),
      ...(shownCodes > 0
        ? []
        : ['The code on the unit’s own paper was not compared (--code CODE).']),
    ],
    again,
  };
};
