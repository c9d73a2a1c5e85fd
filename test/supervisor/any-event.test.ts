/** The supervisor's machine answers every event in every state that any row of events can lead to. */
import { describe, expect, test } from 'vitest';
import type { SupervisorState } from '#firmware/supervisor/state.ts';
import { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';
import { nameOfUnit, SUPERVISOR_EVENTS } from '#scripts/explore/table-supervisor.ts';

/** All of them, whoever sends what in whatever order. */
const allStates = (): readonly SupervisorState[] => {
  const found = new Map<string, SupervisorState>();
  const waiting: SupervisorState[] = [SUPERVISOR.initial];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const key = JSON.stringify(state);
    if (found.has(key)) continue;
    found.set(key, state);
    for (const [, event] of SUPERVISOR_EVENTS) waiting.push(SUPERVISOR.step(state, event)[0]);
  }
  return [...found.values()];
};

describe('in every state', () => {
  const states = allStates();

  test('every event is answered: nothing throws, no invariant breaks, a refusal changes nothing', () => {
    expect(states.length).toBeGreaterThan(500);
    const unsound: string[] = [];
    for (const state of states)
      for (const [words, event] of SUPERVISOR_EVENTS) {
        const [next, effects] = SUPERVISOR.step(state, event);
        const wrong = SUPERVISOR.invariant(next);
        if (wrong !== null) unsound.push(`${words} in ${JSON.stringify(state)}: ${wrong}`);
        if (!effects.some(({ kind }) => kind === 'refuse')) continue;
        if (effects.length > 1 || next !== state) unsound.push(`${words}: refused and done`);
      }
    expect(unsound).toEqual([]);
  });

  test('safe mode and the end are never left, and nothing is started in the end', () => {
    const unsound: string[] = [];
    for (const state of states)
      for (const [words, event] of SUPERVISOR_EVENTS) {
        const [next, effects] = SUPERVISOR.step(state, event);
        if (state.parked !== null && next.parked !== state.parked)
          unsound.push(`${words}: resumed`);
        if (state.end === 'no') continue;
        if (next.end === 'no') unsound.push(`${words}: goes on`);
        if (effects.some(({ kind }) => kind === 'startProcess')) unsound.push(`${words}: starts`);
      }
    expect(unsound).toEqual([]);
  });

  test('from each of them, switching off leads to the end once the processes are gone', () => {
    for (const state of states.filter(({ start }) => start !== 'off')) {
      let now = state;
      const then = (event: Parameters<typeof SUPERVISOR.step>[1]): void => {
        now = SUPERVISOR.step(now, event)[0];
      };
      then({ kind: 'shutDownCalled' });
      then({ kind: 'startFailed', code: 'package.expired', detail: '' });
      then({ kind: 'stopLimitPassed', process: 'desk' });
      then({ kind: 'stopLimitPassed', process: 'booth' });
      then({ kind: 'unitClosed' });
      expect(nameOfUnit(now)).toBe('ended');
    }
  });
});
