/**
 * The second stage: every block of the verified device is read once. dm-verity compares a block when it is
 * read and not before, so that a bit that was flipped where nobody looks yet would strike in the middle of
 * the day; here it strikes at the start, as an error of reading or, on a unit, as a panic of the kernel
 * (`--panic-on-corruption`).
 */
import { type FileHandle, open } from 'node:fs/promises';
import { err, ok, type Result } from '#hal/result.ts';

/** Bytes that are read at a time, in another thread: what this one does meanwhile does not keep it waiting. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Bytes of a file or of a block device; the latter say so of themselves only to who seeks. */
const sizeOf = async (path: string, handle: FileHandle): Promise<number> => {
  const found = await handle.stat();
  if (!found.isBlockDevice()) return found.size;
  const { readFile } = await import('node:fs/promises');
  const name = path.slice(path.lastIndexOf('/') + 1);
  // Sectors of 512 bytes, whatever the device's own are (Documentation/ABI/stable/sysfs-block).
  return 512 * Number(await readFile(`/sys/class/block/${name}/size`, 'utf8'));
};

/** What it found; the error says at which byte reading failed. */
export const readWholeDevice = async (
  path: string,
  onProgress: (share: number) => void,
  openDevice: (path: string) => Promise<FileHandle> = (each) => open(each, 'r'),
): Promise<Result<string, string>> => {
  let at = 0;
  let handle: FileHandle | null = null;
  try {
    handle = await openDevice(path);
    const size = await sizeOf(path, handle);
    if (!(size > 0)) return err(`${path} is empty`);
    const chunk = new Uint8Array(CHUNK_BYTES);
    while (at < size) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, size - at), at);
      if (bytesRead === 0) return err(`${path} ends at byte ${at} of ${size}`);
      at += bytesRead;
      onProgress(at / size);
    }
    return ok(`whole: ${size} bytes`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err(`${path}: ${code} at byte ${at}`);
  } finally {
    await handle?.close().catch(() => undefined);
  }
};
