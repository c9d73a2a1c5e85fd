/**
 * Runs one state machine: a bounded queue of events, one step at a time, effects performed in order.
 * After every step the state's invariant is asserted. A bug (an exception, a broken invariant, an
 * overfull queue) parks the machine: it takes no further event and never guesses.
 */
import type { Machine, Refusal } from '../machine.ts';

/** Events waiting; more than this means that something runs away. */
const QUEUE_LIMIT = 1_000;

export type Runner<State, Event> = {
  /** Queues an event; safe from within `perform`. After a stop or a park it is dropped. */
  readonly post: (event: Event) => void;
  readonly state: () => State;
  /** Takes no further event: the process ends, or the power is cut. */
  readonly stop: () => void;
};

export type RunnerOptions<State, Event, Effect> = {
  readonly machine: Machine<State, Event, Effect>;
  /** Starts what an effect asks for. Synchronous; later results come back as events. */
  readonly perform: (effect: Effect) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  /** A bug: told once, with the reason. */
  readonly onPark: (reason: string) => void;
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

  const park = (reason: string): void => {
    phase = 'stopped';
    queue.length = 0;
    onPark(reason);
  };

  const take = (event: Event): void => {
    const [next, effects] = machine.step(state, event);
    const wrong = machine.invariant(next);
    if (wrong !== null) throw new Error(`invariant broken by ${event.kind}: ${wrong}`);
    const changed = next !== state;
    state = next;
    if (changed) onState?.(state);
    for (const effect of effects) {
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
      park(error instanceof Error ? error.message : String(error));
    }
  };

  return {
    post: (event) => {
      if (phase === 'stopped') return;
      if (queue.length >= QUEUE_LIMIT) return park(`more than ${QUEUE_LIMIT} events waiting`);
      queue.push(event);
      if (phase === 'resting') drain();
    },
    state: () => state,
    stop: () => {
      phase = 'stopped';
      queue.length = 0;
    },
  };
};
