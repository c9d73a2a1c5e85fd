/** The contract of watchdogs: what holds for every one, real or emulated. */
import { expect, test } from 'vitest';
import type { Result } from '#hal/result.ts';
import type { Watchdog, WatchdogFault } from '#hal/watchdog.ts';

export type WatchdogRig = {
  readonly open: () => Promise<Result<Watchdog, WatchdogFault>>;
  /** Meals that reached it since it was opened. */
  readonly meals: () => number;
  /** It was told that it counts no more. */
  readonly letGo: () => boolean;
};

export const describeWatchdog = (make: () => WatchdogRig): void => {
  const opened = async (rig: WatchdogRig): Promise<Watchdog> => {
    const found = await rig.open();
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  };

  test('says how long it waits, and takes food', async () => {
    const rig = make();
    const watchdog = await opened(rig);
    expect(watchdog.timeoutMs).toBeGreaterThan(0);
    expect(await watchdog.feed()).toEqual({ ok: true, value: undefined });
    expect(await watchdog.feed()).toEqual({ ok: true, value: undefined });
    expect(rig.meals()).toBe(2);
    expect(rig.letGo()).toBe(false);
  });

  test('counts no more when it was disarmed, and takes no food then', async () => {
    const rig = make();
    const watchdog = await opened(rig);
    expect((await watchdog.disarm()).ok).toBe(true);
    expect(rig.letGo()).toBe(true);
    expect(await watchdog.feed()).toMatchObject({ error: { kind: 'absent' } });
    expect((await rig.open()).ok).toBe(true);
  });
};
