/**
 * Whole outages through everything: plant, emulated board, bytes, johnny-five, driver, policy. Four
 * hours of darkness pass in well under a second.
 */
import { describe, expect, test } from 'vitest';
import type { PowerFaultName } from '#drivers/power/emulator.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import { type PowerRuntime, startPowerRuntime } from '#firmware/runtime/power-runtime.ts';
import { wait } from '#hal/clock.ts';
import type { SwitchState } from '#hal/switch-panel.ts';
import { type PowerBench, play } from '#test/drivers/power/bench.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Watched = PowerBench & {
  readonly runtime: PowerRuntime;
  readonly told: PowerState[];
  readonly logged: LogEvent[];
  readonly switches: SwitchState[];
};

const watch = <T>(scene: (watched: Watched) => Promise<T>, percent = 100): Promise<T> =>
  play(
    async (bench) => {
      const told: PowerState[] = [];
      const logged: LogEvent[] = [];
      const switches: SwitchState[] = [];
      const runtime = startPowerRuntime(
        { clock: bench.clock, ...bench.board },
        {
          onPower: (power) => told.push(power),
          onLog: (event) => logged.push(event),
          onPark: (reason) => {
            throw new Error(reason);
          },
          onPanel: (state) => switches.push(state),
        },
      );
      await wait(bench.clock, MINUTE);
      return scene({ ...bench, runtime, told, logged, switches });
    },
    { percent },
  );

const levelsOf = (told: readonly PowerState[]): string[] =>
  told.map(({ level }) => level).filter((level, at, all) => level !== all[at - 1]);

describe('an outage', () => {
  test('of four hours, and mains again: each level once, nothing flaps', () =>
    watch(async ({ clock, emulator, runtime, told, logged }) => {
      expect(runtime.power()).toEqual({ level: 'mains', batteryPercent: 100, minutesLeft: null });
      emulator.setMains(0);
      await wait(clock, 4 * HOUR);
      const { percent } = emulator.plant.battery();
      // 28 W for four hours of 150 Wh.
      expect(percent).toBeCloseTo(25.3, 1);
      expect(runtime.power()).toMatchObject({ level: 'low', batteryPercent: 25 });
      expect(runtime.power().minutesLeft).toBeGreaterThan(70);
      expect(runtime.power().minutesLeft).toBeLessThan(90);
      emulator.setMains(120);
      await wait(clock, 3 * HOUR);
      expect(runtime.power().level).toBe('mains');
      expect(levelsOf(told)).toEqual(['mains', 'battery', 'low', 'mains']);
      expect(logged.map(({ id }) => id)).toEqual([
        'powerChanged',
        'stabilizerFault',
        'stabilizerFault',
        'powerChanged',
        'powerChanged',
        'stabilizerRecovered',
        'stabilizerRecovered',
        'powerChanged',
      ]);
    }));

  test('that goes to the end: critical well before the battery is empty, then parked', () =>
    watch(async ({ clock, emulator, runtime, told }) => {
      emulator.setMains(0);
      while (runtime.power().level !== 'critical') await wait(clock, 1_000);
      // Time enough to finish, store and park.
      expect(runtime.power().minutesLeft).toBeGreaterThanOrEqual(14);
      expect(emulator.plant.dead()).toBe(false);
      runtime.parkingDone();
      expect(runtime.power().level).toBe('parked');
      emulator.setMains(120);
      await wait(clock, 5 * MINUTE);
      expect(runtime.power().level).toBe('parked');
      await wait(clock, HOUR);
      expect(runtime.power().level).toBe('mains');
      expect(levelsOf(told)).toEqual(['mains', 'battery', 'low', 'critical', 'parked', 'mains']);
    }, 50));

  test('short and often is told as one', () =>
    watch(async ({ clock, emulator, runtime, told }) => {
      emulator.inject('mainsFlicker');
      await wait(clock, MINUTE);
      emulator.clear('mainsFlicker');
      await wait(clock, MINUTE);
      expect(runtime.power().level).toBe('mains');
      expect(levelsOf(told)).toEqual(['mains', 'battery', 'mains']);
    }));

  test('of one stabilizer is `degraded`, and the log says which one feeds', () =>
    watch(async ({ clock, emulator, runtime, logged }) => {
      emulator.failStabilizer('b');
      await wait(clock, MINUTE);
      expect(runtime.power()).toMatchObject({ level: 'degraded', minutesLeft: null });
      expect(logged).toContainEqual({ id: 'stabilizerSwitched', fields: { stabilizer: 'a' } });
      emulator.mendStabilizer('b');
      await wait(clock, MINUTE);
      expect(runtime.power().level).toBe('mains');
    }));
});

