/**
 * What people do: voters touch what the screen offers them, officers put tokens in, type, answer what
 * they are asked (truthfully), bring media and paper back; the operator types at the desk. Only what
 * the machine takes is told: a touch on nothing changes nothing.
 */
import type { BoothEvent, BoothState } from '#firmware/booth/state.ts';
import { POWER_EVENTS, PRINTER_GOOD, RETURNED, TOKEN_IN } from './booth-moves.ts';
import type { BoothTableEvent } from './booth-table.ts';
import { tellMedia } from './desk-moves.ts';
import { type DeskTableEvent, TYPED } from './desk-table.ts';
import { type Emit, happen } from './step.ts';
import {
  boothOf,
  complain,
  deskOf,
  postToBooth,
  postToDesk,
  toBooth,
  toDesk,
  type Unit,
} from './unit.ts';
import { BOTH, MEDIA, PAPERS, type World } from './world.ts';

/** Of a voter who is there, or of officers; what only changes how the ballot looks is not tried. */
export const VOTERS_TOUCHES = [
  'vote',
  'review:change',
  'review:confirm',
  'undervote:complete',
  'undervote:vote',
  'blank:select',
  'blank:null',
  'time:more',
  'expired:understood',
  'all:t-1',
  'option:0:0',
  'paper:reject',
] as const;
export const OFFICERS_TOUCHES = [
  'polls:open',
  'reports:print',
  'polls:close',
  'queue:empty',
  'queue:waiting',
  'officer:cancel',
  'media:synchronise',
  'paper:accept',
  'paper:inBox',
  'paper:taken',
  'paper:tryAgain',
  'paper:something',
  'paper:nothing',
  'paper:folded',
  'voter:there',
  'voter:left',
] as const;

type Touch = {
  readonly action: string;
  readonly event: BoothEvent;
  readonly words: string;
  readonly voters: boolean;
};
const touchOf =
  (voters: boolean) =>
  (action: string): Touch => ({
    action,
    event: { kind: 'touched', action },
    words: `${voters ? 'the voter' : 'somebody'} touches ${action}`,
    voters,
  });
const TOUCHES: readonly Touch[] = [
  ...VOTERS_TOUCHES.map(touchOf(true)),
  ...OFFICERS_TOUCHES.map(touchOf(false)),
];

/** Touches that a state takes; found once for each state. */
const taken = new WeakMap<BoothState, readonly (Touch & { readonly id: number })[]>();
const takenTouches = (unit: Unit, world: World) => {
  const state = boothOf(unit, world);
  const known = taken.get(state);
  if (known !== undefined) return known;
  const found = TOUCHES.map((touch) => ({ ...touch, id: unit.booth.eventId(touch.event) })).filter(
    ({ id }) => !unit.booth.move(world.booth, id).refused,
  );
  taken.set(state, found);
  return found;
};

const NOBODY_LIES: Readonly<Record<string, (world: World) => boolean>> = {
  'paper:something': ({ paper }) => paper !== 0,
  'paper:nothing': ({ paper }) => paper === 0,
  'voter:there': ({ left, voter }) => left === 0 && voter !== 0,
  'voter:left': ({ left }) => left === 1,
};

/** What hands do to the paper beside the touch. */
const handle = (unit: Unit, next: World, action: string): void => {
  if (action === 'paper:folded' && next.paper !== 0) {
    next.paper = 0;
    next.envelope--;
  }
  if (action === 'paper:taken' && next.paper === PAPERS.indexOf('whole'))
    next.paper = PAPERS.indexOf('cut');
  if ((action === 'paper:accept' || action === 'paper:reject') && PAPERS[next.paper] !== 'cut')
    complain(unit, 'a voter is asked about a paper that is not in hand');
};

const touches = (unit: Unit, world: World, emit: Emit): void => {
  for (const { action, id, words, voters } of takenTouches(unit, world)) {
    if (voters && (world.left === 1 || world.voter === 0)) continue;
    if (NOBODY_LIES[action]?.(world) === false) continue;
    happen(unit, world, emit, 'people', words, (next) => {
      handle(unit, next, action);
      postToBooth(unit, next, id);
    });
  }
};

const PIN: BoothTableEvent = { kind: 'pinTyped' };
const TOKEN_OUT: BoothEvent = { kind: 'tokenRemoved' };
const BUSY = 4 | 64;

