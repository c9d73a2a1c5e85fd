/**
 * The contract of hal/battery.ts, held sentence by sentence for any gauge on any link. The rig says what
 * its own faults are and what the contract lets a read answer under each.
 */
import { describe, expect } from 'vitest';
import type { Battery, BatteryReading } from '#hal/battery.ts';
import { wait } from '#hal/clock.ts';
import {
  atOnce,
  contract,
  type Expected,
  holds,
  kindOf,
  type MakeRig,
  READ_LIMIT_MS,
  RETURN_LIMIT_MS,
  type Rig,
  SILENCE_MS,
  until,
  within,
} from './power-rig.ts';

const READING_AGE_MS = 2_500;
/** Until a fault was seen and no call waits for the start any more. */
const SUFFER_MS = 4_000;

export type BatteryFaultRow = {
  /** The fault's name, as the rig injects it, and in words. */
  readonly fault: string;
  readonly words: string;
  readonly read: Expected;
  /** What a reading under it has to be. */
  readonly shows?: Partial<BatteryReading>;
};

export type BatteryRig = Rig & {
  readonly battery: Battery;
  /** The charge of the battery itself, percent. */
  setPercent(percent: number): void;
  /** Mains feeds the unit: the battery charges or is full; without, it drains. */
  setFed(fed: boolean): void;
  inject(fault: string): void;
  clear(fault: string): void;
};

const describeRead = (makeRig: MakeRig<BatteryRig>): void => {
  contract('a read while what is behind it starts waits for it', makeRig, async (rig) => {
    rig.setPercent(70);
    const read = await within(rig, READ_LIMIT_MS, rig.battery.read);
    expect(read).toMatchObject({ ok: true, value: { present: true, percent: 70 } });
  });

  contract('any number of reads may be under way', makeRig, async (rig) => {
    const reads = await within(rig, READ_LIMIT_MS, () =>
      Promise.all(Array.from({ length: 30 }, () => rig.battery.read())),
    );
    expect(new Set(reads.map(kindOf))).toEqual(new Set(['reading']));
  });

  contract('charge and flow are at most 2.5 s old', makeRig, async (rig) => {
    rig.setPercent(60);
    await rig.battery.read();
    for (const [percent, fed, flow] of [
      [59, false, 'discharging'],
      [40, false, 'discharging'],
      [40.5, true, 'charging'],
      [100, true, 'idle'],
      [3, true, 'charging'],
    ] as const) {
      rig.setFed(fed);
      rig.setPercent(percent);
      // Rate of charge and charge itself may be of two reports.
      await wait(rig.clock, READING_AGE_MS + rig.slackMs);
      const read = await atOnce(rig, rig.battery.read);
      expect(read).toMatchObject({ ok: true, value: { present: true, flow } });
      expect(Math.abs((read.ok ? read.value.percent : -9) - percent)).toBeLessThan(0.6);
    }
  });

  contract('charge is told from 0 to 100 and never beyond', makeRig, async (rig) => {
    rig.setFed(false);
    for (const percent of [100, 0]) {
      rig.setPercent(percent);
      await until(rig, READ_LIMIT_MS, `${percent} %`, async () => {
        const read = await rig.battery.read();
        return read.ok && read.value.percent === percent;
      });
    }
  });

  contract(
    'one that was never there is absent, within 4 s, then at once',
    makeRig,
    async (rig) => {
      expect(kindOf(await within(rig, READ_LIMIT_MS, rig.battery.read))).toBe('absent');
      expect(kindOf(await atOnce(rig, rig.battery.read))).toBe('absent');
      rig.cable.plug();
      await until(rig, RETURN_LIMIT_MS, 'a reading', async () => (await rig.battery.read()).ok);
    },
    false,
  );

  contract('unplugged it is absent at once, and back within 2 s', makeRig, async (rig) => {
    const { battery } = rig;
    await battery.read();
    for (let turn = 0; turn < 3; turn++) {
      rig.cable.unplug();
      await until(rig, 100, 'absent', async () => kindOf(await battery.read()) === 'absent');
      expect(kindOf(await atOnce(rig, battery.read))).toBe('absent');
      rig.setPercent(50 - turn);
      rig.cable.plug();
      await until(rig, RETURN_LIMIT_MS, 'the new charge', async () => {
        const read = await battery.read();
        return read.ok && Math.abs(read.value.percent - (50 - turn)) < 0.5;
      });
    }
  });
};

const describeChanges = (makeRig: MakeRig<BatteryRig>): void => {
  contract('the first reading and each that differs are told', makeRig, async (rig) => {
    rig.setFed(true);
    rig.setPercent(100);
    const told: BatteryReading[] = [];
    const ended: BatteryReading[] = [];
    rig.battery.onChange((reading) => told.push(reading));
    const end = rig.battery.onChange((reading) => ended.push(reading));
    await rig.battery.read();
    await until(rig, READ_LIMIT_MS, 'the first', () => told.length >= 1);
    end();
    // Full and fed, nothing changes: nothing is told.
    await wait(rig.clock, 3_000);
    const settled = told.length;
    await wait(rig.clock, 2_000);
    expect(told).toHaveLength(settled);
    rig.setPercent(80);
    await until(rig, READING_AGE_MS, 'the change', () => told.at(-1)?.percent === 80);
    const heard = ended.length;
    expect(heard).toBeLessThanOrEqual(1);
    for (const [at, reading] of told.entries()) expect(reading).not.toEqual(told[at - 1]);
  });
};

/** `title` names gauge and link; each test has a rig of its own. */
export const describeBattery = (
  title: string,
  makeRig: MakeRig<BatteryRig>,
  faults: readonly BatteryFaultRow[],
): void => {
  describe(`${title} keeps the contract of a battery`, () => {
    describe('read', () => describeRead(makeRig));
    describe('onChange', () => describeChanges(makeRig));
  });

  describe(`${title}: the battery under each fault`, () => {
    for (const { fault, words, read, shows } of faults)
      contract(`${words}: ${read}, and sound within 2 s`, makeRig, async (rig) => {
        rig.setPercent(60);
        await rig.battery.read();
        rig.inject(fault);
        await wait(rig.clock, SUFFER_MS + rig.slackMs);
        const under = await within(rig, SILENCE_MS, rig.battery.read);
        expect(holds(read, kindOf(under))).toBe(true);
        if (shows !== undefined) expect(under.ok && under.value).toMatchObject(shows);
        rig.clear(fault);
        rig.setPercent(44);
        await until(rig, RETURN_LIMIT_MS, 'the true charge', async () => {
          const back = await rig.battery.read();
          return back.ok && back.value.present && Math.abs(back.value.percent - 44) < 0.5;
        });
      });
  });
};
