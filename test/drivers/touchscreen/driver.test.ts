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
import { describeTouchscreen } from '#test/contracts/touchscreen.ts';
import { hidBytes, MOUSE_E10 } from '#test/vectors/hid.ts';

const PANEL: Panel = { widthPx: 1280, heightPx: 800, widthMm: 216, heightMm: 135 };
const scene = (name: string): Scene => ({ name, background: '#ffffff', nodes: [], spoken: [] });

const makeBench = (shown = true, descriptor = DIGITIZER_DESCRIPTOR) => {
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
  if (shown) screen.show(scene('first'));
  return { clock, link, glass, screen, touches, faults, beeps };
};

describeTouchscreen('a touchscreen on an in-memory link', () => {
  const { clock, link, glass, screen } = makeBench(false);
  const close = (): void => link.host.close();
  return { clock, screen, device: glass, run: clock.run, close };
});

describe('faults', () => {
  test('a device that is no touch screen is told', async () => {
    const { clock, screen } = makeBench(true, hidBytes(MOUSE_E10));
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
