/**
 * The supervisor's side of the field console: keeps what the console may know, from the events that are
 * logged and from its own devices, and starts the console's process and starts it again when it fails.
 * Nothing of the unit waits for the console, and a console that fails is no reason to stop.
 */
import { mayTransmit } from '#firmware/console/answers-unit.ts';
import { note } from '#firmware/console/fault-book.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import type {
  ConsoleRequest,
  FromConsole,
  ToConsole,
} from '#firmware/messages/console-catalogue.ts';
import {
  DIAGNOSTIC_LIMITS,
  type ProcessDiagnosis,
  type StageDiagnosis,
} from '#firmware/messages/diagnostics.ts';
import { readFromConsole } from '#firmware/messages/read-console-message.ts';
import type { StartUpStage } from '#firmware/messages/unit-catalogue.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { ProcessHandle } from '../process/handle.ts';
import {
  type ConsoleFacts,
  makeKnown,
  noteAttached,
  noteStartStages,
  snapshotOf,
  takeEvent,
  toMinute,
  votesAreCast,
} from './console-known.ts';
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
/** As the log gives times of a voter's visit. */
const VISIT_GRAIN_MS = 15 * 60_000;

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
  /** Of the unit's first program, which started the supervisor. */
  readonly startStages: (stages: readonly StageDiagnosis[]) => void;
  readonly stage: (stage: StartUpStage) => void;
  readonly phase: (phase: PollsPhase) => void;
  readonly parked: (code: string) => void;
  readonly process: (name: 'desk' | 'booth', state: ProcessState) => void;
  readonly pollsOpen: () => boolean;
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
    startStages: (stages) => {
      noteStartStages(known, stages);
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
    pollsOpen: () => known.phase === 'open',
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
