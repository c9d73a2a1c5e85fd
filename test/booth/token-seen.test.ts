/** A token that an officer puts in before the booth waits for one. */
import { describe, expect, test } from 'vitest';
import {
  atBallot,
  type BoothWorld,
  FRESH,
  markAll,
  OPEN,
  openBooth,
  startedOver,
} from './world.ts';

const insert = (world: BoothWorld, officer = 'of-1'): void => {
  world.around.officer = officer;
  world.post({ kind: 'tokenInserted' });
};

const checkOf = (world: BoothWorld) => {
  const { stage } = world.state();
  return 'check' in stage ? stage.check : null;
};

const atPaper = (): BoothWorld => {
  const world = atBallot();
  markAll(world);
  world.touch('vote', 'review:confirm');
  expect(world.stage()).toBe('takePaper');
  return world;
};

describe('a token that comes in early', () => {
  test('while the voter takes the paper is looked at when the booth waits again', () => {
    const world = atPaper();
    insert(world);
    expect(world.stage()).toBe('takePaper');
    world.expire('paper');
    expect(world.stage()).toBe('officer');
    expect(checkOf(world)).toMatchObject({ purpose: 'menu', step: 'enterPin' });
    // The desk may still admit the next voter, who comes first.
    expect(world.said()).toEqual(['completed', 'idle']);
    expect(world.timers.has('officerIdle')).toBe(true);
    world.admit();
    expect(world.stage()).toBe('ballot');
  });

  test('while the machine starts is looked at when it waits', () => {
    const world = startedOver(OPEN);
    world.around.answering = true;
    expect(checkOf(world)).toMatchObject({ purpose: 'resume', step: 'insertToken' });
    const early = startedOver(FRESH);
    insert(early);
    early.touch('polls:open');
    expect(checkOf(early)).toMatchObject({ purpose: 'open', step: 'enterPin' });
  });

  test('while a medium is missing is looked at when the vote under way is over', () => {
    const world = atPaper();
    insert(world);
    world.lose('removable');
    world.expire('paper');
    expect(world.stage()).toBe('officer');
    world.putBack('removable');
    world.touch('officer:cancel');
    expect(world.stage()).toBe('suspended');
    expect(checkOf(world)).toBeNull();
  });

  test('and is out again before the booth waits asks for nothing', () => {
    const world = atPaper();
    insert(world);
    world.pull();
    world.expire('paper');
    expect(world.stage()).toBe('waiting');
  });
});

describe('a token that stays in after it was looked at', () => {
  test('does not ask again: not after a touch, not after the next voter', () => {
    const world = openBooth();
    insert(world);
    expect(world.stage()).toBe('officer');
    world.touch('officer:cancel');
    expect(world.stage()).toBe('waiting');
    world.admit();
    markAll(world);
    world.touch('vote', 'review:confirm');
    world.expire('paper');
    expect(world.stage()).toBe('waiting');
  });

  test('nor does the one that opened the polls', () => {
    const world = startedOver(FRESH);
    world.touch('polls:open');
    world.token('of-1');
    expect(world.stage()).toBe('waiting');
  });
});
