/**
 * What a state machine is here: pure and total. `step` answers every event in every state; where an
 * event does not apply the answer is a `refuse` effect with its reason and the same state.
 */
export type Refusal = { readonly kind: 'refuse'; readonly event: string; readonly reason: string };

export type Transition<State, Effect> = readonly [State, readonly (Effect | Refusal)[]];

export type Machine<State, Event, Effect> = {
  readonly initial: State;
  readonly step: (state: State, event: Event) => Transition<State, Effect>;
  /** Null when the state is sound; otherwise what is wrong. Asserted after every step. */
  readonly invariant: (state: State) => string | null;
};
