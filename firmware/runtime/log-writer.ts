/**
 * Writes the event log for a whole unit (on a unit: the supervisor's part). Nobody waits for an entry;
 * but a log that can take none any more, because its budget is used up or an fsync failed, parks the
 * unit: entries are never dropped in silence. A medium that went away is brought back into step by
 * itself, like the desk file.
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { EventLog, LogFault } from '#firmware/vault/event-log.ts';
import type { Media } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import { codeOfThrown } from './bug.ts';

/** A medium that is out of step is looked at so often. */
export const RESYNCHRONISE_MS = 15_000;

const MEDIA = ['fixed', 'removable'] as const;

/** The code with which the unit parks; null: it goes on, the media's own watch suspends voting. */
const parkCodeOf = (fault: LogFault): string | null => {
  switch (fault.kind) {
    case 'full':
    case 'overrun':
      return 'machine.logFull';
    case 'notSynced':
      return 'vault.notSynced';
    case 'tampered':
      return 'vault.tampered';
    case 'mediumLost':
      return null;
  }
};

export type LogWriter = {
  readonly record: (event: LogEvent) => void;
  readonly stop: () => void;
};

export type LogWriterOptions = {
  readonly log: EventLog;
  readonly media: Media;
  readonly clock: Clock;
  /** The log takes nothing more: the whole unit parks under this code. Told once. */
  readonly onPark: (code: string) => void;
};

export const makeLogWriter = ({ log, media, clock, onPark }: LogWriterOptions): LogWriter => {
  let parked = false;
  let stopped = false;
  let stopTimer = (): void => {};
  let watching = false;

  const park = (code: string): void => {
    if (parked || stopped) return;
    parked = true;
    onPark(code);
  };
  const judge = (work: Promise<{ ok: true } | { ok: false; error: LogFault }>): Promise<void> =>
    work.then(
      (result) => {
        const code = result.ok ? null : parkCodeOf(result.error);
        if (code !== null) park(code);
      },
      (bug: unknown) => park(codeOfThrown(bug)),
    );

  const outOfStep = () => MEDIA.filter((name) => !log.inStep().includes(name));
  /** A medium that is still full, or not ours, stays out of step: tried again, never parked for. */
  const bringBack = async (): Promise<void> => {
    for (const name of outOfStep()) if (media[name].present()) await log.synchronise(name);
  };
  const watch = (): void => {
    if (watching || stopped || parked || outOfStep().length === 0) return;
    watching = true;
    stopTimer = clock.after(RESYNCHRONISE_MS, () => {
      const done = (): void => {
        watching = false;
        watch();
      };
      bringBack().then(done, (bug: unknown) => park(codeOfThrown(bug)));
    });
  };

  const stopLosses = log.onLoss(watch);
  watch();
  return {
    record: (event) => void judge(log.record(event)),
    stop: () => {
      stopped = true;
      stopTimer();
      stopLosses();
    },
  };
};
