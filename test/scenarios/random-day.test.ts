/**
 * Days of trouble drawn from a seed: while each voter votes something goes wrong at a random moment
 * (a power cut, once more in the middle of getting up again; the module; the printer). The accounts
 * agree at the end of every such day.
 */
import { expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeRandom, type Random } from '#scripts/day/random.ts';
import { attend, serve } from './conduct.ts';
import { type Day, finishDay, onSunday, type Person, residueFrom, wait } from './rig.ts';

const SEEDS = [1, 2, 3, 4, 5] as const;
const VISITORS = 6;
/** Writes of one visit, log included, are somewhat more than this. */
const WRITES_MOST = 110;

const TROUBLES = ['powerCut', 'powerCut', 'twoCuts', 'module', 'jam', 'paperEnd'] as const;

/** The power goes after the `nth` write from now on, wherever that is. */
const cutAtWrite = (day: Day, nth: number, seed: string): Promise<void> => {
  let seen = 0;
  return day.cutAfter(() => ++seen === nth, residueFrom(seed));
};

/** True when the visit ended before the trouble came. */
const untilDark = async (visit: Promise<void>, dark: Promise<void>): Promise<boolean> =>
  Promise.race([visit.then(() => true), dark.then(() => false)]);

/** The power is back. */
const getUp = async (day: Day, person: Person): Promise<void> => {
  await day.powerOn();
  person.there = true;
  await attend(day, person);
};

const withCuts = async (
  day: Day,
  person: Person,
  random: Random,
  cuts: number,
  seed: string,
): Promise<void> => {
  let visit = serve(day, person);
  for (let cut = 0; cut < cuts; cut++) {
    const most = cut === 0 ? WRITES_MOST : 40;
    const dark = cutAtWrite(day, 1 + random.below(most), `${seed} ${cut}`);
    if (cut > 0) visit = getUp(day, person);
    if (await untilDark(visit, dark)) return;
    await wait(day.clock, 5_000);
  }
  await getUp(day, person);
};

const withModule = async (day: Day, person: Person, random: Random): Promise<void> => {
  const { removable, moduleCell } = day.board.devices;
  let gone = -1;
  day.clock.after(random.between(4_000, 14_000), () => {
    removable.pull();
    moduleCell.pull();
    gone = day.clock.nowMs();
  });
  const fresh = random.chance(0.5);
  const away = random.between(2_000, 20_000);
  const bringBack = (): void => {
    if (gone < 0 || removable.present() || day.clock.nowMs() < gone + away) return;
    if (fresh) {
      moduleCell.replaceByFresh();
      removable.replaceByFresh();
    } else {
      moduleCell.putBack();
      removable.putBack();
    }
  };
  const { operator } = day.life();
  let answered = false;
  const admitted = operator.admit(person.plan).then(({ kind }) => {
    answered = true;
    person.there = kind === 'atBooth';
  });
  // Officers look after the module while the operator waits; nobody is at the booth yet.
  while (!answered) {
    if (gone >= 0) await attend(day, person, { meanwhile: bringBack, until: () => answered });
    await wait(day.clock, 250);
  }
  await admitted;
  await attend(day, person, { meanwhile: bringBack });
  while (gone < 0 || !removable.present()) {
    await wait(day.clock, 500);
    bringBack();
  }
  await attend(day, person, { meanwhile: bringBack });
};

const visitWithTrouble = async (
  day: Day,
  person: Person,
  random: Random,
  seed: string,
): Promise<void> => {
  const trouble = random.pick(TROUBLES);
  day.onWrite = null;
  const { printer } = day.board.devices;
  switch (trouble) {
    case 'powerCut':
    case 'twoCuts':
      await withCuts(day, person, random, trouble === 'twoCuts' ? 2 : 1, seed);
      break;
    case 'module':
      await withModule(day, person, random);
      break;
    case 'jam':
    case 'paperEnd':
      printer.failAfterMm(trouble, random.between(0, 90));
      await serve(day, person, {
        mendPrinter: () => printer.setFault(trouble, false),
        meanwhile: () => {
          if (day.booth().stage.name === 'askPrinted') printer.setFault(trouble, false);
        },
      });
      printer.setFault(trouble, false);
      break;
  }
  day.onWrite = null;
  // Given back: the voter queues again.
  if (person.confirmed === null) await serve(day, person);
};

for (const seed of SEEDS)
  for (const kind of ['plain', 'verify'] as const)
    test(`day ${seed}, ${kind}: something goes wrong with every voter, and the accounts agree`, () =>
      onSunday({ seed, kind }, async (day) => {
        const random = makeRandom(makeSeededEntropy(seed, `trouble ${kind}`));
        const visitors = day.people.slice(0, VISITORS);
        for (const [at, person] of visitors.entries())
          await visitWithTrouble(day, person, random, `${seed} ${kind} ${at}`);
        await finishDay(day);
        expect(day.room.box).toHaveLength(visitors.length);
      }));
