import { describe, expect, test } from 'vitest';
import { totalsOf } from '#firmware/desk/desk-content.ts';
import { eventProblem } from '#firmware/events/catalogue.ts';
import { describeFault } from '#firmware/faults/catalogue.ts';
import { BOOK, CODES, makeRig, POLLBOOK_KEY, RULES, WITH_PRINT } from './desk-rig.ts';

const [ANA, BLAS, CELIA] = WITH_PRINT.map(({ nationalId }) => nationalId) as [
  string,
  string,
  string,
];

const tokensOf = (rig: ReturnType<typeof makeRig>): readonly string[] =>
  rig.heard().flatMap((message) => (message.kind === 'admission' ? [message.token] : []));

const marksOf = (rig: ReturnType<typeof makeRig>): number =>
  totalsOf(rig.state().content!).votersMarked;

const vote = async (rig: ReturnType<typeof makeRig>, nationalId: string): Promise<void> => {
  const before = rig.count('admission');
  const acknowledged = rig.count('acknowledged');
  rig.press('clear');
  rig.type(nationalId);
  await rig.voterFinger(nationalId);
  await rig.hears('admission', before + 1);
  rig.say({ kind: 'completed' });
  await rig.hears('acknowledged', acknowledged + 1);
  rig.say({ kind: 'idle', turn: '00000001' });
  await rig.shows('SIGUIENTE');
};

describe('the desk process', () => {
  test('admits voters by their prints, with a fresh token each, and closes with the totals', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, ANA);
      await vote(rig, BLAS);
      rig.press('clear');
      rig.type(ANA);
      await rig.shows('YA VOTÓ');
      rig.say({ kind: 'phaseChanged', phase: 'closed' });
      await rig.hears('authenticationTotals');
    });
    expect(new Set(tokensOf(rig)).size).toBe(2);
    expect(rig.heard().at(-1)).toMatchObject({
      totals: { match: 2, votersMarked: 2, overrides: 0, registered: BOOK.voters.length },
    });
    expect(rig.log.map(({ id, fields }) => eventProblem(id, fields))).toEqual(
      rig.log.map(() => null),
    );
    expect(rig.parks).toEqual([]);
  });

  test('a stranger with another voter`s ID is not let in; the officer lets the voter in', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.type(ANA);
      for (let attempt = 0; attempt < RULES.fingerAttempts; attempt++)
        await rig.finger(`stranger ${attempt}`);
      await rig.shows('NO COINCIDE');
      expect(rig.count('admission')).toBe(0);
      rig.press('enter');
      await rig.officerFinger();
      await rig.shows('CÓDIGO ÚNICO');
      rig.code('00000000');
      await rig.shows('CÓDIGO INVÁLIDO');
      rig.code(CODES.support[0]!);
      await rig.shows('CÓDIGO INVÁLIDO');
      rig.code(CODES.authorisation[0]!);
      await rig.hears('admission');
    });
    expect(totalsOf(rig.state().content!)).toMatchObject({ noMatch: 1, overrides: 1 });
  });

  test('a wrong key opens nothing, and the right one does afterwards', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      rig.start();
      await rig.hears('deskStarted');
      rig.say({ kind: 'pollbookKey', key: '5a'.repeat(32) });
      await rig.shows('TARJETA NO ABRE');
      rig.say({ kind: 'pollbookKey', key: Buffer.from(POLLBOOK_KEY).toString('hex') });
      await rig.shows('MESA NO ABIERTA');
    });
  });

  test('a missing medium at the first opening is named; once it is in, ENTER tries again', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      rig.removable.pull();
      rig.start();
      await rig.hears('deskStarted');
      rig.say({ kind: 'pollbookKey', key: Buffer.from(POLLBOOK_KEY).toString('hex') });
      await rig.shows('FALTA MEMORIA');
      rig.press('enter');
      await rig.shows('FALTA MEMORIA');
      rig.removable.putBack();
      rig.press('enter');
      await rig.shows('MESA NO ABIERTA');
    });
  });

  test('an unplugged reader is said so, counts nothing, and works again when it is back', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.module.fail('unplugged');
      rig.type(ANA);
      await rig.shows('FALLA DE LECTOR');
      rig.module.heal();
      rig.press('enter');
      await rig.voterFinger(ANA);
      await rig.hears('admission');
    });
    const codes = rig.log.flatMap((event) =>
      event.id === 'deviceFault' ? [event.fields.code] : [],
    );
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(describeFault(code).code).toBe(code);
    expect(totalsOf(rig.state().content!).noMatch).toBe(0);
  });

  test('clearing while a finger is awaited frees the reader for the next voter', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.type(ANA);
      await rig.shows('PONGA EL DEDO');
      rig.press('clear');
      await vote(rig, BLAS);
    });
    expect(marksOf(rig)).toBe(1);
  });

  test('nothing that identifies a voter leaves the desk in clear', async () => {
    const written: string[] = [];
    const rig = makeRig((_path, bytes) => written.push(Buffer.from(bytes).toString('latin1')));
    await rig.run(async () => {
      await rig.open();
      rig.type(ANA, 'times');
      rig.type('V-27182818');
      await rig.voterFinger(ANA);
      await rig.hears('admission');
      rig.say({ kind: 'completed' });
      await rig.hears('acknowledged');
    });
    expect(written.length).toBeGreaterThan(3);
    const left = [...written, JSON.stringify(rig.heard()), JSON.stringify(rig.log)].join('\n');
    for (const secret of [ANA, ANA.slice(2), '27182818', WITH_PRINT[0]!.name])
      expect(left.includes(secret)).toBe(false);
  });
});

