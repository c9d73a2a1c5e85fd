/**
 * What the field console may read: a snapshot of how the unit is, made by the supervisor from the events
 * that stand in the log and from its own devices. This type is the whole of it. There is no place in it
 * for a voter, a selection, a null vote, a key, or the time of anybody's visit: events of visits never
 * reach it (firmware/events `isOfVisit`), and what was cast is told to the quarter of an hour.
 */
import type { NetworkInterface } from '#hal/inventory.ts';
import type { UnitPart } from '../faults/parts.ts';
import type { PollsPhase, PowerState } from './catalogue.ts';
import type { Flight } from './recorded-events.ts';
import type { StartUpStage } from './unit-catalogue.ts';

/** Entries of lists at most; what is more is left out, and its number is told. */
export const DIAGNOSTIC_LIMITS = {
  faultsOfPart: 5,
  parts: 32,
  attached: 48,
  history: 144,
  networks: 16,
  differences: 8,
  lines: 50,
  startStages: 8,
  /** Characters. */
  stageDetail: 100,
} as const;

/** A fault that was seen: its code, and when, milliseconds since 1970. */
export type SeenFault = { readonly code: string; readonly atMs: number };

/** What one device shows now, by the name of the figure. Volts, percent, bytes, flags. */
export type Reading = { readonly name: ReadingName; readonly value: number | boolean };

export const READING_NAMES = [
  'inputVolts',
  'outputVolts',
  'feeding',
  'percent',
  'volts',
  'charging',
  'freeBytes',
  'present',
  'keyOn',
  'tamper',
  'coverOpen',
  'interfaces',
  'interfacesUp',
] as const;
export type ReadingName = (typeof READING_NAMES)[number];

export type PartDiagnosis = {
  readonly part: UnitPart;
  /** The fault that is there now; null: none was reported. */
  readonly fault: SeenFault | null;
  /** Faults since the unit started. */
  readonly faults: number;
  /** The newest ones, the newest first. */
  readonly last: readonly SeenFault[];
  readonly readings: readonly Reading[];
};

export type ProcessDiagnosis = {
  readonly name: 'desk' | 'booth';
  readonly state: 'started' | 'running' | 'parked' | 'failed' | 'stopped';
  readonly failures: number;
  /** Under which code it stands still. */
  readonly code: string | null;
};

/** A stage of the start before the supervisor ran. `code` null: it passed. `detail`: what it found, ASCII. */
export type StageDiagnosis = {
  readonly stage: string;
  readonly code: string | null;
  readonly detail: string;
  readonly tookMs: number;
};

/** Charge over the past hours. `percent` null: the gauge was not to be believed. */
export type PowerSample = {
  readonly atMs: number;
  readonly percent: number | null;
  readonly level: PowerState['level'];
};

export type Diagnostics = {
  /** Calendar of the unit when this was made, and whether it is to be believed. */
  readonly atMs: number;
  readonly clockTrusted: boolean;
  readonly upMs: number;
  /** In their order; empty: on a bench, whose supervisor nothing starts in stages. */
  readonly startStages: readonly StageDiagnosis[];
  readonly stage: StartUpStage;
  /** Everything stands still under this code. */
  readonly parked: string | null;
  readonly phase: PollsPhase | null;
  readonly machineCode: string | null;
  /** Digest of what runs (of its manifest) and of the election package, hex. */
  readonly release: string | null;
  /** Null: none was delivered. */
  readonly manifest: ManifestDiagnosis | null;
  readonly electionPackage: string | null;
  readonly runtime: string;
  readonly processes: readonly ProcessDiagnosis[];
  /** Of a process that failed last, or of a machine that stood still by itself; null: of none since the start. */
  readonly lastCrash: CrashDiagnosis | null;
  readonly power: PowerState | null;
  readonly history: readonly PowerSample[];
  readonly parts: readonly PartDiagnosis[];
  /** Its length is told to the quarter of an hour, since every visit makes it longer. */
  readonly log: {
    readonly entries: number;
    readonly usedBytes: number;
    /** Media that hold all of it. */
    readonly inStep: readonly ('fixed' | 'removable')[];
  } | null;
  /** Since the unit started. To the quarter of an hour: `ballotsCast`, and `refusals` while votes are cast. */
  readonly counters: {
    readonly ballotsCast: number;
    readonly reportsPrinted: number;
    readonly faults: number;
    readonly refusals: number;
  };
  /** Network interfaces; null: nobody looked yet, or the system does not tell. */
  readonly networks: readonly NetworkInterface[] | null;
  /** What is attached, against the signed list; `listed` false: there is no list. */
  readonly attached: {
    readonly listed: boolean;
    readonly missing: readonly string[];
    readonly extra: readonly string[];
    /** `kind_path_vendor_product`. */
    readonly found: readonly string[];
    readonly more: number;
  };
};

/**
 * What each machine had taken last when one of them failed: kinds of events, without their times. Never
 * what they take now, which would tell how far a voter is.
 */
export type CrashDiagnosis = {
  readonly process: 'desk' | 'booth';
  /** Of the bug; or how the process ended. */
  readonly code: string;
  readonly last: Flight;
};

/** The signed manifest of what runs, and what its files were found to be when they were last compared. */
export type ManifestDiagnosis = {
  readonly version: string;
  readonly rollbackIndex: number;
  readonly files: number;
  readonly compared: 'never' | 'same' | 'differs';
  /** `changed firmware/booth/step.ts`, `missing …`, `extra …`. */
  readonly differs: readonly string[];
};

/** An entry of the log as the console tells it: never one of a voter's visit. */
export type LogLine = {
  readonly atMs: number;
  readonly id: string;
  readonly disposition: 'success' | 'failure' | 'other' | 'na';
  readonly fields: Readonly<Record<string, string | number | boolean>>;
};
