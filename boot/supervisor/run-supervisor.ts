/**
 * The supervisor: takes the unit from switched on to running, writes the log as the only one, tells desk
 * and booth of power and calendar, watches both, and ends everything in good order. A process that
 * fails is started anew once; after that, and whenever the unit can not start, it is in safe mode: all
 * that still runs stands still and shows the code.
 */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import { readFromBooth, readFromDesk } from '#firmware/messages/read-unit-message.ts';
import type {
  DeskCheck,
  FromBooth,
  FromDesk,
  FromProcess,
  StartUpStage,
  ToBooth,
  ToDesk,
  ToProcess,
} from '#firmware/messages/unit-catalogue.ts';
import { DESK_LIMIT_MS, readSurroundings } from '#firmware/runtime/booth-surroundings.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import { type LogWriter, makeLogWriter } from '#firmware/runtime/log-writer.ts';
import { type PowerRuntime, startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { type EventLog, refusalEvent } from '#firmware/vault/event-log.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';
import type { ProcessHandle } from '../process/handle.ts';
import type { OpenedBoard } from '../process/run-process.ts';
import { beginningOf } from './beginning.ts';
import { checkParts } from './check-parts.ts';
import type { DeliveryDoor } from './delivery.ts';
import { makeRunMark } from './run-mark.ts';
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
  /** Of the runtime, for the readiness report. */
  readonly nodeVersion: string;
  readonly onLine?: (line: UnitLine) => void;
};

export type Supervisor = {
  /** In good order: processes stopped, the log's head signed, devices let go. Never rejects. */
  readonly shutDown: () => Promise<void>;
};

/** Entries that wait until the log is open. */
const WAITING_ENTRIES = 200;

const PROCESSES = ['desk', 'booth'] as const satisfies readonly ProcessName[];

