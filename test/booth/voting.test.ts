import { describe, expect, test } from 'vitest';
import { turnText } from '#firmware/booth/step.ts';
import { atBallot, GOOD_PRINTER, markAll, openBooth, power, withRules } from './world.ts';

const viewOf = (world: ReturnType<typeof atBallot>): string => {
  const { stage } = world.state();
  return stage.name === 'ballot' ? stage.view.kind : stage.name;
};

describe('a good vote', () => {
  test('goes through the protocol step by step and says completed once it is in the urn', () => {
    const world = openBooth();
    world.admit();
    expect(world.stage()).toBe('ballot');
    markAll(world);
    world.touch('vote', 'review:confirm');
    expect(world.cast).toEqual([[[0], [0, 1]]]);
    expect(world.calls()).toEqual([
      'activate',
      'prepare',
      'markStarted',
      'print',
      'markDone',
      'cut',
      'commit',
      'settle',
    ]);
    expect(world.said()).toEqual(['completed']);
    expect(world.stage()).toBe('takePaper');
    world.touch('paper:taken');
    expect(world.stage()).toBe('waiting');
    expect(world.said()).toEqual(['completed', 'idle']);
    expect(world.state().votes).toBe(1);
  });

  test('the screen goes back to waiting by itself when the paper was taken without a touch', () => {
    const world = atBallot();
    markAll(world);
    world.touch('vote', 'review:confirm');
    world.expire('paper');
    expect(world.stage()).toBe('waiting');
  });

  test('keeps no marks after they were handed over, and logs none', () => {
    const world = atBallot();
    markAll(world);
    world.around.answering = false;
    world.touch('vote', 'review:confirm');
    expect(world.stage()).toBe('preparing');
    expect(JSON.stringify(world.state().stage)).not.toContain('"marks"');
    const logged = world.effects.filter((effect) => effect.kind === 'log');
    expect(JSON.stringify(logged)).not.toMatch(/t-1|c-1|nominal|lista|null/);
  });

  test('a touched option is unmarked by a second touch', () => {
    const world = atBallot();
    world.touch('option:0:1', 'option:0:1', 'vote', 'review:confirm');
    expect(viewOf(world)).toBe('blank');
  });
});

describe('the messages', () => {
  test('one mark too many is refused with the contest, and can be dismissed', () => {
    const world = atBallot();
    world.touch('option:1:0', 'option:1:1', 'option:1:2');
    expect(viewOf(world)).toBe('refused');
    world.touch('option:1:3');
    expect(world.refusals).toHaveLength(1);
    world.touch('message:dismiss', 'vote', 'review:confirm');
    const { stage } = world.state();
    expect(stage.name === 'ballot' && stage.view).toEqual({ kind: 'undervote', positions: 1 });
  });

  test('the refusal leads back to the card on which it happened', () => {
    const world = atBallot();
    world.touch('option:1:0', 'option:1:1', 'card:t-2', 'option:1:2', 'message:dismiss');
    const { stage } = world.state();
    expect(stage.name === 'ballot' && stage.view).toEqual({ kind: 'card', cardId: 't-2' });
  });

  test('USTED DEJÓ DE SELECCIONAR: the voter completes, or votes as it is', () => {
    const world = atBallot();
    world.touch('option:0:0', 'vote', 'review:confirm');
    expect(viewOf(world)).toBe('undervote');
    world.touch('undervote:complete', 'option:1:0', 'vote', 'review:confirm', 'undervote:vote');
    expect(world.cast).toEqual([[[0], [0]]]);
  });

  test('USTED NO HA SELECCIONADO: the voter selects, or votes null', () => {
    const world = atBallot();
    world.touch('vote', 'review:confirm');
    expect(viewOf(world)).toBe('blank');
    world.touch('blank:select');
    expect(viewOf(world)).toBe('cards');
    world.touch('vote', 'review:confirm', 'blank:null');
    expect(world.cast).toEqual([[[], []]]);
    expect(world.said()).toEqual(['completed']);
  });

  test('the review can be left to change something', () => {
    const world = atBallot();
    markAll(world);
    world.touch('vote', 'review:change');
    expect(viewOf(world)).toBe('cards');
  });
});