const shareIsAsked = ({ stage }: BoothState): boolean =>
  stage.name === 'shares' && stage.step === 'enterPin';

const tokens = (unit: Unit, world: World, emit: Emit): void => {
  // A token that is being read is left alone until it was; then the answer comes to whoever is there.
  if ((world.work & BUSY) === 0) {
    const id = unit.booth.eventId(PIN);
    if (!unit.booth.move(world.booth, id).refused)
      happen(
        unit,
        world,
        emit,
        'people',
        shareIsAsked(boothOf(unit, world))
          ? 'an officer types a PIN for a share'
          : 'an officer types a PIN',
        (next) => void postToBooth(unit, next, id),
      );
  }
  if (world.token !== 0)
    happen(unit, world, emit, 'people', 'the token is taken out', (next) => {
      next.token = 0;
      toBooth(unit, next, TOKEN_OUT);
    });
  else
    for (const token of [1, 2])
      happen(
        unit,
        world,
        emit,
        'people',
        token === 1 ? 'the presiding officer puts a token in' : 'another officer puts a token in',
        (next) => {
          next.token = token;
          toBooth(unit, next, TOKEN_IN);
        },
      );
};

type Typing = { readonly words: string; readonly event: DeskTableEvent };
const TYPINGS = Object.entries(TYPED).map(([name, keys]): Typing & { readonly name: string } => ({
  name,
  words: `the operator types ${name}`,
  event: { kind: 'keysTyped', keys },
}));

/** An ID half typed, and a finger that the operator says is not there, are other notices. */
const isTried = (unit: Unit, world: World, name: string): boolean => {
  const { mode, content } = deskOf(unit, world);
  switch (name) {
    case 'id2':
      // Voters are alike: the second comes after the first was here.
      return unit.scope.voters === 2 && (content?.voters[0] ?? 0) !== 0;
    case 'minus':
      return unit.scope.authentication;
    case 'one':
      return mode.kind === 'pendingChoice' && world.left === 0;
    case 'two':
      return mode.kind === 'pendingChoice';
    case 'enter':
      return mode.kind !== 'ready' || content?.lock != null;
  }
  return true;
};

const operator = (unit: Unit, world: World, emit: Emit): void => {
  for (const { name, words, event } of TYPINGS) {
    const id = unit.desk.eventId(event);
    const move = unit.desk.move(world.desk, id);
    if (move.refused || (move.next === world.desk && move.ops.length === 0)) continue;
    if (!isTried(unit, world, name)) continue;
    happen(unit, world, emit, 'people', words, (next) => void postToDesk(unit, next, id));
  }
};

/** The supervisor tells both of the power. */
export const setPower = (unit: Unit, next: World, level: number): void => {
  next.power = level;
  if (next.booth !== 0) toBooth(unit, next, POWER_EVENTS[level]!);
  if (next.desk !== 0) toDesk(unit, next, POWER_EVENTS[level]!);
};

const repairs = (unit: Unit, world: World, emit: Emit): void => {
  for (const bit of [1, 2]) {
    if (world.present & bit) continue;
    const name = MEDIA[bit - 1]!;
    const plug = (next: World): undefined => {
      next.present |= bit;
      if (next.booth !== 0) toBooth(unit, next, RETURNED(bit));
      if (next.desk === 0 || deskOf(unit, next).content === null) return;
      next.deskInStep |= bit;
      tellMedia(unit, next);
    };
    happen(unit, world, emit, 'people', `the ${name} medium is put back`, plug);
    const other = BOTH & ~bit;
    const kept = world.present & world.newest & other;
    if (kept !== 0 && (world.newest & bit) !== 0)
      happen(unit, world, emit, 'people', `a fresh ${name} medium is put in`, (next) => {
        next.newest &= ~bit;
        plug(next);
      });
  }
  if (world.printerDown === 1)
    happen(unit, world, emit, 'people', 'the printer is put right', (next) => {
      next.printerDown = 0;
      if (next.booth !== 0) toBooth(unit, next, PRINTER_GOOD);
    });
  if (world.power !== 0)
    happen(unit, world, emit, 'people', 'the power is back', (next) => {
      setPower(unit, next, 0);
    });
};

export const peopleMoves = (unit: Unit, world: World, emit: Emit): void => {
  if (world.booth !== 0) {
    touches(unit, world, emit);
    tokens(unit, world, emit);
  }
  if (world.desk !== 0) operator(unit, world, emit);
  repairs(unit, world, emit);
};
