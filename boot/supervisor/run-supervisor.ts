/**
 * The supervisor: takes the unit from switched on to running, writes the log as the only one, tells desk
 * and booth of power and calendar, watches both, and ends everything in good order. A process that
 * fails is started anew once; after that, and whenever the unit can not start, it is in safe mode: all
 * that still runs stands still and shows the code.
 */
import type { Source } from '#firmware/alarm/alarm.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { readFromBooth, readFromDesk } from '#firmware/messages/read-unit-message.ts';
import type { Flight } from '#firmware/messages/recorded-events.ts';
import type {
  FromBooth,
  FromDesk,
  StartUpStage,
  ToBooth,
  ToDesk,
  ToProcess,
} from '#firmware/messages/unit-catalogue.ts';
import { startAlarm } from '#firmware/runtime/alarm-runtime.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import { type PowerRuntime, startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { refusalEvent } from '#firmware/vault/event-log.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { ProcessHandle } from '../process/handle.ts';
import type { OpenedBoard } from '../process/run-process.ts';
import { beginningOf } from './beginning.ts';
import { makeBulletin } from './bulletin.ts';
import { type PartsWatch, watchParts } from './check-parts.ts';
import { lookAtBoard } from './console-readings.ts';
import { makeReleaseSide } from './console-release.ts';
import { type ConsoleRequests, makeConsoleRequests } from './console-requests.ts';
import { type ConsoleSide, makeConsoleSide } from './console-side.ts';
import type { DeliveryDoor } from './delivery.ts';
import { makeHearing } from './hearing.ts';
import { makeLogBook, readLogFile } from './log-book.ts';
import { RELEASE_ROOT } from './release.ts';
import { type StartedUnit, startUp } from './start-up.ts';
import { type Watched, watchProcess } from './watch.ts';

export type ProcessName = 'desk' | 'booth';

/** What happens to the unit, for whoever looks on: the journal of the system, a bench. */
export type UnitLine =
  | { readonly kind: 'stage'; readonly stage: StartUpStage }
  | {
      readonly kind: 'process';
      readonly process: ProcessName;
      readonly state: 'started' | 'running' | 'stopped';
    }
  | {
      readonly kind: 'failed';
      readonly process: ProcessName;
      readonly reason: string;
      readonly again: boolean;
    }
  /** A process failed or stands still: what each machine took last. Kinds of events, nothing else. */
  | {
      readonly kind: 'crashReport';
      readonly process: ProcessName;
      readonly code: string;
      readonly last: Flight;
    }
  /** A part stands still for good. */
  | {
      readonly kind: 'parked';
      readonly process: ProcessName;
      readonly code: string;
      readonly detail: string | null;
    }
  /** The machine has no certificate for this code; the request lies with the delivery. */
  | { readonly kind: 'certificateWanted'; readonly machineCode: string }
  | { readonly kind: 'safeMode'; readonly code: string; readonly detail: string }
  | { readonly kind: 'ended' };

export type SupervisorOptions = {
  readonly clock: SettableClock;
  readonly openBoard: () => Promise<OpenedBoard<SupervisorBoard>>;
  readonly delivery: DeliveryDoor;
  readonly startProcess: Readonly<Record<ProcessName, () => ProcessHandle>>;
  /** Null: this unit has no field console. */
  readonly startConsole: (() => ProcessHandle) | null;
  /** Of the runtime, for the readiness report. */
  readonly nodeVersion: string;
  readonly onLine?: (line: UnitLine) => void;
  /** Where the files of the release lie: what holds boot/, if not told otherwise. */
  readonly releaseRoot?: string;
  /** Fresh bytes for the console's challenges, also before any board is open. */
  readonly chance: (count: number) => Uint8Array;
  /** Officers want the unit to end in good order and to start again. */
  readonly onRestart?: () => void;
};

export type Supervisor = {
  /** In good order: processes stopped, the log's head signed, devices let go. Never rejects. */
  readonly shutDown: () => Promise<void>;
};

