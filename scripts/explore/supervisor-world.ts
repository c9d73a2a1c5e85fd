/**
 * What stands around the supervisor's machine when it is explored: two processes that begin, run, stand still, die
 * and hang at any point, their messages on the way in both directions, the start, people and alarms. Every
 * effect is judged as it is asked for. Left out: what is only relayed (power, calendar, the log's entries), the
 * console's process, which decides nothing, and the stages of the start but the last.
 */
import {
  makesSense,
  PARKED_AT_CONSOLE,
  RESTARTS,
  type SupervisorEffect,
  type SupervisorEvent,
  type SupervisorState,
} from '#firmware/supervisor/state.ts';
import type { SUPERVISOR } from '#firmware/supervisor/supervisor.ts';
import { PROCESSES, type ProcessName } from '#firmware/supervisor/unit-line.ts';
import type { SmallEmit } from './small-search.ts';
import type { Kind } from './step.ts';

export type SupervisorMachine = typeof SUPERVISOR;

export type Child = {
  /** `leaving`: killed, dead or stopped; the supervisor has not heard yet. */
  readonly life: 'off' | 'up' | 'leaving';
  readonly machine: 'none' | 'runs' | 'still';
  /** Takes nothing and says nothing any more. */
  readonly hung: boolean;
  /** Was given its work in this life. */
  readonly worked: boolean;
  /** On the way to it, and from it. */
  readonly inbox: readonly ('work' | 'park' | 'stop')[];
  readonly outbox: readonly ('machineRan' | 'machineParked' | 'obeyed' | 'machineStopped')[];
  readonly starts: number;
};

export type SupervisorWorld = {
  readonly state: SupervisorState;
  readonly children: Readonly<Record<ProcessName, Child>>;
  readonly start: 'off' | 'underWay' | 'over';
  readonly closing: 'no' | 'asked' | 'over';
  readonly restartWanted: boolean;
  /** So far; stays 0 where any number may come. */
  readonly faults: number;
};

const OFF: Child = {
  life: 'off',
  machine: 'none',
  hung: false,
  worked: false,
  inbox: [],
  outbox: [],
  starts: 0,
};

export const firstWorld = (machine: SupervisorMachine): SupervisorWorld => ({
  state: machine.initial,
  children: { desk: OFF, booth: OFF },
  start: 'off',
  closing: 'no',
  restartWanted: false,
  faults: 0,
});

const withChild = (
  world: SupervisorWorld,
  name: ProcessName,
  change: Partial<Child>,
): SupervisorWorld => ({
  ...world,
  children: { ...world.children, [name]: { ...world.children[name], ...change } },
});

const tell = (
  world: SupervisorWorld,
  name: ProcessName,
  word: Child['inbox'][number],
): SupervisorWorld => {
  const child = world.children[name];
  return child.life === 'up' ? withChild(world, name, { inbox: [...child.inbox, word] }) : world;
};

type Judged = { readonly world: SupervisorWorld; readonly wrong: string | null };
const fine = (world: SupervisorWorld): Judged => ({ world, wrong: null });

const startChild = (world: SupervisorWorld, name: ProcessName): Judged => {
  const child = world.children[name];
  const { parked, end } = world.state;
  const starts = child.starts + 1;
  const most = parked === null ? 1 + RESTARTS : 2 + RESTARTS;
  const wrong =
    child.life !== 'off'
      ? 'a process is started that is not gone'
      : end !== 'no'
        ? 'a process is started while the unit ends'
        : starts > most
          ? 'a process is started too often'
          : null;
  return { world: withChild(world, name, { ...OFF, life: 'up', starts }), wrong };
};

const introduce = (world: SupervisorWorld, name: ProcessName): Judged => {
  const wrong = world.children[name].worked
    ? 'a process is given its work twice'
    : world.state.parked !== null
      ? 'a process is given work in safe mode'
      : world.start !== 'over'
        ? 'a process is given work before everything is known'
        : null;
  return { world: tell(withChild(world, name, { worked: true }), name, 'work'), wrong };
};

const close = (world: SupervisorWorld): Judged => {
  const wrong =
    world.closing !== 'no'
      ? 'everything is let go twice'
      : world.start === 'underWay'
        ? 'everything is let go in the middle of the start'
        : PROCESSES.some((name) => world.children[name].life === 'up')
          ? 'everything is let go while a process runs'
          : null;
  return { world: { ...world, closing: 'asked' }, wrong };
};

const logged = (
  world: SupervisorWorld,
  { event }: Extract<SupervisorEffect, { kind: 'log' }>,
): Judged => {
  const given = PROCESSES.find(
    (name) =>
      event.id === 'safeModeEntered' &&
      event.fields.reason === `process.${name}Failed` &&
      world.children[name].starts <= RESTARTS,
  );
  const wrong =
    world.closing !== 'no'
      ? 'something is logged after the log was closed'
      : given !== undefined
        ? 'a process is given up that was not started anew'
        : null;
  return { world, wrong };
};

