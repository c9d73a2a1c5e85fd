/** What the supervisor's table is made of: its events, its effects in words, what makes its states different. */
import {
  PARKED_AT_CONSOLE,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
} from '#firmware/supervisor/state.ts';
import { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';
import { PROCESSES } from '#firmware/supervisor/unit-line.ts';
import type { Subject } from './answers.ts';

/** Every event of the machine, with each value that makes a difference. */
export const SUPERVISOR_EVENTS: readonly (readonly [string, SupervisorEvent])[] = [
  ['switchedOn', { kind: 'switchedOn' }],
  ['stageEntered', { kind: 'stageEntered', stage: 'log' }],
  ['startedUp', { kind: 'startedUp' }],
  ['startFailed', { kind: 'startFailed', code: 'machine.notCertified', detail: '' }],
  ...PROCESSES.flatMap((process): readonly (readonly [string, SupervisorEvent])[] => [
    [`machineRan ${process}`, { kind: 'machineRan', process }],
    [
      `machineParked ${process}`,
      { kind: 'machineParked', process, code: 'bug.unknown', detail: null },
    ],
    [`machineStopped ${process}`, { kind: 'machineStopped', process }],
    [`fellSilent ${process}`, { kind: 'fellSilent', process }],
    [`processEnded ${process}`, { kind: 'processEnded', process, reason: 'signal-SIGKILL' }],
    [`stopLimitPassed ${process}`, { kind: 'stopLimitPassed', process }],
  ]),
  ['phaseChanged setup', { kind: 'phaseChanged', phase: 'setup' }],
  ['phaseChanged open', { kind: 'phaseChanged', phase: 'open' }],
  ['boothRested', { kind: 'boothRested', resting: true }],
  ['boothRested no more', { kind: 'boothRested', resting: false }],
  ['logStuck', { kind: 'logStuck', code: 'medium.full' }],
  ['parkCalled by power', { kind: 'parkCalled', code: 'bug.unknown', by: 'power' }],
  ['parkCalled by console', { kind: 'parkCalled', code: PARKED_AT_CONSOLE, by: 'console' }],
  ['restartCalled', { kind: 'restartCalled' }],
  ['shutDownCalled', { kind: 'shutDownCalled' }],
  ['unitClosed', { kind: 'unitClosed' }],
];

const words = (effect: SupervisorEffect): string | null => {
  switch (effect.kind) {
    case 'startProcess':
    case 'killProcess':
    case 'stopProcess':
    case 'park':
    case 'reportCrash':
      return `${effect.kind} ${effect.process}`;
    case 'introduce':
      return `introduce ${effect.process}${effect.work ? ' to its work' : ''}`;
    case 'log':
      return `log ${effect.event.id}`;
    // What is said and shown follows from the rest.
    case 'say':
    case 'showProcess':
    case 'showPhase':
    case 'showParked':
      return null;
    case 'tellStage':
    case 'watchUnit':
    case 'erasePollbookKey':
    case 'reportParkingDone':
    case 'restartUnit':
    case 'closeUnit':
      return effect.kind;
  }
};

/** How far the unit is, as a heading. */
export const nameOfUnit = ({ start, parked, end }: SupervisorState): string => {
  if (end !== 'no') return end === 'awaited' ? 'endAwaited' : end;
  if (parked !== null) return start === 'underWay' ? 'safeModeAtStart' : 'safeMode';
  return start === 'underWay' ? 'starting' : start === 'done' ? 'serving' : start;
};

export const supervisorSubject = (): Subject<
  SupervisorState,
  SupervisorEvent,
  SupervisorEffect
> => ({
  machine: SUPERVISOR,
  alphabet: SUPERVISOR_EVENTS.map(([each, event]) => ({ words: each, event })),
  seeds: [],
  nameOf: nameOfUnit,
  kindOf: (state) => JSON.stringify(state),
  wordsOf: words,
});
