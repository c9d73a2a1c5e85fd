/** The contract of hal/storage.ts, sentence by sentence, for every medium there is. */
import { describe, expect, test } from 'vitest';
import { isPath, MAX_FILE_BYTES } from '#drivers/storage/paths.ts';
import { MEDIUM_LIMIT_MS, MEDIUM_NOTICE_MS, type Medium } from '#hal/storage.ts';

export const MEDIUM_BUDGET_BYTES = 10_000;

/** A medium with a budget of `MEDIUM_BUDGET_BYTES` and what a test can do to it. */
export type MediumRig = {
  readonly medium: Medium;
  /** Lets an operation that answers come to its end. */
  readonly end: <T>(operation: Promise<T>) => Promise<T>;
  /** As `end`, for what can end by its limit alone. */
  readonly endByLimit: <T>(operation: Promise<T>) => Promise<T>;
  /** Time on the rig's clock. */
  readonly pass: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly pull: () => void;
  readonly putBack: () => void;
  /** Makes reads of `stuck` (and whatever comes after) hang. */
  readonly hang: () => Promise<void> | void;
  /** It answers again; resolves when the late call has ended. */
  readonly answer: () => Promise<void>;
};

const DONE = { ok: true, value: undefined };
const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
const of = (value: number, length: number): Uint8Array => new Uint8Array(length).fill(value);

type Make = () => Promise<MediumRig> | MediumRig;

/** Every call of the contract, by name. */
const callsOf = (medium: Medium) => ({
  read: () => medium.read('file'),
  write: () => medium.write('file', bytes(2)),
  append: () => medium.append('file', bytes(2)),
  sync: () => medium.sync('file'),
  rename: () => medium.rename('file', 'other'),
  remove: () => medium.remove('file'),
  syncFolder: () => medium.syncFolder(''),
  list: () => medium.list(''),
  freeBytes: () => medium.freeBytes(),
});

const describeContent = (make: Make): void => {
  test('keeps what is written, replaces it in place, shorter and longer; parents are made as needed', async () => {
    const { medium, end } = await make();
    expect(await end(medium.read('a/b/file'))).toEqual({ ok: true, value: null });
    for (const content of [bytes(1, 2, 3), bytes(9), bytes(4, 5, 6, 7, 8)]) {
      expect(await end(medium.write('a/b/file', content))).toEqual(DONE);
      expect(await end(medium.sync('a/b/file'))).toEqual(DONE);
      expect(await end(medium.read('a/b/file'))).toEqual({ ok: true, value: content });
    }
    expect(await end(medium.syncFolder('a/b'))).toEqual(DONE);
    expect(await end(medium.syncFolder(''))).toEqual(DONE);
  });

  test('appends, to a new file too', async () => {
    const { medium, end } = await make();
    expect(await end(medium.append('log', bytes(1, 2)))).toEqual(DONE);
    expect(await end(medium.append('log', bytes(3)))).toEqual(DONE);
    expect(await end(medium.read('log'))).toEqual({ ok: true, value: bytes(1, 2, 3) });
  });

  test('renames over another file; with none to move it is unreadable', async () => {
    const { medium, end } = await make();
    await end(medium.write('old', bytes(1)));
    await end(medium.write('new', bytes(2)));
    expect(await end(medium.rename('new', 'old'))).toEqual(DONE);
    expect(await end(medium.read('old'))).toEqual({ ok: true, value: bytes(2) });
    expect(await end(medium.read('new'))).toEqual({ ok: true, value: null });
    expect(await end(medium.rename('missing', 'x'))).toMatchObject({
      error: { kind: 'unreadable' },
    });
  });

  test('removes; removing what is not there is fine', async () => {
    const { medium, end } = await make();
    await end(medium.write('file', bytes(1)));
    expect(await end(medium.remove('file'))).toEqual(DONE);
    expect(await end(medium.remove('file'))).toEqual(DONE);
    expect(await end(medium.read('file'))).toEqual({ ok: true, value: null });
  });

  test('lists the files of one folder, sorted, no folders; none when there is no such folder', async () => {
    const { medium, end } = await make();
    for (const path of ['v/b', 'v/a', 'v/deep/c', 'top']) await end(medium.write(path, bytes(0)));
    expect(await end(medium.list('v'))).toEqual({ ok: true, value: ['a', 'b'] });
    expect(await end(medium.list(''))).toEqual({ ok: true, value: ['top'] });
    expect(await end(medium.list('nowhere'))).toEqual({ ok: true, value: [] });
  });

  test('takes what it is given as it was at the call, whatever the caller does to it then', async () => {
    const { medium, end } = await make();
    const given = of(1, 600);
    const written = medium.write('file', given);
    const appended = medium.append('file', given);
    given.fill(9);
    await end(Promise.all([written, appended]));
    expect(await end(medium.read('file'))).toEqual({ ok: true, value: of(1, 1200) });
  });

  test('gives bytes that are the caller’s own', async () => {
    const { medium, end } = await make();
    await end(medium.write('file', bytes(1, 2)));
    const first = await end(medium.read('file'));
    if (first.ok) first.value?.fill(9);
    expect(await end(medium.read('file'))).toEqual({ ok: true, value: bytes(1, 2) });
  });
};

