/**
 * A pseudo-terminal as the cable between an emulated device and any program: the device has the master,
 * the program opens the path as a serial port. koffi calls the C library (posix_openpt(3)); the bytes
 * go through libuv, so nothing waits in the event loop and nothing is decoded.
 *
 * Three things make it a cable and not only a pipe. The path is a symbolic link, so that a device that
 * is pulled out and put back is found under its old name. A pseudo-terminal knows no bit rate, so each
 * direction is paced here. And as on a wire, what is sent while no program listens is lost.
 */
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err, type Result } from '#hal/result.ts';

const PATH_BYTES = 128;
/** Larger than any `struct termios`; Linux's has 60 bytes. */
const TERMIOS_BYTES = 128;
const TCSANOW = 0;
/** fcntl(2) on Linux. */
const F_DUPFD_CLOEXEC = 1030;
const POLLHUP = 0x10;
/** How often an unopened terminal is asked whether a program opened it. */
const LOOK_EVERY_MS = 10;
/** A terminal whose program does not read is tried again after this. */
const FULL_RETRY_MS = 2;
/** Bytes read from the program and not yet with the device; more wait in the kernel. */
const MAX_UNDELIVERED = 4_096;
/** The device hears what has arrived in pieces of at most this. */
const PIECE_BYTES = 64;
/** Writes that follow each other within this are one stream of bytes. */
const TIMER_SLACK_MS = 4;
/** 8 data bits, start and stop bit. */
const BITS_PER_BYTE = 10;

const ABSENT: Fault = { device: 'link', kind: 'absent', detail: 'the pseudo-terminal is closed' };

const loadLibc = () => {
  const libc = koffi.load('libc.so.6');
  koffi.struct('UrnaPollFd', { fd: 'int', events: 'short', revents: 'short' });
  return {
    openpt: libc.func('int posix_openpt(int flags)'),
    grant: libc.func('int grantpt(int fd)'),
    unlock: libc.func('int unlockpt(int fd)'),
    name: libc.func('int ptsname_r(int fd, _Out_ uint8_t *name, size_t length)'),
    getAttributes: libc.func('int tcgetattr(int fd, _Out_ uint8_t *termios)'),
    makeRaw: libc.func('void cfmakeraw(_Inout_ uint8_t *termios)'),
    setAttributes: libc.func('int tcsetattr(int fd, int when, uint8_t *termios)'),
    control: libc.func('int fcntl(int fd, int command, ...)'),
    poll: libc.func('int poll(_Inout_ UrnaPollFd *fds, ulong count, int limit)'),
  };
};
let loaded: ReturnType<typeof loadLibc> | null = null;
const libc = (): ReturnType<typeof loadLibc> => {
  loaded ??= loadLibc();
  return loaded;
};

const must = (result: unknown, what: string): number => {
  if (typeof result === 'number' && result >= 0) return result;
  throw new Error(`${what}: error ${koffi.errno()}`);
};

/** Opens a raw pseudo-terminal: the master's descriptor and the path of the other side. */
const openMaster = (): { readonly fd: number; readonly path: string } => {
  const { openpt, grant, unlock, name, getAttributes, makeRaw, setAttributes } = libc();
  const closeOnExec = 0o2000000;
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK | closeOnExec;
  const fd = must(openpt(flags), 'posix_openpt');
  must(grant(fd), 'grantpt');
  must(unlock(fd), 'unlockpt');
  const bytes = new Uint8Array(PATH_BYTES);
  if (name(fd, bytes, PATH_BYTES) !== 0) throw new Error('ptsname_r failed');
  const path = new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
  // Opened and closed once: from now on the master hangs up exactly while no program has it open.
  const other = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const termios = new Uint8Array(TERMIOS_BYTES);
  must(getAttributes(other, termios), 'tcgetattr');
  makeRaw(termios);
  must(setAttributes(other, TCSANOW, termios), 'tcsetattr');
  closeSync(other);
  return { fd, path };
};

/** Bytes that a terminal took; 0: it is full, or gone. */
const writeNow = (fd: number, bytes: Uint8Array): number => {
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
};

const isHungUp = (fd: number): boolean => {
  const asked = [{ fd, events: 0, revents: 0 }];
  libc().poll(asked, 1, 0);
  return ((asked[0]?.revents ?? 0) & POLLHUP) !== 0;
};

export type Pty = {
  /** What a program opens; a symbolic link that outlives `unplug`. */
  readonly path: string;
  /** The device's end. */
  readonly link: ByteLink;
  /** A program has it open. */
  opened(): boolean;
  /** Pulls the cable: the path is gone, a program that has it open sees it hang up. */
  unplug(): void;
  plug(): void;
  close(): void;
};

export type PtyOptions = {
  readonly clock?: Clock;
  /** Pace of each direction; unpaced without it. */
  readonly baud?: number;
  /** Where the symbolic link shall stand; by default in a folder of its own that `close` removes. */
  readonly path?: string;
};

type Listeners<T> = Set<(value: T) => void>;

