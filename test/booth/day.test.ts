import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { BoothState } from '#firmware/booth/state.ts';
import { TOTALS_PATIENCE } from '#firmware/booth/totals.ts';
import {
  type BoothWorld,
  FRESH,
  GOOD_PRINTER,
  makeWorld,
  OPEN,
  openBooth,
  startedOver,
} from './world.ts';

const switchedOn = (): BoothWorld => {
  const world = makeWorld();
  world.post(
    { kind: 'mediumReturned', medium: 'fixed' },
    { kind: 'mediumReturned', medium: 'removable' },
    { kind: 'started' },
  );
  return world;
};

const PIN = ['pin:2', 'pin:7', 'pin:4', 'pin:9', 'pin:5', 'pin:1', 'pin:enter'] as const;

const performCeremony = (world: BoothWorld): void => {
  world.touch('ceremony:start');
  for (const officer of ['of-1', 'of-2', 'of-3', 'of-4', 'of-5']) {
    world.around.officer = officer;
    world.post({ kind: 'tokenInserted' });
    world.touch(...PIN, ...PIN);
    world.pull();
  }
};

const reportsOf = (world: BoothWorld): readonly string[] =>
  world.effects.flatMap((effect) => (effect.kind === 'printReport' ? [effect.report] : []));

const ceremonyOf = (state: BoothState) => {
  if (state.stage.name !== 'ceremony') throw new Error(`not in the ceremony: ${state.stage.name}`);
  return state.stage;
};

describe('installation', () => {
  test('self-test, ceremony with every officer, readiness report, zero report', () => {
    const world = switchedOn();
    expect(world.stage()).toBe('readyForCeremony');
    expect(reportsOf(world)).toEqual([]);
    performCeremony(world);
    expect(world.stage()).toBe('readyToOpen');
    const written = world.effects.flatMap((effect) =>
      effect.kind === 'writeToken' ? [effect.officerId] : [],
    );
    expect(written).toEqual(['of-1', 'of-2', 'of-3', 'of-4', 'of-5']);
    expect(reportsOf(world)).toEqual(['readiness', 'zero']);
    const kinds = world.effects.map(({ kind }) => kind);
    expect(kinds.indexOf('setUpVault')).toBeLessThan(kinds.indexOf('printReport'));
    expect(world.said()).toEqual(['boothStarted', 'phaseChanged']);
    expect(JSON.stringify(world.state())).not.toContain('123456');
  });

  test('a part that fails its self-test stops there and can be tested again', () => {
    const world = makeWorld();
    world.around.answering = false;
    world.post({ kind: 'started' });
    world.post({ kind: 'vaultFailed', call: 'recover', failure: 'empty', inStep: [] });
    const { stage } = world.state();
    if (stage.name !== 'selfTest') throw new Error(stage.name);
    for (const { check } of stage.checks)
      world.post({
        kind: 'selfCheckDone',
        check,
        result: check === 'printer' ? 'printer.paperEnd' : 'ok',
      });
    expect(world.state().stage).toMatchObject({ name: 'selfTest', ended: true });
    expect(world.logged()).toContain('selfTestFailed');
    world.around.answering = true;
    world.touch('selfTest:repeat');
    expect(world.stage()).toBe('readyForCeremony');
  });

  test('PINs that differ, are too short or soon guessed are chosen again', () => {
    const world = switchedOn();
    world.touch('ceremony:start');
    world.post({ kind: 'tokenInserted' });
    world.touch('pin:1', 'pin:2', 'pin:enter');
    expect(ceremonyOf(world.state()).problem).toBe('pinTooShort');
    world.touch(...[...'123456'].map((digit) => `pin:${digit}`), 'pin:enter');
    expect(ceremonyOf(world.state())).toMatchObject({ problem: 'pinWeak', step: 'choosePin' });
    world.touch(...PIN, 'pin:9', ...PIN);
    expect(ceremonyOf(world.state())).toMatchObject({ problem: 'pinsDiffer', step: 'choosePin' });
    world.touch(...PIN, 'pin:9', 'pin:9', 'pin:erase', 'pin:erase', ...PIN);
    expect(ceremonyOf(world.state()).step).toBe('removeToken');
  });

  test('a token that can not be written, or was written before, is the same officer’s turn again', () => {
    const world = switchedOn();
    world.touch('ceremony:start');
    world.post({ kind: 'tokenInserted' });
    world.touch(...PIN);
    world.around.answering = false;
    world.touch(...PIN);
    world.around.answering = true;
    world.post({ kind: 'tokenNotWritten', problem: 'alreadyUsed' });
    world.pull();
    expect(ceremonyOf(world.state())).toMatchObject({
      officer: 0,
      step: 'insertToken',
      problem: 'alreadyUsed',
    });
  });

  test('a token that was left in the slot is nobody’s: out with it before the first officer is asked', () => {
    const world = switchedOn();
    world.post({ kind: 'tokenInserted' });
    world.touch('ceremony:start');
    expect(ceremonyOf(world.state())).toMatchObject({
      officer: 0,
      step: 'removeToken',
      problem: 'leftInSlot',
    });
    world.touch(...PIN, ...PIN);
    world.pull();
    expect(ceremonyOf(world.state())).toMatchObject({
      officer: 0,
      step: 'insertToken',
      problem: null,
    });
  });

  test('an expired package is set up no more', () => {
    const world = switchedOn();
    world.around.position = 'expired';
    world.touch('ceremony:start');
    expect(world.state().stage).toEqual({ name: 'readyForCeremony', problem: 'expired' });
  });

  test('a report whose paper ends is printed whole when there is paper again', () => {
    const world = switchedOn();
    world.around.prints = [{ fault: 'paperEnd', progress: 'unknown' }];
    performCeremony(world);
    expect(world.state().stage).toMatchObject({
      name: 'report',
      report: 'readiness',
      fault: 'paperEnd',
    });
    world.post({ kind: 'printerStatus', status: GOOD_PRINTER });
    expect(world.stage()).toBe('readyToOpen');
    expect(reportsOf(world)).toEqual(['readiness', 'readiness', 'zero']);
  });

  test('both reports come again on demand, as after a power cut before they were out', () => {
    const world = startedOver(FRESH);
    expect(world.stage()).toBe('readyToOpen');
    world.forget();
    world.touch('reports:print');
    expect(reportsOf(world)).toEqual(['readiness', 'zero']);
    expect(world.stage()).toBe('readyToOpen');
  });

  test('no zero report is printed again of an urn with votes', () => {
    const world = startedOver({ ...FRESH, epoch: 1 });
    world.touch('reports:print');
    expect(world.state().stage).toEqual({ name: 'parked', code: 'vault.urnNotEmpty' });
  });
});

