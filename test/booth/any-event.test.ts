import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeBooth } from '#firmware/booth/booth.ts';
import type { BoothEvent, BoothState, BoothTimer, StageName } from '#firmware/booth/state.ts';
import { AWAITED_CALL } from '#firmware/booth/vault-calls.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { targetsOf } from '#firmware/screen/hit-test.ts';
import { sceneOf } from '#firmware/screen/scene-of.ts';
import {
  type BoothWorld,
  GOOD_PRINTER,
  makeWorld,
  NO_PAPER,
  OPEN,
  power,
  SMALL,
  withRules,
} from './world.ts';

const SEED = 20_201_206;
const PANEL = { widthMm: 217, heightMm: 136 };
const VERIFY = withRules({ verifyPaper: true });
const MEDIA = ['fixed', 'removable'] as const;

const targets = (world: BoothWorld, definition: ElectionDefinition): readonly string[] =>
  targetsOf(sceneOf(world.state(), definition, PANEL)).map(({ target }) => target);

// ---------------------------------------------------------------- any event, in any state

const medium = fc.constantFrom(...MEDIA);
const call = fc.constantFrom(
  ...([
    'recover',
    'setUp',
    'clean',
    'activate',
    'prepare',
    'markStarted',
    'markPartial',
    'markDone',
    'markConfirmed',
    'spoil',
    'finishSpoil',
    'discard',
    'commit',
    'settle',
    'synchronise',
    'record',
    'openPolls',
    'closePolls',
    'countPolls',
  ] as const),
);
const refusal = fc.constantFrom('wrongPin', 'forged', 'repeated', 'blank', 'unreadable' as const);
const printerFault = fc.constantFrom('paperEnd', 'jam', 'cutter', 'timeout' as const);
const timer = fc.constantFrom<BoothTimer>(
  'votingWarning',
  'votingEnd',
  'message',
  'paper',
  'tellAgain',
  'totalsAgain',
  'printerAgain',
  'officerIdle',
);
const action = fc.constantFrom(
  'language:en',
  'settings:open',
  'settings:voice',
  'settings:close',
  'settings:default',
  'text:largest',
  'text:smaller',
  'contrast:soft',
  'contrast:next',
  'voice:on',
  'voice:louder',
  'voice:slower',
  'screen:off',
  'screen:on',
  'option:0:0',
  'option:9:9',
  'all:t-1',
  'all:none',
  'card:t-2',
  'card:close',
  'page:next',
  'page:previous',
  'message:dismiss',
  'vote',
  'review:change',
  'review:confirm',
  'undervote:complete',
  'undervote:vote',
  'blank:select',
  'blank:null',
  'time:more',
  'expired:understood',
  'paper:taken',
  'paper:accept',
  'paper:reject',
  'paper:tryAgain',
  'paper:something',
  'paper:nothing',
  'paper:folded',
  'paper:inBox',
  'pin:1',
  'pin:erase',
  'pin:enter',
  'officer:cancel',
  'voter:left',
  'voter:there',
  'selfTest:repeat',
  'ceremony:start',
  'polls:open',
  'polls:close',
  'queue:empty',
  'queue:waiting',
  'media:synchronise',
  'tally:copy',
  'nonsense',
  '',
);
const view = fc.record({
  phase: fc.constantFrom('OUTCOME', 'IDLE', 'ACTIVE', 'PREPARED', 'SPOILED' as const),
  print: fc.constantFrom('NONE', 'STARTED', 'PARTIAL', 'DONE', 'CONFIRMED' as const),
  epoch: fc.nat(20),
  reprints: fc.nat(3),
  spoils: fc.nat(3),
  inStep: fc.subarray([...MEDIA]),
  polls: fc.constantFrom('ready', 'open', 'closed', 'counted' as const),
});
const totals = {
  match: 1,
  noMatch: 0,
  noStoredPrint: 0,
  noUpperLimbs: 0,
  overrides: 0,
  votersMarked: 1,
  registered: 2,
};

