import { describe, expect, test } from 'vitest';
import { emptyContent, hasVoted, markVoted, totalsOf } from '#firmware/desk/desk-content.ts';
import { initialDesk } from '#firmware/desk/state.ts';
import { BOTH, makeDriver, makeRoster, REGISTERED } from './rig.ts';

const marked = (driver: ReturnType<typeof makeDriver>): number =>
  totalsOf(driver.state().content ?? emptyContent(0)).votersMarked;

describe('a voter', () => {
  test('is identified, matched, admitted durably on both media, then gets one token', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    expect(desk.lines()[0]).toBe('VOTER NUMBER 0');
    expect(desk.need('loadPrint').of).toEqual({ kind: 'voter', voter: 0 });
    desk.printLoaded();
    expect(desk.lines()[1]).toBe('PONGA EL DEDO');
    desk.finger('match');
    expect(desk.need('save').content.admission).toEqual({ voter: 0, companion: null });
    expect(desk.tokens()).toBe(0);
    desk.saved();
    expect(desk.need('sendAdmission').ballotStyleId).toBe('style-0');
    expect(desk.tokens()).toBe(1);
    desk.hear('completed');
    expect(desk.sent('acknowledged')).toBe(0);
    desk.saved();
    expect(desk.sent('acknowledged')).toBe(1);
    expect(hasVoted(desk.state().content!, 0)).toBe(true);
    expect(desk.state().content?.admission).toBeNull();
    expect(desk.lines()[0]).toBe('LISTO');
  });

  test('who has voted is refused, and so is an unknown or malformed ID', () => {
    const desk = makeDriver().openIdle();
    desk.admit('E-8000004');
    desk.finish();
    desk.type('E-8000004');
    expect(desk.lines()).toEqual(['YA VOTÓ', 'E-8000004']);
    desk.press('clear');
    desk.type('V-8000004');
    expect(desk.lines()).toEqual(['NO ES DE MESA', 'V-8000004']);
    desk.press('1', '2', 'enter');
    expect(desk.lines()[0]).toBe('CÉDULA INVÁLIDA');
    desk.post({ kind: 'timerExpired', timer: 'notice' });
    expect(desk.lines()).toEqual(['CÉDULA Y ENTER', 'V-_']);
    expect(desk.tokens()).toBe(1);
  });

  test('waits with a matched print until the booth is idle', () => {
    const desk = makeDriver().open();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.finger('match');
    expect(desk.last('save')).toBeUndefined();
    expect(desk.lines()).toEqual(['HUELLA CORRECTA', 'ESPERE MÁQUINA']);
    desk.hear('idle');
    desk.saved();
    expect(desk.tokens()).toBe(1);
  });

  test('gets no token while the admission is on one medium alone', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.finger('match');
    desk.saved(['fixed']);
    expect(desk.tokens()).toBe(0);
    expect(desk.lines()[1]).toBe('FALTA MEMORIA');
    desk.post({ kind: 'mediaChanged', inStep: BOTH });
    expect(desk.tokens()).toBe(1);
  });

  test('of no match after all tries is authorised by print and single-use code, which is then used up', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.finger('noMatch');
    expect(desk.lines()[1]).toBe('OTRA VEZ 2/2');
    desk.finger('noMatch');
    desk.saved();
    expect(desk.lines()).toEqual(['NO COINCIDE', 'ENTER=PRESIDENTE']);
    desk.authorise(4);
    expect(desk.need('loadPrint').of).toEqual({ kind: 'officer' });
    desk.saved();
    desk.finish();
    expect(totalsOf(desk.state().content!)).toMatchObject({
      noMatch: 1,
      overrides: 1,
      votersMarked: 1,
    });
    desk.type('V-1000005');
    desk.saved();
    desk.press('enter');
    desk.printLoaded();
    desk.finger('match');
    desk.code('12345678', 4);
    expect(desk.lines()[0]).toBe('CÓDIGO YA USADO');
    expect(desk.tokens()).toBe(1);
    desk.code('12345678', 5);
    desk.saved();
    expect(desk.tokens()).toBe(2);
  });

  test('is not let in by an officer whose print does not match, nor by guessed codes', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000005');
    desk.saved();
    desk.press('enter');
    desk.printLoaded();
    desk.finger('noMatch');
    desk.finger('noMatch');
    expect(desk.lines()[0]).toBe('NO ES HUELLA DE');
    desk.press('clear');
    desk.type('V-1000005');
    desk.press('enter');
    desk.printLoaded();
    desk.finger('match');
    for (let guess = 0; guess < 5; guess++) desk.code('00000000', null);
    expect(desk.lines()[0]).toBe('CÓDIGO RECHAZADO');
    expect(desk.tokens()).toBe(0);
  });

  test('whose stored print the reader can not read counts as one without stored print', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.post({
      kind: 'readerFailed',
      operation: desk.need('loadPrint').operation,
      code: 'fingerprint.badTemplate',
      badTemplate: true,
    });
    desk.saved();
    expect(desk.lines()[0]).toBe('SIN HUELLA');
  });
});

