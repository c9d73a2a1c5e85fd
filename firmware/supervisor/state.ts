/** What the supervisor's machine knows, hears and asks for; and what is never true of it. */
import type { LogEvent } from '../events/catalogue.ts';
import type { Refusal, Transition } from '../machine.ts';
import type { PollsPhase } from '../messages/catalogue.ts';
import type { StartUpStage } from '../messages/unit-catalogue.ts';
import { PROCESSES, type ProcessName, type UnitLine } from './unit-line.ts';

/** Starts anew of a process that failed, before the unit is in safe mode. */
export const RESTARTS = 1;

/** Under this code a unit stands still that was parked at the console. */
export const PARKED_AT_CONSOLE = 'unit.parkedAtConsole';

export type ProcessState = {
  /** `starting` until its machine runs or stands still. */
  readonly life: 'down' | 'starting' | 'running' | 'parked';
  /** Its machine has run in this life: it answers. */
  readonly begun: boolean;
  readonly failures: number;
  /** Started in safe mode, for its screen alone: when it fails it stays down. */
  readonly last: boolean;
};

export type SupervisorState = {
  /** The row of stages up to everything that the processes work with. */
  readonly start: 'off' | 'underWay' | 'done' | 'failed';
  /** Everything stands still under this code; null: it does not. */
  readonly parked: string | null;
  /** `awaited`: the start comes to its end first, half of one leaves half a log. */
  readonly end: 'no' | 'awaited' | 'stopping' | 'closing' | 'ended';
  readonly processes: Readonly<Record<ProcessName, ProcessState>>;
};

/** Who calls for safe mode. */
export type Caller = 'alarm' | 'console' | 'power' | 'supervisor';

type OfProcess = { readonly process: ProcessName };

export type SupervisorEvent =
  | { readonly kind: 'switchedOn' }
  | { readonly kind: 'stageEntered'; readonly stage: StartUpStage }
  /** Everything is known. */
  | { readonly kind: 'startedUp' }
  | { readonly kind: 'startFailed'; readonly code: string; readonly detail: string }
  | ({ readonly kind: 'machineRan' } & OfProcess)
  | ({
      readonly kind: 'machineParked';
      readonly code: string;
      readonly detail: string | null;
    } & OfProcess)
  /** In good order: its process ends now. */
  | ({ readonly kind: 'machineStopped' } & OfProcess)
  /** It missed its signs of life. */
  | ({ readonly kind: 'fellSilent' } & OfProcess)
  | ({ readonly kind: 'processEnded'; readonly reason: string } & OfProcess)
  /** It was told to stop, and its time for that is over. */
  | ({ readonly kind: 'stopLimitPassed' } & OfProcess)
  | { readonly kind: 'phaseChanged'; readonly phase: PollsPhase }
  /** The booth rests for want of power with everything durable, or does no longer. */
  | { readonly kind: 'boothRested'; readonly resting: boolean }
  /** The log takes nothing more. */
  | { readonly kind: 'logStuck'; readonly code: string }
  | { readonly kind: 'parkCalled'; readonly code: string; readonly by: Caller }
  /** Officers want the unit to end in good order and to start again. */
  | { readonly kind: 'restartCalled' }
  /** Switched off, or what was asked for by `restartUnit`. */
  | { readonly kind: 'shutDownCalled' }
  /** Devices are let go, the log's head is signed. */
  | { readonly kind: 'unitClosed' };

