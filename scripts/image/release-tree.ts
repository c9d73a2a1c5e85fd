/**
 * The tree that a unit carries below /urna: this clone's sources, and packages installed anew from the npm lock,
 * for the unit's processor. What lies in the clone's own node_modules plays no part.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { asReleased } from '#boot/release/untyped.ts';
import { type Arch, ROOT_FILES, SOURCE_FOLDERS } from '#boot/release/which-files.ts';
import { MissingError } from '../commands/options.ts';
import { ROOT } from '../commands/run-tool.ts';
import { cacheFolder } from './cache.ts';
import { runTool, ToolError } from './tools.ts';

/** The folder with node_modules in it, in the cache; installed when this lock is met for the first time. */
const installedPackages = async (arch: Arch): Promise<string> => {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const folder = join(cacheFolder('npm'), `${arch}-${lock}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part);
  for (const each of [...ROOT_FILES, '.npmrc']) cpSync(join(ROOT, each), join(part, each));
  const options = [`--cpu=${arch}`, '--os=linux', '--libc=glibc', '--omit=dev', '--ignore-scripts'];
  try {
    await runTool('npm', ['ci', ...options, '--loglevel=error'], { cwd: part });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new MissingError(
      `the locked packages for ${arch} can not be installed: ${error.message}`,
    );
  }
  renameSync(part, folder);
  return folder;
};

/** This clone's sources as a release has them. */
export const layReleasedSources = (folder: string): void => {
  for (const each of SOURCE_FOLDERS)
    for (const entry of readdirSync(join(ROOT, each), { recursive: true, withFileTypes: true })) {
      const path = relative(ROOT, join(entry.parentPath, entry.name));
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      if (!entry.isDirectory())
        writeFileSync(join(folder, path), asReleased(path, readFileSync(join(ROOT, path))));
    }
};

/** Lays the tree out in `folder`, which must not be there, as it runs. Packages are linked to, not copied. */
export const layReleaseTree = async (arch: Arch, folder: string): Promise<void> => {
  const packages = await installedPackages(arch);
  mkdirSync(folder);
  for (const each of ROOT_FILES) cpSync(join(ROOT, each), join(folder, each));
  layReleasedSources(folder);
  symlinkSync(join(packages, 'node_modules'), join(folder, 'node_modules'));
};
