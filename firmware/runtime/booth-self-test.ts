/** The self-test at installation: every device of the booth is asked whether it works. */
import { SELF_CHECKS, type SelfCheck } from '#firmware/booth/state.ts';
import type { FaultCode } from '#firmware/faults/catalogue.ts';
import type { SelfTestResult } from '#firmware/paper/readiness-report.ts';
import type { BoothBoard } from '#hal/board.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import { CELL_WRITES_A_VOTE, type SecureCell } from '#hal/secure-cell.ts';
import type { Medium } from '#hal/storage.ts';

const OK = 'ok';

const codeOf = (result: Result<unknown, Fault<string>>): string =>
  result.ok ? OK : faultCode(result.error);

const checkMedium = async (medium: Medium): Promise<string> =>
  medium.present() ? codeOf(await medium.freeBytes()) : 'medium.absent';

/** Of what an election may cost a cell: votes that recovery writes again, spoilt records, a spare's set-up. */
const WEAR_MARGIN = 2;

/** It reads, and has the writes left for an election of so many voters. */
const checkCell = async (cell: SecureCell, voters: number): Promise<string> => {
  if (!cell.present()) return 'cell.absent';
  const read = await cell.read(0);
  if (!read.ok) return faultCode(read.error);
  forget(read.value);
  const wear = await cell.wear();
  if (!wear.ok) return faultCode(wear.error);
  if (wear.value === null) return OK;
  const left = wear.value.rated - wear.value.writes;
  const needed = WEAR_MARGIN * CELL_WRITES_A_VOTE * voters;
  return left < needed ? ('cell.worn' satisfies FaultCode) : OK;
};

const checkPrinter = async ({ printer }: BoothBoard): Promise<string> => {
  // A printer whose paper was freed waits for a word; one that is well, or still jammed, stays as it is.
  const recovered = await printer.recover();
  if (!recovered.ok) return faultCode(recovered.error);
  const { fault, paper, coverOpen, online } = recovered.value;
  if (fault !== null) return faultCode(fault);
  if (coverOpen) return 'printer.coverOpen';
  if (paper === 'end') return 'printer.paperEnd';
  // It is offline, and says of nothing that officers could put right.
  return online ? OK : ('printer.unrecoverable' satisfies FaultCode);
};

const runCheck = (
  board: BoothBoard,
  voters: number,
  check: SelfCheck,
): Promise<string> | string => {
  switch (check) {
    case 'touchscreen':
      return board.touchscreen.check().then(codeOf);
    case 'printer':
      return checkPrinter(board);
    case 'tokenSlot':
      return board.tokens.present() ? board.tokens.read().then(codeOf) : OK;
    case 'fixedMedium':
      return checkMedium(board.media.fixed);
    case 'removableMedium':
      return checkMedium(board.media.removable);
    case 'boardCell':
      return checkCell(board.cells.board, voters);
    case 'moduleCell':
      return checkCell(board.cells.module, voters);
    case 'deskLink':
      return board.toDesk.present() ? OK : 'link.absent';
  }
};

/**
 * One after the other; `told` is called with each result: `ok` or the code of the fault. `voters`: how many
 * are registered here.
 */
export const runSelfTest = async (
  board: BoothBoard,
  voters: number,
  told: (check: SelfCheck, result: string) => void,
): Promise<void> => {
  for (const check of SELF_CHECKS) told(check, await runCheck(board, voters, check));
};

const ON_PAPER = {
  touchscreen: { device: 'touchscreen' },
  printer: { device: 'printer' },
  tokenSlot: { device: 'token' },
  fixedMedium: { device: 'medium', which: '1' },
  removableMedium: { device: 'medium', which: '2' },
  boardCell: { device: 'cell', which: '1' },
  moduleCell: { device: 'cell', which: '2' },
  deskLink: { device: 'link' },
} as const satisfies Readonly<Record<SelfCheck, Pick<SelfTestResult, 'device' | 'which'>>>;

/** A result as the readiness report names it. */
export const onPaper = (check: SelfCheck, result: string): SelfTestResult => ({
  ...ON_PAPER[check],
  faultCode: result === OK ? null : result,
});
