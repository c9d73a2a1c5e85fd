/** The exploration of a whole unit: two voters, two contests, every fault at every point. */
import type { Rules } from '#firmware/election/definition.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { boothMoves, calendarAnswers } from './booth-moves.ts';
import { type Booth, CALLS, makeBoothTable } from './booth-table.ts';
import { deskMoves, disagreement } from './desk-moves.ts';
import { type Desk, makeContents, makeDeskTable } from './desk-table.ts';
import { faultMoves, powerCut } from './faults.ts';
import { peopleMoves } from './people.ts';
import { type Found, type Goal, type SearchOptions, search } from './search.ts';
import type { Emit } from './step.ts';
import { boothOf, deskOf, type Scope, type Unit } from './unit.ts';
import { POLL } from './vault-model.ts';
import { ENVELOPE_EVEN, SWITCHED_OFF, WORK, type World } from './world.ts';

export type Change = {
  readonly booth?: (machine: Booth) => Booth;
  readonly desk?: (machine: Desk) => Desk;
};

/** Small limits, so that each is reached: they change how often, never what happens then. */
const RULES: Partial<Rules> = {
  shareThreshold: 2,
  tallyCopies: 1,
  fingerAttempts: 1,
  consecutiveNoMatchLimit: 2,
};

export const makeUnit = (scope: Scope, verifyPaper: boolean, change: Change = {}): Unit => {
  const definition = loadOwnDefinition(SMALL_PATH);
  const election = { ...definition, rules: { ...definition.rules, ...RULES, verifyPaper } };
  const contents = makeContents();
  const booth = makeBoothTable(election, change.booth);
  const desk = makeDeskTable(election, contents, change.desk);
  return {
    scope,
    contents,
    booth: booth.table,
    desk: desk.table,
    lateDesk: desk.late,
    initial: { booth: booth.initial, desk: desk.initial },
    wrong: null,
    beyond: false,
  };
};

/** Stands still for good: only switching it off and on helps. */
const standsStill = (unit: Unit, world: World): boolean =>
  (world.booth !== 0 && boothOf(unit, world).stage.name === 'parked') ||
  (world.desk !== 0 && deskOf(unit, world).mode.kind === 'parked');

/** Counted; pollbook, urn, box and envelope agree; nobody is admitted, no paper hangs out. */
const isGood = (unit: Unit, world: World): boolean =>
  world.polls === POLL.COUNTED &&
  world.booth !== 0 &&
  boothOf(unit, world).stage.name === 'finished' &&
  world.urn === world.box &&
  world.urn === unit.contents.marks(world.file) &&
  unit.contents.admitted(world.file) === 0 &&
  world.envelope === ENVELOPE_EVEN &&
  world.paper === 0;

/** An end that is good, from everywhere; one where everybody voted, while the polls are not closing. */
const goalsOf = (unit: Unit): readonly Goal[] => {
  const everybody = (1 << unit.scope.voters) - 1;
  const end: Goal = {
    rule: 'from here no way leads to a good end',
    from: () => true,
    is: (world) => isGood(unit, world),
  };
  // Two wrong codes of two, and authentication stays locked: as it should.
  if (unit.scope.authentication) return [end];
  return [
    end,
    {
      rule: 'from here not everybody can vote any more',
      from: ({ polls, call }) => polls <= POLL.OPEN && CALLS[call] !== 'closePolls',
      is: (world) => world.urn === everybody && isGood(unit, world),
    },
  ];
};

export const exploreUnit = (unit: Unit, options: SearchOptions): Found => {
  const next = (world: World, emit: Emit): void => {
    // The clock answers within the step that asks it.
    if ((world.work & WORK.calendar) !== 0) {
      calendarAnswers(unit, world, emit);
      return;
    }
    boothMoves(unit, world, emit);
    deskMoves(unit, world, emit);
    peopleMoves(unit, world, emit);
    if (standsStill(unit, world)) powerCut(unit, world, emit, 'people');
    faultMoves(unit, world, emit);
  };
  return search(
    {
      first: SWITCHED_OFF,
      next,
      wrong: (world) => {
        disagreement(unit, world);
        return unit.wrong;
      },
      beyond: () => unit.beyond,
      goals: goalsOf(unit),
    },
    options,
  );
};
