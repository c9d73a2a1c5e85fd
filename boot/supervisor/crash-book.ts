/** What each machine took last, kept until one of them fails: then it is told, and stays to be asked for. */
import { asWord } from '#firmware/events/catalogue.ts';
import type { CrashDiagnosis } from '#firmware/messages/diagnostics.ts';
import type { Flight } from '#firmware/messages/recorded-events.ts';
import type { ProcessName, UnitLine } from '#firmware/supervisor/unit-line.ts';

export type CrashBook = {
  readonly note: (process: ProcessName, last: Flight['booth']) => void;
  /** A fresh process has taken nothing. */
  readonly forget: (process: ProcessName) => void;
  readonly report: (process: ProcessName, code: string) => void;
  /** Null: none failed. */
  readonly last: () => CrashDiagnosis | null;
};

export const makeCrashBook = (
  ofPower: () => Flight['power'],
  say: (line: UnitLine) => void,
): CrashBook => {
  const flights = new Map<ProcessName, Flight['booth']>();
  let lastCrash: CrashDiagnosis | null = null;
  const of = (name: ProcessName): Flight['booth'] => flights.get(name) ?? [];
  return {
    note: (process, last) => void flights.set(process, last),
    forget: (process) => void flights.delete(process),
    report: (process, code) => {
      const last: Flight = { desk: of('desk'), booth: of('booth'), power: ofPower() };
      lastCrash = { process, code: asWord(code), last };
      say({ kind: 'crashReport', process, code, last });
    },
    last: () => lastCrash,
  };
};
