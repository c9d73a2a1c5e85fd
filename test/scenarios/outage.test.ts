/**
 * A mains outage of four hours on a whole unit with voters coming: they are admitted until the battery
 * is low, who votes then finishes, nobody else is admitted, and all goes on by itself when mains is
 * back. The battery drains at the load that the policy counts with; the accounts agree.
 */
import { expect, test } from 'vitest';
import { screenText } from '#firmware/locale/screen.ts';
import { admit, attend, serve } from './conduct.ts';
import { LOCALE } from './precinct.ts';
import { type Day, finishDay, onSunday, type Person, wait } from './rig.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OUTAGE_MS = 4 * HOUR_MS;
const LOOK_MS = 1_000;

const untilTrue = async (day: Day, what: string, limitMs: number, seen: () => boolean) => {
  const endMs = day.clock.nowMs() + limitMs;
  while (!seen()) {
    if (day.clock.nowMs() > endMs) throw new Error(`${what} did not come`);
    await wait(day.clock, LOOK_MS);
  }
};

/** The next of a line of voters. */
const makeQueue = (day: Day) => {
  let at = 0;
  return (): Person => {
    const person = day.people[at++];
    if (person === undefined) throw new Error('too few voters');
    return person;
  };
};

test('a four-hour outage with voters coming: admitted to the mark, then again after it', () =>
  onSunday({ seed: 11 }, async (day) => {
    const { power } = day.board.devices;
    const levels: string[] = [];
    const level = (): string => day.booth().power.level;
    const note = (): void => {
      if (levels.at(-1) !== level()) levels.push(level());
    };
    const next = makeQueue(day);
    await serve(day, next());
    note();
    power.inject('mainsLost');
    const lostMs = day.clock.nowMs();
    await untilTrue(day, 'battery', MINUTE_MS, () => level() === 'battery');
    note();
    // A few of the day's voters on battery, one each 55 minutes.
    let servedOnBattery = 0;
    while (day.clock.nowMs() - lostMs < 3.4 * HOUR_MS) {
      expect(day.booth().power.minutesLeft).toBeGreaterThan(0);
      await serve(day, next());
      servedOnBattery += 1;
      await wait(day.clock, 55 * MINUTE_MS);
    }
    expect(servedOnBattery).toBeGreaterThanOrEqual(3);
    // Admitted just before the mark: that voter finishes below it.
    const last = next();
    await untilTrue(day, 'nearly low', HOUR_MS, () => power.plant.battery().percent < 30.9);
    await admit(day, last);
    await untilTrue(day, 'low', HOUR_MS, () => level() === 'low');
    note();
    await attend(day, last, { until: () => day.life().operator.shows('powerLow2') });
    last.there = false;
    expect(last.confirmed).not.toBeNull();
    await wait(day.clock, Math.max(0, lostMs + OUTAGE_MS - day.clock.nowMs()));
    // Four hours on, it is low and not worse: nobody is admitted, the screen says why.
    expect(level()).toBe('low');
    expect(day.life().operator.shows('powerLow2')).toBe(true);
    expect(day.life().hands.hears(screenText(LOCALE, 'lowPower'))).toBe(true);
    power.clear('mainsLost');
    await untilTrue(day, 'mains', MINUTE_MS, () => level() === 'mains');
    note();
    await serve(day, next());
    expect(levels).toEqual(['mains', 'battery', 'low', 'mains']);
    const papers = day.room.box.length;
    await finishDay(day);
    expect(papers).toBe(servedOnBattery + 3);
  }));

test('an outage that goes on: parked with everything durable, and on by itself', () =>
  onSunday({ seed: 12, percent: 13 }, async (day) => {
    const { power } = day.board.devices;
    const next = makeQueue(day);
    await serve(day, next());
    power.inject('mainsLost');
    await untilTrue(day, 'rest', HOUR_MS, () => day.booth().stage.name === 'resting');
    await untilTrue(day, 'parked', 10 * MINUTE_MS, () => day.booth().power.level === 'parked');
    // The battery is not empty: what was cast is on both media, and nothing is left to write.
    expect(power.plant.battery().percent).toBeGreaterThan(5);
    const writes = (): number =>
      day.board.devices.fixed.counters().bytesWritten +
      day.board.devices.removable.counters().bytesWritten;
    const before = writes();
    await wait(day.clock, 3 * MINUTE_MS);
    const parkedWrites = writes() - before;
    power.clear('mainsLost');
    await untilTrue(day, 'mains', 2 * HOUR_MS, () => day.booth().power.level === 'mains');
    await serve(day, next());
    await finishDay(day);
    expect(day.room.box).toHaveLength(2);
    expect(parkedWrites).toBeLessThan(4_096);
  }));
