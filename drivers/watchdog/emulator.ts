/** An emulated watchdog: it counts on the clock it is given, and tells when the unit would be reset. */
import type { Clock } from '#hal/clock.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import type { Watchdog, WatchdogFault } from '#hal/watchdog.ts';

export type EmulatedWatchdog = {
  /** As the device is opened: it counts from now on, and a second opener is refused. */
  open(): Promise<Result<Watchdog, WatchdogFault>>;
  /** Whoever held it is gone without a word: it counts on. */
  dropHolder(): void;
  /** It takes no word any more. */
  breakDown(): void;
  /** It counts now. */
  counts(): boolean;
  resets(): number;
};

const DETAIL = { device: 'watchdog' } as const;

export const makeEmulatedWatchdog = (clock: Clock, timeoutMs: number): EmulatedWatchdog => {
  let holder: symbol | null = null;
  let broken = false;
  let counting = false;
  let resets = 0;
  let cancel = (): void => undefined;
  const count = (): void => {
    cancel();
    counting = true;
    cancel = clock.after(timeoutMs, () => {
      counting = false;
      holder = null;
      resets += 1;
    });
  };
  const say = async (mine: symbol, act: () => void): Promise<Result<void, WatchdogFault>> => {
    if (holder !== mine) return err({ ...DETAIL, kind: 'absent', detail: 'it was let go' });
    if (broken) return err({ ...DETAIL, kind: 'broken', detail: 'it takes no word' });
    act();
    return done;
  };
  return {
    open: async () => {
      if (holder !== null) return err({ ...DETAIL, kind: 'absent', detail: 'somebody holds it' });
      const mine = Symbol('holder');
      holder = mine;
      count();
      return ok({
        timeoutMs,
        feed: () => say(mine, count),
        disarm: () =>
          say(mine, () => {
            cancel();
            counting = false;
            holder = null;
          }),
      });
    },
    dropHolder: () => {
      holder = null;
    },
    breakDown: () => {
      broken = true;
    },
    counts: () => counting,
    resets: () => resets,
  };
};
