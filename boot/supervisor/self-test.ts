/**
 * The unattended self-test at every start: what the supervisor holds, each part told in the log. Desk and
 * booth test theirs when their vault and pollbook are opened, and with officers present (firmware/booth).
 */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { FaultCode } from '#firmware/faults/catalogue.ts';
import { entropyProblem, HEALTH_BYTES } from '#firmware/runtime/entropy-health.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import { lookAtBoard } from './console-readings.ts';

const NO_ENTROPY = 'machine.noEntropy' satisfies FaultCode;

const told = (part: string, code: string | null): LogEvent =>
  code === null
    ? { id: 'selfTestPassed', fields: { part: asWord(part) } }
    : { id: 'selfTestFailed', fields: { part: asWord(part), code: asWord(code) } };

/** Stabilizers, battery, switches, media, network interfaces, the calendar, the source of chance. */
export const testAtStart = async (
  board: SupervisorBoard,
  {
    calendarTrusted,
    mayTransmit,
  }: { readonly calendarTrusted: boolean; readonly mayTransmit: boolean },
  log: (event: LogEvent) => void,
): Promise<void> => {
  const { parts } = await lookAtBoard(board, mayTransmit);
  const chance = entropyProblem(board.entropy.bytes(HEALTH_BYTES));
  for (const { part, code } of parts) log(told(part, code));
  log(told('clock', calendarTrusted ? null : 'machine.clockDoubtful'));
  log(told('software', chance === null ? null : NO_ENTROPY));
};
