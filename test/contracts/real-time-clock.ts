/** The contract of hal/real-time-clock.ts, held sentence by sentence, and under every fault of the chip. */
import { describe, expect } from 'vitest';
import {
  REAL_TIME_CLOCK_FAULTS,
  type RealTimeClockFaultName,
} from '#drivers/real-time-clock/emulator.ts';
import { wait } from '#hal/clock.ts';
import {
  atOnce,
  contract,
  kindOf,
  type MakeRig,
  type PowerRig,
  RETURN_LIMIT_MS,
  suffer,
  until,
  within,
} from './power-rig.ts';

const CALL_LIMIT_MS = 6_000;
const AGE_LIMIT_MS = 2_000;
const ELECTION_DAY = Date.parse('2026-11-22T07:00:00Z');

/** What `read` and then `set` say under each fault; null: it depends. */
const UNDER_FAULT = {
  stopped: { read: 'lost', set: 'broken' },
  lost: { read: 'lost', set: 'reading' },
  wrong: { read: 'reading', set: 'broken' },
  jumping: { read: 'reading', set: null },
  silent: { read: 'absent', set: 'absent' },
  garbled: { read: 'garbled', set: 'broken' },
  setIgnored: { read: 'reading', set: 'broken' },
} as const satisfies Record<
  RealTimeClockFaultName,
  { readonly read: string; readonly set: string | null }
>;

const FAULTS = Object.keys(UNDER_FAULT) as RealTimeClockFaultName[];

const near = (rig: PowerRig, shown: number, expectedMs: number): boolean =>
  shown <= expectedMs + 1_000 && shown >= expectedMs - AGE_LIMIT_MS - rig.slackMs;

const describeTime = (makeRig: MakeRig<PowerRig>): void => {
  contract('tells the calendar in whole seconds, at most 2 s old', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    for (let turn = 0; turn < 3; turn++) {
      const read = await within(rig, CALL_LIMIT_MS, realTimeClock.read);
      expect(read.ok).toBe(true);
      if (!read.ok) return;
      expect(read.value % 1_000).toBe(0);
      expect(near(rig, read.value, rig.emulator.realTimeClock.calendarMs())).toBe(true);
      await wait(rig.clock, 700);
    }
  });

  contract('set, it goes on from there', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    for (const instant of [
      ELECTION_DAY,
      Date.UTC(2000, 0, 1),
      Date.UTC(2199, 11, 31, 23, 59, 30),
    ]) {
      const set = await within(rig, CALL_LIMIT_MS, () => realTimeClock.set(instant));
      expect(kindOf(set)).toBe('reading');
      const setAtMs = rig.clock.nowMs();
      await wait(rig.clock, 2_500);
      const read = await realTimeClock.read();
      const expectedMs = instant + (rig.clock.nowMs() - setAtMs);
      expect(read.ok && near(rig, read.value, expectedMs)).toBe(true);
    }
  });

  contract('a time outside its range is broken and changes nothing', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    await realTimeClock.set(ELECTION_DAY);
    for (const outside of [Date.UTC(1999, 11, 31, 23, 59, 59), Date.UTC(2200, 0, 1), Number.NaN])
      expect(kindOf(await within(rig, CALL_LIMIT_MS, () => realTimeClock.set(outside)))).toBe(
        'broken',
      );
    const read = await realTimeClock.read();
    expect(read.ok && read.value - ELECTION_DAY).toBeLessThanOrEqual(5_000 + 4 * rig.slackMs);
  });

  contract(
    'one operation at a time: another is busy and disturbs nothing',
    makeRig,
    async (rig) => {
      const { realTimeClock } = rig.board;
      await realTimeClock.read();
      const set = realTimeClock.set(ELECTION_DAY);
      expect(kindOf(await atOnce(rig, realTimeClock.read))).toBe('busy');
      expect(kindOf(await atOnce(rig, () => realTimeClock.set(0)))).toBe('busy');
      expect(kindOf(await set)).toBe('reading');
      const read = await realTimeClock.read();
      expect(read.ok && near(rig, read.value, ELECTION_DAY + 1_000)).toBe(true);
    },
  );

  contract('unplugged it is absent, and back within 2 s', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    await realTimeClock.set(ELECTION_DAY);
    rig.cable.unplug();
    await until(rig, 100, 'absent', async () => kindOf(await realTimeClock.read()) === 'absent');
    expect(kindOf(await atOnce(rig, () => realTimeClock.set(ELECTION_DAY)))).toBe('absent');
    rig.cable.plug();
    await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await realTimeClock.read()).ok);
  });

  contract('the cable pulled in the middle of a call ends the call', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    await realTimeClock.read();
    const setting = realTimeClock.set(ELECTION_DAY);
    rig.cable.unplug();
    const kind = kindOf(await within(rig, CALL_LIMIT_MS, () => setting));
    expect(['absent', 'timeout']).toContain(kind);
    rig.cable.plug();
    await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await realTimeClock.read()).ok);
  });

  contract('a silent board is a timeout', makeRig, async (rig) => {
    const { realTimeClock } = rig.board;
    await realTimeClock.read();
    await suffer(rig, 'silent');
    expect(kindOf(await atOnce(rig, realTimeClock.read))).toBe('timeout');
    rig.emulator.clear('silent');
    await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await realTimeClock.read()).ok);
  });
};

/** `title` names driver and link; each test has a rig of its own. */
export const describeRealTimeClock = (title: string, makeRig: MakeRig<PowerRig>): void => {
  describe(`${title} keeps the contract of a real-time clock`, () => describeTime(makeRig));

  describe(`${title}: the real-time clock under each fault`, () => {
    for (const fault of FAULTS) {
      const { read, set } = UNDER_FAULT[fault];
      contract(`${REAL_TIME_CLOCK_FAULTS[fault]}: ${read}, and mended`, makeRig, async (rig) => {
        const { realTimeClock } = rig.board;
        await realTimeClock.set(ELECTION_DAY);
        rig.emulator.realTimeClock.inject(fault);
        expect(kindOf(await within(rig, CALL_LIMIT_MS, realTimeClock.read))).toBe(read);
        const later = ELECTION_DAY + 86_400_000;
        const setting = await within(rig, CALL_LIMIT_MS, () => realTimeClock.set(later));
        if (set !== null) expect(kindOf(setting)).toBe(set);
        rig.emulator.realTimeClock.clear(fault);
        expect(kindOf(await realTimeClock.set(later))).toBe('reading');
        const mended = await realTimeClock.read();
        expect(mended.ok && near(rig, mended.value, later + 1_000)).toBe(true);
      });
    }
  });
};
