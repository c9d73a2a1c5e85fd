/**
 * Safe mode: all that still runs stands still and shows the code; who does not run is started for that
 * alone. Only switching the unit off, or officers, end it.
 */
import { asWord } from '../events/catalogue.ts';
import { startProcess } from './starting.ts';
import type { SupervisorEffect, SupervisorState, SupervisorStep } from './state.ts';
import { PROCESSES } from './unit-line.ts';

/** All stand still under the code. Nobody is told why: the log may be what failed. */
export const parkUnit = (state: SupervisorState, code: string): SupervisorStep => {
  let next: SupervisorState = { ...state, parked: code };
  const effects: SupervisorStep[1][number][] = [{ kind: 'showParked', code }];
  for (const process of PROCESSES) {
    if (next.processes[process].life !== 'down') {
      effects.push({ kind: 'park', process, code });
      continue;
    }
    const [started, asked] = startProcess(next, process);
    next = started;
    effects.push(...asked);
  }
  return [next, effects];
};

/** As `parkUnit`, told to the log and to whoever looks on. */
export const enterSafeMode = (
  state: SupervisorState,
  code: string,
  detail: string,
): SupervisorStep => {
  const told: readonly SupervisorEffect[] = [
    {
      kind: 'log',
      event: { id: 'safeModeEntered', fields: { reason: asWord(code) } },
      from: null,
    },
    { kind: 'say', line: { kind: 'safeMode', code, detail } },
  ];
  const [next, effects] = parkUnit(state, code);
  return [next, [...told, ...effects]];
};
