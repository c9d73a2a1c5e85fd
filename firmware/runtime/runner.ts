/**
 * Runs one state machine: a bounded queue of events, one step at a time, effects performed in order.
 * After every step the state's invariant is asserted. A bug (an exception, a rejected promise, a broken
 * invariant, an overfull queue) parks the machine: it takes no further event and never guesses.
 */
import type { Machine, Refusal } from '../machine.ts';
import { codeOfInvariant, codeOfThrown } from './bug.ts';

/** Events waiting; more than this means that something runs away. */
const QUEUE_LIMIT = 1_000;

/** How a machine gets on; a watchdog compares two looks at it. */
export type Health = {
  /** Events taken so far. */
  readonly steps: number;
  /** It is in the middle of a step: seen from outside of one, it is caught there. */
  readonly stepping: boolean;
  /** The number of the oldest work that has not come to an end; null: none is under way. */
  readonly oldestWork: number | null;
};

export type Runner<State, Event> = {
  /** Queues an event; safe from within `perform`. After a stop or a park it is dropped. */
  readonly post: (event: Event) => void;
  /**
   * Minds work that goes on by itself: devices fail as values, so a rejection is a bug and parks the
   * machine. Every promise that nobody awaits is given here.
   */
  readonly guard: (work: Promise<unknown>) => void;
  readonly state: () => State;
  readonly health: () => Health;
  /** Takes no further event: the process ends, or the power is cut. */
  readonly stop: () => void;
};

export type RunnerOptions<State, Event, Effect> = {
  readonly machine: Machine<State, Event, Effect>;
  /** Starts what an effect asks for. Synchronous; later results come back as events. */
  readonly perform: (effect: Effect) => void;
  /** Each event before its step, with the state that takes it. */
  readonly onEvent?: (event: Event, state: State) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  /** A bug: told once, as a code (bug.ts). */
  readonly onPark: (code: string) => void;
  /** After each step that changed the state. */
  readonly onState?: (state: State) => void;
};

const isRefusal = (effect: { readonly kind: string }): effect is Refusal =>
  effect.kind === 'refuse';

export const runMachine = <
  State,
  Event extends { readonly kind: string },
  Effect extends { readonly kind: string },
>(
  options: RunnerOptions<State, Event, Effect>,
): Runner<State, Event> => {
  const { machine, perform, onEvent, onRefusal, onPark, onState } = options;
  const queue: Event[] = [];
  let state = machine.initial;
  let steps = 0;
  let works = 0;
  /** Numbers of the works under way, the oldest first. */
  const underWay = new Set<number>();
  let phase: 'resting' | 'stepping' | 'stopped' = 'resting';

  const park = (code: string): void => {
    if (phase === 'stopped') return;
    phase = 'stopped';
    queue.length = 0;
    onPark(code);
  };

  const take = (event: Event): void => {
    steps++;
    onEvent?.(event, state);
    const [next, effects] = machine.step(state, event);
    const wrong = machine.invariant(next);
    if (wrong !== null) {
      park(codeOfInvariant(wrong));
      return;
    }
    const changed = next !== state;
    state = next;
    if (changed) onState?.(state);
    for (const effect of effects) {
      if (phase === 'stopped') return;
      if (isRefusal(effect)) onRefusal?.(effect);
      else perform(effect as Effect);
    }
  };

  const drain = (): void => {
    phase = 'stepping';
    try {
      for (let event = queue.shift(); event !== undefined; event = queue.shift()) take(event);
      if (phase === 'stepping') phase = 'resting';
    } catch (error) {
      park(codeOfThrown(error));
    }
  };

  return {
    post: (event) => {
      if (phase === 'stopped') return;
      if (queue.length >= QUEUE_LIMIT) return park('bug.queueFull');
      queue.push(event);
      if (phase === 'resting') drain();
    },
    guard: (work) => {
      const number = ++works;
      underWay.add(number);
      const end = (): void => void underWay.delete(number);
      work.then(end, (error: unknown) => {
        end();
        park(codeOfThrown(error));
      });
    },
    state: () => state,
    health: () => {
      const [oldestWork] = underWay;
      return { steps, stepping: phase === 'stepping', oldestWork: oldestWork ?? null };
    },
    stop: () => {
      phase = 'stopped';
      queue.length = 0;
    },
  };
};
