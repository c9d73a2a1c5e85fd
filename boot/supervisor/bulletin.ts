/** What every process is to know of the unit as it is now, and what a fresh one is told first. */
import type { PowerState } from '#firmware/messages/catalogue.ts';
import type { StartUpStage, ToProcess } from '#firmware/messages/unit-catalogue.ts';
import type { Clock } from '#hal/clock.ts';

export type Bulletin = {
  /** Each keeps what is new and tells it to all who run. */
  readonly stage: (stage: StartUpStage) => void;
  readonly power: (power: PowerState) => void;
  readonly calendar: (calendarMs: number, trusted: boolean) => void;
  /** All of it, for a fresh process. */
  readonly whole: () => readonly ToProcess[];
};

export const makeBulletin = (clock: Clock, tell: (message: ToProcess) => void): Bulletin => {
  let stage: StartUpStage = 'board';
  let power: PowerState | null = null;
  let calendar: { readonly atMs: number; readonly ms: number; readonly trusted: boolean } | null =
    null;

  const whole = (): readonly ToProcess[] => [
    { kind: 'starting', stage },
    ...(calendar === null
      ? []
      : [
          {
            kind: 'clockSet' as const,
            calendarMs: Math.round(calendar.ms + clock.nowMs() - calendar.atMs),
            trusted: calendar.trusted,
          },
        ]),
    ...(power === null ? [] : [{ kind: 'powerChanged' as const, power }]),
  ];
  return {
    stage: (next) => {
      stage = next;
      tell({ kind: 'starting', stage });
    },
    power: (next) => {
      power = next;
      tell({ kind: 'powerChanged', power });
    },
    calendar: (calendarMs, trusted) => {
      calendar = { atMs: clock.nowMs(), ms: calendarMs, trusted };
      tell({ kind: 'clockSet', calendarMs, trusted });
    },
    whole,
  };
};
