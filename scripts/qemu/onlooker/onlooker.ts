/**
 * Somebody who looks on inside a unit that runs: a shell on a serial port that no unit has, in a second archive
 * behind the image's own initramfs (the kernel unpacks one after the other). Nothing of the image is changed for
 * it; a unit that starts through its signed UKI can not be given one.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError } from '../../commands/options.ts';
import { type CpioEntry, cpioArchive } from '../../image/cpio.ts';
import { type GuestShell, openGuestShell } from '../tiny-guest.ts';
import type { VirtualContent } from '../virtual-unit.ts';
import { readScan, type Scan } from './report.ts';

const FOLDER = 'onlooker';
const FILES = ['init', 'move-in', 'serve', 'look'] as const;
/** Archives begin at multiples of four bytes (Documentation/driver-api/early-userspace/buffer-format.rst). */
const ALIGNED = 4;

const archive = (): Uint8Array =>
  cpioArchive([
    // What a shell starts beside itself reads from it.
    { path: 'dev/null', kind: 'characterDevice', major: 1, minor: 3 },
    { path: FOLDER, kind: 'folder' },
    ...FILES.map(
      (name): CpioEntry => ({
        path: `${FOLDER}/${name}`,
        kind: 'file',
        content: readFileSync(new URL(`./${name}`, import.meta.url)),
        program: name === 'init',
      }),
    ),
  ]);

/** The same content with an onlooker in it; the initramfs that has him is written into `folder`. */
export const withOnlooker = (content: VirtualContent, folder: string): VirtualContent => {
  const { boot } = content;
  if (boot.kind === 'uefi')
    throw new MissingError('nobody can look on in a unit that starts through its firmware');
  const own = readFileSync(boot.initrd);
  const initrd = join(folder, 'initramfs-with-onlooker');
  const both = Buffer.concat([own, Buffer.alloc(-own.length & (ALIGNED - 1)), archive()]);
  writeFileSync(initrd, both);
  const append = `${boot.append} rdinit=/${FOLDER}/init`;
  const watched =
    boot.kind === 'unpacked'
      ? { ...boot, initrd, initrdBytes: both.length, append }
      : { ...boot, initrd, append };
  return { ...content, boot: watched, pciPort: join(folder, FOLDER) };
};

/** What his process is called. */
export const ONLOOKER = 'busybox';

export type Onlooker = {
  readonly look: () => Promise<Scan>;
  readonly shell: GuestShell;
};

const TRY_MS = 100;
/** All of it, on a busy computer, ms. */
const LOOK_LIMIT_MS = 180_000;

/** While the machine starts: resolves when he answers. `folder`: that of `withOnlooker`. */
export const openOnlooker = async (folder: string, limitMs: number): Promise<Onlooker> => {
  const endMs = performance.now() + limitMs;
  for (;;) {
    try {
      const shell = await openGuestShell(join(folder, FOLDER));
      return { shell, look: async () => readScan(await shell.run('. /look', LOOK_LIMIT_MS)) };
    } catch (error) {
      // The machine listens when it is there.
      const { code } = error as NodeJS.ErrnoException;
      if ((code !== 'ENOENT' && code !== 'ECONNREFUSED') || performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, TRY_MS));
    }
  }
};

const LOOKS = 10;

/**
 * A scan of what stays: tools that the unit has run for a moment, to mount something, are gone. Throws where it
 * does not come to rest.
 */
export const lookWhenSettled = async ({ look }: Onlooker): Promise<Scan> => {
  const idsIn = ({ processes }: Scan): string => processes.map(({ pid }) => pid).join(' ');
  let last = await look();
  for (let at = 0; at < LOOKS; at++) {
    const next = await look();
    if (idsIn(next) === idsIn(last)) return next;
    last = next;
  }
  throw new Error(`other processes at each of ${LOOKS} looks: ${idsIn(last)}`);
};
