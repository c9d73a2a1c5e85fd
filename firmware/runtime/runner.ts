/**
 * Runs one state machine: a bounded queue of events, one step at a time, effects performed in order.
 * After every step the state's invariant is asserted. A bug (an exception, a rejected promise, a broken
 * invariant, an overfull queue) parks the machine: it takes no further event and never guesses.
 */
import type { Machine, Refusal } from '../machine.ts';
import { codeOfInvariant, codeOfThrown } from './bug.ts';

/** Events waiting; more than this means that something runs away. */
const QUEUE_LIMIT = 1_000;

export type Runner<State, Event> = {
  /** Queues an event; safe from within `perform`. After a stop or a park it is dropped. */
  readonly post: (event: Event) => void;
  /**
   * Minds work that goes on by itself: devices fail as values, so a rejection is a bug and parks the
   * machine. Every promise that nobody awaits is given here.
   */
  readonly guard: (work: Promise<unknown>) => void;
  readonly state: () => State;
  /** Takes no further event: the process ends, or the power is cut. */
  readonly stop: () => void;
};

export type RunnerOptions<State, Event, Effect> = {
  readonly machine: Machine<State, Event, Effect>;
  /** Starts what an effect asks for. Synchronous; later results come back as events. */
  readonly perform: (effect: Effect) => void;
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
  const { machine, perform, onRefusal, onPark, onState } = options;
  const queue: Event[] = [];
  let state = machine.initial;
  let phase: 'resting' | 'stepping' | 'stopped' = 'resting';

  const park = (code: string): void => {
    if (phase === 'stopped') return;
    phase = 'stopped';
    queue.length = 0;
    onPark(code);
  };

  const take = (event: Event): void => {
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
      work.catch((error: unknown) => park(codeOfThrown(error)));
    },
    state: () => state,
    stop: () => {
      phase = 'stopped';
      queue.length = 0;
    },
  };
};
