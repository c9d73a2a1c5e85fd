/** The polling room: the papers that come out of the printer, the ballot box, the envelope. */

import type { EmulatedDevices } from '#drivers/emulated-board.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { Mouth } from './voter.ts';

/** A new roll goes in when less than this is left, mm; poll workers watch the near-end lamp. */
const CHANGE_ROLL_MM = 3_000;

export type Room = {
  readonly mouth: Mouth;
  readonly box: PaperPiece[];
  readonly envelope: PaperPiece[];
  /** What was printed for officers since the last call. */
  readonly takeReports: () => readonly PaperPiece[];
  readonly mindPaperRoll: () => void;
};

export const makeRoom = (printer: EmulatedDevices['printer']): Room => {
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
    mindPaperRoll: () => {
      if (printer.paperLeftMm() < CHANGE_ROLL_MM) printer.loadPaper();
    },
  };
};