const anyEvent: fc.Arbitrary<BoothEvent> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('touched' as const), action }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('vaultDone' as const), call, view }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('vaultFailed' as const),
      call,
      failure: fc.constantFrom(
        'mediumLost',
        'mediumLost',
        'notSynced',
        'empty',
        'foreign' as const,
      ),
      inStep: fc.subarray([...MEDIA]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('received' as const),
      message: fc.oneof(
        fc.constant({ kind: 'deskStarted' as const }),
        fc.record({
          kind: fc.constant('admission' as const),
          token: fc.constant('0'.repeat(32)),
          ballotStyleId: fc.constantFrom('unica', 'unica', 'unica', 'otra'),
          turn: fc.constantFrom('00000000', '00000001', '00000002'),
        }),
        fc.record({
          kind: fc.constant('acknowledged' as const),
          media: fc.subarray([...MEDIA]),
        }),
        fc.constant({ kind: 'authenticationTotals' as const, totals }),
      ),
    }),
  },
  fc.record({ kind: fc.constant('timerExpired' as const), timer }),
  fc.record({
    kind: fc.constant('keyPressed' as const),
    focus: fc.constantFrom(null, 'vote', 'card:t-2', 'nonsense'),
  }),
  fc.constantFrom<BoothEvent>(
    { kind: 'started' },
    { kind: 'linkRestarted' },
    { kind: 'tokenInserted' },
    { kind: 'tokenRemoved' },
    { kind: 'reportPrinted' },
    { kind: 'recordPrinted' },
    { kind: 'paperCut' },
    { kind: 'keysMade' },
    { kind: 'tokenWritten' },
    { kind: 'tokenNotWritten', problem: 'notWritten' },
    { kind: 'counted' },
    { kind: 'notCounted', code: 'counting.ballotsMissing' },
    { kind: 'resultWritten', written: true },
    { kind: 'printerStatus', status: GOOD_PRINTER },
    { kind: 'printerStatus', status: NO_PAPER },
    power('mains'),
    power('low'),
    power('critical'),
  ),
  fc.record({
    kind: fc.constantFrom('mediumLost' as const, 'mediumReturned' as const),
    medium,
  }),
  fc.record({
    kind: fc.constant('selfCheckDone' as const),
    check: fc.constant('printer' as const),
    result: fc.constantFrom('ok', 'printer.jam'),
  }),
  fc.record({
    kind: fc.constantFrom('reportNotPrinted' as const, 'paperNotCut' as const),
    fault: printerFault,
  }),
  fc.record({
    kind: fc.constant('recordNotPrinted' as const),
    fault: printerFault,
    progress: fc.constantFrom('nothing' as const, 'unknown' as const),
  }),
  fc.record({
    kind: fc.constant('calendarRead' as const),
    position: fc.constantFrom('beforeOpening', 'duringVoting', 'afterClosing', 'expired' as const),
  }),
  fc.record({
    kind: fc.constant('tokenChecked' as const),
    officerId: fc.constantFrom('of-1', 'of-2'),
    presiding: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom('tokenRefused' as const, 'shareRefused' as const), refusal }),
  fc.record({ kind: fc.constant('shareGiven' as const), given: fc.nat(4) }),
  fc.record({
    kind: fc.constant('ballotsOpened' as const),
    opened: fc.nat(30),
    ballots: fc.nat(30),
  }),
);

// ---------------------------------------------------------------- a coherent world in any trouble

type Move = {
  readonly deliver: null;
  readonly help: null;
  readonly touch: number;
  readonly expire: number;
  readonly restart: number;
  readonly admit: null;
  readonly pullToken: null;
  readonly lose: (typeof MEDIA)[number];
  readonly putBack: (typeof MEDIA)[number];
  readonly token: string;
  readonly power: 'mains' | 'low' | 'critical';
  readonly link: null;
  readonly deskStarted: null;
  readonly printFails: 'nothing' | 'unknown';
  readonly cutFails: null;
};
type MoveKind = keyof Move;
type AnyMove = { [Kind in MoveKind]: readonly [Kind, Move[Kind]] }[MoveKind];

const pick = fc.nat(1_000);
const move = <Kind extends MoveKind>(
  weight: number,
  kind: Kind,
  value: fc.Arbitrary<Move[Kind]>,
): fc.WeightedArbitrary<AnyMove> => ({
  weight,
  arbitrary: value.map((each) => [kind, each] as unknown as AnyMove),
});
const nothing = fc.constant(null);