describe('media', () => {
  test('a pulled module suspends; a fresh one is brought in step and service goes on', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, ANA);
      rig.press('clear');
      rig.removable.pull();
      await rig.shows('VOTO SUSPENDIDO');
      rig.removable.replaceByFresh();
      await rig.shows('CÉDULA Y ENTER');
      await vote(rig, BLAS);
      rig.stop();
      // The module alone carries the marks to a spare unit.
      rig.fixed.replaceByFresh();
      await rig.open();
      rig.press('clear');
      rig.type(ANA);
      await rig.shows('YA VOTÓ');
    });
    expect(marksOf(rig)).toBe(2);
    expect([...rig.fixed.files().keys()].length).toBeGreaterThan(0);
  });

  test('a module that missed marks can not bring them back out', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, ANA);
      rig.press('clear');
      const old = new Map(rig.removable.files());
      rig.removable.pull();
      await rig.shows('VOTO SUSPENDIDO');
      rig.removable.replaceByFresh();
      await rig.shows('CÉDULA Y ENTER');
      await vote(rig, BLAS);
      rig.stop();
      rig.removable.load(old);
      await rig.open();
      expect(marksOf(rig)).toBe(2);
      rig.press('clear');
      rig.type(BLAS);
      await rig.shows('YA VOTÓ');
    });
  });

  test('an outcome with one medium left is acknowledged with that one named', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.type(ANA);
      await rig.voterFinger(ANA);
      await rig.hears('admission');
      rig.removable.pull();
      rig.say({ kind: 'completed' });
      await rig.hears('acknowledged');
    });
    expect(rig.heard().at(-1)).toEqual({ kind: 'acknowledged', media: ['fixed'] });
    expect(marksOf(rig)).toBe(1);
  });

  test('rot in the newest file of one medium: the other one wins', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, ANA);
      rig.stop();
      for (const path of rig.fixed.files().keys()) rig.fixed.rot(path, 40);
      await rig.open();
    });
    expect(marksOf(rig)).toBe(1);
    expect(rig.state().inStep).toEqual(['fixed', 'removable']);
  });

  test('rot everywhere is told, and nothing is begun anew over it', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, ANA);
      rig.stop();
      for (const medium of [rig.fixed, rig.removable])
        for (const path of medium.files().keys()) medium.rot(path, 40);
      rig.start();
      await rig.hears('deskStarted');
      rig.say({ kind: 'phaseChanged', phase: 'open' });
      rig.say({ kind: 'pollbookKey', key: Buffer.from(POLLBOOK_KEY).toString('hex') });
      await rig.shows('MARCAS DAÑADAS');
    });
    expect(rig.state().content).toBeNull();
  });

  test('an fsync that fails parks the desk: no token, no second try', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.fixed.behave({ kind: 'notSynced' });
      const syncs = rig.fixed.counters().syncs;
      rig.type(ANA);
      await rig.voterFinger(ANA);
      await rig.shows('DETENIDO');
      expect(rig.fixed.counters().syncs).toBe(syncs + 1);
    });
    expect(rig.parks).toEqual(['desk.notSynced']);
    expect(rig.count('admission')).toBe(0);
  });
});

describe('a power cut', () => {
  /** What of the unsynced is left: nothing, all, or a mix drawn from the cut's number. */
  const choices = [
    () => 0,
    (options: number) => options - 1,
    ...[1, 2, 3].map((seed) => {
      let state = seed;
      return (options: number) => {
        state = (state * 1103515245 + 12345) % 2 ** 31;
        return state % options;
      };
    }),
  ];

  test.each(
    [0, 1, 2, 4, 6, 8, 11, 14, 17, 21, 25, 30, 40].flatMap((delay) =>
      choices.map((_choice, which) => [delay, which] as const),
    ),
  )('%i ms after `completed` (choice %i) marks the voter exactly once', async (delay, which) => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      await vote(rig, BLAS);
      rig.press('clear');
      rig.type(ANA);
      await rig.voterFinger(ANA);
      await rig.hears('admission', 2);
      rig.say({ kind: 'completed' });
      const endMs = rig.clock.nowMs() + delay;
      await rig.until('the cut', () => rig.clock.nowMs() >= endMs);
      rig.cutPower(choices[which]!);
      rig.start();
      await rig.hears('deskStarted');
      rig.say({ kind: 'phaseChanged', phase: 'open' });
      rig.say({ kind: 'pollbookKey', key: Buffer.from(POLLBOOK_KEY).toString('hex') });
      await rig.until('the pollbook opens', () => rig.state().content !== null);
      // The booth repeats until it is acknowledged by both.
      rig.say({ kind: 'completed' });
      await rig.hears('acknowledged');
      rig.say({ kind: 'idle', turn: '00000001' });
      rig.press('clear');
      rig.type(ANA);
      await rig.shows('YA VOTÓ');
      rig.press('clear');
      rig.type(CELIA);
      await rig.voterFinger(CELIA);
      await rig.hears('admission');
    });
    expect(rig.heard()).toContainEqual({ kind: 'acknowledged', media: ['fixed', 'removable'] });
    expect(marksOf(rig)).toBe(2);
  });

  test('between admission and outcome: officers renew it once the booth is idle', async () => {
    const rig = makeRig();
    await rig.run(async () => {
      await rig.open();
      rig.type(ANA);
      await rig.voterFinger(ANA);
      await rig.hears('admission');
      rig.cutPower(() => 0);
      await rig.open();
      await rig.shows('1=SIGUE VOTANDO');
      rig.press('1');
      await rig.hears('admission');
      rig.say({ kind: 'completed' });
      await rig.hears('acknowledged');
    });
    expect(marksOf(rig)).toBe(1);
  });
});
