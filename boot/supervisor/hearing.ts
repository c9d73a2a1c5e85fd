/** What desk and booth say to the supervisor: entries of the log, states, and questions that it answers. */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import type { RecordedEvent } from '#firmware/messages/recorded-events.ts';
import type {
  BoothTested,
  DeskCheck,
  DeskTested,
  FromBooth,
  FromDesk,
  FromProcess,
  ToBooth,
  ToDesk,
} from '#firmware/messages/unit-catalogue.ts';
import { DESK_LIMIT_MS, readSurroundings } from '#firmware/runtime/booth-surroundings.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';
import type { ProcessName, UnitLine } from './run-supervisor.ts';

export type HearingOptions = {
  readonly clock: Clock;
  readonly record: (event: LogEvent, source?: ProcessName) => void;
  readonly say: (line: UnitLine) => void;
  readonly onPhase: (phase: PollsPhase) => void;
  /** How a process is, for whoever diagnoses the unit. */
  readonly onProcess: (
    name: ProcessName,
    state: { readonly state: 'running' | 'parked' | 'stopped'; readonly code: string | null },
  ) => void;
  /** The kinds of the last events of a process' machine. */
  readonly onFlight: (name: ProcessName, events: readonly RecordedEvent[]) => void;
  /** A machine stands still for good; what it took last was told before. */
  readonly onParked: (name: ProcessName, code: string) => void;
  /** Answers to what the field console asked for. */
  readonly onDeskTested: (ask: number, tested: DeskTested) => void;
  readonly onBoothTested: (ask: number, tested: BoothTested) => void;
  /** Null: not open yet. */
  readonly board: () => SupervisorBoard | null;
  readonly logHead: () => Promise<string | null>;
  readonly sendToDesk: (message: ToDesk) => void;
  readonly sendToBooth: (message: ToBooth) => void;
  /** The ceremony was held: the officers' tokens carry the pollbook's key from now on. */
  readonly onCeremonyHeld: () => void;
  /** The booth rests for want of power, with everything durable. */
  readonly onResting: () => void;
  readonly guard: (work: Promise<unknown>) => void;
};

export const makeHearing = (options: HearingOptions) => {
  const { record, say, guard } = options;
  const deskChecks = makeAsking<DeskCheck | null>(options.clock, DESK_LIMIT_MS);

  const answerSurroundings = async (ask: number): Promise<void> => {
    const board = options.board();
    if (board === null) return;
    const found = await readSurroundings(board, () =>
      deskChecks.ask(
        (number) => options.sendToDesk({ kind: 'checkDesk', ask: number }),
        () => null,
      ),
    );
    options.sendToBooth({ kind: 'surroundings', ask, found });
  };
  const answerLogHead = async (ask: number): Promise<void> => {
    const head = await options.logHead();
    if (head !== null) options.sendToBooth({ kind: 'logHead', ask, head });
  };

  const takeCommon = (name: ProcessName, message: FromProcess): void => {
    switch (message.kind) {
      case 'alive':
        return;
      case 'flight':
        options.onFlight(name, message.events);
        return;
      case 'running':
        record({ id: 'processStarted', fields: { process: name } });
        say({ kind: 'process', process: name, state: 'running' });
        options.onProcess(name, { state: 'running', code: null });
        return;
      case 'log':
        record(message.event, name);
        return;
      case 'parked':
        record({ id: 'machineParked', fields: { reason: asWord(message.code) } }, name);
        say({ kind: 'parked', process: name, code: message.code, detail: message.detail });
        options.onParked(name, message.code);
        options.onProcess(name, { state: 'parked', code: message.code });
        return;
      case 'stopped':
        say({ kind: 'process', process: name, state: 'stopped' });
        options.onProcess(name, { state: 'stopped', code: null });
        return;
    }
  };
  return {
    desk: (message: FromDesk): void => {
      if (message.kind === 'deskChecked')
        deskChecks.answer(message.ask, { reader: message.reader, station: message.station });
      else if (message.kind === 'deskTested') options.onDeskTested(message.ask, message);
      else takeCommon('desk', message);
    },
    booth: (message: FromBooth): void => {
      switch (message.kind) {
        case 'phaseChanged':
          options.onPhase(message.phase);
          if (message.phase !== 'setup') options.onCeremonyHeld();
          return;
        case 'resting':
          if (message.resting) options.onResting();
          return;
        case 'askSurroundings':
          guard(answerSurroundings(message.ask));
          return;
        case 'askLogHead':
          guard(answerLogHead(message.ask));
          return;
        case 'boothTested':
          options.onBoothTested(message.ask, message);
          return;
        case 'running':
        case 'alive':
        case 'flight':
        case 'log':
        case 'parked':
        case 'stopped':
          takeCommon('booth', message);
          return;
      }
    },
  };
};