describe('the language', () => {
  test('changes at any time without losing marks, and goes back after the voter', () => {
    const world = atBallot();
    markAll(world);
    world.touch('language:en');
    expect(world.state().locale).toBe('en');
    world.touch('vote', 'language:es', 'language:en', 'review:confirm');
    expect(world.cast).toEqual([[[0], [0, 1]]]);
    world.touch('paper:taken');
    expect(world.state().locale).toBe('es');
  });
});

describe('the time', () => {
  test('warns audibly, can be extended once, and ends with a wholly null ballot', () => {
    const world = atBallot();
    markAll(world);
    world.expire('votingWarning');
    expect(world.effects).toContainEqual({ kind: 'beep', durationMs: 1_500 });
    world.touch('time:more');
    expect(world.timers.has('votingEnd')).toBe(false);
    world.expire('votingWarning');
    world.touch('time:more');
    expect(world.refusals.at(-1)?.reason).toBe('not in ballot');
    world.expire('votingEnd');
    expect(world.stage()).toBe('expired');
    world.expire('message');
    expect(world.cast).toEqual([[[], []]]);
    expect(world.said()).toEqual(['completed']);
  });

  test('the expiry message can be understood at once', () => {
    const world = atBallot(withRules({ extensionMs: 0 }));
    world.expire('votingWarning');
    world.touch('time:more');
    expect(world.refusals).toHaveLength(1);
    world.expire('votingEnd');
    world.touch('expired:understood');
    expect(world.stage()).toBe('takePaper');
  });

  test('its timers are the election’s', () => {
    const world = atBallot();
    expect(world.effects).toContainEqual({
      kind: 'startTimer',
      timer: 'votingWarning',
      delayMs: 150_000,
    });
    world.expire('votingWarning');
    expect(world.effects).toContainEqual({
      kind: 'startTimer',
      timer: 'votingEnd',
      delayMs: 30_000,
    });
  });
});

describe('a voter who leaves', () => {
  test('the presiding officer releases the booth: all null, and the record goes into the box', () => {
    const world = atBallot();
    markAll(world);
    world.token('of-1');
    world.touch('voter:left');
    expect(world.cast).toEqual([[[], []]]);
    expect(world.said()).toEqual(['completed']);
    expect(world.stage()).toBe('takePaper');
    world.touch('paper:taken');
    expect(world.stage()).toBe('takePaper');
    world.touch('paper:inBox');
    expect(world.stage()).toBe('waiting');
  });

  test('another officer can not, and the voter goes on where the ballot was', () => {
    const world = atBallot();
    markAll(world);
    world.token('of-2');
    const { stage } = world.state();
    expect(stage.name === 'ballot' && stage.officer).toMatchObject({ refusal: 'wrongOfficer' });
    world.touch('all:t-2');
    expect(world.refusals).not.toHaveLength(0);
    world.pull();
    world.touch('vote', 'review:confirm');
    expect(world.cast).toEqual([[[0], [0, 1]]]);
  });

  test('the voter comes back before the officer confirms', () => {
    const world = atBallot();
    world.token('of-1');
    world.touch('officer:cancel', 'option:0:0');
    expect(world.stage()).toBe('ballot');
    expect(world.cast).toEqual([]);
  });
});

