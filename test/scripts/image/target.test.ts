/** What may be flashed: whole disks that nobody uses, and image files; by a kernel's word that a test brings. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { IMAGE_BYTES } from '#scripts/image/disk/layout.ts';
import { diskTarget, findTarget } from '#scripts/image/flash/target.ts';

const folder = mkdtempSync(join(tmpdir(), 'urna-target-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const SECTORS = String((IMAGE_BYTES * 2) / 512);

type Kernel = {
  readonly files?: Readonly<Record<string, string>>;
  readonly mounts?: readonly string[];
  readonly swaps?: string;
};

/** A disk sdx with one partition, as a kernel tells of it. */
const kernel = ({ files = {}, mounts = [], swaps = '' }: Kernel) => {
  const system = { sys: join(folder, 'sys'), proc: join(folder, 'proc') };
  for (const each of Object.values(system)) rmSync(each, { recursive: true, force: true });
  const block = join(system.sys, 'class/block');
  const put = (path: string, content: string): void => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `${content}\n`);
  };
  const told = {
    ...{ 'sdx/size': SECTORS, 'sdx/ro': '0', 'sdx/dev': '8:16', 'sdx/device/model': 'CARD READER' },
    ...{ 'sdx/sdx1/partition': '1', 'sdx/sdx1/dev': '8:17', 'sdx/sdx1/size': '2048' },
    ...files,
  };
  for (const [path, content] of Object.entries(told)) put(join(block, path), content);
  mkdirSync(block, { recursive: true });
  symlinkSync('sdx/sdx1', join(block, 'sdx1'));
  put(join(system.proc, 'self/mountinfo'), mounts.join('\n'));
  put(join(system.proc, 'swaps'), `Filename Type Size Used Priority\n${swaps}`);
  writeFileSync(join(folder, 'sdx'), '');
  writeFileSync(join(folder, 'sdx1'), '');
  return system;
};

const judge = (given: Kernel, name = 'sdx') => diskTarget(join(folder, name), kernel(given));

describe('a disk', () => {
  test('that nobody uses is taken, and told with what is on it', () => {
    expect(judge({})).toEqual({
      ok: true,
      value: {
        ...{ path: join(folder, 'sdx'), kind: 'disk', bytes: IMAGE_BYTES * 2, name: 'CARD READER' },
        partitions: [{ name: 'sdx1', bytes: 1_048_576 }],
      },
    });
  });

  test.each<[string, Kernel, string, string?]>([
    [
      'with a mounted partition',
      { mounts: ['30 1 8:17 / /media/card rw - vfat /dev/sdx1 rw'] },
      'sdx1 is mounted at /media/card',
    ],
    [
      'mounted whole',
      { mounts: ['30 1 8:16 / /media/card rw - vfat /dev/sdx rw'] },
      'sdx is mounted',
    ],
    [
      'that the system runs from',
      { mounts: ['21 1 8:17 / / rw - ext4 /dev/sdx1 rw'] },
      'what this computer runs from',
    ],
    [
      'mounted under other numbers',
      { mounts: ['21 1 0:30 / /data rw - btrfs /dev/sdx1 rw'] },
      'sdx1 is mounted at /data',
    ],
    ['that is swapped to', { swaps: '/dev/sdx1 partition 1000 0 -2' }, 'sdx1 is swapped to'],
    ['under an encrypted one', { files: { 'sdx/sdx1/holders/dm-0': '' } }, 'sdx1 is used by dm-0'],
    ['that is write-protected', { files: { 'sdx/ro': '1' } }, 'write-protected'],
    ['that is a partition', {}, 'is a partition', 'sdx1'],
    ['that the kernel does not know', {}, 'knows no such disk', 'null'],
  ])('%s is refused', (_, given, reason, name) => {
    if (name === 'null') writeFileSync(join(folder, 'null'), '');
    const judged = judge(given, name);
    expect(judged).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
  });
});

describe('a file', () => {
  const file = join(folder, 'unit.img');
  test('that is big enough is taken', () => {
    writeFileSync(file, '');
    truncateSync(file, IMAGE_BYTES);
    expect(findTarget(file, kernel({}))).toMatchObject({ ok: true, value: { kind: 'file' } });
  });
  test('that is too small, a folder, a character device or nothing is refused', () => {
    writeFileSync(file, 'x');
    const reasons = [file, folder, '/dev/null', join(folder, 'nothing')].map((path) => {
      const found = findTarget(path, kernel({}));
      return found.ok ? 'taken' : found.error;
    });
    expect(reasons[0]).toContain('a unit needs');
    expect(reasons.slice(1)).toEqual([
      ...Array.from({ length: 2 }, () => 'is neither a disk nor an image file'),
      'is not there',
    ]);
  });
});
