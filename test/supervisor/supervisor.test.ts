/** What the supervisor does when processes fail, somebody calls for safe mode, and the unit ends. */
import { describe, expect, test } from 'vitest';
import type { SupervisorEffect, SupervisorEvent } from '#firmware/supervisor/state.ts';
import { makesSense, PARKED_AT_CONSOLE } from '#firmware/supervisor/state.ts';
import { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';

const ended = (process: 'desk' | 'booth'): SupervisorEvent => ({
  kind: 'processEnded',
  process,
  reason: 'exit-1',
});
const parkCalled = (code: string): SupervisorEvent => ({ kind: 'parkCalled', code, by: 'alarm' });
const RUNNING: readonly SupervisorEvent[] = [
  { kind: 'switchedOn' },
  { kind: 'startedUp' },
  { kind: 'machineRan', process: 'desk' },
  { kind: 'machineRan', process: 'booth' },
];

const takeAll = (events: readonly SupervisorEvent[]) => {
  let state = SUPERVISOR.initial;
  let asked: readonly string[] = [];
  const wordOf = (effect: SupervisorEffect): string =>
    'process' in effect ? `${effect.kind} ${effect.process}` : effect.kind;
  for (const event of events) {
    const [next, effects] = SUPERVISOR.step(state, event);
    state = next;
    asked = effects.map((effect) => (effect.kind === 'refuse' ? effect.reason : wordOf(effect)));
  }
  return { state, asked };
};

describe('a process fails', () => {
  test('once: it is started and given its work again, and the other goes on', () => {
    const { state, asked } = takeAll([...RUNNING, ended('booth')]);
    expect(asked).toContain('startProcess booth');
    expect(asked).toContain('introduce booth');
    expect(state.parked).toBeNull();
    expect(state.processes.desk.life).toBe('running');
  });

  test('each of them once: both are started again', () => {
    expect(takeAll([...RUNNING, ended('booth'), ended('desk')]).state.parked).toBeNull();
  });

  test('twice: everything stands still under its code, and it is started for its screen alone', () => {
    const { state, asked } = takeAll([...RUNNING, ended('desk'), ended('desk')]);
    expect(state.parked).toBe('process.deskFailed');
    expect(asked).toEqual(
      expect.arrayContaining(['startProcess desk', 'park desk', 'park booth', 'reportCrash desk']),
    );
    expect(asked).not.toContain('introduce desk');
  });

  test('in safe mode, also one that was started anew before: its screen shows the code again, once', () => {
    const failed = [...RUNNING, ended('booth'), parkCalled('medium.full'), ended('booth')];
    expect(takeAll(failed).asked).toEqual(
      expect.arrayContaining(['startProcess booth', 'park booth']),
    );
    const { state, asked } = takeAll([...failed, ended('booth')]);
    expect(state.processes.booth.life).toBe('down');
    expect(asked).not.toContain('startProcess booth');
    expect(state.parked).toBe('medium.full');
  });

  test('while the unit ends: nothing is started', () => {
    const { asked } = takeAll([...RUNNING, { kind: 'shutDownCalled' }, ended('desk')]);
    expect(asked).toEqual([]);
  });
});

describe('the end', () => {
  test('in the middle of the start waits for the start, and then gives nobody work', () => {
    const { state, asked } = takeAll([
      { kind: 'switchedOn' },
      { kind: 'shutDownCalled' },
      { kind: 'startedUp' },
    ]);
    expect(state.end).toBe('stopping');
    expect(asked).toEqual(['stopProcess desk', 'stopProcess booth']);
  });

  test('lets go of everything once both are gone, by force if need be', () => {
    const stopping: readonly SupervisorEvent[] = [
      ...RUNNING,
      { kind: 'shutDownCalled' },
      ended('desk'),
    ];
    expect(takeAll(stopping).asked).toEqual([]);
    const forced = takeAll([...stopping, { kind: 'stopLimitPassed', process: 'booth' }]);
    expect(forced.asked).toEqual(['killProcess booth', 'closeUnit']);
  });
});

describe('officers at the console', () => {
  test('may resume only what was parked there', () => {
    const elsewhere = takeAll([...RUNNING, parkCalled('medium.full')]).state;
    const here = takeAll([...RUNNING, parkCalled(PARKED_AT_CONSOLE)]).state;
    expect(makesSense(elsewhere, 'resume')).toBe(false);
    expect(makesSense(here, 'resume')).toBe(true);
    expect(makesSense(here, 'park')).toBe(false);
    expect(makesSense(elsewhere, 'reboot')).toBe(true);
  });

  test('are not heard any more while the unit ends', () => {
    const ending = takeAll([...RUNNING, { kind: 'shutDownCalled' }]);
    for (const change of ['park', 'resume', 'reboot'] as const)
      expect(makesSense(ending.state, change)).toBe(false);
    expect(
      takeAll([...RUNNING, { kind: 'shutDownCalled' }, { kind: 'restartCalled' }]).asked,
    ).toEqual(['the unit ends']);
  });
});
