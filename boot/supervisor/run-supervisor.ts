/**
 * The supervisor: takes the unit from switched on to running, writes the log as the only one, tells desk
 * and booth of power and calendar, watches both, and ends everything in good order. What it decides is its
 * machine's (firmware/supervisor/); here that is done.
 */
import type { Source } from '#firmware/alarm/alarm.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { readFromBooth, readFromDesk } from '#firmware/messages/read-unit-message.ts';
import type {
  FromBooth,
  FromDesk,
  ToBooth,
  ToDesk,
  ToProcess,
} from '#firmware/messages/unit-catalogue.ts';
import { startAlarm } from '#firmware/runtime/alarm-runtime.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import type { CalendarWatch } from '#firmware/runtime/calendar-watch.ts';
import { type PowerRuntime, startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import { runMachine } from '#firmware/runtime/runner.ts';
import {
  type Caller,
  makesSense,
  PARKED_AT_CONSOLE,
  type SupervisorEffect,
  type SupervisorEvent,
} from '#firmware/supervisor/state.ts';
import { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';
import { PROCESSES, type ProcessName, type UnitLine } from '#firmware/supervisor/unit-line.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { refusalEvent } from '#firmware/vault/event-log.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { OpenedBoard } from '../process/run-process.ts';
import { RELEASE_ROOT } from '../release/root.ts';
import { beginningOf } from './beginning.ts';
import { makeBulletin } from './bulletin.ts';
import { type PartsWatch, watchParts } from './check-parts.ts';
import { makeQuoteSide } from './console-quote.ts';
import { lookAtBoard } from './console-readings.ts';
import { makeReleaseSide } from './console-release.ts';
import { type ConsoleRequests, makeConsoleRequests } from './console-requests.ts';
import { type ConsoleSide, makeConsoleSide } from './console-side.ts';
import { makeCrashBook } from './crash-book.ts';
import { startFeeding } from './feed.ts';
import { makeHearing } from './hearing.ts';
import { makeLogBook, readLogFile } from './log-book.ts';
import { testAtStart } from './self-test.ts';
import { makeSendingSide } from './sending-side.ts';
import { eventsBefore, type StartedUnit, startUp } from './start-up.ts';
import type { Supervisor, SupervisorOptions } from './supervisor-options.ts';
import { type Watched, watchProcess } from './watch.ts';

export const runSupervisor = (options: SupervisorOptions): Supervisor => {
  const { clock, delivery } = options;
  const say = (line: UnitLine): void => options.onLine?.(line);
  let opened: OpenedBoard<SupervisorBoard> | null = null;
  let unit: StartedUnit | null = null;
  let power: PowerRuntime | null = null;
  let parts: PartsWatch | null = null;
  let calendar: CalendarWatch | null = null;
  /** A bug in the machine itself: it decides nothing any more. */
  let undecided = false;
  let endedNow = (): void => undefined;
  const whenEnded = new Promise<void>((resolve) => {
    endedNow = resolve;
  });

  const tell = (message: ToProcess): void => {
    for (const name of PROCESSES) processes[name].send(message);
  };
  const post = (event: SupervisorEvent): void => machine.post(event);
  const callForPark = (by: Caller) => (code: string) => post({ kind: 'parkCalled', code, by });
  const book = makeLogBook(
    clock,
    (code) => post({ kind: 'logStuck', code }),
    (event) => fieldConsole.recorded(event),
  );
  const alarm = startAlarm(clock, callForPark('alarm'));
  /** Into the log, and to whoever it calls. */
  const record = (event: LogEvent, source: Source = 'supervisor'): void => {
    book.record(event);
    alarm.logged(event, source);
  };
  const bulletin = makeBulletin(clock, tell);
  const crashes = makeCrashBook(() => power?.flight() ?? [], say);
  const guard = (work: Promise<unknown>): void => {
    work.catch((bug: unknown) => callForPark('supervisor')(codeOfThrown(bug)));
  };

  const release = makeReleaseSide({
    root: options.releaseRoot ?? RELEASE_ROOT,
    manifest: () => unit?.release ?? null,
    record,
  });
  const quotes = makeQuoteSide({
    clock,
    quote: options.quote ?? (async () => 'noTpm'),
    pollsOpen: () => fieldConsole.pollsOpen(),
    record,
  });
  const consoleRequests: ConsoleRequests = makeConsoleRequests({
    clock,
    record,
    chance: options.chance,
    keys: delivery.consoleKeys,
    machineCode: () => unit?.machineCode ?? '',
    runs: (name) => machine.state().processes[name].begun,
    toBooth: (message) => processes.booth.send(message),
    toDesk: (message) => processes.desk.send(message),
    readLog: async () => {
      const most = fieldConsole.tellableLogBytes();
      const log = opened === null ? null : await readLogFile(opened.board.media);
      return most === null || log === null ? log : log.subarray(0, most);
    },
    hash: release.hash,
    quote: quotes.answer,
    ownTest: async () => {
      if (opened === null) return [];
      const { parts } = await lookAtBoard(opened.board, fieldConsole.mayTransmit());
      return [...parts.map(({ part, code }) => ({ part, code })), ...(await release.test())];
    },
    makesSense: (change) => makesSense(machine.state(), change),
    park: () => callForPark('console')(PARKED_AT_CONSOLE),
    restart: () => post({ kind: 'restartCalled' }),
  });
  const fieldConsole: ConsoleSide = makeConsoleSide({
    clock,
    startProcess: options.startConsole,
    facts: {
      board: () => opened?.board ?? null,
      power: () => power?.power() ?? null,
      calendarTrusted: () => unit?.calendar.trusted() ?? false,
      machineCode: () => unit?.machineCode ?? null,
      release: () => (unit === null ? null : toHex(unit.delivery.releaseDigest)),
      manifest: release.told,
      electionPackage: () => (unit === null ? null : toHex(unit.packageDigest)),
      log: book.size,
      lastCrash: crashes.last,
      partsListed: () => unit !== null && unit.delivery.partsList !== null,
      nodeVersion: options.nodeVersion,
    },
    requests: consoleRequests,
    record,
  });

  /** What a fresh process is told: how the unit is, and all it works with once that is known. */
  const introduce = (name: ProcessName, work: boolean): void => {
    // Each is given its own part by name (beginning.ts); the door on its side refuses the other's.
    const process = processes[name] as Watched<ToBooth | ToDesk>;
    for (const message of bulletin.whole()) process.send(message);
    if (work && unit !== null)
      for (const message of beginningOf(name, unit, options)) process.send(message);
  };
  const sending = makeSendingSide({
    startProcess: options.startSender,
    unit: () => unit,
    record,
    toBooth: (message) => processes.booth.send(message),
    guard,
  });
  const hearing = makeHearing({
    clock,
    record,
    post,
    onFlight: crashes.note,
    onDeskTested: consoleRequests.deskTested,
    onBoothTested: consoleRequests.boothTested,
    board: () => opened?.board ?? null,
    logHead: book.head,
    sendToDesk: (message) => processes.desk.send(message),
    sendToBooth: (message) => processes.booth.send(message),
    sending: () => sending,
    guard,
  });
  const watching = (process: ProcessName) => ({
    startProcess: options.startProcess[process],
    clock,
    onGarbage: () => record(refusalEvent(process, 'garbage', 'not-of-the-catalogue')),
    onSilent: () => post({ kind: 'fellSilent', process }),
    onEnded: (reason: string) => post({ kind: 'processEnded', process, reason }),
    onStopLimit: () => post({ kind: 'stopLimitPassed', process }),
  });
  const processes = {
    desk: watchProcess<ToDesk, FromDesk>({
      ...watching('desk'),
      read: readFromDesk,
      onMessage: hearing.desk,
    }),
    booth: watchProcess<ToBooth, FromBooth>({
      ...watching('booth'),
      read: readFromBooth,
      onMessage: hearing.booth,
    }),
  };

  const watchUnit = (): void => {
    if (unit === null) return;
    const { board } = unit.opened;
    sending.holdOff();
    record({ id: 'packageLoaded', fields: { digest: toHex(unit.packageDigest) } });
    parts = watchParts({
      clock,
      inventory: board.inventory,
      delivery: unit.delivery,
      log: record,
      guard,
    });
    const calendarTrusted = unit.calendar.trusted();
    guard(testAtStart(board, { calendarTrusted, mayTransmit: fieldConsole.mayTransmit() }, record));
    power = startPowerRuntime(board, {
      onPower: (next) => {
        bulletin.power(next);
        fieldConsole.changed();
      },
      onLog: record,
      onPark: callForPark('power'),
    });
  };
  const watchdog = startFeeding({
    clock,
    open: options.openWatchdog ?? null,
    getsOn: () => PROCESSES.every((name) => !processes[name].silent()),
    log: record,
  });
  const letGo = async (): Promise<void> => {
    await watchdog.stop();
    power?.stop();
    parts?.stop();
    await sending.stop();
    alarm.stop();
    await calendar?.stop();
    await book.close();
    await fieldConsole.stop();
    await opened?.close();
  };
  const closed = (): void => {
    post({ kind: 'unitClosed' });
    endedNow();
  };
  const perform = (effect: SupervisorEffect): void => {
    switch (effect.kind) {
      case 'startProcess':
        crashes.forget(effect.process);
        if (effect.process === 'booth') sending.endSending();
        processes[effect.process].start();
        return;
      case 'killProcess':
        processes[effect.process].kill();
        return;
      case 'stopProcess':
        processes[effect.process].stop({ kind: 'stop' });
        return;
      case 'introduce':
        introduce(effect.process, effect.work);
        return;
      case 'park':
        processes[effect.process].send({ kind: 'park', code: effect.code });
        return;
      case 'tellStage':
        say({ kind: 'stage', stage: effect.stage });
        bulletin.stage(effect.stage);
        fieldConsole.stage(effect.stage);
        return;
      case 'watchUnit':
        watchUnit();
        return;
      case 'log':
        record(effect.event, effect.from ?? 'supervisor');
        return;
      case 'say':
        say(effect.line);
        return;
      case 'reportCrash':
        crashes.report(effect.process, effect.code);
        return;
      case 'showProcess':
        fieldConsole.process(effect.process, effect);
        return;
      case 'showPhase':
        sending.phase(effect.phase);
        fieldConsole.phase(effect.phase);
        return;
      case 'showParked':
        fieldConsole.parked(effect.code);
        return;
      case 'erasePollbookKey':
        if (!delivery.erasePollbookKey())
          record({ id: 'deviceFault', fields: { code: 'medium.readOnly' } });
        return;
      case 'reportParkingDone':
        power?.parkingDone();
        return;
      case 'restartUnit':
        options.onRestart?.();
        return;
      case 'closeUnit':
        void letGo().then(closed, closed);
    }
  };
  const machine = runMachine({
    machine: SUPERVISOR,
    perform,
    // Who calls a second time says nothing new, and a log that is stuck takes no word of it.
    onRefusal: ({ event, reason }) => {
      if (event !== 'parkCalled' && event !== 'logStuck')
        record(refusalEvent('supervisor', event, reason));
    },
    // Everything stands still.
    onPark: (code) => {
      undecided = true;
      say({ kind: 'safeMode', code, detail: 'supervisor' });
      fieldConsole.parked(code);
      tell({ kind: 'park', code });
    },
  });
  const start = async (): Promise<void> => {
    if (options.outOfService != null) {
      post({ kind: 'startFailed', code: options.outOfService, detail: 'started for its screen' });
      return;
    }
    const started = await startUp({
      ...options,
      release: options.release ?? null,
      onStage: (stage) => post({ kind: 'stageEntered', stage }),
      onBoard: (board) => {
        opened = board;
        alarm.attach(board.board.panel);
      },
      onCalendar: bulletin.calendar,
      onCalendarWatch: (watch) => {
        calendar = watch;
      },
      onLog: book.open,
      onRequest: (machineCode) => say({ kind: 'certificateWanted', machineCode }),
      log: record,
    });
    if (started.ok) {
      unit = started.value;
      post({ kind: 'startedUp' });
    } else post({ kind: 'startFailed', ...started.error });
  };

  post({ kind: 'switchedOn' });
  fieldConsole.start();
  start().catch((bug: unknown) =>
    post({ kind: 'startFailed', code: codeOfThrown(bug), detail: 'supervisor' }),
  );
  return {
    before: (before) => {
      for (const event of eventsBefore(before)) record(event);
      fieldConsole.startStages(before.results);
    },
    attestationKey: quotes.keyFound,
    shutDown: () => {
      if (undecided) {
        for (const name of PROCESSES) processes[name].kill();
        void letGo().then(closed, closed);
      } else post({ kind: 'shutDownCalled' });
      return whenEnded;
    },
  };
};
