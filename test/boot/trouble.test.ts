/**
 * Voters at a unit whose processes run apart, while the power goes at any write, or one process dies
 * alone: officers and voters do what screen and display ask, and the accounts agree.
 */
import { expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { RECORDED_EVENTS } from '#firmware/messages/recorded-events.ts';
import { makeRandom } from '#scripts/day/random.ts';
import { admit, attend, serve } from '../scenarios/conduct.ts';
import { type Day, finishDay, onSunday, residueFrom, wait } from '../scenarios/rig.ts';
import { type MemoryUnit, startUnitInMemory } from './unit-in-memory.ts';

const CUTS = 6;
/** Writes of one visit, log included, are about so many. */
const WRITES_MOST = 110;
const DARK_MS = 5_000;

const inProcesses = () => {
  let unit: MemoryUnit | null = null;
  return {
    startUnit: (options: Parameters<typeof startUnitInMemory>[0]) =>
      startUnitInMemory(options, (started) => {
        unit = started;
      }),
    unit: (): MemoryUnit => {
      if (unit === null) throw new Error('the unit is off');
      return unit;
    },
  };
};

/** The power goes after the `nth` write from now on. */
const cutAtWrite = (day: Day, nth: number, seed: string): Promise<void> => {
  let seen = 0;
  return day.cutAfter(() => ++seen === nth, residueFrom(seed));
};

test.each([1, 2])('seed %d: the power goes at any write of a visit', (seed) => {
  const random = makeRandom(makeSeededEntropy(seed, 'cuts over processes'));
  return onSunday({ seed, startUnit: inProcesses().startUnit }, async (day) => {
    for (const [at, person] of day.people.slice(0, CUTS).entries()) {
      const dark = cutAtWrite(day, 1 + random.below(WRITES_MOST), `${seed} ${at}`);
      const visit = serve(day, person);
      if (await Promise.race([visit.then(() => false), dark.then(() => true)])) {
        await wait(day.clock, DARK_MS);
        await day.powerOn();
        person.there = true;
        await attend(day, person);
      }
      day.onWrite = null;
      if (person.confirmed === null) await serve(day, person);
    }
    await finishDay(day);
    expect(day.room.box).toHaveLength(CUTS);
  });
});

test.each(['booth', 'desk'] as const)(
  'the %s dies while a voter marks: it comes back, and the voter votes once',
  (body) => {
    const { startUnit, unit } = inProcesses();
    return onSunday({ startUnit }, async (day) => {
      const [first, second] = day.people;
      if (first === undefined || second === undefined) throw new Error('too few people');
      await admit(day, first);
      const { hands } = day.life();
      await hands.awaitTarget(['vote']);
      unit().process(body).kill();
      await attend(day, first);
      if (first.confirmed === null) await serve(day, first);
      await serve(day, second);
      expect(unit().processes.filter((each) => each.body === body)).toHaveLength(2);
      await finishDay(day);
      expect(day.room.box).toHaveLength(2);
    });
  },
);

test('a process that is killed leaves the kinds of its last events, and no word of voters or ballots', () => {
  const { startUnit, unit } = inProcesses();
  return onSunday({ startUnit }, async (day) => {
    const [first, second] = day.people;
    if (first === undefined || second === undefined) throw new Error('too few people');
    await serve(day, first);
    await admit(day, second);
    await day.life().hands.awaitTarget(['vote']);
    unit().process('booth').kill();
    await wait(day.clock, 1_000);
    const report = unit().lines.findLast((line) => line.kind === 'crashReport');
    if (report?.kind !== 'crashReport') throw new Error('no crash report');
    expect(report.process).toBe('booth');
    expect(report.last.booth).toContain('recordPrinted');
    expect(report.last.desk).toContain('fingerRead');
    expect(report.last.power).toContain('suppliesRead');
    for (const word of Object.values(report.last).flat()) expect(RECORDED_EVENTS).toContain(word);
    await attend(day, second);
    if (second.confirmed === null) await serve(day, second);
    await finishDay(day);
  });
});