const describeOrder = (make: Make): void => {
  test('is never busy: calls are worked off in the order they were made', async () => {
    const { medium, end } = await make();
    const results = await end(
      Promise.all([
        medium.append('log', bytes(1)),
        medium.append('log', bytes(2)),
        medium.read('log'),
        medium.write('log', bytes(3)),
        medium.append('log', bytes(4)),
        medium.rename('log', 'moved'),
        medium.read('log'),
        medium.read('moved'),
      ]),
    );
    expect(results.map((result) => (result.ok ? result.value : result.error))).toEqual([
      undefined,
      undefined,
      bytes(1, 2),
      undefined,
      undefined,
      undefined,
      null,
      bytes(3, 4),
    ]);
  });

  test.each([
    '../out',
    '/etc/passwd',
    'a/../b',
    'a//b',
    '',
    '.hidden',
    'a/',
    'a\\b',
    'ü',
    'x'.repeat(241),
    'a/b/c/d/e/f/g/h/i',
  ])('the path %j is a bug, not a file', async (path) => {
    const { medium } = await make();
    expect(isPath(path)).toBe(false);
    await expect(async () => medium.read(path)).rejects.toThrow('not a path');
    await expect(async () => medium.write(path, bytes(1))).rejects.toThrow('not a path');
    await expect(async () => medium.rename('file', path)).rejects.toThrow('not a path');
  });

  test('more than 64 MiB in one file is a bug', async () => {
    const { medium } = await make();
    const long = new Uint8Array(MAX_FILE_BYTES + 1);
    await expect(async () => medium.write('long', long)).rejects.toThrow('more than a file');
  });
};

const describeRoom = (make: Make): void => {
  test('is full when its budget is used up, says what is left, and has changed nothing', async () => {
    const { medium, end } = await make();
    expect(await end(medium.freeBytes())).toEqual({ ok: true, value: MEDIUM_BUDGET_BYTES });
    await end(medium.write('big', of(1, MEDIUM_BUDGET_BYTES - 10)));
    expect(await end(medium.freeBytes())).toEqual({ ok: true, value: 10 });
    const full = { ok: false, error: { device: 'medium', kind: 'full' } };
    expect(await end(medium.write('more', of(2, 11)))).toMatchObject(full);
    expect(await end(medium.append('big', of(2, 11)))).toMatchObject(full);
    expect(await end(medium.read('more'))).toEqual({ ok: true, value: null });
    expect(await end(medium.read('big'))).toEqual({
      ok: true,
      value: of(1, MEDIUM_BUDGET_BYTES - 10),
    });
    // Writing over does not need the room twice.
    expect(await end(medium.write('big', of(3, MEDIUM_BUDGET_BYTES)))).toEqual(DONE);
  });
};

const describePresence = (make: Make): void => {
  test('pulled: every call says absent; back: every call works, without a restart', async () => {
    const { medium, end, pull, putBack } = await make();
    await end(medium.write('file', bytes(1)));
    await end(medium.sync('file'));
    await end(medium.syncFolder(''));
    pull();
    expect(medium.present()).toBe(false);
    for (const [name, call] of Object.entries(callsOf(medium)))
      expect([name, await end<unknown>(call())]).toMatchObject([
        name,
        { error: { kind: 'absent' } },
      ]);
    putBack();
    expect(medium.present()).toBe(true);
    expect(await end(medium.read('file'))).toEqual({ ok: true, value: bytes(1) });
    // In their order: the file is renamed away before it is removed, and removing nothing is fine.
    for (const [name, call] of Object.entries(callsOf(medium)))
      expect([name, await end<unknown>(call())]).toMatchObject([name, { ok: true }]);
  });

  test('tells who listens, in time, until they stop', async () => {
    const { medium, end, pass, pull, putBack } = await make();
    const heard: boolean[] = [];
    const stop = medium.onPresence((present) => heard.push(present));
    pull();
    await pass(MEDIUM_NOTICE_MS);
    expect(heard).toEqual([false]);
    putBack();
    await pass(MEDIUM_NOTICE_MS);
    expect(heard).toEqual([false, true]);
    stop();
    pull();
    await pass(2 * MEDIUM_NOTICE_MS);
    expect(heard).toEqual([false, true]);
    putBack();
    expect((await end(medium.read('file'))).ok).toBe(true);
  });
};

const describeHang = (make: Make): void => {
  test('hangs: timeout after the limit, then at once for every call, none of which is begun', async () => {
    const { medium, end, endByLimit, hang, answer, nowMs } = await make();
    await end(medium.write('file', bytes(1)));
    await hang();
    const began = nowMs();
    const timeout = { ok: false, error: { device: 'medium', kind: 'timeout' } };
    expect(await endByLimit(medium.read('stuck'))).toMatchObject(timeout);
    expect(nowMs() - began).toBeGreaterThanOrEqual(MEDIUM_LIMIT_MS);
    const waited = nowMs();
    for (const [name, call] of Object.entries(callsOf(medium)))
      expect([name, await end<unknown>(call())]).toMatchObject([name, timeout]);
    expect(nowMs() - waited).toBeLessThan(MEDIUM_LIMIT_MS / 10);
    await answer();
    // Neither written nor renamed nor removed meanwhile.
    expect(await end(medium.read('file'))).toEqual({ ok: true, value: bytes(1) });
    expect(await end(medium.write('file', bytes(5)))).toEqual(DONE);
  });

  test('hangs and is pulled: absent wins', async () => {
    const { medium, endByLimit, end, hang, answer, pull } = await make();
    await hang();
    await endByLimit(medium.read('stuck'));
    pull();
    await answer();
    expect(await end(medium.read('file'))).toMatchObject({ error: { kind: 'absent' } });
  });
};

/** Runs the contract against the media that `make` makes, a fresh one each time. */
export const describeMedium = (title: string, make: Make): void => {
  describe(`${title}: a medium`, () => {
    describe('content', () => describeContent(make));
    describe('order and bugs', () => describeOrder(make));
    describe('room', () => describeRoom(make));
    describe('coming and going', () => describePresence(make));
    describe('limits', () => describeHang(make));
  });
};