const anyMove: fc.Arbitrary<AnyMove> = fc.oneof(
  move(60, 'deliver', nothing),
  move(50, 'help', nothing),
  move(20, 'touch', pick),
  move(3, 'expire', pick),
  move(15, 'admit', nothing),
  move(2, 'pullToken', nothing),
  move(4, 'restart', pick),
  move(2, 'lose', medium),
  move(8, 'putBack', medium),
  move(2, 'token', fc.constantFrom('of-1', 'of-2')),
  move(2, 'power', fc.constantFrom('mains', 'mains', 'low', 'critical')),
  move(1, 'link', nothing),
  move(1, 'deskStarted', nothing),
  move(2, 'printFails', fc.constantFrom('nothing', 'unknown')),
  move(1, 'cutFails', nothing),
);

/** Things that need an officer's decision are left to the ones who close the day. */
const NEVER_TOUCHED = ['polls:close', 'queue:empty'];

const started = (world: BoothWorld): BoothWorld => {
  for (const each of world.around.present) world.post({ kind: 'mediumReturned', medium: each });
  world.post({ kind: 'started' });
  return world;
};

const makeRun = (definition: ElectionDefinition) => {
  let world = makeWorld(definition);
  world.around.vault = OPEN;
  world.around.answering = false;
  started(world);

  const touch = (at: number): void => {
    const shown = targets(world, definition).filter((each) => !NEVER_TOUCHED.includes(each));
    const target = shown[at % Math.max(1, shown.length)];
    if (target !== undefined) world.touch(target);
  };

  const expire = (at: number): void => {
    const running = [...world.timers];
    const chosen = running[at % Math.max(1, running.length)];
    if (chosen !== undefined) world.expire(chosen);
  };

  /** The process dies; what it had asked for last was done, or not. */
  const restart = (at: number): void => {
    if (at % 2 === 0) {
      const last = world.held.shift();
      if (last !== undefined) world.answersTo(last);
    }
    world = started(makeWorld(definition, world.around));
  };

  const present = (each: (typeof MEDIA)[number]): boolean => world.around.present.includes(each);

  const MAKE: { readonly [Kind in MoveKind]: (value: Move[Kind]) => void } = {
    deliver: () => void world.deliver(),
    help: () => helpOnce(world, definition),
    touch,
    expire,
    restart,
    admit: () => {
      if (world.state().idleTold) world.admit();
    },
    pullToken: () => world.pull(),
    lose: (each) => {
      if (present(each)) world.lose(each);
    },
    putBack: (each) => {
      if (!present(each)) world.putBack(each);
    },
    token: (officer) => world.token(officer),
    power: (level) => world.post(power(level)),
    link: () => world.post({ kind: 'linkRestarted' }),
    deskStarted: () => world.post({ kind: 'received', message: { kind: 'deskStarted' } }),
    printFails: (progress) => void world.around.prints.push({ fault: 'jam', progress }),
    cutFails: () => void world.around.cuts.push('cutter'),
  };
  const make = ([kind, value]: AnyMove): void => (MAKE[kind] as (value: unknown) => void)(value);

  return { world: () => world, make };
};

/** What people do, in this order of preference, once all is well again. */
const HELPFUL = [
  'screen:on',
  'settings:close',
  'voter:there',
  'paper:something',
  'paper:folded',
  'paper:accept',
  'paper:inBox',
  'paper:taken',
  'paper:tryAgain',
  'message:dismiss',
  'officer:cancel',
  'blank:null',
  'undervote:vote',
  'review:confirm',
  'expired:understood',
  'vote',
  'card:close',
  'media:synchronise',
  'queue:waiting',
] as const;

/** More than the longest way to a waiting booth. */
const HELPING_STEPS = 400;

const WANTS_TOKEN = ['resuming', 'confirmVoter', 'suspended'];

/** One sensible thing that somebody at the booth does. */
const helpOnce = (world: BoothWorld, definition: ElectionDefinition): void => {
  const { stage } = world.state();
  const checking = 'check' in stage && stage.check !== null && stage.check !== 'ask';
  const shown = targets(world, definition);
  const target = HELPFUL.find((each) => shown.includes(each));
  if (WANTS_TOKEN.includes(stage.name) && (checking || stage.name === 'suspended')) {
    if (world.around.officer !== null) world.pull();
    world.token('of-1');
  } else if (target !== undefined) world.touch(target);
  else for (const running of [...world.timers].slice(0, 1)) world.expire(running);
};