describe('admissions', () => {
  test('one that was not asked for is turned away', () => {
    const world = atBallot();
    world.admit();
    expect(world.refusals.at(-1)).toMatchObject({ event: 'received' });
    expect(world.stage()).toBe('ballot');
  });

  test('parked, a token changes nothing any more', () => {
    const world = openBooth();
    world.around.failures = { activate: 'notSynced' };
    world.post({ kind: 'tokenInserted' });
    world.admit();
    expect(world.stage()).toBe('parked');
    const before = world.state();
    world.post({ kind: 'tokenRemoved' }, { kind: 'tokenInserted' });
    expect(world.state()).toBe(before);
  });

  test('an unknown ballot style is turned away and nothing is stored', () => {
    const world = openBooth();
    world.post({
      kind: 'received',
      message: {
        kind: 'admission',
        token: '1'.repeat(32),
        ballotStyleId: 'otra',
        turn: turnText(world.state().turn),
      },
    });
    expect(world.said()).toEqual(['notCompleted', 'idle']);
    expect(world.calls()).toEqual([]);
  });

  test('a token that answers an earlier idle is void: nothing is served, nothing is said', () => {
    const world = openBooth();
    const late = turnText(world.state().turn);
    world.post({ kind: 'linkRestarted' });
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged', 'idle']);
    world.forget();
    const token = '2'.repeat(32);
    world.post({
      kind: 'received',
      message: { kind: 'admission', token, ballotStyleId: 'unica', turn: late },
    });
    expect(world.stage()).toBe('waiting');
    expect(world.said()).toEqual([]);
    expect(world.refusals).toHaveLength(1);
    world.admit();
    expect(world.stage()).toBe('ballot');
  });

  test('idle is told once, and again when the desk restarted', () => {
    const world = openBooth();
    world.post(power('battery'), power('mains'));
    expect(world.said()).toEqual([]);
    world.post({ kind: 'received', message: { kind: 'deskStarted' } });
    expect(world.said()).toEqual(['phaseChanged']);
    world.token('of-1');
    expect(world.said()).toEqual(['phaseChanged', 'idle']);
    expect(world.effects).toContainEqual({ kind: 'givePollbookKey' });
  });

  test('completed is repeated until an acknowledgement names every medium in step', () => {
    const world = atBallot();
    world.around.desk = false;
    markAll(world);
    world.touch('vote', 'review:confirm');
    expect(world.stage()).toBe('telling');
    world.expire('tellAgain');
    world.post({ kind: 'received', message: { kind: 'acknowledged', media: ['fixed'] } });
    expect(world.stage()).toBe('telling');
    world.expire('tellAgain');
    expect(world.said()).toEqual(['completed', 'completed', 'completed']);
    world.post({
      kind: 'received',
      message: { kind: 'acknowledged', media: ['removable', 'fixed'] },
    });
    expect(world.calls().at(-1)).toBe('settle');
    expect(world.stage()).toBe('takePaper');
  });
});

describe('power', () => {
  test('low: no new voter is asked for, the one at the booth finishes', () => {
    const world = atBallot();
    world.post(power('low'));
    markAll(world);
    world.touch('vote', 'review:confirm', 'paper:taken');
    expect(world.stage()).toBe('waiting');
    expect(world.said()).toEqual(['completed']);
    world.post(power('mains'));
    expect(world.said()).toEqual(['completed', 'idle']);
  });

  test('critical: rests, and goes on by itself with the marks when power is back', () => {
    const world = atBallot();
    markAll(world);
    world.post(power('critical'));
    expect(world.stage()).toBe('resting');
    expect(world.timers.has('votingWarning')).toBe(false);
    world.touch('vote');
    world.post(power('battery'));
    expect(world.stage()).toBe('ballot');
    expect(world.timers.has('votingWarning')).toBe(true);
    world.touch('vote', 'review:confirm');
    expect(world.cast).toEqual([[[0], [0, 1]]]);
  });

  test('critical while waiting: rests, turns an admission away, waits again', () => {
    const world = openBooth();
    world.post(power('critical'));
    world.admit();
    expect(world.said()).toEqual(['notCompleted']);
    world.post(power('mains'));
    expect(world.stage()).toBe('waiting');
    expect(world.said()).toEqual(['notCompleted', 'idle']);
  });
});

test('the printer’s status is kept for the screen', () => {
  const world = openBooth();
  world.post({ kind: 'printerStatus', status: { ...GOOD_PRINTER, paper: 'nearEnd' } });
  expect(world.state().printer?.paper).toBe('nearEnd');
  expect(world.refusals).toEqual([]);
});
