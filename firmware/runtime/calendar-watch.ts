/**
 * Where the unit's calendar comes from, and whether it is to be believed. At the start it is taken from
 * the board's real-time clock; from then on it runs on monotonic time, and the real-time clock is only
 * compared with it. A clock that stopped, that shows an earlier time than the unit has already seen, or
 * that parts from monotonic time is doubted for the rest of the run: officers then agree where the
 * calendar matters, and nobody is locked out.
 */

import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { MAX_COUNT } from '#firmware/events/fields.ts';
import { jsonBytes, jsonObject, textOf } from '#firmware/vault/bytes.ts';
import { replaceWholeFile } from '#firmware/vault/whole-file.ts';
import type { Media } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import { type Fault, faultCode } from '#hal/fault.ts';
import type { RealTimeClock } from '#hal/real-time-clock.ts';
import { err } from '#hal/result.ts';
import { within } from './within.ts';

/** Between two comparisons. */
export const COMPARE_MS = 60_000;
/** Nobody waits longer for the real-time clock. */
export const CLOCK_LIMIT_MS = 5_000;
/** Difference that is no jump: whole seconds, a bus that was slow, an oscillator of a few ppm. */
export const TOLERANCE_MS = 120_000;
/** The latest calendar that the unit has seen, so that a start can tell a clock that went back. */
export const CLOCK_MARK_PATH = 'clock-mark';
/** How often the mark is moved on; far from the time of any vote. */
export const MARK_EVERY_MS = 900_000;

const MS_OF_MINUTE = 60_000;

export type CalendarWatch = {
  readonly trusted: () => boolean;
  /** Something else says that it can not be right. */
  readonly doubt: () => void;
  /** Resolves when the last calendar that was believed is noted. */
  readonly stop: () => Promise<void>;
};

export type CalendarWatchOptions = {
  readonly realTimeClock: RealTimeClock;
  readonly clock: SettableClock;
  /** The log's folders of both media, where the mark lies. */
  readonly media: Media;
  readonly log: (event: LogEvent) => void;
  /** The calendar was set, or lost its trust, whole ms; the first time before `startCalendarWatch` resolves. */
  readonly onCalendar: (calendarMs: number, trusted: boolean) => void;
};

const jumped = (byMs: number): LogEvent => ({
  id: 'clockChanged',
  fields: {
    minutes: Math.min(MAX_COUNT, Math.round(Math.abs(byMs) / MS_OF_MINUTE)),
    forward: byMs > 0,
  },
});

/** The latest of the marks on the media; 0: none. */
const readMark = async ({ fixed, removable }: Media): Promise<number> => {
  let latest = 0;
  for (const medium of [fixed, removable]) {
    if (!medium.present()) continue;
    const read = await medium.read(CLOCK_MARK_PATH);
    const seen = read.ok && read.value !== null ? jsonObject(textOf(read.value) ?? '') : null;
    if (typeof seen?.calendarMs === 'number') latest = Math.max(latest, seen.calendarMs);
  }
  return latest;
};

const writeMark = async ({ fixed, removable }: Media, calendarMs: number): Promise<void> => {
  const minute = Math.floor(calendarMs / MS_OF_MINUTE) * MS_OF_MINUTE;
  for (const medium of [fixed, removable])
    if (medium.present())
      // A medium that can not take it is the log's and the vault's to report.
      await replaceWholeFile(medium, CLOCK_MARK_PATH, jsonBytes({ calendarMs: minute }));
};

/** Takes the calendar and goes on comparing. Resolves when the calendar is set, or doubted. */
export const startCalendarWatch = async (options: CalendarWatchOptions): Promise<CalendarWatch> => {
  const { realTimeClock, clock, media, log } = options;
  const onCalendar = (calendarMs: number, sure: boolean): void =>
    options.onCalendar(Math.floor(calendarMs), sure);
  let trusted = true;
  let faulty: string | null = null;
  let stopped = false;
  let markedMs = Number.NEGATIVE_INFINITY;
  let cancel = (): void => undefined;

  const read = () =>
    within(clock, CLOCK_LIMIT_MS, realTimeClock.read(), () =>
      err({ device: 'clock' as const, kind: 'timeout' as const, detail: 'no answer' }),
    );
  const doubt = (): void => {
    if (!trusted) return;
    trusted = false;
    log({ id: 'clockDoubtful', fields: {} });
  };
  /** Each fault once, until another one or none. */
  const fail = (fault: Fault<string>): void => {
    const code = faultCode(fault);
    if (code !== faulty) log({ id: 'deviceFault', fields: { code: asWord(code) } });
    faulty = code;
  };
  const recovered = (): void => {
    if (faulty !== null) log({ id: 'deviceRecovered', fields: { device: 'clock' } });
    faulty = null;
  };

  const take = async (): Promise<void> => {
    const [found, mark] = [await read(), await readMark(media)];
    if (!found.ok) {
      fail(found.error);
      doubt();
    } else {
      clock.setCalendar(found.value);
      if (found.value < mark - TOLERANCE_MS) {
        log(jumped(found.value - mark));
        doubt();
      }
    }
    onCalendar(clock.calendarMs(), trusted);
  };

  const compare = async (): Promise<void> => {
    const found = await read();
    if (stopped) return;
    const before = trusted;
    if (found.ok) {
      recovered();
      const byMs = found.value - clock.calendarMs();
      if (Math.abs(byMs) > TOLERANCE_MS) {
        if (trusted) log(jumped(byMs));
        doubt();
      }
    } else {
      fail(found.error);
      // It stopped: what it was compared with until now may have been wrong as well.
      if (found.error.kind === 'lost') doubt();
    }
    if (before !== trusted) onCalendar(clock.calendarMs(), trusted);
    if (trusted && clock.nowMs() - markedMs >= MARK_EVERY_MS) {
      markedMs = clock.nowMs();
      await writeMark(media, clock.calendarMs());
    }
  };
  const again = (): void => {
    if (!stopped) cancel = clock.after(COMPARE_MS, () => void compare().finally(again));
  };

  await take();
  again();
  return {
    trusted: () => trusted,
    doubt: () => {
      if (!trusted) return;
      doubt();
      onCalendar(clock.calendarMs(), trusted);
    },
    stop: async () => {
      stopped = true;
      cancel();
      if (trusted) await writeMark(media, clock.calendarMs());
    },
  };
};