describe('a reader fault', () => {
  test('counts nothing, lets nobody in, and can be tried again', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.post({
      kind: 'readerFailed',
      operation: desk.need('loadPrint').operation,
      code: 'fingerprint.absent',
      badTemplate: false,
    });
    expect(desk.lines()).toEqual(['FALLA DE LECTOR', 'ENTER=REPETIR']);
    expect(desk.last('save')).toBeUndefined();
    desk.press('enter');
    desk.printLoaded();
    desk.finger('match');
    desk.saved();
    expect(desk.tokens()).toBe(1);
  });

  test('a late answer to a cancelled wait changes nothing', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.press('clear');
    expect(desk.last('cancelFinger')).toBeDefined();
    const before = desk.state();
    expect(desk.finger('match')).toContainEqual({
      kind: 'refuse',
      event: 'fingerRead',
      reason: 'stale',
    });
    expect(desk.state()).toBe(before);
  });
});

describe('limits', () => {
  const failTwice = (desk: ReturnType<typeof makeDriver>, id: string): void => {
    desk.type(id);
    desk.printLoaded();
    desk.finger('noMatch');
    desk.finger('noMatch');
    desk.saved();
  };

  const lockByNoMatch = (desk: ReturnType<typeof makeDriver>): void => {
    for (const id of ['V-1000001', 'V-1000002', 'V-1000003']) {
      failTwice(desk, id);
      desk.press('clear');
    }
  };

  test('consecutive no-matches lock; the officer clears the first lock, a support code the next', () => {
    const desk = makeDriver().openIdle();
    lockByNoMatch(desk);
    expect(desk.lines()).toEqual(['BLOQUEADO', 'ENTER=PRESIDENTE']);
    desk.press('1');
    expect(desk.lines()[0]).toBe('BLOQUEADO');
    desk.press('enter');
    desk.printLoaded();
    desk.finger('match');
    desk.saved();
    expect(desk.lines()[0]).toBe('DESBLOQUEADO');
    desk.press('clear');
    lockByNoMatch(desk);
    expect(desk.lines()).toEqual(['BLOQUEADO', 'ENTER=SOPORTE']);
    desk.press('enter');
    desk.code('87654321', 9);
    expect(desk.need('checkCode').code).toBe('support');
    desk.saved();
    expect(desk.state().content?.lock).toBeNull();
  });

  test('a match in between ends the run', () => {
    const desk = makeDriver().openIdle();
    failTwice(desk, 'V-1000001');
    desk.press('clear');
    failTwice(desk, 'V-1000002');
    desk.press('clear');
    desk.admit('V-1000003');
    desk.finish();
    failTwice(desk, 'V-1000001');
    expect(desk.lines()[0]).toBe('NO COINCIDE');
  });

  test('voters without stored print beyond the share lock, retyping one does not', () => {
    const desk = makeDriver().openIdle();
    for (let again = 0; again < 5; again++) {
      desk.type('V-1000005');
      if (again === 0) desk.saved();
      expect(desk.lines()[0]).toBe('SIN HUELLA');
      desk.press('clear');
    }
    desk.type('V-1000006');
    desk.saved();
    desk.press('clear');
    desk.type('V-1000007');
    desk.saved();
    expect(desk.lines()).toEqual(['LÍMITE ALCANZADO', 'AVISE PRESIDENTE']);
  });

  test('voters without upper limbs in a row lock; the operator may say so at the reader', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000008');
    desk.saved();
    expect(desk.lines()[0]).toBe('SIN MIEMBROS');
    desk.press('clear');
    desk.type('V-1000001');
    desk.printLoaded();
    desk.press('minus');
    desk.saved();
    expect(desk.state().content?.lock).toBe('noUpperLimbs');
  });

  test('a lock and the counts outlive a restart', () => {
    const desk = makeDriver().openIdle();
    lockByNoMatch(desk);
    const content = desk.state().content!;
    const after = makeDriver(initialDesk).open(content);
    after.hear('idle');
    expect(after.lines()[0]).toBe('BLOQUEADO');
  });

  test('an officer without stored print gives a support code in its place', () => {
    const desk = makeDriver();
    desk.open(emptyContent(REGISTERED), makeRoster(false));
    desk.hear('idle');
    desk.type('V-1000005');
    desk.saved();
    desk.press('enter');
    desk.code('11111111', 0);
    expect(desk.tokens()).toBe(0);
    desk.code('11111111', 0);
    expect(desk.lines()[0]).toBe('CÓDIGO YA USADO');
    desk.code('22222222', 1);
    desk.saved();
    expect(desk.tokens()).toBe(1);
    expect(desk.state().content?.usedCodes).toEqual([0, 1]);
  });
});

