/**
 * The tiny guest with the release tree of this source on a disk: enough to run the unit's own
 * drivers, packages and programs before the kernel's real devices. It is no image of a unit: it has a
 * shell, one user and no check of anything.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../commands/run-tool.ts';
import { ownRelease } from '../release/build-release.ts';
import { makeTinyGuest, type TinyGuest } from './tiny-guest.ts';

export type SourceGuest = TinyGuest & {
  /** An ext4 image with `/urna` and what Node needs; the shell is inside, and what it writes stays. */
  readonly disk: string;
};

const NODE = `node_modules/node-linux-${process.arch}/bin/node`;
/** In what ldd(1) says. */
const LIBRARIES = /=> (\/\S+)|^\s+(\/lib64\/\S+)/gm;
const FOLDERS = ['proc', 'sys', 'dev', 'run', 'tmp', 'var', 'media', 'bin', 'etc'];

const copy = (from: string, to: string): void => {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
};
const put = (from: string, to: string): void => {
  mkdirSync(dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copy(from, to);
  }
};

/** Everything that a program or a native add-on is linked with. */
const librariesOf = (file: string): readonly string[] => {
  const words = execFileSync('ldd', [join(ROOT, file)], { encoding: 'utf8' });
  return [...words.matchAll(LIBRARIES)].flatMap(([, library, loader]) => library ?? loader ?? []);
};

/** Makes it in `folder`; about twenty seconds. */
export const makeSourceGuest = (folder: string): SourceGuest => {
  const tree = join(folder, 'tree');
  const files = ownRelease().manifest.files.map(({ path }) => path);
  for (const path of files) put(join(ROOT, path), join(tree, 'urna', path));
  const linked = [NODE, ...files.filter((path) => path.endsWith('.node'))].flatMap(librariesOf);
  // Those of the computer that makes the guest.
  for (const library of new Set(linked)) copy(library, join(tree, library));
  for (const name of FOLDERS) mkdirSync(join(tree, name), { recursive: true });
  // Who asks for a home folder is answered.
  writeFileSync(join(tree, 'etc', 'passwd'), 'root:x:0:0:root:/:/bin/false\n');
  const disk = join(folder, 'source.img');
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-d', tree, '-E', 'root_owner=0:0', disk, '2G'], {
    stdio: 'pipe',
  });
  rmSync(tree, { recursive: true });
  return { ...makeTinyGuest(folder, { disk: true }), disk };
};
