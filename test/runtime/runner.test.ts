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
        throw new RangeError('no option 7 in contest 0');
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
    ['breakInvariant', /^parked: bug\.count-is-negative$/],
    // Where it struck; its message may quote a mark or a voter.
    ['throw', /^parked: bug\.runner\.test\.\d+$/],
  ] as const)('%s parks once and for good', (kind, told) => {
    const { runner, seen } = start();
    runner.post({ kind });
    runner.post({ kind: 'add' });
    expect(seen).toEqual([expect.stringMatching(told)]);
  });

  test('guarded work that is rejected parks once; work that ends well says nothing', async () => {
    const { runner, seen } = start();
    const failing = async (): Promise<never> => {
      await Promise.resolve();
      throw new Error('voter V-12345678');
    };
    runner.guard(Promise.resolve());
    runner.guard(Promise.reject('no error at all'));
    runner.guard(failing());
    await new Promise((resolve) => setImmediate(resolve));
    runner.post({ kind: 'add' });
    expect(seen).toEqual(['parked: bug.unknown']);
    const other = start();
    other.runner.guard(failing());
    await new Promise((resolve) => setImmediate(resolve));
    expect(other.seen).toEqual([expect.stringMatching(/^parked: bug\.runner\.test\.\d+$/)]);
  });

  test('of the effects of a step, none is performed after a park', () => {
    const performed: number[] = [];
    const twice: Machine<State, Event, Effect> = {
      ...counter,
      step: (state) => [
        state,
        [
          { kind: 'added', count: 1 },
          { kind: 'added', count: 2 },
        ],
      ],
    };
    const runner = runMachine<State, Event, Effect>({
      machine: twice,
      perform: ({ count }) => {
        performed.push(count);
        runner.stop();
      },
      onPark: () => undefined,
    });
    runner.post({ kind: 'add' });
    expect(performed).toEqual([1]);
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
    expect(seen).toEqual(['bug.queueFull']);
  });

  test('after a stop nothing is taken', () => {
    const { runner, seen } = start();
    runner.stop();
    runner.post({ kind: 'add' });
    expect(seen).toEqual([]);
  });
});
