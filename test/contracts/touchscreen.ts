/**
 * What every touchscreen does on every link: each sentence of hal/touchscreen.ts, and each fault of
 * the emulated panel. After every fault touches count again without a restart.
 */
import { describe, expect, test } from 'vitest';
import type { TouchscreenEmulator } from '#drivers/touchscreen/emulator.ts';
import { STUCK_MS } from '#drivers/touchscreen/touches.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import type { Touch, Touchscreen, TouchscreenFault } from '#hal/touchscreen.ts';
import { type Heard, listenTo } from './heard.ts';

export type TouchscreenRig = {
  readonly clock: Clock;
  readonly screen: Touchscreen;
  /** At least 200 by 120 mm. */
  readonly device: TouchscreenEmulator;
  run<T>(scene: Promise<T>): Promise<T>;
  close(): Promise<void> | void;
};

const RETURN_LIMIT_MS = 2_000;
const LIMIT_MS = 5_000;
/** The digitizer tells places to about a hundredth of a millimetre. */
const NEAR_MM = 0.1;
const JITTER_MM = 2.1;
/** Between two reports of the emulated fingers. */
const STEP_MS = 60;

const named = (name: string): Scene => ({ name, background: '#ffffff', nodes: [], spoken: [] });

type Play = TouchscreenRig & {
  readonly touches: Heard<Touch>;
  readonly faults: Heard<TouchscreenFault>;
};