const perform = (world: SupervisorWorld, effect: SupervisorEffect): Judged => {
  switch (effect.kind) {
    case 'startProcess':
      return startChild(world, effect.process);
    case 'killProcess':
      return fine(
        world.children[effect.process].life === 'up'
          ? withChild(world, effect.process, { life: 'leaving', hung: false })
          : world,
      );
    case 'stopProcess':
      return fine(tell(world, effect.process, 'stop'));
    case 'introduce':
      return effect.work ? introduce(world, effect.process) : fine(world);
    case 'park':
      return fine(tell(world, effect.process, 'park'));
    case 'restartUnit':
      return fine({ ...world, restartWanted: true });
    case 'closeUnit':
      return close(world);
    case 'log':
      return logged(world, effect);
    case 'tellStage':
    case 'watchUnit':
    case 'say':
    case 'reportCrash':
    case 'showProcess':
    case 'showPhase':
    case 'showParked':
    case 'erasePollbookKey':
    case 'reportParkingDone':
      return fine(world);
  }
};

/** What an event must lead to, wherever it is taken. */
const owed = (
  before: SupervisorState,
  event: SupervisorEvent,
  after: SupervisorState,
  effects: readonly { readonly kind: string }[],
): string | null => {
  const asks = (kind: SupervisorEffect['kind']): boolean =>
    effects.some((effect) => effect.kind === kind);
  const calls = ['logStuck', 'parkCalled', 'startFailed'].includes(event.kind);
  if (calls && after.end === 'no' && after.parked === null)
    return 'a call for safe mode is ignored';
  if (before.parked !== null && after.parked !== before.parked)
    return 'the code of safe mode changes';
  if (before.parked === null && after.parked !== null && !asks('showParked'))
    return 'nobody is shown that the unit stands still';
  if (event.kind === 'phaseChanged' && event.phase !== 'setup' && !asks('erasePollbookKey'))
    return 'the pollbook’s key stays after the ceremony';
  if (event.kind === 'boothRested' && event.resting && !asks('reportParkingDone'))
    return 'the power policy is not told that all is durable';
  const late = event.kind === 'fellSilent' || event.kind === 'stopLimitPassed';
  if (late && !asks('killProcess')) return 'a process that does not answer is not ended';
  if (event.kind === 'restartCalled' && !asks('restartUnit')) return 'officers are not heard';
  const crashed = event.kind === 'machineParked' && event.code !== before.parked;
  if (event.kind === 'machineParked' && !crashed && asks('reportCrash'))
    return 'a crash is reported of who was told to stand still';
  const failed = event.kind === 'processEnded' && (before.end === 'no' || before.end === 'awaited');
  if ((crashed || failed) && !asks('reportCrash')) return 'a crash without a report';
  return null;
};

/** The world as it stands: what may not be, once every message on the way has arrived. */
const standing = ({ state, children }: SupervisorWorld): string | null => {
  for (const name of PROCESSES) {
    const { life, machine, hung, inbox } = children[name];
    if (state.end !== 'no' || state.start === 'off') return null;
    if (life === 'off' && state.parked !== null && !state.processes[name].last)
      return 'a process is dark in safe mode and was not started for its screen';
    if (life !== 'up' || hung || inbox.length > 0) continue;
    if (state.parked !== null && machine === 'runs') return 'a machine runs in safe mode';
    if (state.parked === null && state.start === 'done' && machine === 'none')
      return 'a process was never given its work';
  }
  return null;
};

/** The machine takes an event; what it asks for is done, and all of it judged. */
const post = (
  machine: SupervisorMachine,
  world: SupervisorWorld,
  event: SupervisorEvent,
): Judged => {
  const [state, effects] = machine.step(world.state, event);
  const refused = effects.some(({ kind }) => kind === 'refuse');
  if (refused)
    return { world, wrong: state === world.state ? null : 'a refusal changed the state' };
  let next: SupervisorWorld = { ...world, state };
  let wrong = machine.invariant(state) ?? owed(world.state, event, state, effects);
  for (const effect of effects) {
    if (effect.kind === 'refuse') continue;
    const done = perform(next, effect);
    next = done.world;
    wrong ??= done.wrong;
  }
  return { world: next, wrong: wrong ?? standing(next) };
};

type Move = (kind: Kind, words: string, world: SupervisorWorld, event?: SupervisorEvent) => void;

/** What a process does by itself with what it was told. */
const takeWord = (world: SupervisorWorld, name: ProcessName): SupervisorWorld => {
  const child = world.children[name];
  const [word, ...inbox] = child.inbox;
  if (word === undefined) return world;
  const say = (what: Child['outbox'][number], change: Partial<Child>): SupervisorWorld =>
    withChild(world, name, { inbox, outbox: [...child.outbox, what], ...change });
  switch (word) {
    case 'work':
      return child.machine === 'none'
        ? say('machineRan', { machine: 'runs' })
        : withChild(world, name, { inbox });
    case 'park':
      return child.machine === 'runs'
        ? say('obeyed', { machine: 'still' })
        : withChild(world, name, { inbox, machine: 'still' });
    case 'stop':
      return say('machineStopped', { life: 'leaving' });
  }
};