describe('opening', () => {
  test('token, zero report, open, key to the desk, idle', () => {
    const world = startedOver(FRESH);
    world.forget();
    world.touch('polls:open');
    world.token('of-1');
    expect(world.stage()).toBe('waiting');
    expect(world.calls()).toEqual(['openPolls']);
    expect(world.said()).toEqual(['phaseChanged', 'idle']);
    const kinds = world.effects.map(({ kind }) => kind);
    expect(kinds.indexOf('printReport')).toBeLessThan(kinds.indexOf('givePollbookKey'));
  });

  test.each(['beforeOpening', 'afterClosing', 'untrusted'] as const)(
    '%s: a second officer agrees, another than the first; logged and printed',
    (position) => {
      const world = startedOver(FRESH);
      world.around.position = position;
      world.touch('polls:open');
      world.token('of-1');
      expect(world.calls()).toEqual(['recover', 'clean']);
      world.pull();
      world.token('of-1');
      const { stage } = world.state();
      expect(stage.name === 'opening' && stage.check.refusal).toBe('repeated');
      world.pull();
      world.token('of-4');
      expect(world.stage()).toBe('waiting');
      expect(world.effects).toContainEqual({
        kind: 'printReport',
        report: 'zero',
        copy: 1,
        of: 1,
        override: true,
      });
      expect(world.effects).toContainEqual({
        kind: 'log',
        event: { id: 'pollsOpened', fields: { override: true } },
      });
    },
  );

  test('another officer alone can not open', () => {
    const world = startedOver(FRESH);
    world.touch('polls:open');
    world.token('of-2');
    const { stage } = world.state();
    expect(stage.name === 'opening' && stage.check.refusal).toBe('wrongOfficer');
    world.touch('officer:cancel');
    expect(world.stage()).toBe('readyToOpen');
  });

  test('an expired package is opened no more', () => {
    const world = startedOver(FRESH);
    world.around.position = 'expired';
    world.touch('polls:open');
    expect(world.state().stage).toEqual({ name: 'readyToOpen', problem: 'expired' });
  });

  test('an urn with votes in it is never opened as new', () => {
    const world = startedOver({ ...FRESH, epoch: 1 });
    world.touch('polls:open');
    world.token('of-1');
    expect(world.state().stage).toEqual({ name: 'parked', code: 'vault.urnNotEmpty' });
  });
});

const closed = (): BoothWorld => {
  const world = openBooth();
  world.around.position = 'afterClosing';
  world.token('of-1');
  world.touch('polls:close', 'queue:empty');
  world.pull();
  world.forget();
  return world;
};

const share = (world: BoothWorld, officer: string): void => {
  world.token(officer);
  world.pull();
};

