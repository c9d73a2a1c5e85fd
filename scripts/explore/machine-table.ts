/**
 * A machine as a table that fills while it is used: each of its states and events becomes a small
 * number, each step is made once with the real `step` function and remembered. The exploration then
 * moves numbers, and still every one of them stands for a state that the machine itself came to.
 */
import type { Machine } from '#firmware/machine.ts';

/** What one step does, as remembered. */
export type Move<Op> = {
  readonly next: number;
  readonly ops: readonly Op[];
  /** The machine refused the event. */
  readonly refused: boolean;
  /** A broken invariant, an exception, or what `judge` says; null: all is well. */
  readonly wrong: string | null;
};

export type MachineTable<State, Event, Op> = {
  /** 0 is no state: the process does not run. */
  readonly idOf: (state: State) => number;
  readonly stateOf: (id: number) => State;
  readonly eventId: (event: Event) => number;
  readonly eventOf: (id: number) => Event;
  readonly move: (stateId: number, eventId: number) => Move<Op>;
  readonly states: () => number;
};

export type TableOptions<State, Event, Effect, Op> = {
  readonly machine: Machine<State, Event, Effect>;
  /** Leaves out of a state what can not matter; the machine goes on from what is left. */
  readonly normalise: (state: State) => State;
  /** The state as text; equal texts are one state. */
  readonly keyOf: (state: State) => string;
  readonly keyOfEvent: (event: Event) => string;
  /** What the effect asks of the surroundings; null: nothing that is modelled. */
  readonly compile: (effect: Effect, before: State, after: State) => Op | null;
  /** What is wrong with the step itself, whatever stands around; null: nothing. */
  readonly judge: (
    before: State,
    event: Event,
    after: State,
    effects: readonly Effect[],
  ) => string | null;
};

export const makeMachineTable = <State, Event, Effect extends { readonly kind: string }, Op>({
  machine,
  normalise,
  keyOf,
  keyOfEvent,
  compile,
  judge,
}: TableOptions<State, Event, Effect, Op>): MachineTable<State, Event, Op> => {
  const states: (State | null)[] = [null];
  const events: Event[] = [];
  const stateIds = new Map<string, number>();
  const eventIds = new Map<string, number>();
  /** Events that are asked for again and again as the same object. */
  const seenEvents = new WeakMap<object, number>();
  /** By state, then by event. */
  const moves: (Move<Op> | undefined)[][] = [[]];

  const idOf = (given: State): number => {
    const state = normalise(given);
    const key = keyOf(state);
    const known = stateIds.get(key);
    if (known !== undefined) return known;
    stateIds.set(key, states.length);
    moves.push([]);
    return states.push(state) - 1;
  };
  const stateOf = (id: number): State => {
    const state = states[id];
    if (state == null) throw new Error(`no state ${id}`);
    return state;
  };
  const eventOf = (id: number): Event => {
    const event = events[id];
    if (event === undefined) throw new Error(`no event ${id}`);
    return event;
  };
  const make = (stateId: number, event: Event): Move<Op> => {
    const before = stateOf(stateId);
    try {
      const [after, effects] = machine.step(before, event);
      const refused = effects.some(({ kind }) => kind === 'refuse');
      const own = effects.filter(({ kind }) => kind !== 'refuse') as readonly Effect[];
      const ops = own.map((effect) => compile(effect, before, after)).filter((op) => op !== null);
      const changed = refused && after !== before ? 'a refusal changed the state' : null;
      const wrong = machine.invariant(after) ?? changed ?? judge(before, event, after, own);
      return { next: idOf(after), ops, refused, wrong };
    } catch (error) {
      return { next: stateId, ops: [], refused: false, wrong: `it throws: ${error}` };
    }
  };
  return {
    idOf,
    stateOf,
    eventId: (event) => {
      const seen = seenEvents.get(event as object);
      if (seen !== undefined) return seen;
      const key = keyOfEvent(event);
      const id = eventIds.get(key) ?? events.push(event) - 1;
      eventIds.set(key, id);
      seenEvents.set(event as object, id);
      return id;
    },
    eventOf,
    move: (stateId, eventId) => {
      const row = moves[stateId]!;
      const known = row[eventId] ?? make(stateId, eventOf(eventId));
      row[eventId] = known;
      return known;
    },
    states: () => states.length - 1,
  };
};
