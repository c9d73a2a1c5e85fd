/** The driver on a folder that looks like the kernel's, and the emulator on virtual time. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startFeeding } from '#boot/supervisor/feed.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { openWatchdog } from '#drivers/watchdog/driver.ts';
import { makeEmulatedWatchdog } from '#drivers/watchdog/emulator.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { wait } from '#hal/clock.ts';
import { ok } from '#hal/result.ts';
import { describeWatchdog } from '#test/contracts/watchdog.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-watchdog-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the driver', () => {
  const place = () => ({ path: join(folder, 'watchdog0'), sysfs: folder });
  const make = () => {
    writeFileSync(join(folder, 'timeout'), '60\n');
    writeFileSync(place().path, '');
    const said = () => readFileSync(place().path, 'latin1');
    return {
      open: () => openWatchdog(place()),
      meals: () => [...said()].filter((each) => each === '\0').length,
      letGo: () => said().endsWith('V'),
    };
  };
  describeWatchdog(make);

  test('reads its patience in seconds', async () => {
    const opened = await make().open();
    expect(opened.ok && opened.value.timeoutMs).toBe(60_000);
  });

  test.each(['', '0', '-1', 'soon', '99999'])(
    'does not start one whose patience is %j',
    async (text) => {
      const rig = make();
      writeFileSync(join(folder, 'timeout'), text);
      expect(await rig.open()).toMatchObject({ error: { kind: 'absent' } });
    },
  );

  test('says that there is none, and makes none', async () => {
    make();
    rmSync(place().path);
    expect(await openWatchdog(place())).toMatchObject({ error: { kind: 'absent' } });
    expect(() => readFileSync(place().path)).toThrow();
  });
});

describe('the emulator', () => {
  describeWatchdog(() => {
    const emulator = makeEmulatedWatchdog(makeVirtualClock(0), 60_000);
    let meals = 0;
    return {
      open: async () => {
        const opened = await emulator.open();
        if (!opened.ok) return opened;
        const { feed } = opened.value;
        return ok({
          ...opened.value,
          feed: async () => {
            const fed = await feed();
            if (fed.ok) meals += 1;
            return fed;
          },
        });
      },
      meals: () => meals,
      letGo: () => !emulator.counts(),
    };
  });
});

describe('who feeds it', () => {
  const make = () => {
    const clock = makeVirtualClock(0);
    const watchdog = makeEmulatedWatchdog(clock, 60_000);
    const logged: LogEvent[] = [];
    let getsOn = true;
    const feeding = startFeeding({
      clock,
      open: watchdog.open,
      getsOn: () => getsOn,
      log: (event) => logged.push(event),
    });
    return { clock, watchdog, logged, feeding, hang: () => (getsOn = false) };
  };

  test('feeds as long as the unit gets on', async () => {
    const { clock, watchdog } = make();
    await clock.run(wait(clock, 3_600_000));
    expect(watchdog.resets()).toBe(0);
    expect(watchdog.counts()).toBe(true);
  });

  test('a unit that hangs is reset within the time that it waits', async () => {
    const { clock, watchdog, hang } = make();
    await clock.run(wait(clock, 100_000));
    hang();
    await clock.run(wait(clock, 60_001));
    expect(watchdog.resets()).toBe(1);
  });

  test('an end in good order lets go of it', async () => {
    const { clock, watchdog, feeding } = make();
    await clock.run(wait(clock, 1_000));
    await feeding.stop();
    await clock.run(wait(clock, 3_600_000));
    expect([watchdog.counts(), watchdog.resets()]).toEqual([false, 0]);
  });

  test('a supervisor that is gone leaves it counting; the next one feeds on in time', async () => {
    const { clock, watchdog, feeding } = make();
    await clock.run(wait(clock, 1_000));
    watchdog.dropHolder();
    await clock.run(wait(clock, 50_000));
    expect((await watchdog.open()).ok).toBe(true);
    await clock.run(wait(clock, 59_000));
    expect(watchdog.resets()).toBe(0);
    await feeding.stop();
  });

  test('one that takes no word is named once', async () => {
    const { clock, watchdog, logged } = make();
    await clock.run(wait(clock, 1_000));
    watchdog.breakDown();
    await clock.run(wait(clock, 60_000));
    expect(logged).toEqual([{ id: 'deviceFault', fields: { code: 'watchdog.broken' } }]);
  });
});
