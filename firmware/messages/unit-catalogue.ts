/**
 * What crosses on the private channels of a unit: between the supervisor and its two processes, and
 * between the booth and its counting. Closed, like the catalogue between desk and booth, and with the
 * same rule: to the supervisor go events of the log and states of machines, never a voter, never a
 * selection. Bytes are hex, or base64 where they are many.
 */
import type { BatteryFault, BatteryReading } from '#hal/battery.ts';
import type { StabilizerFault, StabilizerReading } from '#hal/power-stabilizer.ts';
import type { Result } from '#hal/result.ts';
import type { PanelFault, SwitchState } from '#hal/switch-panel.ts';
import type { LogEvent } from '../events/catalogue.ts';
import type { PollsPhase, PowerState } from './catalogue.ts';
import type { TestResult } from './console-catalogue.ts';
import type { RecordedEvent } from './recorded-events.ts';

/** The supervisor's steps from switched on to running, in their order. */
export const START_UP_STAGES = [
  'board',
  'delivery',
  'identity',
  'clock',
  'package',
  'log',
  'certificate',
  'processes',
] as const;
export type StartUpStage = (typeof START_UP_STAGES)[number];

/** What stands around the booth and is others' to read; for the readiness report. */
export type Surroundings = {
  readonly stabilizers: {
    readonly a: Result<StabilizerReading, StabilizerFault>;
    readonly b: Result<StabilizerReading, StabilizerFault>;
  };
  readonly battery: Result<BatteryReading, BatteryFault>;
  readonly panel: Result<SwitchState, PanelFault>;
  /** The desk's devices: the code of a fault, or null; the whole is null when the desk did not say. */
  readonly desk: DeskCheck | null;
};

/** The desk's own devices: the code of each one's fault, null for none. */
export type DeskCheck = { readonly reader: string | null; readonly station: string | null };

/** An entry of the readiness report: what runs. */
export type Version = { readonly name: string; readonly value: string };

/** What a guess of a PIN costs (firmware/vault/officer-token.ts). */
export type GuessCost = { readonly N: number; readonly r: number; readonly p: number };

/** Of the election package, which follows in `packageBytes` bytes of portions. */
type Package = {
  readonly packageBytes: number;
  /** Who must have signed it: Ed25519, hex. */
  readonly authorityKey: string;
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
  /** The calendar by which it was found valid; null: no calendar was to be believed. */
  readonly openedAtMs: number | null;
  readonly locale: 'es' | 'en';
};

/** A receiving centre that the authority appointed (firmware/transmission/appointment.ts). */
export type Receiver = {
  /** `https://host:port`. */
  readonly url: string;
  /** Ed25519, hex. */
  readonly key: string;
};

/** What the booth works with, once. */
export type BeginBooth = Package & {
  readonly kind: 'beginBooth';
  /** The machine's identity, Ed25519. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** Public keys of the machines whose day this one may continue. */
  readonly formerKeys: readonly string[];
  readonly machineCode: string;
  /** The authority's signatures of the machine's key. */
  readonly reportCertificate: string;
  readonly keyCertificate: string;
  readonly versions: readonly Version[];
  readonly pinCost: GuessCost | null;
  /** Whose receipts count; empty: this unit has no transmission. */
  readonly receivers: readonly Receiver[];
  /** The pollbook's key as delivered for the ceremony; null: none was. */
  readonly pollbookKey: string | null;
};

/** What the desk works with, once. */
export type BeginDesk = Package & { readonly kind: 'beginDesk' };

/** The next bytes of what was announced, in order; at most `PORTION_BYTES`. */
export type Portion = { readonly kind: 'portion'; readonly data: string };

/** From the supervisor to both. */
export type ToProcess =
  /** How far the start has come: the screen and the display show it. */
  | { readonly kind: 'starting'; readonly stage: StartUpStage }
  | Portion
  | { readonly kind: 'powerChanged'; readonly power: PowerState }
  | { readonly kind: 'clockSet'; readonly calendarMs: number; readonly trusted: boolean }
  /** Stop where you stand, show the code; also instead of any beginning. */
  | { readonly kind: 'park'; readonly code: string }
  /** End in good order. */
  | { readonly kind: 'stop' };

/**
 * What the field console has the booth do. `lines`: what a slip says (none: a test sheet), the codes that
 * a sheet explains (`help`), or what an officer is asked to agree to on the screen (`officer`).
 */
export type BoothTest = {
  readonly what: 'nothing' | 'selfTest' | 'print' | 'help' | 'touch' | 'officer';
  readonly lines: readonly string[];
};

/** Unless `free` no device was touched: a voter is here, or the machine or its officers are busy. */
export type Presence = 'free' | 'voter' | 'busy';

export type BoothTested = {
  readonly presence: Presence;
  /** The officer of this precinct who agreed, by token and PIN; null: nobody did, or was asked. */
  readonly officer: string | null;
  readonly results: readonly TestResult[];
};

export type DeskTested = { readonly presence: Presence; readonly results: readonly TestResult[] };