/** Officers and voters do the sensible thing until the booth waits for the next voter. */
const help = (world: BoothWorld, definition: ElectionDefinition): void => {
  for (const each of MEDIA) if (!world.around.present.includes(each)) world.putBack(each);
  world.post(power('mains'), { kind: 'printerStatus', status: GOOD_PRINTER });
  for (let step = 0; step < HELPING_STEPS; step++) {
    if (world.stage() === 'waiting' && world.held.length === 0) return;
    if (!world.deliver()) helpOnce(world, definition);
  }
  throw new Error(`wedged in ${JSON.stringify(world.state().stage).slice(0, 300)}`);
};

/** From installation to the copy of the tally, with a refused share on the way. */
const wholeDay = (): BoothWorld => {
  const world = started(makeWorld());
  world.touch('ceremony:start');
  for (const { id } of SMALL.officers) {
    world.around.officer = id;
    world.post({ kind: 'tokenInserted' });
    for (const _time of ['choose', 'repeat'])
      world.touch('pin:2', 'pin:7', 'pin:4', 'pin:9', 'pin:5', 'pin:1', 'pin:enter');
    world.pull();
  }
  world.around.position = 'untrusted';
  world.touch('polls:open');
  for (const officer of ['of-1', 'of-2']) {
    world.token(officer);
    world.pull();
  }
  world.token('of-1');
  world.touch('polls:close');
  world.pull();
  world.token('of-3');
  world.touch('queue:empty');
  world.pull();
  for (const officer of ['of-3', 'of-3', 'of-4', 'of-5']) {
    world.token(officer);
    world.pull();
  }
  world.around.prints = [{ fault: 'jam', progress: 'unknown' }];
  world.touch('tally:copy');
  return world;
};

/** One state of every kind that a day in trouble comes to. */
const manyStates = (): readonly BoothState[] => {
  const seen = new Map(wholeDay().around.seen);
  const moves = fc.array(anyMove, { minLength: 30, maxLength: 200 });
  for (const definition of [SMALL, VERIFY])
    for (const day of fc.sample(moves, { seed: SEED, numRuns: 300 })) {
      const run = makeRun(definition);
      for (const each of day) run.make(each);
      for (const [kind, state] of run.world().around.seen) seen.set(kind, state);
    }
  return [...seen.values()];
};

describe('in every state', () => {
  const states = manyStates();

  test('the days that are tried come to nearly every stage', () => {
    const names = new Set(states.map(({ stage }) => stage.name));
    const missing = Object.keys(AWAITED_CALL).filter((name) => !names.has(name as StageName));
    expect(missing).toEqual(['parked']);
    expect(states.length).toBeGreaterThan(100);
  });

  test('every event is answered: nothing throws, a refusal changes nothing', () => {
    const machine = makeBooth(SMALL);
    const events = fc.sample(anyEvent, { seed: SEED, numRuns: 600 });
    const unsound: string[] = [];
    for (const state of states)
      for (const event of events) {
        const [next, effects] = machine.step(state, event);
        if (effects.some(({ kind }) => kind === 'refuse')) expect(next).toBe(state);
        // A vault that contradicts itself is a bug, and the runner parks.
        const wrong = machine.invariant(next);
        if (wrong !== null && event.kind !== 'vaultDone') unsound.push(`${event.kind}: ${wrong}`);
      }
    expect(unsound).toEqual([]);
  });

  test('it can be shown', () => {
    for (const state of states)
      expect(sceneOf(state, SMALL, PANEL).nodes.length).toBeGreaterThan(0);
  });
});

describe('in any trouble', () => {
  test.each([
    ['VERIFY off', SMALL],
    ['VERIFY on', VERIFY],
  ] as const)(
    '%s: the protocol’s order holds, and people can always get on',
    (_name, definition) => {
      let votes = 0;
      const reached = new Set<string>();
      fc.assert(
        fc.property(fc.array(anyMove, { minLength: 30, maxLength: 200 }), (moves) => {
          const run = makeRun(definition);
          for (const move of moves) {
            run.make(move);
            reached.add(run.world().stage());
          }
          expect(run.world().stage()).not.toBe('parked');
          help(run.world(), definition);
          const { vault } = run.world().around;
          expect(vault).toMatchObject({ phase: 'IDLE', polls: 'open' });
          votes += vault?.epoch ?? 0;
        }),
        { seed: SEED, numRuns: 500 },
      );
      expect(votes).toBeGreaterThan(100);
      for (const stage of ['ballot', 'askPrinted', 'cutting', 'recovering', 'suspended', 'telling'])
        expect(reached).toContain(stage);
    },
  );
});
