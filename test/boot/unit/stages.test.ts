/** The stages of a unit's start: in order, told, and the first that fails is the last. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hashFile } from '#boot/release/hash-file.ts';
import { makeManifest, RELEASE_PURPOSE } from '#boot/release/manifest.ts';
import { afterExit } from '#boot/unit/after-exit.ts';
import { linesOf } from '#boot/unit/console.ts';
import { readWholeDevice } from '#boot/unit/read-device.ts';
import { runStages, STAGE_NAMES, STAGES, type StageName } from '#boot/unit/stages.ts';
import { readUnitFile, type UnitFile } from '#boot/unit/unit-file.ts';
import { verifyOwnRelease } from '#boot/unit/verify-release.ts';
import { isFaultCode } from '#firmware/faults/catalogue.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { err, ok, type Result } from '#hal/result.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-stages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('stages', () => {
  const run = async (
    outcomes: Readonly<Partial<Record<StageName, 'passes' | 'fails' | 'throws'>>>,
  ) => {
    const begun: StageName[] = [];
    const told: string[] = [];
    let nowMs = 1_000.25;
    const stages = STAGE_NAMES.map((name) => ({
      name,
      run: async (onProgress: (share: number) => void) => {
        begun.push(name);
        nowMs += 100.5;
        for (let share = 0; share <= 1; share += 0.01) onProgress(share);
        if (outcomes[name] === 'throws') throw new Error('ENOENT\nñ');
        return outcomes[name] === 'fails' ? err('not as it must be') : ok('fine');
      },
    }));
    const results = await runStages(
      stages,
      {
        progress: (stage, share) => told.push(`${stage} ${share.toFixed(2)}`),
        ended: ({ stage, code }) => told.push(`${stage} ${code}`),
      },
      () => nowMs,
    );
    return { begun, told, results };
  };

  test('run in their order, and tell how far they are', async () => {
    const { begun, told, results } = await run({});
    expect(begun).toEqual(STAGE_NAMES);
    expect(results.every(({ code }) => code === null)).toBe(true);
    expect(told.slice(0, 4)).toEqual(['unit 0.25', 'unit 0.50', 'unit 0.75', 'unit null']);
  });

  test('say how long each took, one that fails too', async () => {
    const { results } = await run({ device: 'throws' });
    expect(results.map(({ stage, tookMs }) => [stage, tookMs])).toEqual([
      ['unit', 101],
      ['release', 101],
      ['device', 101],
    ]);
  });

  test.each(STAGE_NAMES)('when %s fails nothing after it begins', async (name) => {
    for (const outcome of ['fails', 'throws'] as const) {
      const { begun, results } = await run({ [name]: outcome });
      expect(begun.at(-1)).toBe(name);
      expect(results.at(-1)).toMatchObject({ stage: name, code: STAGES[name].code });
      expect(results.at(-1)?.detail).toMatch(/^[\x20-\x7e]+$/);
    }
  });

  test.each(STAGE_NAMES)('%s says its code and what to do, in Spanish and English', (name) => {
    const { code, remedy } = STAGES[name];
    expect(isFaultCode(code)).toBe(true);
    const lines = linesOf(STAGE_NAMES, { stage: name, code, detail: 'why' });
    expect(lines.join('\n')).toContain(code);
    expect(lines).toContain(remedy.es);
    expect(lines).toContain(remedy.en);
  });
});

describe('a stage that begins beside others', () => {
  /** What each waits for is let go by its name; `did`: what began, and what was told. */
  const running = () => {
    const did: string[] = [];
    const held = new Map<StageName, (found: Result<string, string>) => void>();
    const after: Partial<Record<StageName, StageName>> = { version: 'device', data: 'version' };
    const ended = runStages(
      STAGE_NAMES.map((name) => ({
        name,
        ...(after[name] === undefined ? {} : { after: after[name] }),
        run: () =>
          new Promise((resolve) => {
            did.push(`${name}…`);
            held.set(name, resolve);
          }),
      })),
      { progress: () => undefined, ended: ({ stage, code }) => did.push(`${stage} ${code}`) },
      () => 0,
    );
    const end = async (name: StageName, found: Result<string, string> = ok('')): Promise<void> => {
      held.get(name)?.(found);
      // Whatever follows from it at once.
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { did, end, ended };
  };
  /** Up to where the device was read. */
  const fromDevice = async () => {
    const all = running();
    await new Promise((resolve) => setImmediate(resolve));
    for (const name of ['unit', 'release'] as const) await all.end(name);
    all.did.length = 0;
    await all.end('device');
    return all;
  };

  test('waits for its own alone, and is told in its turn', async () => {
    const { did, end, ended } = await fromDevice();
    expect(did.slice().sort()).toEqual(['device null', 'devices…', 'version…']);
    did.length = 0;
    await end('version');
    await end('data');
    expect(did).toEqual(['data…']);
    await end('devices');
    expect(did.slice(1)).toEqual(['devices null', 'version null', 'data null', 'supervisor…']);
    await end('supervisor');
    expect((await ended).map(({ stage }) => stage)).toEqual(STAGE_NAMES);
  });

  test('does not begin where its own fails: an older release opens no data', async () => {
    const { did, end, ended } = await fromDevice();
    await end('version', err('older'));
    await end('devices');
    expect(did).not.toContain('data…');
    expect((await ended).at(-1)).toMatchObject({ stage: 'version', code: STAGES.version.code });
  });

  test('changes nothing where one ahead of it fails: that is the last', async () => {
    const { did, end, ended } = await fromDevice();
    await end('version');
    await end('devices', err('no such module'));
    await end('data');
    expect((await ended).at(-1)).toMatchObject({ stage: 'devices', code: STAGES.devices.code });
    expect(did).not.toContain('supervisor…');
    expect(did.at(-1)).toBe(`devices ${STAGES.devices.code}`);
  });

  test('that fails is told after those ahead of it', async () => {
    const { did, end, ended } = await fromDevice();
    await end('version');
    await end('data', err('no key'));
    expect(did).not.toContain(`data ${STAGES.data.code}`);
    await end('devices');
    expect((await ended).at(-1)).toMatchObject({ stage: 'data', code: STAGES.data.code });
    expect(did).not.toContain('supervisor…');
  });
});

