/** The polling room: the papers that come out of the printer, the ballot box, the envelope. */

import type { EmulatedDevices } from '#drivers/emulated-board.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { Clock } from '#hal/clock.ts';
import type { Mouth } from './voter.ts';

/** A new roll goes in when less than this is left, mm; poll workers watch the near-end lamp. */
const CHANGE_ROLL_MM = 3_000;
/** Into a record: some of it is readable by then. */
const JAM_AFTER_MM = 60;
/** A poll worker looks after the printer so often, and needs so long to free a jam. */
const LOOK_MS = 2_000;
const FREE_JAM_MS = 20_000;

export type Room = {
  readonly mouth: Mouth;
  readonly box: PaperPiece[];
  readonly envelope: PaperPiece[];
  /** What was printed for officers since the last call. */
  readonly takeReports: () => readonly PaperPiece[];
  readonly mindPaperRoll: () => void;
  /** The next paper jams; a poll worker frees it a while after it happened. Returns how to stop watching. */
  readonly jamNextPaper: () => () => void;
  /** Papers that were cut or torn off and nobody took. */
  readonly lying: () => number;
};

export const makeRoom = (printer: EmulatedDevices['printer'], clock: Clock): Room => {
  const tray: PaperPiece[] = [];
  const box: PaperPiece[] = [];
  const envelope: PaperPiece[] = [];
  printer.onPaper((piece) => tray.push(piece));

  const take = (where: PaperPiece[], what: string): void => {
    const piece = tray.pop();
    if (piece === undefined) throw new Error(`no paper is there for the ${what}`);
    where.push(piece);
  };

  return {
    box,
    envelope,
    mouth: {
      dropIntoBox: () => take(box, 'ballot box'),
      foldIntoEnvelope: () => {
        if (tray.length === 0) printer.tearOff();
        take(envelope, 'envelope');
      },
      showsPaper: () => tray.length > 0 || printer.hanging() !== null,
    },
    takeReports: () => tray.splice(0),
    lying: () => tray.length,
    jamNextPaper: () => {
      let watching = true;
      const look = (): void => {
        if (!watching) return;
        if (!printer.faults().includes('jam')) clock.after(LOOK_MS, look);
        else clock.after(FREE_JAM_MS, () => printer.setFault('jam', false));
      };
      printer.failAfterMm('jam', JAM_AFTER_MM);
      look();
      return () => {
        watching = false;
      };
    },
    mindPaperRoll: () => {
      if (printer.paperLeftMm() < CHANGE_ROLL_MM) printer.loadPaper();
    },
  };
};
