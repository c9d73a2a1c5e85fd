/** A process is started: anew, or in safe mode for its screen alone. */
import type { ProcessState, SupervisorState, SupervisorStep } from './state.ts';
import type { ProcessName } from './unit-line.ts';

export const withProcess = (
  state: SupervisorState,
  name: ProcessName,
  change: Partial<ProcessState>,
): SupervisorState => ({
  ...state,
  processes: { ...state.processes, [name]: { ...state.processes[name], ...change } },
});

/** A fresh life. What stands still under a code is told that code, and nothing to work with. */
export const startProcess = (state: SupervisorState, process: ProcessName): SupervisorStep => {
  const { parked, start } = state;
  const last = parked !== null;
  return [
    withProcess(state, process, { life: 'starting', begun: false, last }),
    [
      { kind: 'startProcess', process },
      { kind: 'say', line: { kind: 'process', process, state: 'started' } },
      { kind: 'showProcess', process, state: 'started', code: null },
      parked === null
        ? { kind: 'introduce', process, work: start === 'done' }
        : { kind: 'park', process, code: parked },
    ],
  ];
};