describe('the unit file', () => {
  const FILE: UnitFile = {
    board: 'boot/boards/mini-pc-x64.json',
    parts: 'boot/boards/mini-pc-x64.parts.json',
    locale: 'es',
    delivery: '/var/lib/urna/delivery',
    run: '/run/urna',
    verifiedDevice: '/dev/dm-0',
    data: { partition: 'urna-data', tpm: '/dev/tpmrm0', modules: ['ext4'] },
    modules: ['vfat'],
    media: [{ place: '/media/urna/module', usbPath: '1-8', filesystem: 'ext4', owner: null }],
    users: { supervisor: 901, desk: 902, booth: 903, counting: 904, console: 905, sender: 906 },
    ownsMachine: true,
  };
  const with_ = (change: object): string => JSON.stringify({ ...FILE, ...change });

  test('is read as it stands', () => {
    expect(readUnitFile(JSON.stringify(FILE))).toEqual({ ok: true, value: FILE });
  });

  test.each([
    ['a field too many', { shell: '/bin/sh' }],
    ['a board outside the release', { board: '../board.json' }],
    ['a process that is root', { users: { ...FILE.users, booth: 0 } }],
    ['two processes that are one user', { users: { ...FILE.users, booth: 902 } }],
    ['a process without a user', { users: { ...FILE.users, booth: undefined } }],
    ['a module that is a path', { modules: ['/tmp/evil.ko'] }],
    ['another that is one', { data: { ...FILE.data, modules: ['/tmp/evil.ko'] } }],
    ['a medium of another kind', { media: [{ ...FILE.media[0], filesystem: 'nfs' }] }],
    ['an option of mount in a place', { media: [{ ...FILE.media[0], place: '-o exec' }] }],
    ['neither yes nor no', { ownsMachine: 1 }],
  ])('with %s is refused', (_, change) => {
    expect(readUnitFile(with_(change)).ok).toBe(false);
  });

  test('that is no JSON, or lacks a field, is refused', () => {
    expect(readUnitFile('{').ok).toBe(false);
    expect(readUnitFile(with_({ users: undefined })).ok).toBe(false);
  });
});

