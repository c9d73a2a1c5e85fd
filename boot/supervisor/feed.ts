/**
 * Feeds the watchdog, and only while the unit gets on: no process of it has been silent longer than it may
 * be. One that is ended or stands still under a code is no reason to reset: that is what safe mode is. A
 * process that is silent is ended long before the watchdog's patience is over (watch.ts); one that can not
 * even be ended, or a supervisor whose own loop stands still, starves it.
 */

import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { Clock } from '#hal/clock.ts';
import type { Result } from '#hal/result.ts';
import type { Watchdog, WatchdogFault } from '#hal/watchdog.ts';

/** Meals in the time that it waits: two may fail. */
const MEALS = 4;

export type Feeding = {
  /** In good order: it counts no more. */
  readonly stop: () => Promise<void>;
};

export type FeedOptions = {
  readonly clock: Clock;
  /** Null: this unit has none. */
  readonly open: (() => Promise<Result<Watchdog, WatchdogFault>>) | null;
  /** No process is silent beyond its limit. */
  readonly getsOn: () => boolean;
  readonly log: (event: LogEvent) => void;
};

const fault = ({ kind }: WatchdogFault): LogEvent => ({
  id: 'deviceFault',
  fields: { code: `watchdog.${kind}` },
});

export const startFeeding = ({ clock, open, getsOn, log }: FeedOptions): Feeding => {
  let stopped = false;
  let watchdog: Watchdog | null = null;
  let broken = false;
  let cancel = (): void => undefined;
  const turn = async (opened: Watchdog): Promise<void> => {
    if (getsOn()) {
      const fed = await opened.feed();
      if (!fed.ok && !broken) log(fault(fed.error));
      broken = !fed.ok;
    }
    if (!stopped) cancel = clock.after(opened.timeoutMs / MEALS, () => void turn(opened));
  };
  const start = async (): Promise<void> => {
    const opened = (await open?.()) ?? null;
    if (opened === null) return;
    if (!opened.ok) {
      log(fault(opened.error));
      return;
    }
    watchdog = opened.value;
    // It ended before it began.
    if (stopped) await watchdog.disarm();
    else await turn(watchdog);
  };
  void start();
  return {
    stop: async () => {
      stopped = true;
      cancel();
      await watchdog?.disarm();
    },
  };
};