describe('a companion', () => {
  test('is recorded with the mark, and accompanies nobody twice', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001', 'times');
    desk.type('V-22222222');
    desk.printLoaded();
    desk.finger('match');
    desk.saved();
    desk.finish();
    expect(desk.state().content?.companions).toEqual(['V-22222222']);
    desk.press('clear');
    desk.type('V-1000002', 'times');
    desk.type('V-22222222');
    expect(desk.lines()).toEqual(['YA ACOMPAÑÓ', 'V-22222222']);
    desk.press('clear');
    desk.type('V-1000002', 'times');
    desk.type('V-1000002');
    expect(desk.lines()).toEqual(['ES EL ELECTOR', 'V-1000002']);
  });

  test('of a voter who came back may accompany that voter again', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001', 'times');
    desk.type('V-22222222');
    desk.printLoaded();
    desk.finger('match');
    desk.saved();
    desk.hear('notCompleted');
    desk.saved();
    expect(desk.sent('acknowledged')).toBe(1);
    expect(desk.state().content?.companions).toEqual([]);
    expect(marked(desk)).toBe(0);
  });
});

describe('outcomes', () => {
  test('a repeated `completed` is acknowledged again and marks nobody else', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    desk.hear('completed');
    desk.hear('completed');
    desk.saved();
    expect(desk.sent('acknowledged')).toBe(1);
    desk.hear('completed');
    expect(desk.sent('acknowledged')).toBe(2);
    expect(marked(desk)).toBe(1);
  });

  test('the acknowledgement names the media on which the mark is', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    desk.hear('completed');
    desk.saved(['removable']);
    expect(desk.need('send').message).toEqual({ kind: 'acknowledged', media: ['removable'] });
  });

  test('`completed` from a booth that had no token never marks', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.finger('match');
    desk.hear('completed');
    desk.saved();
    expect(marked(desk)).toBe(0);
    expect(desk.state().content?.admission?.voter).toBe(0);
  });
});

describe('an outcome that can not be', () => {
  test('while the token is still due marks nobody', () => {
    const desk = makeDriver().openIdle();
    desk.type('V-1000001');
    desk.printLoaded();
    desk.finger('match');
    desk.saved(['fixed']);
    desk.hear('boothStarted');
    desk.hear('completed');
    desk.hear('notCompleted');
    expect(desk.state().mode.kind).toBe('tokenDue');
    expect(desk.sent('acknowledged')).toBe(0);
  });

  test('while officers choose marks nobody', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    desk.hear('idle');
    desk.hear('completed');
    expect(desk.state().mode.kind).toBe('pendingChoice');
    expect(marked(desk)).toBe(0);
  });
});

