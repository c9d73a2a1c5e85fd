/** The touchscreen driver against the emulated panel: HID reports over a polled link, virtual clock. */
import { describe, expect, test } from 'vitest';
import { makeMemoryReportLink } from '#drivers/links/memory-report-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeTouchscreen } from '#drivers/touchscreen/driver.ts';
import { DIGITIZER_DESCRIPTOR, makeTouchscreenEmulator } from '#drivers/touchscreen/emulator.ts';
import { wait } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import type { Panel, Touch } from '#hal/touchscreen.ts';
import { hidBytes, MOUSE_E10 } from '#test/vectors/hid.ts';

const PANEL: Panel = { widthPx: 1280, heightPx: 800, widthMm: 216, heightMm: 135 };
const scene = (name: string): Scene => ({ name, background: '#ffffff', nodes: [], spoken: [] });

const makeBench = (descriptor = DIGITIZER_DESCRIPTOR) => {
  const clock = makeVirtualClock(0);
  const link = makeMemoryReportLink(clock, descriptor);
  const entropy = makeSeededEntropy(1, 'touchscreen test');
  const options = { panel: PANEL, entropy, cable: link };
  const glass = makeTouchscreenEmulator(link.device, clock, options);
  const beeps: number[] = [];
  const beeper = (durationMs: number): void => {
    beeps.push(durationMs);
  };
  const { display } = glass;
  const screen = makeTouchscreen({ reports: link.host, display, panel: PANEL, clock, beeper });
  const touches: Touch[] = [];
  const faults: string[] = [];
  screen.onTouch((touch) => touches.push(touch));
  screen.onFault(({ kind }) => faults.push(kind));
  screen.show(scene('first'));
  return { clock, link, glass, screen, touches, faults, beeps };
};

const settle = 100;

describe('touches', () => {
  test('one finger down and up is one touch, where it came down, to a tenth of a millimetre', async () => {
    const { clock, glass, touches } = makeBench();
    await clock.run(glass.touch(100, 50));
    expect(touches).toHaveLength(1);
    expect(touches[0]?.x).toBeCloseTo(100, 1);
    expect(touches[0]?.y).toBeCloseTo(50, 1);
  });

  test('acts on lift, not before, and never repeats', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      glass.hold(0, 10, 10);
      await wait(clock, 5_000);
      const before = touches.length;
      glass.lift(0);
      await wait(clock, 5_000);
      return before;
    };
    expect(await clock.run(day())).toBe(0);
    expect(touches).toHaveLength(1);
  });

  test('carries the scene on which the finger came down', async () => {
    const { clock, glass, screen, touches } = makeBench();
    const day = async () => {
      glass.hold(0, 10, 10);
      await wait(clock, settle);
      screen.show(scene('second'));
      glass.lift(0);
      await wait(clock, settle);
      await glass.touch(10, 10);
    };
    await clock.run(day());
    expect(touches.map(({ sceneNumber }) => sceneNumber)).toEqual([1, 2]);
  });

  test('a finger may roll a little, but not slide', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      for (const slide of [5, 7]) {
        glass.hold(0, 50, 50);
        await wait(clock, settle);
        glass.hold(0, 50 + slide, 50);
        await wait(clock, settle);
        glass.lift(0);
        await wait(clock, settle);
      }
    };
    await clock.run(day());
    expect(touches).toHaveLength(1);
    expect(touches[0]?.x).toBeCloseTo(50, 1);
  });

  test('a finger that slides away and back is no touch', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      for (const x of [50, 80, 50]) {
        glass.hold(0, x, 50);
        await wait(clock, settle);
      }
      glass.lift(0);
      await wait(clock, settle);
    };
    await clock.run(day());
    expect(touches).toEqual([]);
  });

  test('a palm is no touch, nor what touches while it rests', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      glass.hold(0, 50, 50, 40);
      await wait(clock, settle);
      glass.hold(1, 120, 50);
      await wait(clock, settle);
      glass.lift(1);
      glass.lift(0);
      await wait(clock, settle);
      await glass.touch(20, 20);
    };
    await clock.run(day());
    expect(touches).toHaveLength(1);
    expect(touches[0]?.x).toBeCloseTo(20, 1);
  });

  test('of two fingers only the first counts, whichever lifts first', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        glass.hold(0, 30, 30);
        await wait(clock, settle);
        glass.hold(1, 90, 90);
        await wait(clock, settle);
        for (const finger of order) {
          glass.lift(finger);
          await wait(clock, settle);
        }
      }
    };
    await clock.run(day());
    expect(touches.map(({ x }) => Math.round(x))).toEqual([30, 30]);
  });

  test('a whole hand is no touch', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      for (const finger of [0, 1, 2, 3]) glass.hold(finger, 30 + 20 * finger, 30);
      await wait(clock, settle);
      for (const finger of [0, 1, 2, 3]) glass.lift(finger);
      await wait(clock, settle);
    };
    await clock.run(day());
    expect(touches).toEqual([]);
  });

  test('a hundred touches are a hundred touches, in order', async () => {
    const { clock, glass, touches } = makeBench();
    const places = Array.from({ length: 100 }, (_, index) => [
      (index * 37) % 216,
      (index * 17) % 135,
    ]);
    await clock.run(Promise.all(places.map(([x = 0, y = 0]) => glass.touch(x, y))));
    expect(touches.map(({ x, y }) => [Math.round(x), Math.round(y)])).toEqual(places);
  });
});

