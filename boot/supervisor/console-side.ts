/**
 * The supervisor's side of the field console: keeps what the console may know, from the events that are
 * logged and from its own devices, and starts the console's process and starts it again when it fails.
 * Nothing of the unit waits for the console, and a console that fails is no reason to stop.
 */
import { mayTransmit } from '#firmware/console/answers-unit.ts';
import {
  dispositionOf,
  type FaultBook,
  mayBeTold,
  NO_FAULTS,
  note,
  noteEvent,
} from '#firmware/console/fault-book.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { UNIT_PARTS } from '#firmware/faults/parts.ts';
import type { PollsPhase, PowerState } from '#firmware/messages/catalogue.ts';
import type {
  ConsoleRequest,
  FromConsole,
  ToConsole,
} from '#firmware/messages/console-catalogue.ts';
import {
  DIAGNOSTIC_LIMITS,
  type Diagnostics,
  type LogLine,
  type PowerSample,
  type ProcessDiagnosis,
  type Reading,
} from '#firmware/messages/diagnostics.ts';
import { readFromConsole } from '#firmware/messages/read-console-message.ts';
import type { StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import { partWord } from '#firmware/parts/part-events.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { Part } from '#hal/inventory.ts';
import type { ProcessHandle } from '../process/handle.ts';
import { lookAtBoard } from './console-readings.ts';
import type { ConsoleRequests } from './console-requests.ts';
import { watchConsole } from './watch-console.ts';

/** A console that failed is started again after this. */
export const RETRY_MS = 30_000;
/** While somebody is at the console, devices are looked at so often. */
export const LOOK_MS = 5_000;
/** Nobody typed or asked for so long: nobody is there. */
const LEFT_AFTER_MS = 10 * 60_000;
/** Between two points of the curve of the charge. */
export const SAMPLE_MS = 5 * 60_000;
/** Snapshots follow each other no faster. */
const SNAPSHOT_GAP_MS = 200;
const MINUTE_MS = 60_000;
/** As the log gives times of a voter's visit. */
const VISIT_GRAIN_MS = 15 * MINUTE_MS;

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

export type ConsoleSideOptions = {
  readonly clock: SettableClock;
  /** Null: this unit has no console. */
  readonly startProcess: (() => ProcessHandle) | null;
  readonly facts: ConsoleFacts;
  readonly requests: ConsoleRequests;
  readonly record: (event: LogEvent) => void;
};

type ProcessState = Pick<ProcessDiagnosis, 'state' | 'code'>;

export type ConsoleSide = {
  readonly start: () => void;
  /** Of every event that is logged. */
  readonly recorded: (event: LogEvent) => void;
  readonly stage: (stage: StartUpStage) => void;
  readonly phase: (phase: PollsPhase) => void;
  readonly parked: (code: string) => void;
  readonly process: (name: 'desk' | 'booth', state: ProcessState) => void;
  /** The polls have closed: a network may be up. */
  readonly mayTransmit: () => boolean;
  /**
   * Bytes of the log that may go out: while votes are cast, those that were there when the quarter of an
   * hour began. Null: all.
   */
  readonly tellableLogBytes: () => number | null;
  /** The power changed, or is to be looked at. */
  readonly changed: () => void;
  readonly stop: () => Promise<void>;
};

type Attached = Diagnostics['attached'];
type LogSize = Omit<NonNullable<Diagnostics['log']>, 'inStep'>;

const BLANK_PROCESS = { state: 'started', failures: 0, code: null } as const;

/** All that changes, in one place. */
const makeKnown = () => ({
  book: NO_FAULTS as FaultBook,
  readings: new Map<string, readonly Reading[]>(),
  lines: [] as LogLine[],
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
type Known = ReturnType<typeof makeKnown>;

/** Or it is not known yet whether they are. */
const votesAreCast = ({ phase }: Known): boolean => phase === null || phase === 'open';

const toMinute = (calendarMs: number): number =>
  Math.max(0, Math.floor(calendarMs / MINUTE_MS) * MINUTE_MS);

/** The log as it may be told: what it is on now, how long it is to the quarter of an hour. */
const logOf = ({ visits }: Known, facts: ConsoleFacts): Diagnostics['log'] => {
  const now = facts.log();
  return now === null || visits.log === null ? null : { ...visits.log, inStep: now.inStep };
};

const snapshotOf = (known: Known, facts: ConsoleFacts, clock: SettableClock): Diagnostics => ({
  atMs: Math.max(0, Math.floor(clock.calendarMs())),
  clockTrusted: facts.calendarTrusted(),
  upMs: Math.floor(clock.nowMs()),
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

/** What is attached now, as far as there is room for it. */
const noteAttached = (known: Known, found: readonly Part[], listed: boolean): void => {
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
const takeEvent = (known: Known, event: LogEvent, clock: SettableClock): boolean => {
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
  ].slice(-200);
  return true;
};

export const makeConsoleSide = (options: ConsoleSideOptions): ConsoleSide => {
  const { clock, facts, requests } = options;
  const known = makeKnown();
  let openedAtMs: number | null = null;
  let stopped = false;
  /** A console that starts is told everything at once when it runs. */
  let listening = false;
  let cancelSnapshot: (() => void) | null = null;
  const cancels = new Set<() => void>();

  const send = (message: ToConsole): void => watched?.send(message);
  /** A bug of the console's is told, and the unit goes on. */
  const guard = (work: Promise<unknown>): void => {
    work.catch((bug: unknown) => {
      const reason = asWord(codeOfThrown(bug));
      options.record({ id: 'processFailed', fields: { process: 'console', reason } });
    });
  };
  const after = (delayMs: number, task: () => void): void => {
    const cancel = clock.after(delayMs, () => {
      cancels.delete(cancel);
      if (!stopped) task();
    });
    cancels.add(cancel);
  };
  /** Time after time of a visit's growth would tell when somebody voted, so it is told in steps. */
  const countVisits = (): void => {
    const grain = Math.floor(clock.nowMs() / VISIT_GRAIN_MS);
    const { visits } = known;
    const size = facts.log();
    // The first length of a log that was just opened says nothing of visits to come.
    if (grain === visits.grain && (visits.log !== null || size === null)) return;
    const log = size === null ? null : { entries: size.entries, usedBytes: size.usedBytes };
    const cast = grain === visits.grain ? visits.cast : known.castSoFar;
    const refused = grain === visits.grain ? visits.refused : known.refusedSoFar;
    known.visits = { cast, refused, log, grain };
  };
  const sendSnapshot = (): void => {
    countVisits();
    send({ kind: 'snapshot', diagnostics: snapshotOf(known, facts, clock) });
  };
  const changed = (): void => {
    if (stopped || watched === null || cancelSnapshot !== null) return;
    cancelSnapshot = clock.after(SNAPSHOT_GAP_MS, () => {
      cancelSnapshot = null;
      sendSnapshot();
    });
  };
  const countOn = (): void => {
    changed();
    after(VISIT_GRAIN_MS, countOn);
  };
  const look = async (): Promise<void> => {
    const board = facts.board();
    if (board === null) return;
    const { parts, networks } = await lookAtBoard(board, mayTransmit(known.phase));
    known.networks = networks;
    for (const { part, code, readings } of parts) {
      known.readings.set(part, readings);
      known.book = note(known.book, { part, code }, toMinute(clock.calendarMs()));
    }
    const found = await board.inventory.read();
    if (found.ok) noteAttached(known, found.value, facts.partsListed());
  };
  const lookOn = (): void => {
    const somebody = openedAtMs !== null && clock.nowMs() - openedAtMs < LEFT_AFTER_MS;
    if (somebody) guard(look().then(changed));
    after(LOOK_MS, lookOn);
  };
  const sample = (): void => {
    const power = facts.power();
    if (power !== null) {
      const atMs = toMinute(clock.calendarMs());
      known.history = [
        ...known.history,
        { atMs, percent: power.batteryPercent, level: power.level },
      ].slice(-DIAGNOSTIC_LIMITS.history);
      changed();
    }
    after(power === null ? LOOK_MS : SAMPLE_MS, sample);
  };
  const answer = async (ask: number, request: ConsoleRequest): Promise<void> => {
    if (request.name === 'look') await look();
    const given = await requests.answer(request);
    if (given.outcome === 'tested')
      for (const { part, code } of given.results)
        known.book = note(known.book, { part, code }, toMinute(clock.calendarMs()));
    // A portion of the log says nothing new of the unit.
    if (given.outcome !== 'bytes') sendSnapshot();
    send({ kind: 'answer', ask, answer: given });
  };
  const take = (message: FromConsole): void => {
    switch (message.kind) {
      case 'running':
        sendSnapshot();
        for (let at = 0; at < known.lines.length; at += DIAGNOSTIC_LIMITS.lines)
          send({ kind: 'logged', lines: known.lines.slice(at, at + DIAGNOSTIC_LIMITS.lines) });
        listening = true;
        options.record({ id: 'processStarted', fields: { process: 'console' } });
        return;
      case 'opened':
        openedAtMs = clock.nowMs();
        options.record({ id: 'consoleOpened', fields: {} });
        guard(look().then(changed));
        return;
      case 'request':
        openedAtMs = clock.nowMs();
        guard(answer(message.ask, message.request));
        return;
      case 'alive':
      case 'stopped':
        return;
    }
  };
  const { startProcess } = options;
  const watched =
    startProcess === null
      ? null
      : watchConsole<ToConsole, FromConsole>({
          retryMs: RETRY_MS,
          startProcess,
          clock,
          read: readFromConsole,
          onMessage: take,
          onGarbage: () => options.record({ id: 'consoleRefused', fields: { request: 'garbage' } }),
          onStarted: () => {
            listening = false;
          },
          onSilent: () => options.record({ id: 'watchdogFired', fields: { process: 'console' } }),
          onFailed: (reason) => {
            options.record({
              id: 'processFailed',
              fields: { process: 'console', reason: asWord(reason) },
            });
            requests.closed();
          },
        });

  return {
    start: () => {
      if (watched === null) return;
      watched.start();
      lookOn();
      sample();
      countOn();
    },
    recorded: (event) => {
      if (!takeEvent(known, event, clock)) return;
      const line = known.lines.at(-1);
      if (line !== undefined && listening) send({ kind: 'logged', lines: [line] });
      changed();
    },
    stage: (stage) => {
      known.stage = stage;
      changed();
    },
    phase: (phase) => {
      known.phase = phase;
      changed();
    },
    parked: (code) => {
      known.parked = code;
      changed();
    },
    process: (name, { state, code }) => {
      const { failures } = known.processes[name];
      known.processes[name] = { state, code, failures: failures + (state === 'failed' ? 1 : 0) };
      changed();
    },
    mayTransmit: () => mayTransmit(known.phase),
    tellableLogBytes: () => {
      if (!votesAreCast(known)) return null;
      countVisits();
      return known.visits.log?.usedBytes ?? 0;
    },
    changed,
    stop: async () => {
      stopped = true;
      cancelSnapshot?.();
      for (const cancel of cancels) cancel();
      await watched?.stop({ kind: 'stop' });
    },
  };
};
