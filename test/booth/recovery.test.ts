import { describe, expect, test } from 'vitest';
import type { VaultCall, VaultView } from '#firmware/booth/state.ts';
import {
  atBallot,
  FRESH,
  makeWorld,
  markAll,
  OPEN,
  openBooth,
  power,
  startedOver,
  withRules,
} from './world.ts';

const VERIFY = withRules({ verifyPaper: true });
const prepared = (print: VaultView['print']): VaultView => ({ ...OPEN, phase: 'PREPARED', print });

/** The presiding officer gives the desk its key again. */
const resume = (world: ReturnType<typeof startedOver>): void => {
  expect(world.stage()).toBe('resuming');
  world.token('of-1');
};

describe('rows of the recovery table, found at start', () => {
  test('IDLE: clean, the desk gets its key, idle', () => {
    const world = startedOver(OPEN);
    expect(world.calls()).toEqual(['recover', 'clean']);
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged']);
    resume(world);
    expect(world.stage()).toBe('waiting');
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged', 'idle']);
    expect(world.effects).toContainEqual({ kind: 'givePollbookKey' });
  });

  test('news of power or of the link does not take away the digits an officer has typed', () => {
    const world = startedOver(OPEN);
    world.post({ kind: 'tokenInserted' });
    world.touch('pin:1', 'pin:2', 'pin:3');
    world.post(power('battery'), { kind: 'linkRestarted' });
    expect(world.state().stage).toMatchObject({ name: 'resuming', check: { pin: '123' } });
    world.post(power('critical'));
    expect(world.stage()).toBe('resting');
  });

  test('ACTIVE: discarded, then idle; officers at the desk renew or release', () => {
    const world = startedOver({ ...OPEN, phase: 'ACTIVE' });
    expect(world.calls()).toEqual(['recover', 'discard']);
    resume(world);
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged', 'idle']);
    expect(world.state().votes).toBe(0);
  });

  test('PREPARED, NONE: nothing is printed until the presiding officer says the voter is there', () => {
    const world = startedOver(prepared('NONE'));
    expect(world.stage()).toBe('confirmVoter');
    world.token('of-3');
    expect(world.calls()).toEqual(['recover']);
    world.pull();
    world.token('of-1');
    expect(world.calls()).toEqual(['recover']);
    world.touch('voter:there');
    expect(world.calls()).toEqual([
      'recover',
      'markStarted',
      'print',
      'markDone',
      'cut',
      'commit',
      'settle',
    ]);
    expect(world.said()).toContain('completed');
    expect(world.state().votes).toBe(1);
  });

  test('PREPARED, NONE, the voter has left: the record goes folded into the box', () => {
    const world = startedOver(prepared('NONE'), VERIFY);
    world.token('of-1');
    world.touch('voter:left');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:reject');
    expect(world.stage()).toBe('verifying');
    world.touch('paper:inBox');
    world.touch('paper:inBox');
    expect(world.stage()).toBe('waiting');
    expect(world.state().votes).toBe(1);
  });

  test('PREPARED, STARTED: the officer asks; something came out is a partial', () => {
    const world = startedOver(prepared('STARTED'));
    expect(world.stage()).toBe('askPrinted');
    world.touch('paper:something', 'paper:folded');
    expect(world.state()).toMatchObject({ votes: 1, reprints: 1 });
  });

  test('PREPARED, STARTED, nothing came out: printed, no reprint', () => {
    const world = startedOver(prepared('STARTED'));
    world.touch('paper:nothing');
    expect(world.state()).toMatchObject({ votes: 1, reprints: 0 });
  });

  test('PREPARED, PARTIAL: folded away if it is still there, then STARTED', () => {
    const world = startedOver({ ...prepared('PARTIAL'), reprints: 1 });
    expect(world.stage()).toBe('foldPartial');
    world.touch('paper:folded');
    expect(world.state()).toMatchObject({ votes: 1, reprints: 1 });
    expect(world.calls().slice(0, 3)).toEqual(['recover', 'markStarted', 'print']);
  });

  test('PREPARED, DONE: cut again; VERIFY off counts it', () => {
    const world = startedOver(prepared('DONE'));
    expect(world.calls()).toEqual(['recover', 'cut', 'commit', 'settle']);
    expect(world.state().votes).toBe(1);
  });

  test('PREPARED, DONE: cut again; VERIFY on asks again, and a rejection is discarded to a new admission', () => {
    const world = startedOver(prepared('DONE'), VERIFY);
    expect(world.stage()).toBe('verifying');
    world.touch('paper:reject', 'paper:folded');
    expect(world.calls()).toEqual(['recover', 'cut', 'spoil', 'finishSpoil', 'discard']);
    resume(world);
    expect(world.state()).toMatchObject({ votes: 0, spoils: 1 });
  });

  test('PREPARED, CONFIRMED: into the urn', () => {
    const world = startedOver(prepared('CONFIRMED'), VERIFY);
    expect(world.calls()).toEqual(['recover', 'commit', 'settle']);
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged', 'completed']);
  });

  test('SPOILED: folded, finished, given up', () => {
    const world = startedOver({ ...OPEN, phase: 'SPOILED', spoils: 1 }, VERIFY);
    expect(world.stage()).toBe('foldSpoiled');
    world.touch('paper:folded');
    expect(world.calls()).toEqual(['recover', 'finishSpoil', 'discard']);
  });

  test('OUTCOME: finished and told until it is acknowledged', () => {
    const world = startedOver({ ...OPEN, phase: 'OUTCOME', epoch: 5 });
    expect(world.calls()).toEqual(['recover', 'commit', 'settle']);
    expect(world.said()).toContain('completed');
    expect(world.state().votes).toBe(5);
  });

  test('the desk may need its key before it can mark: a token does while the outcome is told', () => {
    const world = startedOver(OPEN);
    world.forget();
    const telling = startedOver({ ...OPEN, phase: 'OUTCOME', epoch: 5 });
    expect(telling.stage()).toBe('takePaper');
    const silent = openBooth();
    silent.around.desk = false;
    silent.admit();
    markAll(silent);
    silent.touch('vote', 'review:confirm');
    silent.post({ kind: 'received', message: { kind: 'deskStarted' } });
    expect(silent.stage()).toBe('telling');
    silent.token('of-1');
    expect(silent.effects).toContainEqual({ kind: 'givePollbookKey' });
    expect(silent.stage()).toBe('telling');
    expect(silent.state().deskWantsKey).toBe(false);
  });

  test('nothing verifies: parked with its code', () => {
    const world = startedOver(OPEN);
    world.around.failures = { activate: 'tampered' };
    world.token('of-1');
    world.pull();
    world.admit();
    expect(world.state().stage).toEqual({ name: 'parked', code: 'vault.tampered' });
    world.touch('pin:1');
    expect(world.refusals.at(-1)?.reason).toBe('not in parked');
  });

  test('before setup: an empty vault leads to the self-test', () => {
    const world = startedOver(FRESH);
    expect(world.stage()).toBe('readyToOpen');
  });
});

