/**
 * Wrong things given to a whole unit: tokens, PINs, numbers, a medium that goes away or is full, a
 * printer and a reader in trouble, failing power, a wrong clock. People do what screen and display
 * say; nothing is lost, and the day ends with accounts that agree.
 */
import { describe, expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { PrinterFaultName } from '#drivers/printer/emulator.ts';
import { keepNew } from '#drivers/storage/emulator-disk.ts';
import { type EmulatedToken, makeEmulatedToken } from '#drivers/storage/emulator-token.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { StageName, TokenRefusal } from '#firmware/booth/state.ts';
import { sayAtBooth } from '#firmware/locale/booth.ts';
import { type DeskText, deskText } from '#firmware/locale/desk.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { precinctOf as precinctName } from '#firmware/runtime/booth-precinct.ts';
import { sealToken } from '#firmware/vault/officer-token.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { type Answers, admit, attend, serve, showToken } from './conduct.ts';
import { LOCALE, PIN_COST } from './precinct.ts';
import { type Day, finishDay, onSunday, type Person, wait } from './rig.ts';

const personAt = (day: Day, at: number): Person => {
  const person = day.people[at];
  if (person === undefined) throw new Error('too few voters');
  return person;
};

/** Looked at every few milliseconds until it is so. */
const LOOK_MS = 5;
const LOOKS_MAX = 400_000;
const until = async (day: Day, what: string, seen: () => boolean): Promise<void> => {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (seen()) return;
    await wait(day.clock, LOOK_MS);
  }
  const { hands } = day.life();
  throw new Error(
    `${what} did not come: "${hands.sceneName()}", "${day.board.devices.lcd.screen().join('|')}"`,
  );
};
const untilStage = (day: Day, ...names: readonly StageName[]): Promise<void> =>
  until(day, names.join(' or '), () => names.includes(day.booth().stage.name));

// ---------------------------------------------------------------- tokens

type Bad = { readonly token: EmulatedToken; readonly pin: string; readonly refusal: TokenRefusal };

const wrongPin = (pin: string): string => `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`;

/** Tokens that open nothing. `own`: a good one. */
const badTokens = (day: Day, at: number): readonly Bad[] => {
  const kit = day.kits[at];
  const officer = day.definition.officers[at];
  if (kit === undefined || officer === undefined) throw new Error('no such officer');
  const { pin } = kit;
  const altered = kit.token.record?.slice() ?? new Uint8Array();
  // Another hex digit of what is sealed: still a record to read.
  const digit = altered.length - 20;
  altered[digit] = altered[digit] === 0x30 ? 0x31 : 0x30;
  const made = (election: string, precinct: string): Uint8Array =>
    sealToken(
      { share: new Uint8Array(33).fill(9), pollbookKey: new Uint8Array(32).fill(9) },
      {
        version: 1,
        electionId: election,
        precinct,
        officerId: officer.id,
        role: officer.role,
      },
      pin,
      PIN_COST,
      makeSeededEntropy(1, 'forger'),
    );
  const here = precinctName(day.definition);
  const { id } = day.definition;
  const of = (refusal: TokenRefusal, record: Uint8Array | null, typed = pin): Bad => ({
    token: makeEmulatedToken('bad', record),
    pin: typed,
    refusal,
  });
  return [
    of('blank', null),
    of(
      'blank',
      Uint8Array.from({ length: 300 }, (_, index) => index),
    ),
    of('forged', altered),
    of('forged', made(id, here)),
    of('foreign', made(id, `${here}9`)),
    of('foreign', made(`${id}-2`, here)),
    of('wrongPin', kit.token.record, wrongPin(pin)),
  ];
};

/** Shows a token and types a PIN; the screen must say why it does not do. */
const isRefused = async (day: Day, { token, pin, refusal }: Bad): Promise<void> => {
  const { hands, clock } = day.life();
  const { tokens } = day.board.devices;
  await wait(clock, 1_000);
  tokens.insert(token);
  await hands.typePin(pin);
  await hands.awaitWords([screenText(LOCALE, `refusal.${refusal}`)], 10_000);
  await wait(clock, 1_000);
  tokens.remove();
  await hands.awaitWords([screenText(LOCALE, 'insertToken')], 10_000);
};

