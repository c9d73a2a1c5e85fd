/** What a unit runs, as one digest: every source file of it, in order of path. Emulators are left out. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../commands/run-tool.ts';

const FOLDERS = ['boot', 'drivers', 'firmware', 'hal'] as const;

/** Files that no unit carries: the device side of links. */
const isEmulated = (path: string): boolean =>
  /(^|\/)(emulat[^/]*|emulator\/.*|memory-[^/]*|virtual-clock|seeded-entropy)\.ts$/.test(path);

/** SHA-256 over path and content of each file, and over the lock file. */
export const releaseDigest = (): Uint8Array => {
  const hash = createHash('sha256');
  const paths = FOLDERS.filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${folder}/${name}`,
      ),
    )
    .filter((path) => path.endsWith('.ts') && !isEmulated(path));
  for (const path of [...paths.sort(), 'package-lock.json']) {
    const content = readFileSync(join(ROOT, path));
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return new Uint8Array(hash.digest());
};
