/** One contract, two media: the folder of a real file system and the emulated flash. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { isPath, MAX_FILE_BYTES } from '#drivers/storage/paths.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import type { Medium } from '#hal/storage.ts';

const SCRATCH = mkdtempSync(join(tmpdir(), 'urna-media-'));
afterAll(() => rmSync(SCRATCH, { recursive: true, force: true }));
let folders = 0;

type Bench = {
  readonly medium: Medium;
  /** Takes the medium away, and puts it back. */
  readonly away: () => void;
  readonly back: () => void;
  readonly clock: ReturnType<typeof makeVirtualClock>;
};
const BUDGET = 10_000;

const KINDS = {
  'a folder': (): Bench => {
    const root = join(SCRATCH, `medium-${folders++}`);
    mkdirSync(root);
    const clock = makeVirtualClock(0);
    return {
      medium: makeMediumFiles({ name: 'fixed', root, budgetBytes: BUDGET, clock }),
      away: () => renameSync(root, `${root}-away`),
      back: () => renameSync(`${root}-away`, root),
      clock,
    };
  },
  'the emulated medium': (): Bench => {
    const clock = makeVirtualClock(0);
    const emulated = makeEmulatedMedium({ name: 'fixed', clock, budgetBytes: BUDGET });
    const medium = emulated.connect();
    return { medium, away: () => emulated.pull(), back: () => emulated.putBack(), clock };
  },
} as const satisfies Record<string, () => Bench>;

const DONE = { ok: true, value: undefined };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe.each(Object.entries(KINDS))('%s', (_, make) => {
  test('keeps what is written, replaces it in place, shorter and longer', async () => {
    const { medium } = make();
    expect(await medium.read('a/b/file')).toEqual({ ok: true, value: null });
    for (const content of [bytes(1, 2, 3), bytes(9), bytes(4, 5, 6, 7, 8)]) {
      expect(await medium.write('a/b/file', content)).toEqual(DONE);
      expect(await medium.sync('a/b/file')).toEqual(DONE);
      expect(await medium.read('a/b/file')).toEqual({ ok: true, value: content });
    }
    expect(await medium.syncFolder('a/b')).toEqual(DONE);
  });

  test('appends, to a new file too', async () => {
    const { medium } = make();
    expect(await medium.append('log', bytes(1, 2))).toEqual(DONE);
    expect(await medium.append('log', bytes(3))).toEqual(DONE);
    expect(await medium.read('log')).toEqual({ ok: true, value: bytes(1, 2, 3) });
  });

  test('renames over another file, removes, and removing nothing is fine', async () => {
    const { medium } = make();
    await medium.write('old', bytes(1));
    await medium.write('new', bytes(2));
    expect(await medium.rename('new', 'old')).toEqual(DONE);
    expect(await medium.read('old')).toEqual({ ok: true, value: bytes(2) });
    expect(await medium.read('new')).toEqual({ ok: true, value: null });
    expect(await medium.remove('old')).toEqual(DONE);
    expect(await medium.remove('old')).toEqual(DONE);
    expect(await medium.read('old')).toEqual({ ok: true, value: null });
    expect((await medium.rename('missing', 'x')).ok).toBe(false);
  });

  test('lists the files of one folder, sorted, no folders', async () => {
    const { medium } = make();
    for (const path of ['v/b', 'v/a', 'v/deep/c', 'top']) await medium.write(path, bytes(0));
    expect(await medium.list('v')).toEqual({ ok: true, value: ['a', 'b'] });
    expect(await medium.list('')).toEqual({ ok: true, value: ['top'] });
    expect(await medium.list('nowhere')).toEqual({ ok: true, value: [] });
  });

  test('is full when its budget is used up, and says what is left', async () => {
    const { medium } = make();
    expect(await medium.freeBytes()).toEqual({ ok: true, value: BUDGET });
    await medium.write('big', new Uint8Array(BUDGET - 10));
    expect(await medium.freeBytes()).toEqual({ ok: true, value: 10 });
    const tooMuch = await medium.write('more', new Uint8Array(11));
    expect(tooMuch).toMatchObject({ ok: false, error: { device: 'medium', kind: 'full' } });
    const appended = await medium.append('big', new Uint8Array(11));
    expect(appended).toMatchObject({ ok: false, error: { kind: 'full' } });
    // Writing over does not need the room twice.
    expect(await medium.write('big', new Uint8Array(BUDGET))).toEqual(DONE);
  });

  test('away: every call says absent; the listener hears it go and come back', async () => {
    const { medium, away, back, clock } = make();
    const heard: boolean[] = [];
    const stop = medium.onPresence((present) => heard.push(present));
    await medium.write('file', bytes(1));
    await medium.sync('file');
    await medium.syncFolder('');
    away();
    expect(medium.present()).toBe(false);
    for (const call of [
      () => medium.read('file'),
      () => medium.write('file', bytes(2)),
      () => medium.append('file', bytes(2)),
      () => medium.sync('file'),
      () => medium.rename('file', 'other'),
      () => medium.remove('file'),
      () => medium.syncFolder(''),
      () => medium.list(''),
      () => medium.freeBytes(),
    ])
      expect(await call()).toMatchObject({ ok: false, error: { kind: 'absent' } });
    back();
    const oneSecond = new Promise<void>((resolve) => {
      clock.after(1000, resolve);
    });
    await clock.run(oneSecond);
    expect(heard).toEqual([false, true]);
    stop();
    away();
    expect(heard).toEqual([false, true]);
    back();
    expect(await medium.read('file')).toEqual({ ok: true, value: bytes(1) });
  });

  test.each(['../out', '/etc/passwd', 'a/../b', 'a//b', '', '.hidden', 'a/', 'a\\b', 'ü'])(
    'the path %j is a bug, not a file',
    async (path) => {
      const { medium } = make();
      expect(isPath(path)).toBe(false);
      await expect(async () => medium.read(path)).rejects.toThrow('not a path');
      await expect(async () => medium.write(path, bytes(1))).rejects.toThrow('not a path');
    },
  );

  test('more than 64 MiB in one file is a bug', async () => {
    const { medium } = make();
    const long = new Uint8Array(MAX_FILE_BYTES + 1);
    await expect(async () => medium.write('long', long)).rejects.toThrow('more than a file');
  });
});

test('a folder medium leaves nothing outside its root', () => {
  expect(existsSync(join(SCRATCH, '..', 'out'))).toBe(false);
});