describe('tokens', () => {
  test('at opening each bad token is named, and the right one still opens', () =>
    onSunday({ unopened: true }, async (day) => {
      const { hands, officers } = day.life();
      await hands.press('polls:open');
      for (const bad of badTokens(day, 0)) await isRefused(day, bad);
      const [, pollWorker] = day.kits;
      if (pollWorker === undefined) throw new Error('no poll worker');
      await isRefused(day, { ...pollWorker, refusal: 'wrongOfficer' });
      await hands.press('officer:cancel');
      await officers.open();
      day.room.takeReports();
      await serve(day, personAt(day, 0));
      await finishDay(day);
    }));

  test('at the count each bad token is named and costs nothing', () =>
    onSunday({}, async (day) => {
      const { officers, hands } = day.life();
      await serve(day, personAt(day, 0));
      await finishDay(day, async () => {
        await officers.close();
        await hands.awaitWords([screenText(LOCALE, 'insertToken')]);
        for (const bad of badTokens(day, 1)) await isRefused(day, bad);
      });
    }));
});

// ---------------------------------------------------------------- national IDs

describe('national IDs', () => {
  const typeId = async (day: Day, digits: string): Promise<readonly string[]> => {
    const { operator, clock } = day.life();
    await operator.awaitText('askId');
    for (const digit of digits) {
      day.board.devices.keypad.press(digit as StationKey);
      await wait(clock, 150);
    }
    day.board.devices.keypad.press('enter');
    await wait(clock, 800);
    return [...day.board.devices.lcd.screen()].map((line) => line.trim());
  };
  const plain = (key: DeskText): string =>
    deskText(LOCALE, key).normalize('NFD').replace(/\p{M}/gu, '');

  test('unknown, malformed and repeated numbers are refused and named', () =>
    onSunday({}, async (day) => {
      const first = personAt(day, 0);
      expect((await typeId(day, '12345678'))[0]).toBe(plain('idUnknown'));
      expect((await typeId(day, '123'))[0]).toBe(plain('idMalformed1'));
      expect((await typeId(day, ''))[0]).toBe(plain('idMalformed1'));
      expect((await typeId(day, '99999999999'))[0]).toBe(plain('idUnknown'));
      await serve(day, first);
      const own = first.plan.voter.nationalId.slice(2);
      expect((await typeId(day, own))[0]).toBe(plain('alreadyVoted'));
      await serve(day, personAt(day, 1));
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    }));
});

// ---------------------------------------------------------------- media

/** The whole module goes: medium and cell. */
const pull = (day: Day): void => {
  day.board.devices.removable.pull();
  day.board.devices.moduleCell.pull();
};
const putBack = (day: Day): void => {
  day.board.devices.moduleCell.putBack();
  day.board.devices.removable.putBack();
};
const putFresh = (day: Day): void => {
  day.board.devices.moduleCell.replaceByFresh();
  day.board.devices.removable.replaceByFresh();
};

const MOMENTS: readonly StageName[] = [
  'waiting',
  'activating',
  'ballot',
  'preparing',
  'startingPrint',
  'printing',
  'markingDone',
  'cutting',
  'committing',
  'telling',
  'settling',
  'takePaper',
];

describe('the removable module is pulled', () => {
  for (const stage of MOMENTS)
    for (const [how, bring] of [
      ['put back', putBack],
      ['replaced by a fresh one', putFresh],
    ] as const)
      test(`in ${stage}, and ${how}: officers bring it in step, nothing is lost`, () =>
        onSunday({ seed: 3 }, async (day) => {
          const [first, second] = [personAt(day, 0), personAt(day, 1)];
          await serve(day, first);
          let pulled = false;
          let suspended = false;
          let looksLeft = 12;
          const mend: Answers = {
            meanwhile: () => {
              suspended ||= day.booth().stage.name === 'suspended';
              if (pulled && suspended && !day.board.devices.removable.present() && --looksLeft < 0)
                bring(day);
            },
          };
          let answered = false;
          const admitted = day
            .life()
            .operator.admit(second.plan)
            .then(({ kind }) => {
              answered = true;
              second.there = kind === 'atBooth';
            });
          if (stage === 'waiting')
            await until(day, 'the admission', () => day.desk().mode.kind === 'recording');
          const there = stage === 'waiting' ? Promise.resolve() : untilStage(day, stage);
          const visiting =
            stage === 'waiting' ? null : admitted.then(() => attend(day, second, mend));
          await there;
          pull(day);
          pulled = true;
          // While the operator waits officers act.
          if (visiting === null) await attend(day, second, { ...mend, until: () => answered });
          await (visiting ?? attend(day, second, mend));
          expect(suspended).toBe(true);
          if (second.confirmed === null) await serve(day, second);
          await serve(day, personAt(day, 2));
          await finishDay(day);
          expect(day.room.box).toHaveLength(3);
        }));
});