/** Hands arriving bytes on at the line's pace; `onRoom` when the program may be read again. */
const makeInlet = (
  clock: Clock,
  baud: number | undefined,
  deliver: (piece: Uint8Array) => void,
  onRoom: () => void,
) => {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let freeAtMs = 0;
  let cancel: (() => void) | null = null;
  const next = (): void => {
    const piece = waiting[0];
    if (piece === undefined) return;
    const nowMs = clock.nowMs();
    freeAtMs += baud === undefined ? 0 : (piece.length * BITS_PER_BYTE * 1000) / baud;
    const arrive = (): void => {
      cancel = null;
      waiting.shift();
      const wasFull = waitingBytes >= MAX_UNDELIVERED;
      waitingBytes -= piece.length;
      deliver(piece);
      if (wasFull && waitingBytes < MAX_UNDELIVERED) onRoom();
      if (cancel === null) next();
    };
    if (freeAtMs <= nowMs) arrive();
    else cancel = clock.after(freeAtMs - nowMs, arrive);
  };
  return {
    /** False: full, stop reading. */
    push: (chunk: Uint8Array): boolean => {
      const idle = waiting.length === 0;
      const step = baud === undefined ? chunk.length : PIECE_BYTES;
      for (let at = 0; at < chunk.length; at += step) waiting.push(chunk.slice(at, at + step));
      waitingBytes += chunk.length;
      // Only a wire that was idle begins now; a timer that comes late does not make it slower.
      if (idle) {
        freeAtMs = Math.max(freeAtMs, clock.nowMs());
        next();
      }
      return waitingBytes < MAX_UNDELIVERED;
    },
    clear: () => {
      cancel?.();
      cancel = null;
      waiting = [];
      waitingBytes = 0;
    },
  };
};

/** Opens a pseudo-terminal with the device's end as a link. Hold it open as long as the device lives. */
export const openPty = (options: PtyOptions = {}): Pty => {
  const { baud } = options;
  const clock = options.clock ?? systemClock;
  const ownFolder = options.path === undefined ? mkdtempSync(join(tmpdir(), 'urna-pty-')) : null;
  const path = options.path ?? join(ownFolder ?? '', 'tty');
  const onBytes: Listeners<Uint8Array> = new Set();
  const onPresence: Listeners<boolean> = new Set();
  let master: number | null = null;
  let stream: ReadStream | null = null;
  let stopLooking = (): void => undefined;
  let closed = false;
  let freeAtMs = 0;
  /** Counts plugs: what was on the wire before an unplug never arrives. */
  let session = 0;

  const inlet = makeInlet(
    clock,
    baud,
    (piece) => {
      for (const listener of [...onBytes]) listener(piece);
    },
    () => stream?.resume(),
  );

  /** Waits for a program to open the path, then reads until it lets go. */
  const look = (): void => {
    if (master === null) return;
    if (isHungUp(master)) {
      stopLooking = clock.after(LOOK_EVERY_MS, look);
      return;
    }
    // The stream closes what it reads from: it gets a descriptor of its own.
    const fd = must(libc().control(master, F_DUPFD_CLOEXEC, 'int', 0), 'fcntl');
    const reading = new ReadStream(fd);
    stream = reading;
    // libuv tells the hang-up as an error (EIO); `close` follows.
    reading.on('error', () => undefined);
    reading.on('data', (chunk: Buffer) => {
      if (stream === reading && !inlet.push(new Uint8Array(chunk))) reading.pause();
    });
    reading.on('close', () => {
      if (stream !== reading) return;
      stream = null;
      look();
    });
    reading.on('end', () => reading.destroy());
  };

  const letGo = (): void => {
    session++;
    stopLooking();
    inlet.clear();
    rmSync(path, { force: true });
    const reading = stream;
    stream = null;
    reading?.destroy();
    if (master !== null) closeSync(master);
    master = null;
  };
  const attach = (): void => {
    const opened = openMaster();
    master = opened.fd;
    freeAtMs = 0;
    rmSync(path, { force: true });
    symlinkSync(opened.path, path);
    look();
  };
  const announce = (present: boolean): void => {
    for (const listener of [...onPresence]) listener(present);
  };

  const close = (): void => {
    if (closed) return;
    closed = true;
    letGo();
    if (ownFolder !== null) rmSync(ownFolder, { recursive: true, force: true });
  };

  /** Writes what the terminal takes now; the rest once the program has read. */
  const put = async (bytes: Uint8Array, began: number): Promise<Result<void, Fault>> => {
    for (let at = 0; at < bytes.length; ) {
      if (master === null || began !== session) return err(ABSENT);
      // Nobody listens: the bytes are out, and lost.
      if (isHungUp(master)) return done;
      // Not through the stream: libuv writes to a master in blocking mode, and would wait here.
      const taken = writeNow(master, bytes.subarray(at));
      at += taken;
      if (taken === 0) await wait(clock, FULL_RETRY_MS);
    }
    return began === session ? done : err(ABSENT);
  };
  let turn: Promise<unknown> = Promise.resolve();
  /** After all writes before it, however late their timers are: of two that are late either may come first. */
  const send = (
    bytes: Uint8Array,
    began: number,
    due: Promise<void>,
  ): ReturnType<ByteLink['write']> => {
    const sent = Promise.all([turn, due]).then(() => put(bytes, began));
    turn = sent;
    return sent;
  };

  const link: ByteLink = {
    present: () => master !== null,
    close,
    onBytes: (listener) => listen(onBytes, listener),
    onPresence: (listener) => listen(onPresence, listener),
    write: (bytes) => {
      if (master === null) return Promise.resolve(err(ABSENT));
      const copy = bytes.slice();
      const began = session;
      if (baud === undefined) return send(copy, began, Promise.resolve());
      // Who waits for each write before the next is held up by timers, the wire is not.
      const nowMs = clock.nowMs();
      const startMs = nowMs - freeAtMs < TIMER_SLACK_MS ? freeAtMs : nowMs;
      freeAtMs = startMs + (copy.length * BITS_PER_BYTE * 1000) / baud;
      return send(copy, began, wait(clock, Math.max(0, freeAtMs - clock.nowMs())));
    },
  };

  attach();
  return {
    path,
    link,
    opened: () => stream !== null,
    unplug: () => {
      if (closed || master === null) return;
      letGo();
      announce(false);
    },
    plug: () => {
      if (closed || master !== null) return;
      attach();
      announce(true);
    },
    close,
  };
};
