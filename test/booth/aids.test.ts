/** A voter's settings: they change what is seen and heard, never what is marked, and go with the voter. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_AIDS, RATE, VOLUME, type VoterSettings } from '#firmware/booth/state.ts';
import { FC_SEED } from '#test/election/arbitrary-elections.ts';
import { atBallot, type BoothWorld, markAll, openBooth } from './world.ts';

const AIDS = [
  'settings:open',
  'settings:voice',
  'settings:look',
  'settings:close',
  'settings:default',
  'text:large',
  'text:largest',
  'text:smaller',
  'text:larger',
  'contrast:blackOnWhite',
  'contrast:next',
  'contrast:previous',
  'voice:on',
  'voice:off',
  'voice:louder',
  'voice:softer',
  'voice:faster',
  'voice:slower',
  'screen:off',
  'screen:on',
  'language:en',
  'language:es',
] as const;
const MARKING = ['option:0:0', 'option:0:1', 'option:1:0', 'option:1:3', 'card:t-2', 'card:close'];

const settingsOf = (world: BoothWorld): VoterSettings => world.state().aids.settings;
const marksOf = (world: BoothWorld) => {
  const { stage } = world.state();
  return stage.name === 'ballot' ? stage.marks : null;
};

describe('settings', () => {
  test('change nothing that is marked, whenever they are changed', () => {
    const step = fc.oneof(
      fc.record({ aid: fc.constant(true), action: fc.constantFrom(...AIDS) }),
      fc.record({ aid: fc.constant(false), action: fc.constantFrom(...MARKING) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const changed = atBallot();
        const plain = atBallot();
        for (const { aid, action } of steps) {
          changed.touch(action);
          if (!aid) plain.touch(action);
        }
        expect(marksOf(changed)).toEqual(marksOf(plain));
      }),
      { seed: FC_SEED, numRuns: 150 },
    );
  });

  test('are kept from the ballot to the paper, and gone when the next voter comes', () => {
    const world = atBallot();
    world.post({ kind: 'keyPressed', focus: null });
    world.touch('text:largest', 'contrast:whiteOnBlack', 'voice:louder', 'language:en');
    markAll(world);
    world.touch('vote', 'review:confirm');
    expect(world.stage()).toBe('takePaper');
    expect(settingsOf(world)).toMatchObject({ text: 'largest', contrast: 'whiteOnBlack' });
    world.touch('paper:taken');
    expect(world.state()).toMatchObject({ aids: DEFAULT_AIDS, locale: 'es' });
    world.post({ kind: 'keyPressed', focus: null });
    world.admit();
    expect(world.stage()).toBe('ballot');
    expect(world.state().aids).toEqual(DEFAULT_AIDS);
  });

  test('are gone with a voter who left, and with a vote that was given up', () => {
    const left = atBallot();
    left.touch('text:large', 'screen:off');
    left.token('of-1');
    left.touch('voter:left');
    left.pull();
    left.touch('paper:inBox');
    const lost = atBallot();
    lost.touch('text:large', 'screen:off');
    lost.lose('removable');
    for (const world of [left, lost]) expect(world.state().aids).toEqual(DEFAULT_AIDS);
  });

  test('are a voter’s alone: between voters nothing can be set', () => {
    const world = openBooth();
    for (const action of AIDS) world.touch(action);
    expect(world.stage()).toBe('waiting');
    expect(world.state().aids).toEqual(DEFAULT_AIDS);
  });

  test('stop at their limits', () => {
    const world = atBallot();
    const many = Array.from({ length: 40 });
    for (const _each of many) world.touch('voice:louder', 'voice:faster', 'text:larger');
    expect(settingsOf(world)).toMatchObject({
      volume: VOLUME.most,
      rate: RATE.most,
      text: 'largest',
    });
    for (const _each of many) world.touch('voice:softer', 'voice:slower', 'text:smaller');
    expect(settingsOf(world)).toMatchObject({
      volume: VOLUME.least,
      rate: RATE.least,
      text: 'standard',
    });
    world.touch('settings:default');
    expect(settingsOf(world)).toEqual(DEFAULT_AIDS.settings);
  });

  test('give way to what comes in the meantime, and to an officer', () => {
    const world = atBallot();
    world.touch('settings:open');
    world.expire('votingWarning');
    expect(world.state().aids.panel).toBe('look');
    world.token('of-1');
    expect(world.state().aids.panel).toBeNull();
    world.pull();
    world.touch('settings:open');
    world.expire('votingEnd');
    expect(world.stage()).toBe('expired');
    expect(world.state().aids.panel).toBeNull();
  });

  test('pages begin anew when letters change their size', () => {
    const world = atBallot();
    world.touch('page:next', 'page:next', 'text:large');
    expect(world.state().stage).toMatchObject({ page: 0, part: 0 });
  });
});

describe('the keypad', () => {
  test('is woken by the first key, with the voice, and asks for nothing', () => {
    const world = atBallot();
    const before = world.effects.length;
    world.post({ kind: 'keyPressed', focus: null });
    expect(world.state().aids).toMatchObject({
      keys: true,
      focus: null,
      settings: { sound: true },
    });
    world.touch('voice:off');
    world.post({ kind: 'keyPressed', focus: 'vote' });
    expect(world.state().aids).toMatchObject({ focus: 'vote', settings: { sound: false } });
    expect(world.effects.slice(before)).toEqual([]);
  });

  test('keeps the focus while options are marked, and finds the card again that was closed', () => {
    const world = atBallot();
    world.post({ kind: 'keyPressed', focus: null });
    world.touch('card:t-2');
    expect(world.state().aids.focus).toBeNull();
    world.post({ kind: 'keyPressed', focus: 'option:0:1' });
    world.touch('option:0:1');
    expect(world.state().aids.focus).toBe('option:0:1');
    world.touch('card:close');
    expect(world.state().aids.focus).toBe('card:t-2');
    world.touch('vote');
    expect(world.state().aids.focus).toBeNull();
  });
});