describe('a medium is full', () => {
  for (const medium of ['fixed', 'removable'] as const)
    for (const stage of ['ballot', 'printing', 'committing'] as const)
      test(`the ${medium} one, in ${stage}: voting stops and says why; with room again it goes on`, () =>
        onSunday({ seed: 4 }, async (day) => {
          const [first, second] = [personAt(day, 0), personAt(day, 1)];
          const { hands } = day.life();
          await serve(day, first);
          // The log can not be kept on both: whatever stops for that, the vote is kept.
          day.mayPark = true;
          const full = screenText(LOCALE, 'failure.full');
          const room = { at: -1 };
          await admit(day, second);
          const serving = attend(day, second, {
            meanwhile: () => {
              if (!hands.hears(full) || room.at >= 0) return;
              room.at = day.clock.nowMs();
              day.board.devices[medium].behave(null);
            },
          });
          await untilStage(day, stage);
          day.board.devices[medium].behave({ kind: 'full' });
          await serving;
          expect(room.at).toBeGreaterThan(0);
          if (second.confirmed === null) await serve(day, second);
          await serve(day, personAt(day, 2));
          await finishDay(day);
          expect(day.room.box).toHaveLength(3);
        }));
});

// ---------------------------------------------------------------- printer

describe('the printer fails in the middle of a record', () => {
  const faults: readonly PrinterFaultName[] = [
    'paperEnd',
    'jam',
    'coverOpen',
    'overheated',
    'powerCut',
    'unplugged',
    'silent',
  ];
  const failing = async (
    fault: PrinterFaultName,
    mm: number,
    kind: 'plain' | 'verify',
    expected: { readonly envelope: number },
  ): Promise<void> =>
    onSunday({ seed: 5, kind }, async (day) => {
      const { printer } = day.board.devices;
      await serve(day, personAt(day, 0));
      printer.failAfterMm(fault, mm);
      await serve(day, personAt(day, 1), {
        mendPrinter: () => printer.setFault(fault, false),
        // Asked before the printer was mended: somebody mends it then.
        meanwhile: () => {
          if (day.booth().stage.name === 'foldPartial' || day.booth().stage.name === 'askPrinted')
            printer.setFault(fault, false);
        },
      });
      await serve(day, personAt(day, 2));
      await finishDay(day);
      expect(day.room.box).toHaveLength(3);
      expect(day.room.envelope).toHaveLength(expected.envelope);
    });
  for (const fault of faults) {
    // Out of reach it may go on printing what it holds: whoever is asked then sees a paper.
    const blind = fault === 'unplugged' ? 1 : 0;
    test(`${fault} after a part came out: folded away, printed anew`, () =>
      failing(fault, 30, 'plain', { envelope: 1 }));
    test(`${fault} before anything came out: it goes on once it is mended`, () =>
      failing(fault, 0.5, 'verify', { envelope: blind }));
  }

  test('the cutter sticks: the paper is torn off by hand', () =>
    onSunday({ seed: 5 }, async (day) => {
      const { printer } = day.board.devices;
      printer.setFault('cutter', true);
      await serve(day, personAt(day, 0), { tearOff: true });
      printer.setFault('cutter', false);
      await serve(day, personAt(day, 1));
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    }));
  test('the cutter sticks and is freed: the paper is cut', () =>
    onSunday({ seed: 5 }, async (day) => {
      const { printer } = day.board.devices;
      printer.setFault('cutter', true);
      await serve(day, personAt(day, 0), { mendPrinter: () => printer.setFault('cutter', false) });
      await serve(day, personAt(day, 1));
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    }));
});

// ---------------------------------------------------------------- reader, power, clock