const processMoves = (world: SupervisorWorld, process: ProcessName, move: Move): void => {
  const child = world.children[process];
  const [said, ...outbox] = child.outbox;
  if (said !== undefined) {
    const heard = withChild(world, process, { outbox });
    const event: SupervisorEvent =
      said === 'machineParked' || said === 'obeyed'
        ? {
            kind: 'machineParked',
            process,
            code: (said === 'obeyed' ? world.state.parked : null) ?? 'bug.inTheMachine',
            detail: null,
          }
        : { kind: said, process };
    move('inside', `the ${process} says ${said}`, heard, event);
  }
  const ended: SupervisorEvent = { kind: 'processEnded', process, reason: 'exit-1' };
  // What it still had to say may be lost with it.
  if (child.life === 'leaving')
    move(
      'inside',
      `the ${process} is gone`,
      withChild(world, process, { ...OFF, starts: child.starts }),
      ended,
    );
  if (child.life !== 'up') return;
  if (child.hung) {
    move('time', `the ${process} is silent`, world, { kind: 'fellSilent', process });
    if (world.state.end === 'stopping')
      move('time', `the ${process} does not stop`, world, { kind: 'stopLimitPassed', process });
    return;
  }
  if (child.inbox.length > 0)
    move('inside', `the ${process} takes ${child.inbox[0]}`, takeWord(world, process));
  move('fault', `the ${process} dies`, withChild(world, process, { life: 'leaving' }));
  move('fault', `the ${process} hangs`, withChild(world, process, { hung: true }));
  if (child.machine === 'runs' && child.outbox.length < 2)
    move(
      'fault',
      `the ${process} has a bug and stands still`,
      withChild(world, process, {
        machine: 'still',
        outbox: [...child.outbox, 'machineParked'],
      }),
    );
};

const unitMoves = (world: SupervisorWorld, move: Move): void => {
  const { state } = world;
  if (world.start === 'off')
    move(
      'people',
      'somebody switches it on',
      { ...world, start: 'underWay' },
      { kind: 'switchedOn' },
    );
  if (world.start === 'underWay') {
    const over: SupervisorWorld = { ...world, start: 'over' };
    move('inside', 'everything is known', over, { kind: 'startedUp' });
    move('fault', 'it does not start', over, {
      kind: 'startFailed',
      code: 'machine.notCertified',
      detail: '',
    });
  }
  if (world.closing === 'asked')
    move('inside', 'everything is let go', { ...world, closing: 'over' }, { kind: 'unitClosed' });
  if (world.start === 'off' || state.end === 'ended') return;
  if (world.restartWanted)
    move(
      'inside',
      'it ends to start again',
      { ...world, restartWanted: false },
      {
        kind: 'shutDownCalled',
      },
    );
  else if (makesSense(state, 'reboot'))
    move('people', 'officers have it restarted', world, { kind: 'restartCalled' });
  move('people', 'it is switched off', world, { kind: 'shutDownCalled' });
  if (makesSense(state, 'park'))
    move('people', 'officers park it', world, {
      kind: 'parkCalled',
      code: PARKED_AT_CONSOLE,
      by: 'console',
    });
  move('fault', 'the log is stuck', world, { kind: 'logStuck', code: 'medium.full' });
  move('fault', 'the power policy has a bug', world, {
    kind: 'parkCalled',
    code: 'bug.unknown',
    by: 'power',
  });
  if (world.children.booth.machine !== 'runs' || world.children.booth.life !== 'up') return;
  move('people', 'the polls open', world, { kind: 'phaseChanged', phase: 'open' });
  move('time', 'the booth rests', world, { kind: 'boothRested', resting: true });
};

/** Everything that can happen next. `faultsMost`: null for any number. */
export const supervisorMoves =
  (machine: SupervisorMachine, faultsMost: number | null) =>
  (world: SupervisorWorld, emit: SmallEmit<SupervisorWorld>): void => {
    const move: Move = (kind, words, given, event) => {
      const counted = kind === 'fault' && faultsMost !== null;
      if (counted && world.faults >= faultsMost) return;
      const next = counted ? { ...given, faults: world.faults + 1 } : given;
      if (event === undefined) {
        emit(kind, words, next, standing(next));
        return;
      }
      try {
        const { world: after, wrong } = post(machine, next, event);
        emit(kind, words, after, wrong);
      } catch (error) {
        emit(kind, words, next, `it throws: ${error}`);
      }
    };
    unitMoves(world, move);
    for (const name of PROCESSES) processMoves(world, name, move);
  };