export const describeTouchscreen = (
  title: string,
  makeRig: () => Promise<TouchscreenRig> | TouchscreenRig,
): void => {
  const play = async (scene: (bench: Play) => Promise<void>): Promise<void> => {
    const rig = await makeRig();
    const touches = listenTo<Touch>(rig.clock, rig.screen.onTouch);
    const faults = listenTo<TouchscreenFault>(rig.clock, rig.screen.onFault);
    rig.screen.show(named('first'));
    try {
      await rig.run(scene({ ...rig, touches, faults }));
    } finally {
      await rig.close();
    }
  };
  const kinds = ({ faults }: Play): readonly string[] => faults.all.map(({ kind }) => kind);
  const isNear = (touch: Touch | undefined, x: number, y: number, mm = NEAR_MM): boolean =>
    touch !== undefined && Math.hypot(touch.x - x, touch.y - y) <= mm;

  /** A good touch at the end: what is told before it is all that ever was. */
  const expectOnly = async (bench: Play, places: readonly (readonly [number, number])[]) => {
    await bench.device.touch(190, 110);
    const all = [...places, [190, 110] as const];
    const told = await bench.touches.reach(all.length, LIMIT_MS);
    expect(told.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual(all);
    expect(bench.touches.all.length).toBe(all.length);
  };

  describe(title, () => {
    test('tells a touch on lift, where the finger came down, with the number of the scene', () =>
      play(async (bench) => {
        const { clock, device, touches, screen } = bench;
        device.hold(0, 100, 50);
        await wait(clock, 5 * STEP_MS);
        expect(touches.all).toEqual([]);
        device.lift(0);
        const [touch] = await touches.reach(1, LIMIT_MS);
        expect(isNear(touch, 100, 50)).toBe(true);
        expect(touch?.sceneNumber).toBe(1);
        expect(screen.show(named('second'))).toBe(2);
        expect(await screen.check()).toEqual({ ok: true, value: undefined });
        expect(screen.panel().widthMm).toBeGreaterThan(200);
      }));

    test('a finger that came down on an older scene carries the number of that one', () =>
      play(async (bench) => {
        const { clock, device, touches, screen } = bench;
        device.hold(0, 20, 20);
        await wait(clock, 5 * STEP_MS);
        screen.show(named('second'));
        device.lift(0);
        await touches.reach(1, LIMIT_MS);
        await wait(clock, 3 * STEP_MS);
        await device.touch(20, 20);
        const told = await touches.reach(2, LIMIT_MS);
        expect(told.map(({ sceneNumber }) => sceneNumber)).toEqual([1, 2]);
      }));

    test('forty taps are forty touches, in order', () =>
      play(async ({ device, touches }) => {
        const places = Array.from({ length: 40 }, (_, index) => [
          (index * 37) % 200,
          (index * 17) % 120,
        ]);
        await Promise.all(places.map(([x = 0, y = 0]) => device.touch(x, y)));
        const told = await touches.reach(40, LIMIT_MS);
        expect(told.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual(places);
      }));

    test('two taps on one place are two touches', () =>
      play(async (bench) => {
        await bench.device.touch(60, 60);
        await bench.device.touch(60, 60);
        await expectOnly(bench, [
          [60, 60],
          [60, 60],
        ]);
      }));

    test('a finger that slides is no touch; one that rolls a little is', () =>
      play(async (bench) => {
        const { clock, device } = bench;
        for (const slide of [40, 4]) {
          for (const x of [50, 50 + slide, 50]) {
            device.hold(0, x, 50);
            await wait(clock, STEP_MS);
          }
          device.lift(0);
          await wait(clock, 3 * STEP_MS);
        }
        await expectOnly(bench, [[50, 50]]);
      }));

    test('a palm is no touch, nor a second finger, nor a whole hand', () =>
      play(async (bench) => {
        const { clock, device } = bench;
        device.hold(0, 60, 60, 45);
        await wait(clock, STEP_MS);
        device.lift(0);
        await wait(clock, 3 * STEP_MS);
        device.hold(0, 30, 30);
        await wait(clock, STEP_MS);
        device.hold(1, 90, 90);
        await wait(clock, STEP_MS);
        device.lift(1);
        await wait(clock, STEP_MS);
        device.lift(0);
        await wait(clock, 3 * STEP_MS);
        for (const finger of [0, 1, 2, 4]) device.hold(finger, 20 + 20 * finger, 40);
        await wait(clock, 3 * STEP_MS);
        for (const finger of [0, 1, 2, 4]) device.lift(finger);
        await wait(clock, 5 * STEP_MS);
        await expectOnly(bench, [[30, 30]]);
      }));

    test('unplugged: told once, a finger on the glass is forgotten; usable again within two seconds', () =>
      play(async (bench) => {
        const { clock, device, faults, screen } = bench;
        device.hold(0, 30, 30);
        await wait(clock, 3 * STEP_MS);
        device.fail('unplugged');
        await faults.reach(1, LIMIT_MS);
        const absent = { ok: false, error: { device: 'touchscreen', kind: 'absent' } };
        expect(await screen.check()).toMatchObject(absent);
        expect(screen.show(named('while it was away'))).toBe(2);
        device.heal();
        const backAtMs = clock.nowMs();
        while (!(await screen.check()).ok) {
          if (clock.nowMs() - backAtMs > RETURN_LIMIT_MS) throw new Error('not back in time');
          await wait(clock, 20);
        }
        await device.touch(40, 40);
        await expectOnly(bench, [[40, 40]]);
        expect(kinds(bench)).toEqual(['absent']);
      }));

    test('a contact that never lifts is told after ten seconds, and others count from then on', () =>
      play(async (bench) => {
        const { device, faults, touches } = bench;
        device.fail('stuckFinger');
        await device.touch(40, 40);
        await device.touch(80, 80);
        await faults.reach(1, STUCK_MS + LIMIT_MS);
        expect(touches.all).toEqual([]);
        await device.touch(120, 100);
        await touches.reach(1, LIMIT_MS);
        device.heal();
        await device.touch(60, 60);
        await expectOnly(bench, [
          [120, 100],
          [60, 60],
        ]);
        expect(kinds(bench)).toEqual(['broken']);
      }));

    test('a resting palm is told as what stays on the glass, and people vote beside it', () =>
      play(async (bench) => {
        const { device, faults } = bench;
        device.fail('restingPalm');
        await device.touch(70, 70);
        await faults.reach(1, STUCK_MS + LIMIT_MS);
        await device.touch(50, 50);
        device.heal();
        await expectOnly(bench, [[50, 50]]);
        expect(kinds(bench)).toEqual(['broken']);
      }));

    test('ghost contacts and trembling move no touch', () =>
      play(async (bench) => {
        const { device, touches } = bench;
        device.fail('ghostContact');
        await device.touch(40, 40);
        device.fail('jitter');
        for (let count = 0; count < 10; count++) await device.touch(100, 60);
        const [first, ...others] = await touches.reach(11, LIMIT_MS);
        expect(isNear(first, 40, 40)).toBe(true);
        expect(others.every((touch) => isNear(touch, 100, 60, JITTER_MM))).toBe(true);
        device.heal();
        await bench.device.touch(10, 10);
        expect(isNear((await touches.reach(12, LIMIT_MS))[11], 10, 10)).toBe(true);
        expect(kinds(bench)).toEqual([]);
      }));

    test('a finger that is lost for a moment counts once', () =>
      play(async (bench) => {
        bench.device.fail('chatter');
        for (const x of [30, 30, 60]) await bench.device.touch(x, 40);
        bench.device.heal();
        await expectOnly(bench, [
          [30, 40],
          [30, 40],
          [60, 40],
        ]);
        expect(kinds(bench)).toEqual([]);
      }));

    test('reports cut short are no touches, are told once, and pass', () =>
      play(async (bench) => {
        const { device, faults } = bench;
        device.fail('garbled');
        for (let count = 0; count < 5; count++) await device.touch(50, 50);
        await faults.reach(1, LIMIT_MS);
        device.heal();
        await expectOnly(bench, []);
        expect(kinds(bench)).toEqual(['garbled']);
      }));
  });
};
