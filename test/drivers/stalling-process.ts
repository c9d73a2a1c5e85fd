/** A clock and a link as a process has them that stands still: timers that are due come before bytes. */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { done } from '#hal/result.ts';

/** Every promise that can go on has gone on. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
};

export const makeStallingProcess = () => {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly task: () => void }[] = [];
  const listeners = new Set<(chunk: Uint8Array) => void>();
  const clock: Clock = {
    nowMs: () => nowMs,
    calendarMs: () => nowMs,
    after: (delayMs, task) => {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
  };
  const link: ByteLink = {
    write: () => Promise.resolve(done),
    onBytes: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    onPresence: () => () => undefined,
    present: () => true,
    close: () => undefined,
  };
  /** Sleeps until `untilMs`; what arrived meanwhile is read after the timers. */
  const wakeAt = async (untilMs: number, arrived?: Uint8Array | (() => void)): Promise<void> => {
    nowMs = untilMs;
    for (const timer of [...timers]) {
      if (timer.atMs > untilMs || !timers.includes(timer)) continue;
      timers = timers.filter((each) => each !== timer);
      timer.task();
    }
    // What a timer let go on went on before the next bytes are read.
    await settled();
    if (typeof arrived === 'function') arrived();
    else if (arrived !== undefined) for (const listener of [...listeners]) listener(arrived);
    await settled();
  };
  return { clock, link, wakeAt };
};

/** A process under a virtual clock with a link to an emulator: it can be made to stand still and go on. */
export const makeStandstill = (clock: Clock, link: ByteLink) => {
  let still = false;
  let due: (() => void)[] = [];
  let unread: (() => void)[] = [];
  const listeners = new Set<(chunk: Uint8Array) => void>();
  link.onBytes((chunk) => {
    const read = (): void => {
      for (const listener of [...listeners]) listener(chunk);
    };
    if (still) unread.push(read);
    else read();
  });
  const hostClock: Clock = {
    nowMs: clock.nowMs,
    calendarMs: clock.calendarMs,
    after: (delayMs, task) => {
      let cancelled = false;
      const run = (): void => {
        if (!cancelled) task();
      };
      const stop = clock.after(delayMs, () => {
        if (still) due.push(run);
        else run();
      });
      return () => {
        cancelled = true;
        stop();
      };
    },
  };
  const hostLink: ByteLink = {
    ...link,
    onBytes: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
  return {
    clock: hostClock,
    link: hostLink,
    stop: (): void => {
      still = true;
    },
    /** First the timers that have come due, then what has arrived. */
    goOn: async (): Promise<void> => {
      still = false;
      const [timers, reads] = [due, unread];
      due = [];
      unread = [];
      for (const run of timers) run();
      await settled();
      for (const read of reads) read();
    },
  };
};
