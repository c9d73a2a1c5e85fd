/**
 * What the supervisor's side of the field console knows, as data: it takes in events of the log and what
 * devices showed, and a snapshot is what of it may be told.
 */
import {
  dispositionOf,
  type FaultBook,
  mayBeTold,
  NO_FAULTS,
  noteEvent,
} from '#firmware/console/fault-book.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { UNIT_PARTS } from '#firmware/faults/parts.ts';
import type { PollsPhase, PowerState } from '#firmware/messages/catalogue.ts';
import {
  DIAGNOSTIC_LIMITS,
  type Diagnostics,
  type LogLine,
  type PowerSample,
  type ProcessDiagnosis,
  type Reading,
  type StageDiagnosis,
} from '#firmware/messages/diagnostics.ts';
import type { StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import { partWord } from '#firmware/parts/part-events.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { Part } from '#hal/inventory.ts';

const MINUTE_MS = 60_000;
/** Entries of the log that a console which starts is told. */
const KEPT_LINES = 200;

export type ConsoleFacts = {
  readonly board: () => SupervisorBoard | null;
  readonly power: () => PowerState | null;
  readonly calendarTrusted: () => boolean;
  readonly machineCode: () => string | null;
  readonly release: () => string | null;
  readonly manifest: () => Diagnostics['manifest'];
  readonly electionPackage: () => string | null;
  readonly log: () => Diagnostics['log'];
  readonly lastCrash: () => Diagnostics['lastCrash'];
  /** A signed list of parts was delivered. */
  readonly partsListed: () => boolean;
  readonly nodeVersion: string;
};

type Attached = Diagnostics['attached'];
type LogSize = Omit<NonNullable<Diagnostics['log']>, 'inStep'>;

const BLANK_PROCESS = { state: 'started', failures: 0, code: null } as const;

/** All that changes, in one place. */
export const makeKnown = () => ({
  book: NO_FAULTS as FaultBook,
  readings: new Map<string, readonly Reading[]>(),
  lines: [] as LogLine[],
  /** Of the first program's start. */
  startStages: [] as readonly StageDiagnosis[],
  stage: 'board' as StartUpStage,
  phase: null as PollsPhase | null,
  parked: null as string | null,
  processes: { desk: BLANK_PROCESS, booth: BLANK_PROCESS } as Record<
    'desk' | 'booth',
    Omit<ProcessDiagnosis, 'name'>
  >,
  history: [] as PowerSample[],
  /** What grows with every visit, as it was when the quarter of an hour began. */
  visits: { cast: 0, refused: 0, log: null as LogSize | null, grain: 0 },
  castSoFar: 0,
  refusedSoFar: 0,
  networks: null as Diagnostics['networks'],
  attached: { listed: false, missing: [], extra: [], found: [], more: 0 } as Attached,
});
export type Known = ReturnType<typeof makeKnown>;

/** Or it is not known yet whether they are. */
export const votesAreCast = ({ phase }: Known): boolean => phase === null || phase === 'open';

export const toMinute = (calendarMs: number): number =>
  Math.max(0, Math.floor(calendarMs / MINUTE_MS) * MINUTE_MS);

/** The log as it may be told: what it is on now, how long it is to the quarter of an hour. */
const logOf = ({ visits }: Known, facts: ConsoleFacts): Diagnostics['log'] => {
  const now = facts.log();
  return now === null || visits.log === null ? null : { ...visits.log, inStep: now.inStep };
};

export const snapshotOf = (
  known: Known,
  facts: ConsoleFacts,
  clock: SettableClock,
): Diagnostics => ({
  atMs: Math.max(0, Math.floor(clock.calendarMs())),
  clockTrusted: facts.calendarTrusted(),
  upMs: Math.floor(clock.nowMs()),
  startStages: known.startStages,
  stage: known.stage,
  parked: known.parked,
  phase: known.phase,
  machineCode: facts.machineCode(),
  release: facts.release(),
  manifest: facts.manifest(),
  electionPackage: facts.electionPackage(),
  runtime: facts.nodeVersion,
  processes: (['desk', 'booth'] as const).map((name) => ({ name, ...known.processes[name] })),
  lastCrash: facts.lastCrash(),
  power: facts.power(),
  history: known.history,
  parts: UNIT_PARTS.map((part) => ({
    part,
    ...(known.book.parts.get(part) ?? { fault: null, faults: 0, last: [] }),
    readings: known.readings.get(part) ?? [],
  })),
  log: logOf(known, facts),
  counters: {
    ballotsCast: known.visits.cast,
    reportsPrinted: known.book.reportsPrinted,
    faults: known.book.faults,
    refusals: votesAreCast(known) ? known.visits.refused : known.refusedSoFar,
  },
  networks: known.networks,
  attached: known.attached,
});

/** What came of the stages before the supervisor, as far as there is room for it. */
export const noteStartStages = (known: Known, stages: readonly StageDiagnosis[]): void => {
  known.startStages = stages
    .slice(0, DIAGNOSTIC_LIMITS.startStages)
    .map((each) => ({ ...each, detail: each.detail.slice(0, DIAGNOSTIC_LIMITS.stageDetail) }));
};

/** What is attached now, as far as there is room for it. */
export const noteAttached = (known: Known, found: readonly Part[], listed: boolean): void => {
  const words = found.map(partWord);
  const { attached } = known;
  known.attached = {
    listed,
    missing: attached.missing,
    // What was pulled out again is not too much any more.
    extra: attached.extra.filter((word) => words.includes(word)),
    found: words.slice(0, DIAGNOSTIC_LIMITS.attached),
    more: Math.max(0, words.length - DIAGNOSTIC_LIMITS.attached),
  };
};

/** An entry of a list that has room for it. */
const withWord = (words: readonly string[], word: string): readonly string[] =>
  [...words.filter((each) => each !== word), word].slice(-DIAGNOSTIC_LIMITS.attached);

/** Takes an event of the log in; true when the console may be told of it. */
export const takeEvent = (known: Known, event: LogEvent, clock: SettableClock): boolean => {
  const atMs = toMinute(clock.calendarMs());
  if (event.id === 'ballotCast') known.castSoFar += 1;
  if (event.id === 'eventRefused') {
    known.refusedSoFar += 1;
    // It names the stage of a voter's visit, at its minute.
    if (votesAreCast(known)) return false;
  }
  if (!mayBeTold(event)) return false;
  known.book = noteEvent(known.book, event, atMs);
  const { attached } = known;
  if (event.id === 'inventoryMissing')
    known.attached = { ...attached, missing: withWord(attached.missing, event.fields.part) };
  if (event.id === 'inventoryExtra')
    known.attached = { ...attached, extra: withWord(attached.extra, event.fields.part) };
  if (event.id === 'inventoryMatched') known.attached = { ...attached, missing: [], extra: [] };
  known.lines = [
    ...known.lines,
    { atMs, id: event.id, disposition: dispositionOf(event), fields: event.fields },
  ].slice(-KEPT_LINES);
  return true;
};
