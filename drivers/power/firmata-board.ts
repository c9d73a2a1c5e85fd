/**
 * One Firmata board behind a link, kept alive: handshake, watch over its reports, and a new
 * handshake whenever it comes back. A single `five.Board` serves for the whole run: making another
 * after each unplug would leak (johnny-five and firmata.js keep every board and part ever made in lists
 * and maps of their own, about 37 kB a board, and offer no way out), so a returning board is asked for
 * its version again and told its pins anew. A process makes one board, once: only a test that boots
 * many units in one process sees them add up.
 *
 * All waiting is on the hal clock. johnny-five's and firmata.js's own start-up timers are cleared as
 * soon as they are made: they run in real time and would act in the middle of a virtual day.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { DeviceName, Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { type FiveBoard, type JohnnyFive, loadJohnnyFive } from './johnny-five.ts';
import { type BoardMessage, encodeHostMessage } from './protocol.ts';
import { type FirmataTransport, makeFirmataTransport } from './transport.ts';

/** A board that says nothing is asked again after this long. */
const HANDSHAKE_RETRY_MS = 500;

/** A board that introduces itself this long after it was last asked has restarted. */
const UNASKED_MS = 1_000;

/**
 * A board is told its pins when it has said nothing for this long, or after the second limit all the
 * same. It queues 64 bytes, and does not read while it writes: what comes in the middle of its answers
 * to a handshake is lost in part (seen with 2.4, which boots for 1.9 s and then answers all at once).
 */
const QUIET_MS = 40;
const QUIET_LIMIT_MS = 1_000;

/**
 * A board that reports, but not all that it was asked for, is told its pins anew; if that does not help,
 * half as often each time.
 */
const INCOMPLETE_LIMIT_MS = 60_000;

/** `start` gives up after this long; the board is asked on in the background. An Uno boots in 1.6 s. */
export const START_LIMIT_MS = 4_000;

/** How often the board samples its inputs. Firmata allows 10 to 16,383. */
export const SAMPLING_INTERVAL_MS = 1_000;

/** Without any report for this long a board that is plugged in counts as silent. */
export const SILENCE_LIMIT_MS = 2_500;

/**
 * What StandardFirmata says when a chip did not answer. It sends a reply all the same, as long as was
 * asked for, with the bytes of the read before (seen with 2.4, readAndReportData).
 */
const I2C_COMPLAINT = /^I2C.*bytes received/;

export type FirmataBoard = {
  readonly five: JohnnyFive;
  /** The `five.Board`; use it inside `onReady` listeners and while `fault()` is null. */
  board(): FiveBoard;
  /** Resolves when the board answered its handshake; `absent` or `timeout` after 4 s. */
  start(): Promise<Result<void, Fault>>;
  /**
   * As `start`, but at once when the board was ready before or the first 4 s are over: for calls while it
   * boots, and while its port is still being opened.
   */
  settled(): Promise<void>;
  /** Why the board cannot be used now, or null. `device`: who asks. */
  fault(device: DeviceName): Fault | null;
  /** After each handshake: tell the board its pins and reports. At once if it is ready now. */
  onReady(configure: () => void): () => void;
  /** When a board that was ready is lost: unplugged or silent. */
  onLost(listener: () => void): () => void;
  /** Looked at while the board reports: false means that something it was asked for does not come. */
  expect(complete: () => boolean): void;
  close(): void;
};

export type FirmataBoardOptions = {
  /** Shown by johnny-five's messages only. */
  readonly name?: string;
  /** False: no reports are expected (a board that only drives a display), silence is no fault. */
  readonly reports?: boolean;
};

type Phase = 'absent' | 'shaking' | 'ready';

/** Makes the `five.Board` and takes its real-time timers away. */
const makeFiveBoard = (five: JohnnyFive, port: FirmataTransport): FiveBoard => {
  const board = new five.Board({ port, repl: false, debug: false, sigint: false });
  clearTimeout(board.io.reportVersionTimeoutId);
  if (board.timer !== null) clearTimeout(board.timer);
  board.on('error', () => undefined);
  return board;
};

