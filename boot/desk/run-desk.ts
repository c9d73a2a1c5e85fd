/** The desk's process: who votes. It holds pollbook, fingerprint reader and operator station. */

import type { DeskState } from '#firmware/desk/state.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { startUpText } from '#firmware/locale/start-up.ts';
import { readToDesk } from '#firmware/messages/read-unit-message.ts';
import type { BeginDesk, FromDesk } from '#firmware/messages/unit-catalogue.ts';
import { type Desk, startDesk } from '#firmware/runtime/desk-runtime.ts';
import type { DeskBoard } from '#hal/board.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { SettableClock } from '#hal/clock.ts';
import { type OpenedBoard, runProcess, type Voice } from '../process/run-process.ts';

export type DeskProcessOptions = {
  readonly link: ByteLink;
  readonly clock: SettableClock;
  readonly openBoard: () => Promise<OpenedBoard<DeskBoard>>;
  readonly locale: Locale;
  readonly onEnd: () => void;
  readonly onState?: (state: DeskState) => void;
};

/** What the narrowest display has room for. */
const COLUMNS = 16;

export const runDesk = (options: DeskProcessOptions): void => {
  const { link, clock, locale, onState } = options;
  let running: { readonly desk: Desk; readonly voice: Voice<FromDesk> } | null = null;

  const check = async (ask: number): Promise<void> => {
    if (running === null) return;
    const { desk, voice } = running;
    voice.send({ kind: 'deskChecked', ask, ...(await desk.check()) });
  };

  const test = async (ask: number, finger: boolean): Promise<void> => {
    if (running === null) return;
    const { desk, voice } = running;
    voice.send({ kind: 'deskTested', ask, ...(await desk.console(finger)) });
  };

  runProcess<DeskBoard, BeginDesk, FromDesk>({
    name: 'desk',
    link,
    clock,
    read: readToDesk,
    openBoard: options.openBoard,
    showStage: ({ station }, stage) =>
      void station.display(startUpText(locale, 'display'), startUpText(locale, `short.${stage}`)),
    showFault: ({ station }, code) =>
      void station.display(
        startUpText(locale, 'code', { code: '' }).trim(),
        code.slice(0, COLUMNS),
      ),
    isWork: (message) => message.kind === 'beginDesk',
    start: (board, work, electionPackage, voice) => {
      const desk = startDesk({
        board,
        // What papers may carry is the booth's.
        electionPackage: { ...electionPackage, paperCodes: [] },
        locale: work.locale,
        log: voice.log,
        onPark: (reason) => voice.parked(reason),
        onRefusal: voice.refused,
        ...(onState === undefined ? {} : { onState }),
      });
      running = { desk, voice };
      return desk;
    },
    onOwn: (message) => {
      switch (message.kind) {
        case 'checkDesk':
          return void check(message.ask);
        case 'testDesk':
          return void test(message.ask, message.finger);
        case 'testBooth':
        case 'surroundings':
        case 'logHead':
          return;
      }
    },
    onEnd: options.onEnd,
  });
};
