/**
 * Debian packages through apt and the sources that this machine is set up with, for either processor and
 * without touching the machine's own package lists. Only a .deb with the locked SHA-256 is let in.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Arch } from '#boot/release/which-files.ts';
import { MissingError } from '../../commands/options.ts';
import { cacheFolder } from '../cache.ts';
import { runTool, ToolError } from '../tools.ts';
import { PACKAGES } from './contents.ts';
import { DEBIAN_ARCH, type DebianLock, KERNEL, LOCK_FILE, type LockedDeb } from './lock.ts';

const RENEW = 'scripts/urna image --renew-lock';

const sha256Of = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

/** apt with lists of its own for `arch`; what is installed here plays no part. */
const apt = async (arch: Arch, args: readonly string[], cwd?: string): Promise<string> => {
  const folder = cacheFolder('apt', arch);
  for (const each of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(folder, each), { recursive: true });
  const options = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'APT::Architecture': DEBIAN_ARCH[arch],
    'APT::Architectures': DEBIAN_ARCH[arch],
    // The lists lie where only this user reads.
    'APT::Sandbox::User': 'root',
  };
  const set = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return runTool('apt-get', [...set, '-q', ...args], cwd === undefined ? {} : { cwd });
};

const update = async (arch: Arch): Promise<void> => {
  try {
    await apt(arch, ['update']);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new MissingError(`this machine's package sources can not be read: ${error.message}`);
  }
};

const notServed = ({ name, version }: LockedDeb, arch: Arch, said: string): MissingError =>
  new MissingError(
    `${name} ${version} (${DEBIAN_ARCH[arch]}) is no longer served by this machine's package sources: ` +
      `add a source of Debian's snapshots that has it, or lock what is served now: ${RENEW}. apt said: ${said}`,
  );

/** Downloads one .deb into a folder of its own, so that its file name needs no guessing. */
const download = async (deb: LockedDeb, arch: Arch, folder: string): Promise<string> => {
  const place = join(folder, `${deb.sha256}.part`);
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  try {
    await apt(arch, ['download', `${deb.name}=${deb.version}`], place);
  } catch (error) {
    if (error instanceof ToolError) throw notServed(deb, arch, error.message);
    throw error;
  }
  const [file] = readdirSync(place);
  if (file === undefined) throw notServed(deb, arch, 'nothing');
  const digest = sha256Of(join(place, file));
  if (digest !== deb.sha256)
    throw new MissingError(
      `${deb.name} ${deb.version} (${DEBIAN_ARCH[arch]}) as served has the SHA-256 ${digest}, and ${deb.sha256} is locked: it is not used`,
    );
  const at = join(folder, `${deb.sha256}.deb`);
  renameSync(join(place, file), at);
  rmSync(place, { recursive: true });
  return at;
};

/** Paths of the locked packages, by name; fetched where the cache does not have them. */
export const fetchDebs = async (
  debs: readonly LockedDeb[],
  arch: Arch,
  onDeb: (done: number, of: number) => void = () => undefined,
): Promise<ReadonlyMap<string, string>> => {
  const folder = cacheFolder('deb');
  const found = new Map<string, string>();
  let updated = false;
  for (const deb of debs) {
    const at = join(folder, `${deb.sha256}.deb`);
    if (!existsSync(at) || sha256Of(at) !== deb.sha256) {
      if (!updated) await update(arch);
      updated = true;
      await download(deb, arch, folder);
    }
    found.set(deb.name, at);
    onDeb(found.size, debs.length);
  }
  return found;
};

/** `'URI' name_version_arch.deb size SHA256:hex`, as `apt-get download --print-uris` says it. */
const URI_LINE = /^'[^']*' ([^_\s]+)_(\S+)_[^_\s]+\.deb \d+ SHA256:([0-9a-f]{64})$/;

const served = async (names: readonly string[], arch: Arch): Promise<readonly LockedDeb[]> => {
  const lines = (await apt(arch, ['download', '--print-uris', ...names])).split('\n');
  return lines.flatMap((line) => {
    const [, name, version, sha256] = URI_LINE.exec(line) ?? [];
    if (name === undefined || version === undefined || sha256 === undefined) return [];
    return [{ name, version: decodeURIComponent(version), sha256 }];
  });
};

/** The package that Debian's newest kernel for `arch` is in now. */
const newestKernel = async (arch: Arch): Promise<string> => {
  const would = await apt(arch, [
    'install',
    '--simulate',
    '--no-install-recommends',
    `linux-image-${DEBIAN_ARCH[arch]}`,
  ]);
  for (const line of would.split('\n')) {
    const name = /^Inst (\S+) /.exec(line)?.[1];
    if (name !== undefined && KERNEL.test(name)) return name;
  }
  throw new MissingError(`this machine's package sources serve no kernel for ${DEBIAN_ARCH[arch]}`);
};

/** Locks what the sources serve now, and writes the lock file. */
export const renewLock = async (): Promise<DebianLock> => {
  const lockOf = async (arch: Arch): Promise<readonly LockedDeb[]> => {
    await update(arch);
    const names = [...PACKAGES, await newestKernel(arch)];
    const debs = await served(names, arch);
    const missing = names.filter((name) => !debs.some((deb) => deb.name === name));
    if (missing.length > 0)
      throw new MissingError(`this machine's package sources do not serve ${missing.join(', ')}`);
    return [...debs].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const lock: DebianLock = { x64: await lockOf('x64'), arm64: await lockOf('arm64') };
  writeFileSync(LOCK_FILE, `${JSON.stringify(lock, null, 2)}\n`);
  return lock;
};