export const openFirmataBoard = (
  link: ByteLink,
  clock: Clock,
  options: FirmataBoardOptions = {},
): FirmataBoard => {
  const five = loadJohnnyFive();
  const onReady = new Set<() => void>();
  const onLost = new Set<() => void>();
  const expected: (() => boolean)[] = [];
  /** How long the next incomplete report is put up with. */
  let patienceMs = SILENCE_LIMIT_MS;
  let completeMs = clock.nowMs();
  let phase: Phase = link.present() ? 'shaking' : 'absent';
  let lastHeardMs = clock.nowMs();
  const openedMs = clock.nowMs();
  let firmwareHeard = false;
  /** It was ready at least once. */
  let wasReady = false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let stopWaiting = (): void => undefined;
  /** Since when a board that answered its handshake is waited for to fall quiet. */
  let answeredMs: number | null = null;

  /** The board complained of an I2C read: the reply that follows carries stale bytes. */
  let readFailed = false;
  const admit = (message: BoardMessage): BoardMessage | null => {
    lastHeardMs = clock.nowMs();
    if (answeredMs !== null) awaitQuiet(answeredMs);
    const { pins, analogPins } = board.io;
    switch (message.kind) {
      case 'firmware':
        // Its pins are forgotten: it was reset, or its power blinked.
        if (phase === 'ready' && lastHeardMs - askedMs > UNASKED_MS) lose('shaking');
        else firmwareHeard = true;
        return message;
      case 'capabilities':
        return pins.length === 0 ? message : null;
      case 'analogMapping':
        return analogPins.length === 0 && message.channels.length <= pins.length ? message : null;
      case 'pinState':
        return null;
      case 'text':
        readFailed = I2C_COMPLAINT.test(message.text);
        return message;
      case 'i2cReply': {
        const stale = readFailed;
        readFailed = false;
        return stale ? { ...message, data: [] } : message;
      }
      case 'version':
      case 'analog':
      case 'digitalPort':
        return message;
    }
  };

  const transport = makeFirmataTransport(link, { path: options.name ?? 'firmata', admit });
  const board = makeFiveBoard(five, transport);

  const becomeReady = (): void => {
    phase = 'ready';
    answeredMs = null;
    wasReady = true;
    completeMs = clock.nowMs();
    stopWaiting();
    // A board that was in use before (this process restarted, or it was only silent) still reports
    // and reads for then: start from nothing.
    transport.send(encodeHostMessage({ kind: 'systemReset' }));
    board.io.setSamplingInterval(SAMPLING_INTERVAL_MS);
    for (const configure of [...onReady]) configure();
    if (options.reports !== false) watch();
  };

  const awaitQuiet = (sinceMs: number): void => {
    answeredMs = sinceMs;
    stopWaiting();
    const leftMs = sinceMs + QUIET_LIMIT_MS - clock.nowMs();
    stopWaiting = afterSilence(clock, Math.min(QUIET_MS, Math.ceil(leftMs)), becomeReady);
  };
  /** The handshake is through. */
  const answeredAll = (): void => {
    if (phase === 'shaking' && answeredMs === null) awaitQuiet(clock.nowMs());
  };

  const shake = (): void => {
    stopWaiting();
    if (!link.present()) {
      // Closed under us, or gone without a word: `onPresence` tells when it is back.
      phase = 'absent';
      return;
    }
    if (board.isReady && firmwareHeard) {
      answeredAll();
      return;
    }
    askedMs = clock.nowMs();
    transport.send(encodeHostMessage({ kind: 'requestVersion' }));
    transport.send(encodeHostMessage({ kind: 'queryFirmware' }));
    if (firmwareHeard && board.io.pins.length === 0)
      transport.send(encodeHostMessage({ kind: 'queryCapabilities' }));
    if (firmwareHeard && !board.isReady)
      transport.send(encodeHostMessage({ kind: 'queryAnalogMapping' }));
    stopWaiting = clock.after(HANDSHAKE_RETRY_MS, shake);
  };

  const lose = (next: Phase): void => {
    const inUse = phase === 'ready';
    phase = next;
    answeredMs = null;
    firmwareHeard = false;
    stopWaiting();
    if (inUse) for (const listener of [...onLost]) listener();
    if (next === 'shaking') shake();
  };

  /** False: what does not come has been put up with for too long. */
  const isComplete = (): boolean => {
    const nowMs = clock.nowMs();
    if (expected.every((complete) => complete())) {
      completeMs = nowMs;
      patienceMs = SILENCE_LIMIT_MS;
      return true;
    }
    if (nowMs - completeMs < patienceMs) return true;
    patienceMs = Math.min(patienceMs * 2, INCOMPLETE_LIMIT_MS);
    return false;
  };

  const watch = (): void => {
    const silentMs = clock.nowMs() - lastHeardMs;
    if (silentMs >= SILENCE_LIMIT_MS || !isComplete()) {
      lose('shaking');
      return;
    }
    // Whole milliseconds: a remainder below the clock's precision would come due at once, for ever.
    stopWaiting = afterSilence(clock, Math.ceil(SILENCE_LIMIT_MS - silentMs), watch);
  };

  board.on('ready', answeredAll);
  board.io.on('queryfirmware', () => {
    if (board.isReady) answeredAll();
  });
  const stopPresence = link.onPresence((present) => lose(present ? 'shaking' : 'absent'));
  if (phase === 'shaking') shake();

  const faultNow = (device: DeviceName): Fault | null => {
    switch (phase) {
      case 'ready':
        return null;
      case 'absent':
        return { device, kind: 'absent', detail: 'the Firmata board is unplugged' };
      case 'shaking':
        return { device, kind: 'timeout', detail: 'the Firmata board does not answer' };
    }
  };

  const answered = (limitMs: number): Promise<Result<void, Fault>> =>
    new Promise((resolve) => {
      if (phase === 'ready') {
        resolve(done);
        return;
      }
      const finish = (result: Result<void, Fault>): void => {
        stop();
        cancel();
        resolve(result);
      };
      const stop = listen(onReady, () => finish(done));
      const cancel = afterSilence(clock, limitMs, () => {
        const fault = faultNow('link');
        finish(fault === null ? done : err(fault));
      });
    });

  return {
    five,
    board: () => board,
    fault: faultNow,
    start: () => answered(START_LIMIT_MS),
    settled: async () => {
      const leftMs = openedMs + START_LIMIT_MS - clock.nowMs();
      if (!wasReady && leftMs > 0) await answered(Math.ceil(leftMs));
    },
    onReady: (configure) => {
      if (phase === 'ready') configure();
      return listen(onReady, configure);
    },
    onLost: (listener) => listen(onLost, listener),
    expect: (complete) => {
      expected.push(complete);
    },
    close: () => {
      stopWaiting();
      stopPresence();
      transport.close();
      phase = 'absent';
    },
  };
};
