/**
 * A scan of the running unit: its processes, users, capabilities, ports, writable places, mounts, set-uid files
 * and modules, against the list of what is expected (scripts/qemu/onlooker/expected.ts). The unit is the image as
 * it is; who looks on stands on that list himself nowhere, so he must be found.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepare } from '#scripts/bench/prepare.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';
import { makeAwaitTouch } from '#scripts/qemu/first-touch.ts';
import { contentOfImage } from '#scripts/qemu/image-content.ts';
import { compare } from '#scripts/qemu/onlooker/compare.ts';
import { EXPECTED } from '#scripts/qemu/onlooker/expected.ts';
import {
  lookWhenSettled,
  ONLOOKER,
  openOnlooker,
  withOnlooker,
} from '#scripts/qemu/onlooker/onlooker.ts';
import { makeVirtualUnit, type VirtualUnit } from '#scripts/qemu/virtual-unit.ts';
import { whyNoImage } from './image-machine.ts';
import { sharedImage } from './shared-image.ts';

const missing = await whyNoImage();
if (missing !== null)
  process.stderr.write(`skipped: the image can not be built here: ${missing}\n`);

const LIMIT_MS = 500_000;

describe.skipIf(missing !== null)('a unit that serves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-run-'));
  let unit: VirtualUnit;
  let found: readonly string[];

  beforeAll(async () => {
    const { written } = await sharedImage();
    const definition = loadOwnDefinition(DEMO_PATH);
    const { locale } = definition;
    const prepared = await prepare('friday', { definition, locale, voters: 3, seed: 1 });
    const content = contentOfImage(written.image);
    unit = await makeVirtualUnit(prepared, {
      folder,
      content: async (at) => withOnlooker(await content(at), at),
    });
    const awaitTouch = await makeAwaitTouch(unit, prepared);
    const started = async (): Promise<void> => {
      await unit.start();
      await awaitTouch(LIMIT_MS);
    };
    const [onlooker] = await Promise.all([openOnlooker(folder, LIMIT_MS), started()]);
    found = compare(await lookWhenSettled(onlooker), EXPECTED);
    onlooker.shell.close();
  }, 2 * LIMIT_MS);
  afterAll(async () => {
    await unit?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds what is on the list and, beside who looks on, nothing else', () => {
    expect(found).toEqual([`process: ${ONLOOKER} is not expected`]);
  });
});
