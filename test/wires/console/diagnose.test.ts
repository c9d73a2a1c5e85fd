/** Broken units, each diagnosed to the right part over the serial cable by what a technician runs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeManifest } from '#boot/release/manifest.ts';
import { releaseDigestOf } from '#boot/release/verify.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { setRealTimeClock } from '#scripts/bench/set-clock.ts';
import type { UnitProcesses } from '#scripts/bench/unit.ts';
import { provision } from '#scripts/day/provision.ts';
import { attachConsole, logIn } from '#scripts/field/console-client.ts';
import { type Examination, examine } from '#scripts/field/examine.ts';
import { findingsOf } from '#scripts/field/findings.ts';
import { reportOf } from '#scripts/field/report.ts';
import { ownRelease } from '#scripts/release/build-release.ts';
import { definition, makeUnitRig, type UnitRig, until } from '../processes/unit-rig.ts';

const RELEASE = '09'.repeat(32);
const KEY = provision(definition, 4, 1, 'R503').technician.key.privateKey;
const STRANGE = {
  kind: 'usb',
  path: '1-4.3',
  vendor: '0951',
  product: '1666',
  serial: 'STRANGE-1',
  name: 'Stick',
} as const;
const LIMIT_MS = 120_000;
const PATIENCE_MS = 60_000;

let rig: UnitRig;
let unit: UnitProcesses;

const boot = async (): Promise<void> => {
  unit = rig.start();
  await unit.running;
};
const logged = (word: string, since = 0): boolean => rig.log().slice(since).includes(word);

const look = async (
  options: {
    readonly finger?: boolean;
    readonly release?: string;
    readonly console?: string;
    readonly key?: null;
  } = {},
): Promise<Examination> => {
  const client = await attachConsole(options.console ?? rig.rack.console);
  return examine(client, {
    key: options.key === null ? null : KEY,
    finger: options.finger === true,
    nowMs: null,
    release: options.release ?? RELEASE,
    onStep: () => undefined,
  }).finally(() => client.close());
};
const diagnose = async (options: Parameters<typeof look>[0] = {}): Promise<readonly string[]> => {
  const examination = await look(options);
  const { tests } = examination;
  expect(tests.length, examination.refused.join()).toBeGreaterThan(5);
  return findingsOf(examination, 'en').map(({ part, code }) => `${part} ${code}`);
};

/**
 * Of a unit that has just started: it is at its own self-test for a while, and on a busy computer the
 * officers' display may be late once.
 */
const atItsStart = (diagnosed: () => Promise<void>): Promise<void> =>
  vi.waitFor(diagnosed, { timeout: PATIENCE_MS });

/** What is found while something is broken; it is mended afterwards, whatever was found. A gauge tells it late. */
const whileBroken = async (
  broken: () => void,
  mended: () => void,
  options: Parameters<typeof look>[0] = {},
): Promise<readonly string[]> => {
  broken();
  try {
    for (;;) {
      const found = await diagnose(options);
      if (found.length > 0) return found;
    }
  } finally {
    mended();
  }
};

/** A gauge tells what it measured 2 s ago. */
const wellAgain = async (): Promise<void> => {
  while ((await diagnose()).length > 0);
};