describe('after a restart with somebody admitted', () => {
  const restarted = () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    return makeDriver(initialDesk).open(desk.state().content!);
  };

  test('officers may choose only once the booth is idle; renewing sends one token', () => {
    const desk = restarted();
    expect(desk.lines()[0]).toBe('VOTANDO');
    desk.press('1', '2');
    expect(desk.lines()[0]).toBe('VOTANDO');
    desk.hear('idle');
    expect(desk.lines()).toEqual(['1=SIGUE VOTANDO', '2=SE RETIRÓ']);
    desk.press('1');
    expect(desk.tokens()).toBe(1);
    desk.hear('completed');
    desk.saved();
    expect(marked(desk)).toBe(1);
  });

  test('a released voter may come back', () => {
    const desk = restarted();
    desk.hear('idle');
    desk.press('2', 'enter');
    desk.saved();
    expect(desk.lines()).toEqual(['ADMISIÓN ANULADA', 'PUEDE VOLVER']);
    desk.press('clear');
    desk.admit('V-1000001');
    expect(desk.tokens()).toBe(1);
  });

  test('an outcome that the booth still had marks without a choice', () => {
    const desk = restarted();
    desk.hear('completed');
    desk.saved();
    expect(marked(desk)).toBe(1);
    expect(desk.sent('acknowledged')).toBe(1);
  });

  test('when the booth restarts the desk forgets `idle` and the choice with it', () => {
    const desk = restarted();
    desk.hear('idle');
    desk.hear('boothStarted');
    expect(desk.lines()[0]).toBe('VOTANDO');
    desk.press('1');
    expect(desk.tokens()).toBe(0);
  });
});

describe('what stands in the way', () => {
  test('low battery holds the next admission and lets the voter in progress finish', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    const power = { level: 'low', batteryPercent: 9, minutesLeft: 12 } as const;
    desk.post({ kind: 'powerChanged', power });
    desk.finish();
    desk.press('clear');
    expect(desk.lines()).toEqual(['BAT. BAJA 0:12 H', 'NO ADMITA A MÁS']);
    desk.type('V-1000002');
    expect(desk.tokens()).toBe(1);
    desk.post({ kind: 'powerChanged', power: { ...power, level: 'mains' } });
    desk.admit('V-1000002');
    expect(desk.tokens()).toBe(2);
  });

  test('on battery the operator sees how long it will do, until something is typed', () => {
    const desk = makeDriver().openIdle();
    const power = { level: 'battery', batteryPercent: 80, minutesLeft: 245 } as const;
    const empty = desk.lines();
    desk.post({ kind: 'powerChanged', power });
    expect(desk.lines()).toEqual([empty[0], 'BATERÍA 4:05 H']);
    desk.press('1');
    expect(desk.lines()).toEqual([empty[0], 'V-1_']);
    desk.press('clear');
    expect(desk.lines()[1]).toBe('BATERÍA 4:05 H');
    desk.post({ kind: 'powerChanged', power: { ...power, minutesLeft: null } });
    expect(desk.lines()[1]).toBe('CON BATERÍA');
    desk.post({ kind: 'powerChanged', power: { ...power, minutesLeft: null, level: 'degraded' } });
    expect(desk.lines()).toEqual(empty);
  });

  test('a lost medium suspends admissions until it is in step again', () => {
    const desk = makeDriver().openIdle();
    desk.post({ kind: 'mediaChanged', inStep: ['fixed'] });
    desk.type('V-1000001');
    expect(desk.lines()).toEqual(['VOTO SUSPENDIDO', 'FALTA MEMORIA']);
    desk.post({ kind: 'mediaChanged', inStep: BOTH });
    desk.admit('V-1000001');
    expect(desk.tokens()).toBe(1);
  });

  test('an fsync error parks the desk for good', () => {
    const desk = makeDriver().openIdle();
    desk.post({ kind: 'notSynced', medium: 'fixed' });
    expect(desk.lines()).toEqual(['DETENIDO', 'desk.notSynced']);
    desk.type('V-1000001');
    desk.hear('completed');
    expect(desk.sent('acknowledged')).toBe(0);
    expect(desk.tokens()).toBe(0);
  });

  test('nothing is done before the polls open or without the pollbook', () => {
    const desk = makeDriver();
    desk.post({ kind: 'started' });
    expect(desk.sent('deskStarted')).toBe(1);
    expect(desk.lines()).toEqual(['ESPERE TARJETA', 'DEL PRESIDENTE']);
    desk.post({ kind: 'received', message: { kind: 'pollbookKey', key: '11'.repeat(32) } });
    desk.post({ kind: 'pollbookNotOpened', problem: 'wrongKey' });
    expect(desk.lines()[0]).toBe('TARJETA NO ABRE');
    desk.post({ kind: 'received', message: { kind: 'pollbookKey', key: '00'.repeat(32) } });
    desk.post({
      kind: 'pollbookOpened',
      roster: makeRoster(),
      content: emptyContent(REGISTERED),
      inStep: BOTH,
    });
    desk.type('V-1000001');
    expect(desk.lines()[0]).toBe('MESA NO ABIERTA');
  });
});

