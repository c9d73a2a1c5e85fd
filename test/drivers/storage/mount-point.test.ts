/** What the kernel's list of mounts says of a folder (proc(5)). */
import { expect, test } from 'vitest';
import { isMountedIn } from '#drivers/storage/mount-point.ts';

const MOUNTS = `22 1 254:0 / / ro,relatime - squashfs /dev/dm-0 ro
61 22 254:0 /media/urna/token /media/urna/token ro,relatime master:1 - squashfs /dev/dm-0 ro
62 22 8:16 / /media/urna/module rw,nosuid shared:9 - ext4 /dev/sda rw
63 22 8:32 / /media/a\\040stick rw - vfat /dev/sdb rw
`;

test.each([
  ['/media/urna/module', true],
  ['/media/a stick', true],
  ['/', true],
  ['/media/urna/token', false],
  ['/media/urna', false],
  ['/media/urna/module/booth', false],
])('%s: %s', (folder, mounted) => expect(isMountedIn(MOUNTS, folder)).toBe(mounted));

test('what was mounted on it last counts', () => {
  const stick = '64 61 8:48 / /media/urna/token rw - vfat /dev/sdc rw\n';
  expect(isMountedIn(MOUNTS + stick, '/media/urna/token')).toBe(true);
});

test('a list that says nothing has nothing mounted', () =>
  expect(['', '\n', 'x y'].map((text) => isMountedIn(text, '/media'))).toEqual([
    false,
    false,
    false,
  ]));
