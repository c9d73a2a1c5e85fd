/**
 * What the supervisor decides: when desk and booth are started, what they are told, what becomes of the unit
 * when one of them fails or anybody calls for safe mode, and how it ends. A process that fails is started
 * anew once; after that, and whenever the unit can not start, everything stands still under a code. Who
 * watches, speaks and writes is boot/supervisor/; time comes in as events.
 */
import type { Machine } from '../machine.ts';
import { closeWhenDown, takeOfProcess } from './processes.ts';
import { enterSafeMode, parkUnit } from './safe-mode.ts';
import { startProcess } from './starting.ts';
import {
  INITIAL_SUPERVISOR,
  isEnding,
  refuse,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
  type SupervisorStep,
  supervisorProblem,
} from './state.ts';
import { PROCESSES } from './unit-line.ts';

/** One step after another, as one. */
const inTurn = (
  state: SupervisorState,
  ...steps: readonly ((state: SupervisorState) => SupervisorStep)[]
): SupervisorStep => {
  let next = state;
  const effects: SupervisorStep[1][number][] = [];
  for (const step of steps) {
    const [after, asked] = step(next);
    next = after;
    effects.push(...asked);
  }
  return [next, effects];
};

const switchOn = (state: SupervisorState): SupervisorStep =>
  inTurn(
    { ...state, start: 'underWay' },
    ...PROCESSES.map((name) => (now: SupervisorState) => startProcess(now, name)),
  );

const stopAll = (state: SupervisorState): SupervisorStep => {
  const running = PROCESSES.filter((name) => state.processes[name].life !== 'down');
  const stops = running.map((process) => ({ kind: 'stopProcess' as const, process }));
  return inTurn({ ...state, end: 'stopping' }, (now) => [now, stops], closeWhenDown);
};

/** Everybody's work begins; in safe mode only the watch does. */
const beginWork = (state: SupervisorState): SupervisorStep => {
  const done: SupervisorState = { ...state, start: 'done' };
  const introductions: readonly SupervisorEffect[] =
    state.parked === null
      ? PROCESSES.map((process) => ({ kind: 'introduce', process, work: true }))
      : [];
  return [
    done,
    [{ kind: 'watchUnit' }, { kind: 'tellStage', stage: 'processes' }, ...introductions],
  ];
};

const step = (state: SupervisorState, event: SupervisorEvent): SupervisorStep => {
  switch (event.kind) {
    case 'switchedOn':
      return state.start === 'off' && !isEnding(state)
        ? switchOn(state)
        : refuse(state, event, 'the unit has started');
    case 'stageEntered':
      return state.start === 'underWay'
        ? [state, [{ kind: 'tellStage', stage: event.stage }]]
        : refuse(state, event, 'no start is under way');
    case 'startedUp':
      if (state.start !== 'underWay') return refuse(state, event, 'no start is under way');
      return isEnding(state) ? stopAll({ ...state, start: 'done' }) : beginWork(state);
    case 'startFailed': {
      if (state.start !== 'underWay') return refuse(state, event, 'no start is under way');
      const over: SupervisorState = { ...state, start: 'failed' };
      if (isEnding(state)) return stopAll(over);
      return state.parked === null ? enterSafeMode(over, event.code, event.detail) : [over, []];
    }
    case 'machineRan':
    case 'machineParked':
    case 'machineStopped':
    case 'fellSilent':
    case 'processEnded':
    case 'stopLimitPassed':
      return takeOfProcess(state, event);
    case 'phaseChanged': {
      // A machine may tell how it is before its process tells that it runs.
      if (isBoothDown(state)) return refuse(state, event, 'the booth does not run');
      const erase: readonly SupervisorEffect[] =
        event.phase === 'setup' ? [] : [{ kind: 'erasePollbookKey' }];
      return [state, [{ kind: 'showPhase', phase: event.phase }, ...erase]];
    }
    case 'boothRested':
      if (isBoothDown(state)) return refuse(state, event, 'the booth does not run');
      return [state, event.resting ? [{ kind: 'reportParkingDone' }] : []];
    case 'logStuck':
      return canPark(state, event) ?? parkUnit(state, event.code);
    case 'parkCalled':
      return canPark(state, event) ?? enterSafeMode(state, event.code, event.by);
    case 'restartCalled':
      if (state.start === 'off') return refuse(state, event, 'the unit has not started');
      return isEnding(state)
        ? refuse(state, event, 'the unit ends')
        : [state, [{ kind: 'restartUnit' }]];
    case 'shutDownCalled':
      if (isEnding(state)) return refuse(state, event, 'the unit ends');
      return state.start === 'underWay' ? [{ ...state, end: 'awaited' }, []] : stopAll(state);
    case 'unitClosed':
      return state.end === 'closing'
        ? [{ ...state, end: 'ended' }, [{ kind: 'say', line: { kind: 'ended' } }]]
        : refuse(state, event, 'nothing was let go');
  }
};

const isBoothDown = ({ processes }: SupervisorState): boolean => processes.booth.life === 'down';

/** Null: it can be parked now. */
const canPark = (state: SupervisorState, event: SupervisorEvent): SupervisorStep | null => {
  if (state.start === 'off') return refuse(state, event, 'the unit has not started');
  if (isEnding(state)) return refuse(state, event, 'the unit ends');
  return state.parked === null ? null : refuse(state, event, 'the unit stands still');
};

export const SUPERVISOR: Machine<SupervisorState, SupervisorEvent, SupervisorEffect> = {
  initial: INITIAL_SUPERVISOR,
  step,
  invariant: supervisorProblem,
};
