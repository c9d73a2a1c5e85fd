/** Nothing that the booth logs or says tells what was chosen, or that nothing was. */
import { describe, expect, test } from 'vitest';
import { atBallot, type BoothWorld, markAll } from './world.ts';

const VISITS: Readonly<Record<string, (world: BoothWorld) => void>> = {
  'a full vote': (world) => {
    markAll(world);
    world.touch('vote', 'review:confirm', 'paper:taken');
  },
  'an undervote': (world) => {
    world.touch('option:0:1', 'vote', 'review:confirm', 'undervote:vote', 'paper:taken');
  },
  'a vote changed three times, in another language': (world) => {
    world.touch('language:en', 'option:0:1', 'option:0:1', 'option:0:0', 'vote', 'review:change');
    markAll(world);
    world.touch('vote', 'review:confirm');
    world.touch('paper:taken');
  },
  'a vote in large letters, by keypad and voice, in the dark': (world) => {
    world.post({ kind: 'keyPressed', focus: null });
    world.touch('settings:open', 'text:largest', 'contrast:next', 'settings:voice', 'voice:louder');
    world.touch('settings:close', 'screen:off');
    world.post({ kind: 'keyPressed', focus: 'card:t-1' });
    markAll(world);
    world.touch('vote', 'review:confirm', 'screen:on');
    world.post({ kind: 'keyPressed', focus: 'paper:taken' });
    world.touch('paper:taken');
  },
  'a vote with more time': (world) => {
    world.expire('votingWarning');
    world.touch('time:more');
    markAll(world);
    world.touch('vote', 'review:confirm', 'paper:taken');
  },
  'a wholly null vote': (world) => {
    world.touch('vote', 'review:confirm', 'blank:null', 'paper:taken');
  },
  'an expired vote': (world) => {
    world.expire('votingWarning');
    world.expire('votingEnd');
    world.expire('message');
    world.touch('paper:taken');
  },
  'a voter who left': (world) => {
    world.token('of-1');
    world.touch('voter:left');
    world.pull();
    world.touch('paper:inBox');
  },
};

const trail = (visit: (world: BoothWorld) => void) => {
  const world = atBallot();
  visit(world);
  expect(world.stage()).toBe('waiting');
  return { logged: world.logged(), said: world.said(), calls: world.calls() };
};

describe('what a visit leaves in the log, on the link and in the vault calls', () => {
  const full = trail(VISITS['a full vote']!);

  test('is one paper and one ballot', () => {
    expect(full.logged).toEqual(['recordPrinted', 'ballotCast']);
    expect(full.said).toEqual(['completed', 'idle']);
  });

  for (const [name, visit] of Object.entries(VISITS))
    test(`is the same for ${name}`, () => {
      expect(trail(visit)).toEqual(full);
    });
});
