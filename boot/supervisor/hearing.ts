/** What desk and booth say to the supervisor: entries of the log, states, and questions that it answers. */
import type { LogEvent } from '#firmware/events/catalogue.ts';
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
import type { SupervisorEvent } from '#firmware/supervisor/state.ts';
import type { ProcessName } from '#firmware/supervisor/unit-line.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';
import type { SendingSide } from './sending-side.ts';

export type HearingOptions = {
  readonly clock: Clock;
  readonly record: (event: LogEvent, source?: ProcessName) => void;
  /** To the supervisor's machine. */
  readonly post: (event: SupervisorEvent) => void;
  /** The kinds of the last events of a process' machine. */
  readonly onFlight: (name: ProcessName, events: readonly RecordedEvent[]) => void;
  /** Answers to what the field console asked for. */
  readonly onDeskTested: (ask: number, tested: DeskTested) => void;
  readonly onBoothTested: (ask: number, tested: BoothTested) => void;
  /** Null: not open yet. */
  readonly board: () => SupervisorBoard | null;
  readonly logHead: () => Promise<string | null>;
  readonly sendToDesk: (message: ToDesk) => void;
  readonly sendToBooth: (message: ToBooth) => void;
  readonly sending: () => Pick<SendingSide, 'sendResult' | 'portion' | 'tell' | 'endSending'>;
  readonly guard: (work: Promise<unknown>) => void;
};

export const makeHearing = (options: HearingOptions) => {
  const { record, post, guard } = options;
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

  const takeCommon = (process: ProcessName, message: FromProcess): void => {
    switch (message.kind) {
      case 'alive':
        return;
      case 'flight':
        options.onFlight(process, message.events);
        return;
      case 'running':
        post({ kind: 'machineRan', process });
        return;
      case 'log':
        record(message.event, process);
        return;
      case 'parked':
        post({
          kind: 'machineParked',
          process,
          code: message.code,
          detail: message.detail,
        });
        return;
      case 'stopped':
        post({ kind: 'machineStopped', process });
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
          post(message);
          return;
        case 'resting':
          post({ kind: 'boothRested', resting: message.resting });
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
        case 'sendResult':
          options.sending().sendResult(message.messageBytes);
          return;
        case 'portion':
          options.sending().portion(message);
          return;
        case 'receiptKept':
        case 'hurry':
          options.sending().tell(message);
          return;
        case 'endSending':
          options.sending().endSending();
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
