import { describe, expect, test } from 'vitest';
import { atBallot, GOOD_PRINTER, markAll, NO_PAPER, withRules } from './world.ts';

const VERIFY = withRules({ verifyPaper: true });

const castAll = (world: ReturnType<typeof atBallot>): void => {
  markAll(world);
  world.touch('vote', 'review:confirm');
};

describe('printing', () => {
  test('nothing came out: fixed, it prints again by itself and counts no reprint', () => {
    const world = atBallot();
    world.around.prints = [{ fault: 'paperEnd', progress: 'nothing' }];
    world.around.printer = NO_PAPER;
    castAll(world);
    expect(world.stage()).toBe('printFault');
    world.expire('printerAgain');
    expect(world.stage()).toBe('printFault');
    world.post({ kind: 'printerStatus', status: GOOD_PRINTER });
    expect(world.stage()).toBe('takePaper');
    expect(world.state().reprints).toBe(0);
    expect(world.logged()).toContain('printRecovered');
  });

  test('a part came out: counted, folded, printed under STARTED again', () => {
    const world = atBallot();
    world.around.prints = [{ fault: 'jam', progress: 'unknown' }];
    castAll(world);
    expect(world.stage()).toBe('askPrinted');
    world.touch('paper:something');
    expect(world.stage()).toBe('foldPartial');
    expect(world.state().reprints).toBe(1);
    world.touch('paper:folded');
    expect(world.calls()).toEqual([
      'activate',
      'prepare',
      'markStarted',
      'print',
      'markPartial',
      'markStarted',
      'print',
      'markDone',
      'cut',
      'commit',
      'settle',
    ]);
    expect(world.logged()).toContain('recordReprinted');
  });

  test('unknown, and the voter says that nothing came out: printed again, no reprint', () => {
    const world = atBallot();
    world.around.prints = [{ fault: 'timeout', progress: 'unknown' }];
    castAll(world);
    world.touch('paper:nothing');
    expect(world.stage()).toBe('takePaper');
    expect(world.state().reprints).toBe(0);
  });

  test('unknown, nothing came out, and the printer is still in trouble: waits for it', () => {
    const world = atBallot();
    world.around.prints = [{ fault: 'paperEnd', progress: 'unknown' }];
    castAll(world);
    world.post({ kind: 'printerStatus', status: NO_PAPER });
    world.touch('paper:nothing');
    expect(world.stage()).toBe('printFault');
    world.touch('paper:tryAgain');
    expect(world.stage()).toBe('takePaper');
  });

  test('partial three times: three in the envelope, one record, one vote', () => {
    const world = atBallot();
    const jam = { fault: 'jam', progress: 'unknown' } as const;
    world.around.prints = [jam, jam, jam];
    castAll(world);
    for (let time = 0; time < 3; time++) world.touch('paper:something', 'paper:folded');
    expect(world.state()).toMatchObject({ reprints: 3, votes: 1 });
  });

  test('the cutter sticks: cut again when it is back, or torn off by hand', () => {
    const world = atBallot();
    world.around.cuts = ['cutter'];
    castAll(world);
    expect(world.stage()).toBe('cutting');
    expect(world.calls()).not.toContain('commit');
    world.expire('printerAgain');
    expect(world.stage()).toBe('takePaper');
    const torn = atBallot();
    torn.around.cuts = ['cutter'];
    castAll(torn);
    torn.touch('paper:taken');
    expect(torn.stage()).toBe('takePaper');
    expect(torn.calls().filter((call) => call === 'print')).toHaveLength(1);
  });
});

describe('VERIFY', () => {
  test('accepted: CONFIRMED before the urn', () => {
    const world = atBallot(VERIFY);
    castAll(world);
    expect(world.stage()).toBe('verifying');
    expect(world.calls()).not.toContain('commit');
    world.touch('paper:accept');
    expect(world.calls().slice(-3)).toEqual(['markConfirmed', 'commit', 'settle']);
  });

  test('rejected once: into the envelope, an empty ballot, and no second rejection', () => {
    const world = atBallot(VERIFY);
    castAll(world);
    world.touch('paper:reject', 'paper:folded');
    const { stage } = world.state();
    expect(stage.name === 'ballot' && stage.marks).toEqual([[], []]);
    expect(world.state().spoils).toBe(1);
    world.touch('all:t-2', 'vote', 'review:confirm');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:reject');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:accept');
    expect(world.state()).toMatchObject({ votes: 1, spoils: 1 });
    expect(world.cast).toEqual([
      [[0], [0, 1]],
      [[1], [2, 3]],
    ]);
  });

  test('a voter who left is not asked: the officer puts the record into the box', () => {
    const world = atBallot(VERIFY);
    world.token('of-1');
    world.touch('voter:left');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:reject');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:inBox');
    expect(world.state().votes).toBe(1);
  });

  test('off: nobody is asked and DONE counts as CONFIRMED', () => {
    const world = atBallot();
    castAll(world);
    expect(world.calls()).not.toContain('markConfirmed');
    expect(world.state().votes).toBe(1);
  });
});
