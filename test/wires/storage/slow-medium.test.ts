/** A medium of the rack that is slow: whoever writes waits in the kernel. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { wait } from '#hal/clock.ts';
import type { Medium } from '#hal/storage.ts';
import { makeRackMedium, type RackMedium } from '#scripts/devices/rack-storage.ts';
import { SLOW_WRITE_MS } from '#scripts/devices/slow-files.ts';

const CONTENT = Uint8Array.of(1, 2, 3, 4, 5);
const NEW = Uint8Array.of(9, 8, 7, 6, 5);

const clock = makeSystemClock();
let folder: string;
let rack: RackMedium;
let medium: Medium;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'urna-slow-medium-'));
  rack = makeRackMedium('removable', join(folder, 'removable'), 1_000_000);
  const root = join(rack.folder, 'booth');
  medium = makeMediumFiles({ name: 'removable', root, budgetBytes: 1_000_000, clock });
  expect((await medium.write('urn', CONTENT)).ok).toBe(true);
});
afterEach(() => {
  rack.setFault('slow', false);
  rmSync(folder, { recursive: true, force: true });
});

/** Which of them is done first: what the medium was asked, or half of the time that a slow one takes. */
const first = (asked: Promise<unknown>): Promise<'medium' | 'time'> =>
  Promise.race([
    asked.then(() => 'medium' as const),
    wait(clock, SLOW_WRITE_MS / 2).then(() => 'time' as const),
  ]);

test('a write takes its time, and is whole', async () => {
  rack.setFault('slow', true);
  expect(await medium.read('urn')).toEqual({ ok: true, value: CONTENT });
  const written = medium.write('urn', NEW);
  expect(await first(written)).toBe('time');
  expect((await written).ok).toBe(true);
  expect(await medium.read('urn')).toEqual({ ok: true, value: NEW });
});

test('who waits goes on as soon as it is fast again', async () => {
  rack.setFault('slow', true);
  const written = medium.write('urn', NEW);
  rack.setFault('slow', false);
  expect((await written).ok).toBe(true);
});

test('bits that flip meanwhile make nobody wait for itself', async () => {
  rack.setFault('slow', true);
  rack.setFault('bitRot', true);
  expect(await medium.read('urn')).toEqual({ ok: true, value: Uint8Array.of(1, 2, 3 ^ 1, 4, 5) });
  expect(await first(medium.write('urn', NEW))).toBe('time');
});