describe('the release', () => {
  const KEY = new Uint8Array(32).fill(5);
  const CONTENT = {
    'package.json': '{}',
    'package-lock.json': '{}',
    'boot/unit.ts': 'start()',
    'firmware/step.ts': 'step()',
  };
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const build = (change: { readonly arch?: 'x64' | 'arm64' } = {}): void => {
    const files = Object.entries(CONTENT).map(([path, content]) => {
      put(`tree/${path}`, content);
      const sha256 = createHash('sha256').update(content).digest('hex');
      return { path, bytes: content.length, sha256 };
    });
    const manifest = makeManifest({ version: '1', rollbackIndex: 1, arch, files, ...change });
    put('release-manifest', signFile(RELEASE_PURPOSE, manifest, KEY));
    put('release-key', toHex(ed25519PublicKey(KEY)));
  };
  const verify = () => verifyOwnRelease(folder, () => undefined, hashFile, join(folder, 'tree'));

  test('that was signed, and nothing else, passes', async () => {
    build();
    expect(await verify()).toEqual({ ok: true, value: 'release 1, 4 files' });
  });

  test.each([
    ['a bit of a source', () => put('tree/firmware/step.ts', 'stEp()'), 'changed firmware/step.ts'],
    [
      'a file that is gone',
      () => rmSync(join(folder, 'tree/firmware/step.ts')),
      'missing firmware',
    ],
    ['a file too many', () => put('tree/firmware/more.ts', ''), 'extra firmware/more.ts'],
    ['a manifest that is gone', () => rmSync(join(folder, 'release-manifest')), 'ENOENT'],
    [
      'another key',
      () => put('release-key', toHex(ed25519PublicKey(new Uint8Array(32).fill(6)))),
      'not signed with this key',
    ],
    ['no key', () => put('release-key', 'trust me'), 'no public key'],
  ])('with %s does not', async (_, tamper, reason) => {
    build();
    tamper();
    const found = await verify();
    expect(found.ok ? '' : found.error).toContain(reason);
  });

  test('for another processor does not pass', async () => {
    build({ arch: arch === 'x64' ? 'arm64' : 'x64' });
    expect((await verify()).ok).toBe(false);
  });
});

describe('the verified device', () => {
  const BYTES = 20 * 1024 * 1024 + 17;
  const device = (): string => {
    const path = join(folder, 'device');
    writeFileSync(path, new Uint8Array(BYTES).fill(1));
    return path;
  };

  test('is read to its last byte, and tells how far', async () => {
    const shares: number[] = [];
    const found = await readWholeDevice(device(), (share) => shares.push(share));
    expect(found).toEqual({ ok: true, value: `whole: ${BYTES} bytes` });
    expect(shares.at(-1)).toBe(1);
    expect(shares.length).toBeGreaterThan(4);
  });

  /** As dm-verity answers where a block is not what was signed. */
  const withErrorAt =
    (bad: number) =>
    async (path: string): Promise<FileHandle> => {
      const handle = await open(path, 'r');
      const read = handle.read.bind(handle) as (
        ...given: readonly [Uint8Array, number, number, number]
      ) => ReturnType<FileHandle['read']>;
      return Object.assign(handle, {
        read: (buffer: Uint8Array, offset: number, length: number, at: number) =>
          at <= bad && bad < at + length
            ? Promise.reject(Object.assign(new Error('i/o error'), { code: 'EIO' }))
            : read(buffer, offset, length, at),
      });
    };

  test.each([0, BYTES - 1])('with one bad block at byte %d is an error', async (bad) => {
    const found = await readWholeDevice(device(), () => undefined, withErrorAt(bad));
    expect(found.ok ? '' : found.error).toContain('EIO');
  });

  test('that is not there, is empty, or ends early is an error', async () => {
    const path = device();
    const early = async (each: string): Promise<FileHandle> => {
      const handle = await open(each, 'r');
      const stat = await handle.stat();
      truncateSync(each, 100);
      return Object.assign(handle, { stat: () => Promise.resolve(stat) });
    };
    const found = [
      await readWholeDevice(path, () => undefined, early),
      await readWholeDevice(join(folder, 'none'), () => undefined),
    ];
    writeFileSync(path, '');
    found.push(await readWholeDevice(path, () => undefined));
    expect(found.map((each) => each.ok)).toEqual([false, false, false]);
  });
});

describe('when the supervisor ends', () => {
  test('it starts once more, then in safe mode, then stays dark', () => {
    expect(afterExit('first', 'code-70', false)).toEqual({ kind: 'startAgain', life: 'second' });
    expect(afterExit('second', 'signal-SIGKILL', false)).toEqual({
      kind: 'startAgain',
      life: 'safeMode',
    });
    expect(afterExit('safeMode', 'code-70', false)).toEqual({ kind: 'stayOut' });
  });

  test('as officers wanted the machine starts anew, as it was told it is switched off', () => {
    for (const life of ['first', 'second', 'safeMode'] as const) {
      expect(afterExit(life, 'code-75', false)).toEqual({ kind: 'restartMachine' });
      expect(afterExit(life, 'code-0', true)).toEqual({ kind: 'switchOff' });
    }
  });

  test('an end in good order that nobody asked for is a failure too', () => {
    expect(afterExit('first', 'code-0', false)).toEqual({ kind: 'startAgain', life: 'second' });
  });
});
