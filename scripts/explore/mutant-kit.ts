/**
 * How mutations of the machines' `step` functions are made: each wraps the real one, and drops a guard,
 * changes or adds an effect, or ignores an event.
 */
import type { BoothEffect, BoothEvent, BoothState } from '#firmware/booth/state.ts';
import type { DeskEffect, DeskEvent, DeskState } from '#firmware/desk/state.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { Booth } from './booth-table.ts';
import type { Desk } from './desk-table.ts';
import type { Change } from './explore.ts';
import type { FaultName } from './unit.ts';

export type Mutant = {
  readonly of: 'unit';
  readonly name: string;
  readonly change: Change;
  readonly verifyPaper: boolean;
  /** What has to go wrong for it to show. */
  readonly faults: readonly FaultName[];
  /** So many times at most. */
  readonly faultsMost: number;
  readonly authentication: boolean;
};

type Needs = Partial<Pick<Mutant, 'verifyPaper' | 'faults' | 'faultsMost' | 'authentication'>>;

export const mutant = (name: string, change: Change, needs: Needs = {}): Mutant => ({
  of: 'unit',
  name,
  change,
  verifyPaper: false,
  faults: [],
  faultsMost: 1,
  authentication: false,
  ...needs,
});

type Effects<Effect> = readonly (Effect | Refusal)[];

const booth = (make: (step: Booth['step']) => Booth['step']): Change => ({
  booth: (machine) => ({ ...machine, step: make(machine.step) }),
});
const desk = (make: (step: Desk['step']) => Desk['step']): Change => ({
  desk: (machine) => ({ ...machine, step: make(machine.step) }),
});

/** The event is taken as if it had not happened. */
export const boothIgnores = (is: (event: BoothEvent, state: BoothState) => boolean): Change =>
  booth((step) => (state, event) => (is(event, state) ? [state, []] : step(state, event)));
export const deskIgnores = (is: (event: DeskEvent, state: DeskState) => boolean): Change =>
  desk((step) => (state, event) => (is(event, state) ? [state, []] : step(state, event)));

/** The machine believes something else of itself when it takes an event. */
export const boothBelieves = (see: (state: BoothState, event: BoothEvent) => BoothState): Change =>
  booth((step) => (state, event) => {
    const [next, effects] = step(see(state, event), event);
    return effects.some(({ kind }) => kind === 'refuse') ? [state, effects] : [next, effects];
  });
export const deskBelieves = (see: (state: DeskState, event: DeskEvent) => DeskState): Change =>
  desk((step) => (state, event) => {
    const [next, effects] = step(see(state, event), event);
    return effects.some(({ kind }) => kind === 'refuse') ? [state, effects] : [next, effects];
  });

/** Another event is taken than the one that happened. */
export const boothHears = (hear: (event: BoothEvent, state: BoothState) => BoothEvent): Change =>
  booth((step) => (state, event) => step(state, hear(event, state)));
export const deskHears = (hear: (event: DeskEvent, state: DeskState) => DeskEvent): Change =>
  desk((step) => (state, event) => step(state, hear(event, state)));

/** Effects are others on their way out. */
export const boothAsks = (
  ask: (
    effects: Effects<BoothEffect>,
    before: BoothState,
    event: BoothEvent,
    after: BoothState,
  ) => Effects<BoothEffect>,
): Change =>
  booth((step) => (state, event) => {
    const [next, effects] = step(state, event);
    return [next, ask(effects, state, event, next)];
  });
export const deskAsks = (
  ask: (
    effects: Effects<DeskEffect>,
    before: DeskState,
    event: DeskEvent,
    after: DeskState,
  ) => Effects<DeskEffect>,
): Change =>
  desk((step) => (state, event) => {
    const [next, effects] = step(state, event);
    return [next, ask(effects, state, event, next)];
  });

/** The state that comes out is another. */
export const deskBecomes = (
  become: (after: DeskState, effects: Effects<DeskEffect>, before: DeskState) => DeskState,
): Change =>
  desk((step) => (state, event) => {
    const [next, effects] = step(state, event);
    return [become(next, effects, state), effects];
  });

/** One call of the vault instead of another. */
export const swapsCall = (
  from: Extract<BoothEffect, { kind: 'vault' }>['call'],
  to: BoothEffect,
): Change =>
  boothAsks((effects) =>
    effects.map((effect) => (effect.kind === 'vault' && effect.call === from ? to : effect)),
  );