const CALLS_OF_A_VOTE = [
  'activate',
  'prepare',
  'markStarted',
  'record',
  'markDone',
  'commit',
  'settle',
] as const satisfies readonly VaultCall[];

describe('a failing vault', () => {
  test.each(CALLS_OF_A_VOTE)('an fsync error in %s parks and is never tried again', (call) => {
    const world = openBooth();
    world.around.failures = { [call]: 'notSynced' };
    world.admit();
    if (world.stage() === 'ballot') {
      markAll(world);
      world.touch('vote', 'review:confirm');
    }
    expect(world.state().stage).toEqual({ name: 'parked', code: 'vault.notSynced' });
    expect(world.effects.at(-1)).toEqual({ kind: 'park', code: 'vault.notSynced' });
  });
});

describe('a lost medium', () => {
  test('while nobody votes: suspended until both are there and an officer synchronises', () => {
    const world = openBooth();
    world.lose('removable');
    expect(world.stage()).toBe('suspended');
    expect(world.state().lastVote).toBeNull();
    world.touch('media:synchronise');
    expect(world.calls()).toEqual([]);
    world.putBack('removable');
    world.touch('media:synchronise');
    world.token('of-1');
    expect(world.calls()).toEqual(['synchronise']);
    expect(world.stage()).toBe('waiting');
    expect(world.logged()).toContain('pollsResumed');
  });

  test('while a voter marks: discarded, no mark, suspended', () => {
    const world = atBallot();
    markAll(world);
    world.lose('fixed');
    expect(world.calls()).toEqual(['activate', 'discard']);
    expect(world.stage()).toBe('suspended');
    expect(world.state().lastVote).toBe('notKept');
    world.putBack('fixed');
    world.touch('media:synchronise');
    world.token('of-1');
    expect(world.stage()).toBe('waiting');
    expect(world.state().lastVote).toBeNull();
    expect(world.timers.size).toBe(0);
  });

  test('while the vote is being prepared: what the survivor holds decides', () => {
    const world = atBallot();
    markAll(world);
    world.around.failures = { prepare: 'mediumLost' };
    world.around.vault = { ...world.around.vault!, inStep: ['fixed'] };
    world.touch('vote', 'review:confirm');
    expect(world.calls()).toEqual(['activate', 'prepare', 'recover', 'discard']);
    expect(world.stage()).toBe('suspended');
    expect(world.state().lastVote).toBe('notKept');
  });

  test('after the vote was prepared: finished on the survivor, then suspended', () => {
    const world = atBallot();
    markAll(world);
    world.around.prints = [{ fault: 'paperEnd', progress: 'nothing' }];
    world.touch('vote', 'review:confirm');
    world.lose('removable');
    expect(world.stage()).toBe('printFault');
    // Not before it is in the urn.
    expect(world.state().lastVote).toBeNull();
    world.touch('paper:tryAgain');
    expect(world.state().votes).toBe(1);
    world.expire('paper');
    expect(world.stage()).toBe('suspended');
    expect(world.state().lastVote).toBe('kept');
  });

  test('during a call after PREPARED: recovered from what is left, nothing printed twice', () => {
    const world = atBallot();
    markAll(world);
    world.around.failures = { markDone: 'mediumLost' };
    world.touch('vote', 'review:confirm');
    expect(world.calls().filter((call) => call === 'print')).toHaveLength(1);
    expect(world.state().votes).toBe(1);
  });

  test('an admission that comes while suspended is turned away', () => {
    const world = openBooth();
    world.lose('removable');
    world.admit();
    expect(world.said()).toEqual(['notCompleted']);
  });

  test('an admission that comes while an officer stands at a suspended booth is turned away', () => {
    const world = openBooth();
    world.lose('removable');
    world.token('of-1');
    expect(world.stage()).toBe('officerMenu');
    world.admit();
    expect(world.said()).toEqual(['notCompleted']);
    expect(world.calls()).toEqual([]);
    expect(world.stage()).toBe('suspended');
  });

  test('both media lost as the polls close: found closed, it closes', () => {
    const world = openBooth();
    world.around.position = 'afterClosing';
    world.token('of-1');
    world.around.failures = { closePolls: 'mediumLost' };
    world.touch('polls:close');
    const { vault } = world.around;
    if (vault === null) throw new Error('no vault');
    world.around.vault = { ...vault, polls: 'closed' };
    world.touch('queue:empty');
    expect(world.state()).toMatchObject({ polls: 'closed', idleTold: false });
  });

  test('both media lost as the polls open: found open, the desk still gets its key', () => {
    const world = startedOver(FRESH);
    world.touch('polls:open');
    world.around.failures = { openPolls: 'mediumLost' };
    world.around.prints = [{ fault: 'jam', progress: 'nothing' }];
    world.token('of-1');
    world.around.vault = OPEN;
    world.touch('paper:tryAgain');
    expect(world.state().polls).toBe('open');
    expect(world.stage()).toBe('resuming');
    expect(world.effects).toContainEqual({
      kind: 'send',
      message: { kind: 'phaseChanged', phase: 'open' },
    });
  });

  test('a desk that starts while that is found out is not forgotten', () => {
    const world = startedOver(FRESH);
    world.touch('polls:open');
    world.around.failures = { openPolls: 'mediumLost', recover: 'mediumLost' };
    world.around.prints = [{ fault: 'jam', progress: 'nothing' }];
    world.token('of-1');
    world.around.vault = OPEN;
    world.touch('paper:tryAgain');
    expect(world.stage()).toBe('recovering');
    world.post({ kind: 'received', message: { kind: 'deskStarted' } });
    world.lose('removable');
    world.putBack('removable');
    expect(world.state()).toMatchObject({ polls: 'open', deskWantsKey: true });
  });

  test('nothing is said of the day before the vault was read', () => {
    const world = makeWorld();
    world.around.vault = OPEN;
    world.around.answering = false;
    world.post({ kind: 'started' }, { kind: 'received', message: { kind: 'deskStarted' } });
    world.post({ kind: 'linkRestarted' });
    expect(world.said()).toEqual(['boothStarted', 'boothStarted']);
  });

  test('synchronising fails: said, and can be tried again', () => {
    const world = openBooth();
    world.lose('removable');
    world.putBack('removable');
    world.around.failures = { synchronise: 'foreign' };
    world.token('of-1');
    const { stage } = world.state();
    expect(stage.name === 'suspended' && stage.failed).toBe('foreign');
    world.pull();
    world.token('of-1');
    expect(world.stage()).toBe('waiting');
  });

  test('both gone: waits for one', () => {
    const world = atBallot();
    markAll(world);
    world.around.failures = { prepare: 'mediumLost', recover: 'mediumLost' };
    world.touch('vote', 'review:confirm');
    expect(world.stage()).toBe('recovering');
    world.lose('removable');
    world.putBack('removable');
    expect(world.stage()).toBe('suspended');
  });

  test('without a second medium the polls can still be closed', () => {
    const world = openBooth();
    world.lose('removable');
    world.around.position = 'afterClosing';
    world.token('of-1');
    world.touch('polls:close', 'queue:empty');
    expect(world.state().polls).toBe('closed');
  });
});
