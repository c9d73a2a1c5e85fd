/**
 * One process of the unit: started, started anew once when it failed, in safe mode once more for its
 * screen alone; and what its machine says of itself.
 */
import { asWord, type LogEvent } from '../events/catalogue.ts';
import { enterSafeMode } from './safe-mode.ts';
import { startProcess, withProcess } from './starting.ts';
import {
  isEnding,
  RESTARTS,
  refuse,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
  type SupervisorStep,
} from './state.ts';
import type { ProcessName } from './unit-line.ts';

const log = (event: LogEvent, from: ProcessName | null = null): SupervisorEffect => ({
  kind: 'log',
  event,
  from,
});

const failed = (state: SupervisorState, process: ProcessName, reason: string): SupervisorStep => {
  const before = state.processes[process];
  const failures = before.failures + 1;
  const again = !isEnding(state) && !before.last && (state.parked !== null || failures <= RESTARTS);
  const down = withProcess(state, process, { life: 'down', begun: false, failures });
  const told: readonly SupervisorEffect[] = [
    log({ id: 'processFailed', fields: { process, reason: asWord(reason) } }),
    { kind: 'say', line: { kind: 'failed', process, reason, again } },
    { kind: 'reportCrash', process, code: reason },
    { kind: 'showProcess', process, state: 'failed', code: `process.${process}Failed` },
  ];
  const [next, effects] = again
    ? startProcess(down, process)
    : isEnding(state) || state.parked !== null
      ? ([down, []] as const)
      : enterSafeMode(down, `process.${process}Failed`, reason);
  return [next, [...told, ...effects]];
};

/** Nothing runs any more: the unit lets go of everything else. */
export const closeWhenDown = (state: SupervisorState): SupervisorStep => {
  const { desk, booth } = state.processes;
  return state.end === 'stopping' && desk.life === 'down' && booth.life === 'down'
    ? [{ ...state, end: 'closing' }, [{ kind: 'closeUnit' }]]
    : [state, []];
};

const ended = (state: SupervisorState, process: ProcessName, reason: string): SupervisorStep =>
  state.end === 'stopping'
    ? closeWhenDown(withProcess(state, process, { life: 'down', begun: false }))
    : failed(state, process, reason);

type OfProcess = Extract<SupervisorEvent, { readonly process: ProcessName }>;

const ranNow = (state: SupervisorState, event: OfProcess): SupervisorStep => {
  const { process } = event;
  if (state.start !== 'done') return refuse(state, event, 'it was given nothing to work with');
  if (state.processes[process].last)
    return refuse(state, event, 'it was started for its screen alone');
  return [
    withProcess(state, process, { life: 'running', begun: true }),
    [
      log({ id: 'processStarted', fields: { process } }),
      { kind: 'say', line: { kind: 'process', process, state: 'running' } },
      { kind: 'showProcess', process, state: 'running', code: null },
    ],
  ];
};

/** Everything that is said by or of a process. */
export const takeOfProcess = (state: SupervisorState, event: OfProcess): SupervisorStep => {
  const { process } = event;
  if (state.processes[process].life === 'down')
    return refuse(state, event, 'the process does not run');
  switch (event.kind) {
    case 'machineRan':
      return ranNow(state, event);
    case 'machineParked':
      return [
        withProcess(state, process, { life: 'parked' }),
        [
          log({ id: 'machineParked', fields: { reason: asWord(event.code) } }, process),
          {
            kind: 'say',
            line: { kind: 'parked', process, code: event.code, detail: event.detail },
          },
          // Who stands still because it was told to has not failed.
          ...(event.code === state.parked
            ? []
            : [{ kind: 'reportCrash' as const, process, code: event.code }]),
          { kind: 'showProcess', process, state: 'parked', code: event.code },
        ],
      ];
    case 'machineStopped':
      return [
        state,
        [
          { kind: 'say', line: { kind: 'process', process, state: 'stopped' } },
          { kind: 'showProcess', process, state: 'stopped', code: null },
        ],
      ];
    case 'fellSilent':
      return [
        state,
        [log({ id: 'watchdogFired', fields: { process } }), { kind: 'killProcess', process }],
      ];
    case 'processEnded':
      return ended(state, process, event.reason);
    case 'stopLimitPassed': {
      if (state.end !== 'stopping') return refuse(state, event, 'it was not told to stop');
      const [next, effects] = ended(state, process, 'stopLimit');
      return [next, [{ kind: 'killProcess', process }, ...effects]];
    }
  }
};
