/**
 * Media and tokens on file systems of their own: what the kernel says of a full one, a read-only one and
 * one that is unmounted. Needs the right to mount (root); skipped elsewhere.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { makeMediumFiles } from '#drivers/storage/medium-files.ts';
import { makeTokenFileSlot } from '#drivers/storage/token-file.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { wait } from '#hal/clock.ts';
import { TOKEN_NOTICE_MS } from '#hal/officer-token.ts';
import { MEDIUM_NOTICE_MS } from '#hal/storage.ts';

const scratch = mkdtempSync(join(tmpdir(), 'urna-mounted-'));
const ROOM_BYTES = 65_536;
const BUSY_MS = 5_000;

const run = (...command: readonly [string, ...string[]]): boolean =>
  spawnSync(command[0], command.slice(1), { stdio: 'ignore' }).status === 0;
const mounted = new Set<string>();
const mount = (folder: string): boolean => {
  const done = run('mount', '-t', 'tmpfs', '-o', `size=${ROOM_BYTES}`, 'tmpfs', folder);
  if (done) mounted.add(folder);
  return done;
};
/** Lazily, as a stick that is pulled: whoever still works on it sees it no more. */
const unmount = (folder: string): void => {
  if (mounted.delete(folder)) run('umount', '-l', folder);
};
const remount = (folder: string, how: 'ro' | 'rw'): void => {
  expect(run('mount', '-o', `remount,${how}`, folder)).toBe(true);
};

let folders = 0;
const freshFolder = (): string => {
  const folder = join(scratch, `${folders++}`);
  mkdirSync(folder);
  return folder;
};
const probe = freshFolder();
const canMount = mount(probe);
unmount(probe);
const REASON = canMount ? '' : ' (skipped: no right to mount)';

afterEach(() => {
  for (const folder of [...mounted]) unmount(folder);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const of = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);
const DONE = { ok: true, value: undefined };
const until = async (holds: () => boolean, limitMs: number): Promise<void> => {
  const limit = systemClock.nowMs() + limitMs + BUSY_MS;
  while (!holds()) {
    if (systemClock.nowMs() > limit) throw new Error(`not so within ${limitMs} ms`);
    await wait(systemClock, 10);
  }
};

const medium = (root: string) =>
  makeMediumFiles({
    name: 'removable',
    root,
    budgetBytes: 1_000_000,
    clock: systemClock,
    mountPoint: true,
  });

describe.skipIf(!canMount)(`a medium that is mounted${REASON}`, () => {
  test('is full when its file system is, whatever the budget says; the other files stay', async () => {
    const root = freshFolder();
    mount(root);
    const card = medium(root);
    expect(await card.write('kept', of(1, 1_000))).toEqual(DONE);
    const free = await card.freeBytes();
    expect(free.ok && free.value).toBeLessThan(ROOM_BYTES);
    const full = { ok: false, error: { device: 'medium', kind: 'full' } };
    expect(await card.write('big', of(2, ROOM_BYTES))).toMatchObject(full);
    // Filled to the brim by somebody else: the kernel itself says no.
    expect(await card.append('kept', of(3, ROOM_BYTES))).toMatchObject(full);
    expect(await card.read('kept')).toEqual({ ok: true, value: of(1, 1_000) });
    expect(await card.sync('kept')).toEqual(DONE);
  });

  test('says read-only before it says full, and lets read', async () => {
    const root = freshFolder();
    mount(root);
    const card = medium(root);
    await card.write('file', of(1, 10));
    remount(root, 'ro');
    const readOnly = { ok: false, error: { kind: 'readOnly' } };
    for (const call of [
      () => card.write('file', of(2, 10)),
      () => card.write('new', of(2, 2 * ROOM_BYTES)),
      () => card.append('file', of(2, 10)),
      () => card.rename('file', 'other'),
      () => card.remove('file'),
    ])
      expect(await call()).toMatchObject(readOnly);
    expect(await card.read('file')).toEqual({ ok: true, value: of(1, 10) });
    expect(await card.list('')).toEqual({ ok: true, value: ['file'] });
    remount(root, 'rw');
    expect(await card.write('file', of(2, 10))).toEqual(DONE);
  });

  test('unmounted: absent, told in time, and nothing is written below; mounted again it works', async () => {
    const root = freshFolder();
    mount(root);
    const card = medium(root);
    const heard: boolean[] = [];
    const stop = card.onPresence((present) => heard.push(present));
    expect(await card.write('file', of(1, 10))).toEqual(DONE);
    unmount(root);
    await until(() => heard.length === 1, MEDIUM_NOTICE_MS);
    expect(await card.write('file', of(2, 10))).toMatchObject({ error: { kind: 'absent' } });
    expect(await card.read('file')).toMatchObject({ error: { kind: 'absent' } });
    expect(readdirSync(root)).toEqual([]);
    mount(root);
    await until(() => heard.length === 2, MEDIUM_NOTICE_MS);
    expect(heard).toEqual([false, true]);
    expect(await card.write('file', of(3, 10))).toEqual(DONE);
    stop();
  });
});

describe.skipIf(!canMount)(`a token that is mounted${REASON}`, () => {
  test('is not in where a sandbox lets in the empty mount point as a mount of its own', async () => {
    const [sandbox, place] = [freshFolder(), freshFolder()];
    mount(sandbox);
    const folder = join(sandbox, 'token');
    mkdirSync(folder);
    expect(run('mount', '--bind', place, folder)).toBe(true);
    mounted.add(folder);
    const slot = makeTokenFileSlot({ clock: systemClock, folder, mountPoint: true });
    try {
      expect(await slot.read()).toMatchObject({ error: { kind: 'absent' } });
      expect(run('mount', '-t', 'tmpfs', 'tmpfs', folder)).toBe(true);
      await until(() => slot.present(), TOKEN_NOTICE_MS);
      expect(await slot.write(of(7, 600))).toEqual(DONE);
      run('umount', '-l', folder);
      await until(() => !slot.present(), TOKEN_NOTICE_MS);
      expect(await slot.write(of(8, 600))).toMatchObject({ error: { kind: 'absent' } });
    } finally {
      slot.close();
    }
  });

  test('is in while it is mounted, and a full or read-only one says so', async () => {
    const folder = freshFolder();
    const slot = makeTokenFileSlot({ clock: systemClock, folder, mountPoint: true });
    try {
      expect(await slot.read()).toMatchObject({ error: { kind: 'absent' } });
      mount(folder);
      await until(() => slot.present(), TOKEN_NOTICE_MS);
      expect(await slot.write(of(7, 600))).toEqual(DONE);
      remount(folder, 'ro');
      expect(await slot.write(of(8, 600))).toMatchObject({ error: { kind: 'broken' } });
      expect(await slot.read()).toEqual({ ok: true, value: of(7, 600) });
      unmount(folder);
      await until(() => !slot.present(), TOKEN_NOTICE_MS);
      expect(await slot.write(of(9, 600))).toMatchObject({ error: { kind: 'absent' } });
      expect(readdirSync(folder)).toEqual([]);
      // Another token in the same slot.
      mount(folder);
      expect(await slot.read()).toEqual({ ok: true, value: null });
    } finally {
      slot.close();
    }
  });
});