export type ToBooth =
  | ToProcess
  | BeginBooth
  | FromSender
  /** The sender is gone, or was not started at all. `why`: a code. */
  | { readonly kind: 'senderEnded'; readonly why: string }
  | ({ readonly kind: 'testBooth'; readonly ask: number } & BoothTest)
  | { readonly kind: 'surroundings'; readonly ask: number; readonly found: Surroundings }
  | { readonly kind: 'logHead'; readonly ask: number; readonly head: string };

export type ToDesk =
  | ToProcess
  | BeginDesk
  | { readonly kind: 'checkDesk'; readonly ask: number }
  /** `finger` false: are reader and station well? Otherwise a finger is waited for. */
  | { readonly kind: 'testDesk'; readonly ask: number; readonly finger: boolean };

/** From both to the supervisor. */
export type FromProcess =
  /** Its machine runs. */
  | { readonly kind: 'running' }
  /** The machine gets on. Sent every second, and not when work has stood still for too long. */
  | { readonly kind: 'alive' }
  /** The kinds of its last events, when there are new ones: all that is left when it dies. */
  | { readonly kind: 'flight'; readonly events: readonly RecordedEvent[] }
  | { readonly kind: 'log'; readonly event: LogEvent }
  /** It stands still for good. `detail`: for the console. */
  | { readonly kind: 'parked'; readonly code: string; readonly detail: string | null }
  /** It ended in good order, and its process exits now. */
  | { readonly kind: 'stopped' };

/** What the booth has a sender told; the supervisor passes it on. */
export type ForSender =
  /** The receipt is on a medium, or could not be kept. */
  | { readonly kind: 'receiptKept'; readonly kept: boolean }
  /** Not to wait for the end of its pause. */
  | { readonly kind: 'hurry' };

export type FromBooth =
  | FromProcess
  /** The polls are counted: switch the network on and have this sent, which follows as portions. */
  | { readonly kind: 'sendResult'; readonly messageBytes: number }
  /** Whatever is being sent: no more. */
  | { readonly kind: 'endSending' }
  | Portion
  | ForSender
  | { readonly kind: 'phaseChanged'; readonly phase: PollsPhase }
  /** True: it rests for want of power, with everything durable. */
  | { readonly kind: 'resting'; readonly resting: boolean }
  | { readonly kind: 'askSurroundings'; readonly ask: number }
  | { readonly kind: 'askLogHead'; readonly ask: number }
  | ({ readonly kind: 'boothTested'; readonly ask: number } & BoothTested);

export type FromDesk =
  | FromProcess
  | ({ readonly kind: 'deskChecked'; readonly ask: number } & DeskCheck)
  | ({ readonly kind: 'deskTested'; readonly ask: number } & DeskTested);

/** A share of the key as an officer gave it. */
export type GivenShare = { readonly holder: string; readonly bytes: string };

/** From the booth to its counting. The definition's JSON and then the ballots follow as portions. */
export type ToCounting =
  | {
      readonly kind: 'beginCounting';
      readonly definitionBytes: number;
      /** Sealed ballots, all of one length. */
      readonly ballots: number;
      readonly ballotBytes: number;
      /** Votes by the journal. */
      readonly votes: number;
      readonly shares: readonly GivenShare[];
      /** Of the ceremony record: what joining the shares needs. */
      readonly ceremony: {
        readonly election: string;
        readonly precinct: string;
        readonly publicKey: string;
        readonly threshold: number;
        readonly commitments: readonly {
          readonly holder: string;
          readonly index: number;
          readonly digest: string;
        }[];
      };
    }
  | Portion;

/** The figures of one contest; its options follow from the definition. */
export type CountedContest = {
  readonly contestId: string;
  readonly votes: readonly number[];
  readonly nulls: number;
  readonly ballots: number;
  readonly positions: number;
};

export type FromCounting =
  | { readonly kind: 'opened'; readonly ballots: number }
  | {
      readonly kind: 'counted';
      readonly ballots: number;
      readonly contests: readonly CountedContest[];
    }
  | { readonly kind: 'notCounted'; readonly code: string };

/** From the supervisor to the sender. Signature and package follow as portions. */
export type ToSender =
  | {
      readonly kind: 'beginSending';
      readonly messageBytes: number;
      readonly election: string;
      readonly precinct: string;
      /** The machine's identity, Ed25519, hex: what mutual TLS proves. */
      readonly privateKey: string;
      readonly publicKey: string;
      /** At least one. */
      readonly receivers: readonly Receiver[];
    }
  | Portion
  | ForSender;

/** How the sending goes; the supervisor passes it on to the booth. */
export type FromSender =
  /** `attempt`: from 1. */
  | { readonly kind: 'attemptBegan'; readonly attempt: number }
  /** `attempt`: the next one; `why`: a code. */
  | { readonly kind: 'notSent'; readonly attempt: number; readonly why: string }
  /** A receiver's signed receipt, in base64: the sender waits for `receiptKept`. */
  | { readonly kind: 'receiptCame'; readonly receipt: string }
  /** The receiver's last word; the sender ends. */
  | { readonly kind: 'packageRefused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'gaveUp'; readonly why: string };