describe('the log', () => {
  const logged = (desk: ReturnType<typeof makeDriver>): readonly string[] =>
    desk.all.flatMap((each) => (each.kind === 'log' ? [each.event.id] : []));

  test('says that a voter is marked or an admission given up once that is durable, not before', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    desk.hear('completed');
    expect(logged(desk)).not.toContain('voterMarked');
    desk.saved();
    expect(logged(desk)).toContain('voterMarked');
    desk.hear('idle');
    desk.admit('V-1000002');
    desk.hear('notCompleted');
    expect(logged(desk)).not.toContain('admissionReleased');
    desk.saved([]);
    expect(logged(desk)).not.toContain('admissionReleased');
  });
});

describe('a link that begins anew', () => {
  test('the booth hears again that the pollbook is shut, and only then', () => {
    const desk = makeDriver();
    desk.post({ kind: 'started' });
    desk.hear('boothStarted');
    expect(desk.sent('deskStarted')).toBe(2);
    const open = makeDriver().open();
    open.hear('boothStarted');
    expect(open.sent('deskStarted')).toBe(1);
  });

  test('a token answers the idle that was heard last', () => {
    const desk = makeDriver().open();
    const idle = (turn: string) => desk.post({ kind: 'received', message: { kind: 'idle', turn } });
    idle('00000007');
    idle('00000008');
    desk.admit('V-1000001');
    expect(desk.need('sendAdmission').turn).toBe('00000008');
  });
});

describe('closing', () => {
  const close = (desk: ReturnType<typeof makeDriver>) =>
    desk.post({ kind: 'received', message: { kind: 'phaseChanged', phase: 'closed' } });

  test('sends the totals once each time they are asked for', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    desk.finish();
    close(desk);
    expect(desk.sent('authenticationTotals')).toBe(1);
    expect(desk.need('send').message).toEqual({
      kind: 'authenticationTotals',
      totals: {
        match: 1,
        noMatch: 0,
        noStoredPrint: 0,
        noUpperLimbs: 0,
        overrides: 0,
        votersMarked: 1,
        registered: REGISTERED,
      },
    });
    desk.hear('idle');
    expect(desk.sent('authenticationTotals')).toBe(1);
  });

  test('releases who is still admitted: the booth closes with no vote under way; then come the totals', () => {
    const desk = makeDriver().openIdle();
    desk.admit('V-1000001');
    close(desk);
    expect(desk.sent('authenticationTotals')).toBe(0);
    expect(desk.need('save').content.admission).toBeNull();
    desk.saved();
    expect(marked(desk)).toBe(0);
    expect(desk.sent('authenticationTotals')).toBe(1);
  });

  test('gives up who has no token', () => {
    const other = makeDriver().openIdle();
    other.type('V-1000001');
    other.printLoaded();
    close(other);
    expect(other.last('cancelFinger')).toBeDefined();
    other.press('clear');
    expect(other.lines()[0]).toBe('MESA CERRADA');
  });

  test('is final', () => {
    const desk = makeDriver().openIdle();
    close(desk);
    desk.post({ kind: 'received', message: { kind: 'phaseChanged', phase: 'open' } });
    expect(desk.state().phase).toBe('closed');
  });
});

test('marking nobody changes nothing', () => {
  const content = emptyContent(3);
  expect(markVoted(content)).toBe(content);
});