describe('a unit in trouble', { timeout: LIMIT_MS }, () => {
  beforeAll(async () => {
    rig = await makeUnitRig();
    await boot();
  }, LIMIT_MS);
  afterAll(async () => {
    await rig?.close();
  }, LIMIT_MS);

  test('or rather in none: nothing is found', async () => {
    await atItsStart(async () => expect(await diagnose()).toEqual([]));
  });

  test('1: the fingerprint sensor is dead', async () => {
    const { reader } = rig.rack.devices;
    const found = await whileBroken(() => reader.fail('hardwareError'), reader.heal);
    expect(found).toEqual(['fingerprint fingerprint.broken']);
  });

  test('2: the fingerprint sensor is dirty', async () => {
    const { reader } = rig.rack.devices;
    reader.placeFinger({ seed: 'a technician', quality: 0.1 });
    expect(await diagnose({ finger: true })).toEqual(['fingerprint unit.sensorDirty']);
    reader.placeFinger({ seed: 'a technician', quality: 0.95 });
    expect(await diagnose({ finger: true })).toEqual([]);
    reader.placeFinger(null);
  });

  test('3: the paper is jammed', async () => {
    const { printer } = rig.rack.devices;
    const found = await whileBroken(
      () => printer.setFault('jam', true),
      () => printer.setFault('jam', false),
    );
    expect(found).toEqual(['printer printer.jam']);
  });

  test('4: the cutter sticks', async () => {
    const { printer } = rig.rack.devices;
    const found = await whileBroken(
      () => printer.setFault('cutter', true),
      () => printer.setFault('cutter', false),
    );
    expect(found).toEqual(['printer printer.cutter']);
  });

  test('5: the battery is low, and the mains are gone', async () => {
    const { power } = rig.rack.devices;
    const found = await whileBroken(
      () => {
        power.setMains(0);
        power.plant.setPercent(25);
      },
      () => {
        power.plant.setPercent(100);
        power.setMains(120);
      },
    );
    expect(found).toEqual(['battery power.low']);
    await wellAgain();
  });

  test('6: a stabilizer failed', async () => {
    const { power } = rig.rack.devices;
    const found = await whileBroken(
      () => power.failStabilizer('b'),
      () => power.mendStabilizer('b'),
    );
    expect(found).toEqual(['stabilizerB stabilizer.broken']);
    await wellAgain();
  });

  test('the officers’ display is gone, and well again without any test when it is back', async () => {
    const { lcd } = rig.rack.devices;
    const found = await whileBroken(lcd.unplug, lcd.plug);
    expect(found).toEqual(['station station.absent']);
    const faults = (): Promise<readonly string[]> =>
      look({ key: null }).then((examination) =>
        findingsOf(examination, 'en').map(({ code }) => code),
      );
    await vi.waitFor(async () => expect(await faults()).toEqual([]), { timeout: PATIENCE_MS });
  });

  test('7: another release runs than should', async () => {
    expect(await diagnose({ release: 'ab'.repeat(32) })).toEqual(['release unit.otherRelease']);
  });

  test('7: a file of the program is not the one that was signed', async () => {
    const { manifest } = ownRelease();
    const files = manifest.files.map((file) =>
      file.path === 'firmware/booth/step.ts' ? { ...file, sha256: '0'.repeat(64) } : file,
    );
    const signed = makeManifest({ ...manifest, files });
    const other = await makeUnitRig({ releaseDigest: releaseDigestOf(signed), manifest: signed });
    try {
      await other.start().running;
      await atItsStart(async () => {
        const found = await look({
          console: other.rack.console,
          release: toHex(releaseDigestOf(signed)),
        });
        expect(findingsOf(found, 'en').map(({ part, code }) => `${part} ${code}`)).toEqual([
          'release unit.filesChanged',
        ]);
        expect(found.diagnostics.manifest?.differs).toEqual(['changed firmware/booth/step.ts']);
      });
    } finally {
      await other.close();
    }
  });

  test('8: a memory is full', async () => {
    const { fixed } = rig.rack.devices;
    const found = await whileBroken(
      () => fixed.setFault('full', true),
      () => fixed.setFault('full', false),
    );
    expect(found).toEqual(['fixedMemory medium.full']);
  });

  test('9: something is plugged in that is not on the signed list', async () => {
    const { parts } = rig.rack.devices;
    parts.plug([STRANGE]);
    await until('the watch over parts', () => logged('inventoryExtra'));
    expect(await diagnose()).toEqual(['attached unit.partExtra']);
    const from = rig.log().length;
    parts.unplug([STRANGE]);
    await until('all parts to be as listed', () => logged('inventoryMatched', from));
  });

  test('10: the memory module was pulled', async () => {
    const { removable } = rig.rack.devices;
    const found = await whileBroken(removable.pull, removable.putBack);
    expect(found).toContain('removableMemory vault.mediumLost');
    // Its cell is on it.
    expect(found.filter((each) => !/^removableMemory|^moduleCell/.test(each))).toEqual([]);
  });

  test('11: a log was altered behind the unit’s back: not even then is the console gone', async () => {
    await unit.shutDown();
    const path = join(rig.rack.devices.fixed.folder, 'log', 'event-log', 'log.jsonl');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace('inventoryExtra', 'inventoryMatched'));
    unit = rig.start();
    await expect(unit.running).rejects.toThrow('machine.logNotOpened');
    const found = findingsOf(await look(), 'en').map(({ part, code }) => `${part} ${code}`);
    expect(found).toEqual(['log machine.logNotOpened']);
    await unit.shutDown();
    writeFileSync(path, whole);
  });

  test('12: the clock of the board is wrong', async () => {
    const { realTimeClock } = rig.rack.devices.power;
    setRealTimeClock(realTimeClock, realTimeClock.calendarMs() - 3 * 86_400_000);
    await boot();
    await atItsStart(async () => expect(await diagnose()).toEqual(['clock machine.clockDoubtful']));
  });

  test('its log is taken out over the line, and goes on after a break', async () => {
    const client = await attachConsole(rig.rack.console);
    expect(await logIn(client, KEY)).toBeNull();
    const taken: Uint8Array[] = [];
    const take = (bytes: Uint8Array): void => void taken.push(bytes);
    expect(await client.exportLog(0, take)).toBeNull();
    const first = Buffer.concat(taken);
    taken.length = 0;
    expect(await client.exportLog(3_000, take)).toBeNull();
    await client.close();
    const log = rig.log();
    expect(log.startsWith(first.toString())).toBe(true);
    expect(first.length).toBeGreaterThan(6_000);
    expect(Buffer.concat([first.subarray(0, 3_000), ...taken]).toString()).toBe(
      log.slice(0, 3_000 + Buffer.concat(taken).length),
    );
  });

  test('a report for people has findings, charts and no address outside of it', async () => {
    const examination = await look();
    const html = reportOf(examination, findingsOf(examination, 'en'), 'en');
    expect(html).toContain('machine.clockDoubtful');
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html).not.toMatch(/(src|href)=|https?:|@import|url\(/);
  });
});
