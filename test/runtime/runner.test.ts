import { describe, expect, test } from 'vitest';
import type { Machine } from '#firmware/machine.ts';
import { runMachine } from '#firmware/runtime/runner.ts';

type State = { readonly count: number };
type Event = { readonly kind: 'add' | 'breakInvariant' | 'throw' | 'unknown' };
type Effect = { readonly kind: 'added'; readonly count: number };

const counter: Machine<State, Event, Effect> = {
  initial: { count: 0 },
  step: (state, event) => {
    switch (event.kind) {
      case 'add':
        return [{ count: state.count + 1 }, [{ kind: 'added', count: state.count + 1 }]];
      case 'breakInvariant':
        return [{ count: -1 }, []];
      case 'throw':
        throw new Error('a bug');
      case 'unknown':
        return [state, [{ kind: 'refuse', event: 'unknown', reason: 'not now' }]];
    }
  },
  invariant: (state) => (state.count < 0 ? 'count is negative' : null),
};

const start = (again = 0) => {
  const seen: string[] = [];
  let left = again;
  const runner = runMachine<State, Event, Effect>({
    machine: counter,
    perform: (effect) => {
      seen.push(`${effect.kind} ${effect.count}`);
      if (left-- > 0) runner.post({ kind: 'add' });
    },
    onRefusal: (refusal) => seen.push(`refused: ${refusal.reason}`),
    onPark: (reason) => seen.push(`parked: ${reason}`),
  });
  return { runner, seen };
};

describe('the event queue of a machine', () => {
  test('events posted from within an effect wait their turn', () => {
    const { runner, seen } = start(2);
    runner.post({ kind: 'add' });
    expect(seen).toEqual(['added 1', 'added 2', 'added 3']);
    expect(runner.state()).toEqual({ count: 3 });
  });

  test('a refusal is told and changes nothing', () => {
    const { runner, seen } = start();
    runner.post({ kind: 'unknown' });
    expect(seen).toEqual(['refused: not now']);
    expect(runner.state()).toEqual({ count: 0 });
  });

  test.each([
    ['breakInvariant', 'parked: invariant broken by breakInvariant: count is negative'],
    ['throw', 'parked: a bug'],
  ] as const)('%s parks once and for good', (kind, told) => {
    const { runner, seen } = start();
    runner.post({ kind });
    runner.post({ kind: 'add' });
    expect(seen).toEqual([told]);
  });

  test('a machine that feeds itself without end parks instead of hanging', () => {
    const seen: string[] = [];
    const runner = runMachine<State, Event, Effect>({
      machine: counter,
      perform: () => {
        runner.post({ kind: 'add' });
        runner.post({ kind: 'add' });
      },
      onPark: (reason) => seen.push(reason),
    });
    runner.post({ kind: 'add' });
    expect(seen).toEqual(['more than 1000 events waiting']);
  });

  test('after a stop nothing is taken', () => {
    const { runner, seen } = start();
    runner.stop();
    runner.post({ kind: 'add' });
    expect(seen).toEqual([]);
  });
});