describe('closing', () => {
  test('before the end a second officer agrees', () => {
    const world = openBooth();
    world.token('of-1');
    world.touch('polls:close');
    world.pull();
    world.token('of-1');
    expect(world.state().stage).toMatchObject({ check: { refusal: 'repeated' } });
    world.pull();
    world.token('of-2');
    world.touch('queue:empty');
    expect(world.state().polls).toBe('closed');
    expect(world.effects).toContainEqual({
      kind: 'log',
      event: { id: 'pollsClosed', fields: { override: true } },
    });
  });

  test('voters still queue: back to waiting', () => {
    const world = openBooth();
    world.around.position = 'afterClosing';
    world.token('of-1');
    world.touch('polls:close', 'queue:waiting');
    expect(world.stage()).toBe('waiting');
  });

  test('a voter who is admitted while officers are at it comes first', () => {
    const world = openBooth();
    world.around.position = 'afterClosing';
    world.token('of-1');
    world.touch('polls:close');
    world.admit();
    expect(world.stage()).toBe('ballot');
  });

  test('the clock alone closes nothing', () => {
    const world = openBooth();
    world.around.position = 'afterClosing';
    expect(world.stage()).toBe('waiting');
  });

  test('the menu nobody uses goes away', () => {
    const world = openBooth();
    world.token('of-1');
    expect(world.stage()).toBe('officerMenu');
    world.expire('officerIdle');
    expect(world.stage()).toBe('waiting');
  });
});

describe('counting', () => {
  test('shares until there are enough, count, copies, package, finished', () => {
    const world = closed();
    expect(world.stage()).toBe('shares');
    for (const officer of ['of-1', 'of-3', 'of-5']) share(world, officer);
    expect(world.state().stage).toEqual({ name: 'finished', copies: 2 });
    const copies = world.effects.flatMap((effect) =>
      effect.kind === 'printReport' ? [[effect.copy, effect.of]] : [],
    );
    expect(copies).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(world.said()).toEqual(['phaseChanged']);
    expect(world.state().polls).toBe('counted');
    world.touch('tally:copy');
    expect(world.state().stage).toEqual({ name: 'finished', copies: 3 });
  });

  test.each(['wrongPin', 'forged', 'foreign', 'noShare', 'blank'] as const)(
    'a share refused as %s is named and costs nothing',
    (refusal) => {
      const world = closed();
      world.around.refusal = refusal;
      world.token('of-2');
      expect(world.state().stage).toMatchObject({ name: 'shares', refusal, given: 0 });
      world.around.refusal = null;
      world.pull();
      share(world, 'of-2');
      expect(world.state().stage).toMatchObject({ given: 1, refusal: null });
    },
  );

  test('a repeated share is named', () => {
    const world = closed();
    share(world, 'of-2');
    world.token('of-2');
    expect(world.state().stage).toMatchObject({ refusal: 'repeated', given: 1 });
  });

  test('ballots that do not open stop it with a code', () => {
    const world = closed();
    world.around.answering = false;
    world.post({ kind: 'tokenInserted' });
    world.touch(...PIN);
    world.post({ kind: 'shareGiven', given: 3 });
    world.post({ kind: 'notCounted', code: 'counting.ballotNotOpened' });
    expect(world.state().stage).toEqual({ name: 'parked', code: 'counting.ballotNotOpened' });
  });

  test('after a restart with the polls closed: totals again, shares again', () => {
    const world = startedOver({ ...OPEN, polls: 'closed', epoch: 3 });
    expect(world.stage()).toBe('shares');
    expect(world.state().authentication).not.toBeNull();
  });

  test('a desk that restarted gets its key while its totals are awaited', () => {
    const world = makeWorld();
    world.around.vault = { ...OPEN, polls: 'closed', epoch: 3 };
    world.around.desk = false;
    world.post({ kind: 'started' });
    expect(world.stage()).toBe('awaitingTotals');
    world.token('of-1');
    expect(world.effects).toContainEqual({ kind: 'givePollbookKey' });
    world.around.desk = true;
    world.expire('totalsAgain');
    expect(world.stage()).toBe('shares');
  });

  test('a desk that does not answer: the officers are told once, it is asked on, and counting goes on', () => {
    const world = makeWorld();
    world.around.vault = { ...OPEN, polls: 'closed', epoch: 3 };
    world.around.desk = false;
    world.post({ kind: 'started' });
    world.token('of-1');
    const told = {
      kind: 'log',
      event: { id: 'deviceFault', fields: { code: 'process.deskFailed' } },
    };
    for (let times = 1; times < TOTALS_PATIENCE; times++) world.expire('totalsAgain');
    expect(world.effects).not.toContainEqual(told);
    for (let times = 0; times < 3; times++) world.expire('totalsAgain');
    expect(world.effects.filter((effect) => isDeepStrictEqual(effect, told))).toHaveLength(1);
    expect(world.state().stage).toMatchObject({ name: 'awaitingTotals', asked: TOTALS_PATIENCE });
    world.around.desk = true;
    world.expire('totalsAgain');
    expect(world.stage()).toBe('shares');
  });

  test('after a restart when counted: the report again on demand', () => {
    const world = startedOver({ ...OPEN, polls: 'counted', epoch: 3 });
    expect(world.state().stage).toEqual({ name: 'finished', copies: 2 });
  });
});
