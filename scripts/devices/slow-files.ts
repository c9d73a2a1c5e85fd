/**
 * Files that are slow to write, for whoever opens them: a lease on each (fcntl(2), F_SETLEASE) makes an open
 * for writing wait in the kernel until the lease is given back, and that is done late. Nothing of the
 * program that writes is changed, and reading is as fast as ever. New files are leased as they are found.
 */
import { closeSync, openSync } from 'node:fs';
import koffi from 'koffi';

/** How long an open for writing waits, ms. A medium is given up after 40 times as long. */
export const SLOW_WRITE_MS = 250;
/** How often leases are looked at, and new files looked for. */
const TICK_MS = 5;
const LIST_EVERY_TICKS = 40;

/** fcntl(2) on Linux; the signal that tells of a waiting open is one that is ignored unless asked for. */
const F_SETSIG = 10;
const F_SETLEASE = 1_024;
const F_GETLEASE = 1_025;
const F_RDLCK = 0;
const F_UNLCK = 2;
const SIGURG = 23;

const loadFcntl = () => koffi.load('libc.so.6').func('int fcntl(int fd, int command, ...)');
let fcntl: ReturnType<typeof loadFcntl> | null = null;
const control = (fd: number, command: number, value: number): number => {
  fcntl ??= loadFcntl();
  return fcntl(fd, command, 'int', value) as number;
};

/** A lease on a file; null while somebody writes to it, or it is gone. */
const takeLease = (path: string): number | null => {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  control(fd, F_SETSIG, SIGURG);
  if (control(fd, F_SETLEASE, F_RDLCK) === 0) return fd;
  closeSync(fd);
  return null;
};

type Held = { readonly fd: number; wantedMs: number | null };

/** Slows the files of `list` until the returned function is called; who waits then goes on at once. */
export const slowFiles = (list: () => readonly string[]): (() => void) => {
  const held = new Map<string, Held>();
  let paths: readonly string[] = [];
  let ticks = 0;
  const release = (path: string, { fd }: Held): void => {
    held.delete(path);
    closeSync(fd);
  };
  const tick = (): void => {
    const nowMs = performance.now();
    for (const [path, lease] of [...held]) {
      // The kernel says what the lease is to become: none, while somebody waits to write.
      if (control(lease.fd, F_GETLEASE, 0) !== F_UNLCK) continue;
      lease.wantedMs ??= nowMs;
      if (nowMs - lease.wantedMs >= SLOW_WRITE_MS) release(path, lease);
    }
    if (ticks++ % LIST_EVERY_TICKS === 0) paths = list();
    for (const path of paths) {
      if (held.has(path)) continue;
      const fd = takeLease(path);
      if (fd !== null) held.set(path, { fd, wantedMs: null });
    }
  };
  tick();
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    for (const [path, lease] of [...held]) release(path, lease);
  };
};
