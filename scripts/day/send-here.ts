/**
 * The sending of a unit whose parts all run in one process: the network on, the sender at work, the network off,
 * as the supervisor does it on a unit (boot/supervisor/sending-side.ts).
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { Appointment } from '#firmware/transmission/appointment.ts';
import { type StartSending, sendOver } from '#firmware/transmission/sending.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { Network } from '#hal/network.ts';

export type SendHereOptions = {
  readonly board: SupervisorBoard;
  readonly network: Network;
  readonly receivers: readonly Appointment[];
  readonly record: (event: LogEvent) => void;
};

export const sendHere =
  ({ board, network, receivers, record }: SendHereOptions): StartSending =>
  (closed, hear) => {
    let on = true;
    const switchOff = (): void => {
      if (!on) return;
      on = false;
      void board.network?.set(false);
      record({ id: 'networkDisabled', fields: {} });
    };
    void board.network?.set(true);
    record({ id: 'networkEnabled', fields: {} });
    const { clock, entropy } = board;
    const start = sendOver({ network, clock, entropy, receivers, onDone: switchOff });
    const sending = start(closed, (word) => {
      if (word.kind === 'packageRefused' || word.kind === 'gaveUp') switchOff();
      hear(word);
    });
    return {
      ...sending,
      stop: () => {
        switchOff();
        sending.stop();
      },
    };
  };
