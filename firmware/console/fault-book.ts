/**
 * What is wrong with which part, read from the events that the unit logs anyway: a pure fold. The log says
 * when a fault came and when it went; a part whose events say nothing of its going is well again when it
 * passes a test.
 */
import { describeEvent, isOfVisit, type LogEvent } from '../events/catalogue.ts';
import { isUnitPart, partOfFault, type UnitPart } from '../faults/parts.ts';
import { DIAGNOSTIC_LIMITS, type SeenFault } from '../messages/diagnostics.ts';

export type PartFaults = {
  readonly fault: SeenFault | null;
  readonly faults: number;
  readonly last: readonly SeenFault[];
};

export type FaultBook = {
  readonly parts: ReadonlyMap<UnitPart, PartFaults>;
  readonly faults: number;
  readonly reportsPrinted: number;
};

export const NO_FAULTS: FaultBook = {
  parts: new Map(),
  faults: 0,
  reportsPrinted: 0,
};

const BLANK: PartFaults = { fault: null, faults: 0, last: [] };

/** What an event says of a part: a fault's code, or null for "well again". */
export type Finding = { readonly part: UnitPart; readonly code: string | null };

const MEMORY = { fixed: 'fixedMemory', removable: 'removableMemory' } as const;
const CELL = { board: 'boardCell', module: 'moduleCell' } as const;
const STABILIZER = { a: 'stabilizerA', b: 'stabilizerB' } as const;

/** The booth's own names of what it tests (firmware/booth/stages.ts). */
const TESTED: Readonly<Record<string, UnitPart>> = {
  touchscreen: 'touchscreen',
  printer: 'printer',
  tokenSlot: 'token',
  fixedMedium: 'fixedMemory',
  removableMedium: 'removableMemory',
  boardCell: 'boardCell',
  moduleCell: 'moduleCell',
  deskLink: 'link',
};

const partNamed = (name: string): UnitPart =>
  Object.hasOwn(TESTED, name) ? TESTED[name]! : isUnitPart(name) ? name : 'software';

/** A manifest is refused at the start, files are found to be others later. */
const refusalCode = (reason: string): string =>
  reason === 'manifest' ? 'unit.releaseRefused' : 'unit.filesChanged';

/** What `event` says of the unit's parts. */
export const findingsOf = (event: LogEvent): readonly Finding[] => {
  switch (event.id) {
    case 'deviceFault':
    case 'printFault':
      return [{ part: partOfFault(event.fields.code), code: event.fields.code }];
    case 'deviceRecovered':
      return [{ part: partOfFault(`${event.fields.device}.absent`), code: null }];
    case 'printRecovered':
    case 'paperReplaced':
      return [{ part: 'printer', code: null }];
    case 'selfTestFailed':
      return [{ part: partNamed(event.fields.part), code: event.fields.code }];
    case 'selfTestPassed':
      return [{ part: partNamed(event.fields.part), code: null }];
    case 'stabilizerFault':
      return [{ part: STABILIZER[event.fields.stabilizer], code: 'stabilizer.broken' }];
    case 'stabilizerRecovered':
      return [{ part: STABILIZER[event.fields.stabilizer], code: null }];
    case 'batteryFault':
      return [{ part: 'battery', code: 'battery.broken' }];
    case 'cellFault':
      return [{ part: CELL[event.fields.cell], code: event.fields.code }];
    case 'cellNotTrusted':
      return [{ part: CELL[event.fields.cell], code: 'vault.cellNotTrusted' }];
    case 'mediumLost':
      return [{ part: MEMORY[event.fields.medium], code: 'vault.mediumLost' }];
    case 'mediumFull':
      return [{ part: MEMORY[event.fields.medium], code: 'medium.full' }];
    case 'mediumNotSynced':
      return [{ part: MEMORY[event.fields.medium], code: 'medium.notSynced' }];
    case 'mediumTampered':
      return [{ part: MEMORY[event.fields.medium], code: 'vault.tampered' }];
    case 'mediumReturned':
    case 'mediumSynchronised':
      return [{ part: MEMORY[event.fields.medium], code: null }];
    case 'inventoryMissing':
      return [{ part: 'attached', code: 'unit.partMissing' }];
    case 'inventoryExtra':
      return [{ part: 'attached', code: 'unit.partExtra' }];
    case 'inventoryMatched':
      return [{ part: 'attached', code: null }];
    case 'clockDoubtful':
      return [{ part: 'clock', code: 'machine.clockDoubtful' }];
    case 'logSetAside':
      return [{ part: 'log', code: 'unit.logSetAside' }];
    case 'releaseRefused':
      return [{ part: 'release', code: refusalCode(event.fields.reason) }];
    case 'releaseVerified':
      return [{ part: 'release', code: null }];
    case 'safeModeEntered':
    case 'machineParked':
      return [{ part: partOfFault(event.fields.reason), code: event.fields.reason }];
    default:
      return [];
  }
};

/** Notes one finding. A fault that is there already keeps its first time and is not counted again. */
export const note = (book: FaultBook, { part, code }: Finding, atMs: number): FaultBook => {
  const before = book.parts.get(part) ?? BLANK;
  if (code === null && before.fault === null) return book;
  if (code !== null && before.fault?.code === code) return book;
  const seen = code === null ? null : { code, atMs };
  const after: PartFaults =
    seen === null
      ? { ...before, fault: null }
      : {
          fault: seen,
          faults: before.faults + 1,
          last: [seen, ...before.last].slice(0, DIAGNOSTIC_LIMITS.faultsOfPart),
        };
  const parts = new Map(book.parts).set(part, after);
  return { ...book, parts, faults: book.faults + (seen === null ? 0 : 1) };
};

const REPORTS: readonly LogEvent['id'][] = [
  'readinessReportPrinted',
  'zeroReportPrinted',
  'tallyReportPrinted',
  'diagnosticReportPrinted',
];

/** The book after an event of the log. */
export const noteEvent = (book: FaultBook, event: LogEvent, atMs: number): FaultBook => {
  const counted: FaultBook = {
    ...book,
    reportsPrinted: book.reportsPrinted + (REPORTS.includes(event.id) ? 1 : 0),
  };
  return findingsOf(event).reduce((next, finding) => note(next, finding, atMs), counted);
};

/** Whether the console may tell of an event at all: what belongs to a voter's visit never. */
export const mayBeTold = (event: LogEvent): boolean => !isOfVisit(event.id);

/** For the console's list: how bad the log's catalogue finds it. */
export const dispositionOf = ({ id }: LogEvent) => describeEvent(id).disposition;