const PROCESSES = ['desk', 'booth'] as const satisfies readonly ProcessName[];

export const runSupervisor = (options: SupervisorOptions): Supervisor => {
  const { clock, delivery } = options;
  const say = (line: UnitLine): void => options.onLine?.(line);
  let opened: OpenedBoard<SupervisorBoard> | null = null;
  let unit: StartedUnit | null = null;
  let power: PowerRuntime | null = null;
  let parts: PartsWatch | null = null;
  /** Everything stands still under this code. */
  let parkedCode: string | null = null;
  let ending: Promise<void> | null = null;

  const tell = (message: ToProcess): void => {
    for (const name of PROCESSES) processes[name].send(message);
  };
  /** All stand still and show the code; who does not run is started for that alone. */
  const parkUnit = (code: string): void => {
    if (parkedCode !== null || ending !== null) return;
    parkedCode = code;
    fieldConsole.parked(code);
    tell({ kind: 'park', code });
    for (const name of PROCESSES) processes[name].startForLast();
  };
  const book = makeLogBook(clock, parkUnit, (event) => fieldConsole.recorded(event));
  const alarm = startAlarm(clock, (code) => enterSafeMode(code, 'alarm'));
  /** Into the log, and to whoever it calls. */
  const record = (event: LogEvent, source: Source = 'supervisor'): void => {
    book.record(event);
    alarm.logged(event, source);
  };
  const bulletin = makeBulletin(clock, tell);
  const enterSafeMode = (code: string, detail: string): void => {
    if (parkedCode !== null || ending !== null) return;
    record({ id: 'safeModeEntered', fields: { reason: asWord(code) } });
    say({ kind: 'safeMode', code, detail });
    parkUnit(code);
  };
  const flights = new Map<ProcessName, Flight['booth']>();
  const reportCrash = (process: ProcessName, code: string): void => {
    const of = (name: ProcessName) => flights.get(name) ?? [];
    const last: Flight = { desk: of('desk'), booth: of('booth'), power: power?.flight() ?? [] };
    say({ kind: 'crashReport', process, code, last });
  };
  const guard = (work: Promise<unknown>): void => {
    work.catch((bug: unknown) => enterSafeMode(codeOfThrown(bug), 'supervisor'));
  };

  /** Whose machine has begun. */
  const begun = new Set<ProcessName>();
  const release = makeReleaseSide({
    root: options.releaseRoot ?? RELEASE_ROOT,
    manifest: () => unit?.release ?? null,
    record,
  });
  const consoleRequests: ConsoleRequests = makeConsoleRequests({
    clock,
    record,
    chance: options.chance,
    keys: delivery.consoleKeys,
    machineCode: () => unit?.machineCode ?? '',
    runs: (name) => begun.has(name),
    toBooth: (message) => processes.booth.send(message),
    toDesk: (message) => processes.desk.send(message),
    readLog: async () => {
      const most = fieldConsole.tellableLogBytes();
      const log = opened === null ? null : await readLogFile(opened.board.media);
      return most === null || log === null ? log : log.subarray(0, most);
    },
    hash: release.hash,
    ownTest: async () => {
      if (opened === null) return [];
      const { parts } = await lookAtBoard(opened.board, fieldConsole.mayTransmit());
      return [...parts.map(({ part, code }) => ({ part, code })), ...(await release.test())];
    },
    parked: () => parkedCode,
    park: (code) => enterSafeMode(code, 'console'),
    restart: () => options.onRestart?.(),
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
      partsListed: () => unit !== null && unit.delivery.partsList !== null,
      nodeVersion: options.nodeVersion,
    },
    requests: consoleRequests,
    record,
  });

  /** What a fresh process is told: how the unit is, and all it works with once that is known. */
  const introduce = (name: ProcessName): void => {
    // Each is given its own part by name (beginning.ts); the door on its side refuses the other's.
    const process = processes[name] as Watched<ToBooth | ToDesk>;
    if (parkedCode !== null) {
      process.send({ kind: 'park', code: parkedCode });
      return;
    }
    for (const message of bulletin.whole()) process.send(message);
    if (unit !== null)
      for (const message of beginningOf(name, unit, options)) process.send(message);
  };
  const hearing = makeHearing({
    clock,
    record,
    say,
    onPhase: fieldConsole.phase,
    onProcess: (name, state) => {
      if (state.state === 'running') begun.add(name);
      fieldConsole.process(name, state);
    },
    onFlight: (name, events) => void flights.set(name, events),
    onParked: reportCrash,
    onDeskTested: consoleRequests.deskTested,
    onBoothTested: consoleRequests.boothTested,
    board: () => opened?.board ?? null,
    logHead: book.head,
    sendToDesk: (message) => processes.desk.send(message),
    sendToBooth: (message) => processes.booth.send(message),
    onCeremonyHeld: () => {
      if (!delivery.erasePollbookKey())
        record({ id: 'deviceFault', fields: { code: 'medium.readOnly' } });
    },
    onResting: () => power?.parkingDone(),
    guard,
  });
  const watching = (name: ProcessName) => ({
    startProcess: options.startProcess[name],
    clock,
    onGarbage: () => record(refusalEvent(name, 'garbage', 'not-of-the-catalogue')),
    onStarted: () => {
      say({ kind: 'process', process: name, state: 'started' });
      begun.delete(name);
      fieldConsole.process(name, { state: 'started', code: null });
      introduce(name);
    },
    onSilent: () => record({ id: 'watchdogFired', fields: { process: name } }),
    onFailed: (reason: string, again: boolean) => {
      record({ id: 'processFailed', fields: { process: name, reason: asWord(reason) } });
      say({ kind: 'failed', process: name, reason, again });
      reportCrash(name, reason);
      flights.delete(name);
      fieldConsole.process(name, { state: 'failed', code: `process.${name}Failed` });
      if (!again) enterSafeMode(`process.${name}Failed`, reason);
    },
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

  const enterStage = (stage: StartUpStage): void => {
    say({ kind: 'stage', stage });
    bulletin.stage(stage);
    fieldConsole.stage(stage);
  };
  /** Everything is known: everybody's work begins. */
  const begin = (started: StartedUnit): void => {
    const { board } = started.opened;
    record({ id: 'packageLoaded', fields: { digest: toHex(started.packageDigest) } });
    parts = watchParts({
      clock,
      inventory: board.inventory,
      delivery: started.delivery,
      log: record,
      guard,
    });
    power = startPowerRuntime(board, {
      onPower: (next) => {
        bulletin.power(next);
        fieldConsole.changed();
      },
      onLog: record,
      onPark: (reason) => enterSafeMode(reason, 'power'),
    });
    enterStage('processes');
    unit = started;
    for (const name of PROCESSES) introduce(name);
  };
  const start = async (): Promise<void> => {
    const started = await startUp({
      ...options,
      onStage: enterStage,
      onBoard: (board) => {
        opened = board;
        alarm.attach(board.board.panel);
      },
      onCalendar: bulletin.calendar,
      onLog: book.open,
      onRequest: (machineCode) => say({ kind: 'certificateWanted', machineCode }),
      log: record,
    });
    if (ending !== null) return;
    if (started.ok) begin(started.value);
    else enterSafeMode(started.error.code, started.error.detail);
  };

  const end = async (): Promise<void> => {
    await Promise.all(PROCESSES.map((name) => processes[name].stop({ kind: 'stop' })));
    power?.stop();
    parts?.stop();
    alarm.stop();
    await unit?.calendar.stop();
    await book.close();
    await fieldConsole.stop();
    await opened?.close();
    say({ kind: 'ended' });
  };

  for (const name of PROCESSES) processes[name].start();
  fieldConsole.start();
  const starting = start();
  guard(starting);
  return {
    shutDown: () => {
      // What has begun to start comes to its end first: it is bounded, and half a start leaves half a log.
      ending ??= starting.catch(() => undefined).then(end);
      return ending;
    },
  };
};