describe('faults', () => {
  test('unplugged is told once; plugged in again, touches work without a restart', async () => {
    const { clock, glass, screen, touches, faults } = makeBench();
    const day = async () => {
      glass.hold(0, 10, 10);
      await wait(clock, settle);
      glass.fail('unplugged');
      const away = await screen.check();
      await glass.touch(20, 20);
      glass.heal();
      await wait(clock, settle);
      const back = await screen.check();
      await glass.touch(30, 30);
      return { away, back };
    };
    const { away, back } = await clock.run(day());
    expect(away).toMatchObject({ ok: false, error: { device: 'touchscreen', kind: 'absent' } });
    expect(back.ok).toBe(true);
    expect(faults).toEqual(['absent']);
    expect(touches.map(({ x }) => Math.round(x))).toEqual([30]);
  });

  test('a stuck finger is told after 10 s, is no touch, and others can vote on', async () => {
    const { clock, glass, touches, faults } = makeBench();
    const day = async () => {
      glass.fail('stuckFinger');
      await glass.touch(40, 40);
      await glass.touch(80, 80);
      await wait(clock, 11_000);
      await glass.touch(120, 120);
      glass.heal();
      await wait(clock, settle);
      await glass.touch(60, 60);
    };
    await clock.run(day());
    expect(faults).toEqual(['broken']);
    expect(touches.map(({ x }) => Math.round(x))).toEqual([120, 60]);
  });

  test('a ghost contact and trembling do not move a touch', async () => {
    const { clock, glass, touches } = makeBench();
    const day = async () => {
      glass.fail('ghostContact');
      await glass.touch(40, 40);
      glass.fail('jitter');
      for (let count = 0; count < 50; count++) await glass.touch(100, 60);
    };
    await clock.run(day());
    expect(touches).toHaveLength(51);
    expect(touches[0]?.x).toBeCloseTo(40, 1);
    for (const { x, y } of touches.slice(1)) expect(Math.hypot(x - 100, y - 60)).toBeLessThan(2.1);
  });

  test('a device that is no touch screen is told', async () => {
    const { clock, screen } = makeBench(hidBytes(MOUSE_E10));
    expect(await clock.run(screen.check())).toMatchObject({
      ok: false,
      error: { kind: 'garbled', detail: 'no touch screen in the report descriptor' },
    });
  });

  test('reports that contradict the descriptor are told once', async () => {
    const { clock, link, faults, touches } = makeBench();
    for (let count = 0; count < 20; count++) link.device.report(Uint8Array.of(1, 0xff));
    await clock.run(wait(clock, 1_000));
    expect(faults).toEqual(['garbled']);
    expect(touches).toEqual([]);
  });
});

describe('the display', () => {
  test('numbers scenes, and shows the last one', () => {
    const { screen, glass } = makeBench();
    expect(screen.show(scene('second'))).toBe(2);
    expect(glass.scene()?.name).toBe('second');
    expect(screen.panel()).toEqual(PANEL);
  });

  test('a beep reaches the beeper', () => {
    const { screen, beeps } = makeBench();
    screen.beep(250);
    expect(beeps).toEqual([250]);
  });
});
