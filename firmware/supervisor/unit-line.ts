/** What happens to the unit, for whoever looks on: the journal of the system, a bench. */
import type { Flight } from '../messages/recorded-events.ts';
import type { StartUpStage } from '../messages/unit-catalogue.ts';

/** The processes that make a unit; the field console is none of them, nothing depends on it. */
export const PROCESSES = ['desk', 'booth'] as const;
export type ProcessName = (typeof PROCESSES)[number];

export type UnitLine =
  | { readonly kind: 'stage'; readonly stage: StartUpStage }
  | {
      readonly kind: 'process';
      readonly process: ProcessName;
      readonly state: 'started' | 'running' | 'stopped';
    }
  | {
      readonly kind: 'failed';
      readonly process: ProcessName;
      readonly reason: string;
      readonly again: boolean;
    }
  /** A process failed or stands still: what each machine took last. Kinds of events, nothing else. */
  | {
      readonly kind: 'crashReport';
      readonly process: ProcessName;
      readonly code: string;
      readonly last: Flight;
    }
  /** A part stands still for good. */
  | {
      readonly kind: 'parked';
      readonly process: ProcessName;
      readonly code: string;
      readonly detail: string | null;
    }
  /** The machine has no certificate for this code; the request lies with the delivery. */
  | { readonly kind: 'certificateWanted'; readonly machineCode: string }
  | { readonly kind: 'safeMode'; readonly code: string; readonly detail: string }
  | { readonly kind: 'ended' };
