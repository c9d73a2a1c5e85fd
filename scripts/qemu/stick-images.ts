/**
 * Images of sticks, written and read on the host without mounting anything: FAT with mtools, as the tokens
 * and the delivery have it, and ext4 with e2fsprogs, as the memory module has it.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';

const start = promisify(execFile);
/** Administrators' programs are on no plain user's path. */
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
const run = (program: string, words: readonly string[]) =>
  // mtools would refuse an image without the geometry of a floppy disk or of a partition.
  start(program, words, { env: { ...process.env, PATH, MTOOLS_SKIP_CHECK: '1' } });

export type Files = ReadonlyMap<string, Uint8Array>;

const TOKEN_BYTES = 8 << 20;

const sparse = async (path: string, bytes: number): Promise<void> => {
  const handle = await open(path, 'w', 0o600);
  try {
    await handle.truncate(bytes);
  } finally {
    await handle.close();
  }
};

const inFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'urna-stick-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const put = async (folder: string, files: Files): Promise<void> => {
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
};

/** All files below a folder, by their path from there. */
export const filesIn = async (folder: string): Promise<Map<string, Uint8Array>> => {
  const found = new Map<string, Uint8Array>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(relative(folder, path), new Uint8Array(await readFile(path)));
  }
  return found;
};

/** A FAT image at `path` with these files. */
export const writeFatImage = async (
  path: string,
  label: string,
  files: Files,
  bytes = TOKEN_BYTES,
): Promise<void> => {
  await sparse(path, bytes);
  await run('mformat', ['-i', path, '-v', label, '::']);
  await inFolder(async (folder) => {
    await put(folder, files);
    for (const name of await readdir(folder))
      await run('mcopy', ['-s', '-i', path, join(folder, name), '::']);
  });
};

/** The files of a FAT image, by path. */
export const readFatImage = (path: string): Promise<Map<string, Uint8Array>> =>
  inFolder(async (folder) => {
    // Nothing to copy is an error of mcopy's.
    const { stdout } = await run('mdir', ['-b', '-i', path, '::']).catch(() => ({
      stdout: '',
    }));
    if (stdout.trim() === '') return new Map();
    await run('mcopy', ['-s', '-n', '-i', path, '::*', folder]);
    return filesIn(folder);
  });

/** An ext4 image at `path` with these folders and files; everything belongs to root. */
export const writeExt4Image = (
  path: string,
  label: string,
  bytes: number,
  folders: readonly string[],
  files: Files = new Map(),
): Promise<void> =>
  inFolder(async (folder) => {
    for (const name of folders) await mkdir(join(folder, name), { recursive: true });
    await put(folder, files);
    await sparse(path, bytes);
    await run('mke2fs', [
      ...['-q', '-t', 'ext4', '-F', '-L', label, '-d', folder],
      // All of it is made now: a first mount then has nothing left to write behind its user's back.
      ...['-E', 'root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0', path],
    ]);
  });

/** All files of an ext4 image, by path; what a power cut left in its journal is replayed on a copy. */
export const readExt4Image = (path: string): Promise<Map<string, Uint8Array>> =>
  inFolder(async (folder) => {
    const copy = join(folder, 'copy');
    await run('cp', ['--sparse=always', path, copy]);
    // 1: errors corrected, which is what a journal is for.
    await run('e2fsck', ['-fp', copy]).catch((error: { code?: number }) => {
      if (error.code !== 1) throw error;
    });
    const out = join(folder, 'out');
    await mkdir(out);
    await run('debugfs', ['-R', `rdump / ${out}`, copy]);
    await rm(join(out, 'lost+found'), { recursive: true, force: true });
    return filesIn(out);
  });