export const runSupervisor = (options: SupervisorOptions): Supervisor => {
  const { clock } = options;
  const say = (line: UnitLine): void => options.onLine?.(line);
  let unit: StartedUnit | null = null;
  let eventLog: EventLog | null = null;
  let releaseHex = '';
  let writer: LogWriter | null = null;
  let power: PowerRuntime | null = null;
  let opened: OpenedBoard<SupervisorBoard> | null = null;
  let powerState: PowerState | null = null;
  let calendar: {
    readonly setAtMs: number;
    readonly calendarMs: number;
    readonly trusted: boolean;
  } | null = null;
  let stage: StartUpStage = 'board';
  /** Everything stands still under this code. */
  let parkedCode: string | null = null;
  let ending: Promise<void> | null = null;
  const waiting: LogEvent[] = [];
  const deskChecks = makeAsking<DeskCheck | null>(clock, DESK_LIMIT_MS);

  const record = (event: LogEvent): void => {
    if (writer !== null) writer.record(event);
    else if (waiting.length < WAITING_ENTRIES) waiting.push(event);
  };
  const tell = (message: ToProcess): void => {
    for (const name of PROCESSES) processes[name].send(message);
  };
  /** All stand still and show the code; who does not run is started for that alone. */
  const parkUnit = (code: string): void => {
    if (parkedCode !== null || ending !== null) return;
    parkedCode = code;
    tell({ kind: 'park', code });
    for (const name of PROCESSES) processes[name].startForLast();
  };
  const enterSafeMode = (code: string, detail: string): void => {
    if (parkedCode !== null || ending !== null) return;
    record({ id: 'safeModeEntered', fields: { reason: asWord(code) } });
    say({ kind: 'safeMode', code, detail });
    parkUnit(code);
  };
  const guard = (work: Promise<unknown>): void => {
    work.catch((bug: unknown) => enterSafeMode(codeOfThrown(bug), 'supervisor'));
  };

  /** What a fresh process is told: how far the start is, and all it works with once that is known. */
  const introduce = (name: ProcessName): void => {
    // Each is given its own part by name (beginning.ts); the door on its side refuses the other's.
    const process = processes[name] as Watched<ToBooth | ToDesk>;
    if (parkedCode !== null) {
      process.send({ kind: 'park', code: parkedCode });
      return;
    }
    process.send({ kind: 'starting', stage });
    if (unit === null) return;
    if (calendar !== null)
      process.send({
        kind: 'clockSet',
        calendarMs: calendar.calendarMs + Math.round(clock.nowMs() - calendar.setAtMs),
        trusted: calendar.trusted,
      });
    if (powerState !== null) process.send({ kind: 'powerChanged', power: powerState });
    for (const message of beginningOf(name, unit, options)) process.send(message);
  };
  const answerSurroundings = async (ask: number): Promise<void> => {
    if (opened === null) return;
    const found = await readSurroundings(opened.board, () =>
      deskChecks.ask(
        (number) => processes.desk.send({ kind: 'checkDesk', ask: number }),
        () => null,
      ),
    );
    processes.booth.send({ kind: 'surroundings', ask, found });
  };
  const answerLogHead = async (ask: number): Promise<void> => {
    if (eventLog === null) return;
    const signed = await eventLog.checkpoint();
    const head = signed.ok ? signed.value : eventLog.head();
    processes.booth.send({ kind: 'logHead', ask, head });
  };

  const takeCommon = (name: ProcessName, message: FromProcess): void => {
    switch (message.kind) {
      case 'alive':
        return;
      case 'running':
        record({ id: 'processStarted', fields: { process: name } });
        say({ kind: 'process', process: name, state: 'running' });
        return;
      case 'log':
        record(message.event);
        return;
      case 'parked':
        record({ id: 'machineParked', fields: { reason: asWord(message.code) } });
        say({ kind: 'parked', process: name, code: message.code, detail: message.detail });
        return;
      case 'stopped':
        say({ kind: 'process', process: name, state: 'stopped' });
        return;
    }
  };
  const takeDesk = (message: FromDesk): void => {
    if (message.kind !== 'deskChecked') takeCommon('desk', message);
    else deskChecks.answer(message.ask, { reader: message.reader, station: message.station });
  };
  const takeBooth = (message: FromBooth): void => {
    switch (message.kind) {
      case 'phaseChanged':
        // The officers' tokens hold it from the ceremony on.
        if (message.phase !== 'setup') options.delivery.erasePollbookKey();
        return;
      case 'resting':
        if (message.resting) power?.parkingDone();
        return;
      case 'askSurroundings':
        guard(answerSurroundings(message.ask));
        return;
      case 'askLogHead':
        guard(answerLogHead(message.ask));
        return;
      case 'running':
      case 'alive':
      case 'log':
      case 'parked':
      case 'stopped':
        takeCommon('booth', message);
        return;
    }
  };

  const watching = (name: ProcessName) => ({
    startProcess: options.startProcess[name],
    clock,
    onGarbage: () => record(refusalEvent(name, 'garbage', 'not-of-the-catalogue')),
    onStarted: () => {
      say({ kind: 'process', process: name, state: 'started' });
      introduce(name);
    },
    onSilent: () => record({ id: 'watchdogFired', fields: { process: name } }),
    onFailed: (reason: string, again: boolean) => {
      record({ id: 'processFailed', fields: { process: name, reason: asWord(reason) } });
      say({ kind: 'failed', process: name, reason, again });
      if (!again) enterSafeMode(`process.${name}Failed`, reason);
    },
  });
  const processes = {
    desk: watchProcess<ToDesk, FromDesk>({
      ...watching('desk'),
      read: readFromDesk,
      onMessage: takeDesk,
    }),
    booth: watchProcess<ToBooth, FromBooth>({
      ...watching('booth'),
      read: readFromBooth,
      onMessage: takeBooth,
    }),
  };

  /** From here on the log takes what waited for it. */
  const takeLog = async (log: EventLog, { media }: SupervisorBoard): Promise<void> => {
    eventLog = log;
    const afterCut = await makeRunMark(media.fixed).set();
    writer = makeLogWriter({ log, media, clock, onPark: parkUnit });
    record({ id: 'machineStarted', fields: { afterCut, release: releaseHex } });
    for (const event of waiting.splice(0)) record(event);
  };
  /** Everything is known: everybody's work begins. */
  const begin = (started: StartedUnit): void => {
    record({ id: 'packageLoaded', fields: { digest: toHex(started.packageDigest) } });
    guard(checkParts(started.opened.board.inventory, started.delivery, record));
    power = startPowerRuntime(started.opened.board, {
      onPower: (state) => {
        powerState = state;
        tell({ kind: 'powerChanged', power: state });
      },
      onLog: record,
      onPark: (reason) => enterSafeMode(reason, 'power'),
    });
    unit = started;
    stage = 'processes';
    say({ kind: 'stage', stage });
    for (const name of PROCESSES) introduce(name);
  };
  const start = async (): Promise<void> => {
    const started = await startUp({
      ...options,
      onStage: (next) => {
        stage = next;
        say({ kind: 'stage', stage });
        tell({ kind: 'starting', stage });
      },
      onBoard: (board) => {
        opened = board;
      },
      onCalendar: (calendarMs, trusted) => {
        calendar = { setAtMs: clock.nowMs(), calendarMs, trusted };
        tell({ kind: 'clockSet', calendarMs, trusted });
      },
      onDelivery: (delivery) => {
        releaseHex = toHex(delivery.releaseDigest);
      },
      onLog: takeLog,
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
    unit?.calendar.stop();
    writer?.stop();
    if (eventLog !== null && opened !== null) {
      await eventLog.record({ id: 'machineStopped', fields: { reason: asWord('switchedOff') } });
      await eventLog.checkpoint();
      await makeRunMark(opened.board.media.fixed).clear();
    }
    await opened?.close();
    say({ kind: 'ended' });
  };

  for (const name of PROCESSES) processes[name].start();
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