export type SupervisorEffect =
  /** Listened to and watched from now on. */
  | ({ readonly kind: 'startProcess' } & OfProcess)
  | ({ readonly kind: 'killProcess' } & OfProcess)
  /** Told to end in good order, within a limit. */
  | ({ readonly kind: 'stopProcess' } & OfProcess)
  /** Told how the unit is; `work`: and all that it works with. */
  | ({ readonly kind: 'introduce'; readonly work: boolean } & OfProcess)
  | ({ readonly kind: 'park'; readonly code: string } & OfProcess)
  /** Told to all, and shown. */
  | { readonly kind: 'tellStage'; readonly stage: StartUpStage }
  /** Power and parts are watched. */
  | { readonly kind: 'watchUnit' }
  | { readonly kind: 'log'; readonly event: LogEvent; readonly from: ProcessName | null }
  | { readonly kind: 'say'; readonly line: UnitLine }
  /** What each machine took last. */
  | ({ readonly kind: 'reportCrash'; readonly code: string } & OfProcess)
  /** For whoever diagnoses the unit. */
  | ({
      readonly kind: 'showProcess';
      readonly state: 'started' | 'running' | 'parked' | 'stopped' | 'failed';
      readonly code: string | null;
    } & OfProcess)
  | { readonly kind: 'showPhase'; readonly phase: PollsPhase }
  | { readonly kind: 'showParked'; readonly code: string }
  /** The officers' tokens carry it from now on. */
  | { readonly kind: 'erasePollbookKey' }
  /** To the power policy. */
  | { readonly kind: 'reportParkingDone' }
  | { readonly kind: 'restartUnit' }
  /** Everything else is let go; `unitClosed` follows. */
  | { readonly kind: 'closeUnit' };

export type SupervisorStep = Transition<SupervisorState, SupervisorEffect>;

const NOT_STARTED: ProcessState = { life: 'down', begun: false, failures: 0, last: false };

export const INITIAL_SUPERVISOR: SupervisorState = {
  start: 'off',
  parked: null,
  end: 'no',
  processes: { desk: NOT_STARTED, booth: NOT_STARTED },
};

export const refuse = (
  state: SupervisorState,
  { kind: event }: SupervisorEvent,
  reason: string,
): SupervisorStep => {
  const refusal: Refusal = { kind: 'refuse', event, reason };
  return [state, [refusal]];
};

/** What the processes may still be asked to do: after this no other one is started. */
export const isEnding = ({ end }: SupervisorState): boolean => end !== 'no';

/** May officers have this done to the unit as it is? */
export const makesSense = (
  { parked, end }: SupervisorState,
  change: 'park' | 'resume' | 'reboot',
): boolean => {
  if (end !== 'no') return false;
  switch (change) {
    case 'park':
      return parked === null;
    case 'resume':
      return parked === PARKED_AT_CONSOLE;
    case 'reboot':
      return true;
  }
};

const processProblem = (state: SupervisorState, name: ProcessName): string | null => {
  const { life, begun, failures, last } = state.processes[name];
  const serves = state.start !== 'off' && state.parked === null && state.end === 'no';
  if (life === 'down' && begun) return `the ${name} is down and answers`;
  if (life === 'running' && !begun) return `the ${name} runs and has not begun`;
  if (serves && life === 'down') return `the ${name} is down while the unit serves`;
  if (serves && failures > RESTARTS) return `the ${name} was started too often`;
  if (failures > RESTARTS + 2) return `the ${name} failed more often than it was started`;
  if (last && state.parked === null) return `the ${name} was given up while the unit serves`;
  if (last && begun) return `the ${name} runs, started for its screen alone`;
  if (state.end === 'closing' || state.end === 'ended')
    return life === 'down' ? null : `the ${name} is up after the end`;
  if (state.start === 'off' && life !== 'down') return `the ${name} is up before the start`;
  if (begun && state.start !== 'done') return `the ${name} runs before everything is known`;
  return null;
};

export const supervisorProblem = (state: SupervisorState): string | null => {
  if (state.end === 'awaited' && state.start !== 'underWay') return 'a start is awaited that ended';
  if (state.start === 'underWay' && state.end !== 'no' && state.end !== 'awaited')
    return 'the unit ends in the middle of its start';
  if (state.start === 'failed' && state.parked === null && state.end === 'no')
    return 'the unit serves without having started';
  for (const name of PROCESSES) {
    const problem = processProblem(state, name);
    if (problem !== null) return problem;
  }
  return null;
};