test.each([
  { capacityWh: 150, loadW: 28, minutes: 321 },
  { capacityWh: 75, loadW: 28, minutes: 160 },
  { capacityWh: 150, loadW: 14, minutes: 642 },
])('the time left is reckoned with the unit’s own $capacityWh Wh and $loadW W', (own) =>
  play(async ({ clock, board, emulator }) => {
    const runtime = startPowerRuntime(
      { clock, ...board, powerModel: { capacityWh: own.capacityWh, loadW: own.loadW } },
      {
        onPower: () => undefined,
        onLog: () => undefined,
        onPark: (reason) => {
          throw new Error(reason);
        },
      },
    );
    await wait(clock, MINUTE);
    emulator.setMains(0);
    await wait(clock, MINUTE);
    const { minutesLeft } = runtime.power();
    expect(minutesLeft).toBeLessThanOrEqual(own.minutes);
    expect(minutesLeft).toBeGreaterThanOrEqual(own.minutes * 0.97 - 2);
    runtime.stop();
  }),
);

describe('a fuel gauge not to be believed during an outage', () => {
  test.each([
    'gaugeFrozen',
    'gaugeLying',
    'gaugeJumping',
    'batteryMissing',
  ] as const satisfies readonly PowerFaultName[])(
    '%s: the unit is critical before it is dark',
    (fault) =>
      watch(async ({ clock, emulator, runtime, logged }) => {
        emulator.setMains(0);
        await wait(clock, MINUTE);
        emulator.inject(fault);
        await wait(clock, 20 * MINUTE);
        expect(runtime.power().batteryPercent).toBeNull();
        expect(logged.some(({ id }) => id === 'batteryFault')).toBe(true);
        const told = runtime.power().minutesLeft ?? Number.NaN;
        const left = (emulator.plant.battery().percent / 28) * 150 * 0.6;
        expect(told).toBeLessThanOrEqual(left);
        while (runtime.power().level !== 'critical') await wait(clock, MINUTE);
        expect(emulator.plant.battery().percent).toBeGreaterThan(5);
      }, 70),
  );
});

describe('the power board itself', () => {
  test('unplugged on mains: nothing is known, so it counts as battery; back, it is mains again', () =>
    watch(async ({ clock, link, runtime, logged }) => {
      link.unplug();
      await wait(clock, MINUTE);
      expect(runtime.power()).toMatchObject({ level: 'battery', batteryPercent: null });
      expect(runtime.power().minutesLeft).toBeGreaterThan(200);
      link.plug();
      await wait(clock, MINUTE);
      expect(runtime.power()).toMatchObject({ level: 'mains', batteryPercent: 100 });
      const codes = logged.flatMap((e) => (e.id === 'deviceFault' ? [e.fields.code] : []));
      expect(codes).toEqual(['panel.absent']);
    }));

  test('seal, cover and key are logged as they move', () =>
    watch(async ({ clock, emulator, logged, switches }) => {
      const before = logged.length;
      emulator.turnKey('on');
      await wait(clock, 1_000);
      emulator.openCover();
      await wait(clock, 1_000);
      emulator.breakSeal();
      await wait(clock, 1_000);
      emulator.closeCover();
      await wait(clock, 1_000);
      expect(logged.slice(before).map(({ id }) => id)).toEqual([
        'keyTurned',
        'coverOpened',
        'tamperOpened',
        'coverClosed',
      ]);
      expect(switches.at(-1)).toEqual({ key: 'on', tamper: true, coverOpen: false });
    }));
});