test('the fingerprint reader is unplugged while a finger is awaited, plugged in and tried again', () =>
  onSunday({ seed: 6 }, async (day) => {
    const { reader } = day.board.devices;
    await serve(day, personAt(day, 0));
    let faulty = false;
    const admitted = admit(day, personAt(day, 1));
    await until(
      day,
      'the wait for a finger',
      () => day.desk().mode.kind === 'finger' && day.life().operator.shows('placeFinger'),
    );
    reader.fail('unplugged');
    await until(day, 'the fault', () => {
      faulty ||= day.life().operator.shows('readerFault');
      return faulty;
    });
    reader.heal();
    await admitted;
    await attend(day, personAt(day, 1));
    await finishDay(day);
    expect(day.room.box).toHaveLength(2);
  }));

describe('power', () => {
  const mains = (day: Day, on: boolean): void =>
    on ? day.board.devices.power.clear('mainsLost') : day.board.devices.power.inject('mainsLost');

  test('battery low: who votes goes on, nobody else is admitted until mains is back', () =>
    onSunday({ seed: 7, percent: 30.4 }, async (day) => {
      const [first, second] = [personAt(day, 0), personAt(day, 1)];
      await admit(day, first);
      mains(day, false);
      const lowNow = (): boolean => day.booth().power.level === 'low';
      await until(day, 'low power', lowNow);
      await attend(day, first, { until: () => day.life().operator.shows('powerLow2') });
      first.there = false;
      expect(day.room.box).toHaveLength(1);
      await wait(day.clock, 30_000);
      expect(day.life().operator.shows('powerLow2')).toBe(true);
      expect(day.life().hands.hears(screenText(LOCALE, 'lowPower'))).toBe(true);
      mains(day, true);
      await serve(day, second);
      await finishDay(day);
    }));

  test('battery critical while somebody votes: the unit rests, and goes on where it was', () =>
    onSunday({ seed: 7, percent: 12.4 }, async (day) => {
      const person = personAt(day, 0);
      await admit(day, person);
      await untilStage(day, 'ballot');
      mains(day, false);
      await untilStage(day, 'resting');
      expect(day.life().hands.hears(screenText(LOCALE, 'resting'))).toBe(true);
      await wait(day.clock, 5 * 60_000);
      expect(day.booth().stage.name).toBe('resting');
      mains(day, true);
      // It charges beyond the critical mark first.
      await untilStage(day, 'ballot');
      await attend(day, person);
      expect(person.confirmed).not.toBeNull();
      await serve(day, personAt(day, 1));
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    }));

  test('dark while the unit rests: nothing is lost when power is back', () =>
    onSunday({ seed: 7, percent: 12.6 }, async (day) => {
      const second = personAt(day, 1);
      await serve(day, personAt(day, 0));
      await admit(day, second);
      mains(day, false);
      await untilStage(day, 'resting');
      day.cut(keepNew);
      await wait(day.clock, 60_000);
      mains(day, true);
      await day.powerOn();
      await attend(day, second);
      await serve(day, personAt(day, 2));
      await finishDay(day);
      expect(day.room.box).toHaveLength(3);
    }));

  test('one stabilizer fails: nobody notices', () =>
    onSunday({ seed: 7 }, async (day) => {
      day.board.devices.power.inject('stabilizerAFailed');
      await serve(day, personAt(day, 0));
      day.board.devices.power.clear('stabilizerAFailed');
      day.board.devices.power.inject('mainsFlicker');
      await serve(day, personAt(day, 1));
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    }));
});

describe('the clock is wrong at opening', () => {
  for (const [name, at] of [
    ['a day before', '2020-12-05T06:00:00-04:00'],
    ['dead, in 1970', '1970-01-01T00:00:00Z'],
  ] as const)
    test(`${name}: a second officer agrees, and the reports say so`, () =>
      onSunday({ seed: 8, at, unopened: true }, async (day) => {
        const { hands, officers } = day.life();
        await hands.press('polls:open');
        await showToken(day, day.life());
        await hands.awaitWords([screenText(LOCALE, 'purpose.openOverride')], 10_000);
        const [presiding] = day.kits;
        if (presiding === undefined) throw new Error('no officers');
        await isRefused(day, { ...presiding, refusal: 'repeated' });
        await hands.press('officer:cancel');
        await officers.open();
        const words = (text: string): string => text.replace(/\s+/g, ' ');
        const said = sayAtBooth(LOCALE, 'openedByOverride');
        expect(words(day.room.takeReports().map(renderText).join(' '))).toContain(said);
        await serve(day, personAt(day, 0));
        await finishDay(day);
        expect(words(renderText(day.tally[0]!))).toContain(said);
      }));
});
