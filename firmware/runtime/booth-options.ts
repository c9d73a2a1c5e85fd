/** What the booth process is started with. */
import type { BoothState } from '#firmware/booth/state.ts';
import type { Totals } from '#firmware/election/ballot.ts';
import type { Locale } from '#firmware/election/definition.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { Appointment } from '#firmware/transmission/appointment.ts';
import type { StartSending } from '#firmware/transmission/sending.ts';
import type { ElectionPackage } from '#firmware/vault/election-package.ts';
import type { KeyPair } from '#firmware/vault/keys.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import type { BoothBoard } from '#hal/board.ts';
import type { Result } from '#hal/result.ts';
import type { MediumName } from '#hal/storage.ts';
import type { Surroundings } from './booth-surroundings.ts';
import type { CountingJob, CountingProblem } from './counting.ts';

export type BoothOptions = {
  readonly board: BoothBoard;
  readonly electionPackage: ElectionPackage;
  /** The machine's identity (Ed25519). */
  readonly identity: KeyPair;
  /** Identities of units this election was carried from, as officers confirmed them. */
  readonly formerIdentities?: readonly Uint8Array[];
  readonly machineCode: string;
  /** The authority's signatures of the machine's key, 64 bytes each. */
  readonly certificates: {
    /** Over `machineKeyCertificateBytes` (firmware/paper/qr-payloads.ts): on the tally report. */
    readonly report: Uint8Array;
    /** `certifyMachine` (firmware/vault/identity.ts): in the result package. */
    readonly key: Uint8Array;
  };
  /**
   * The pollbook's key as the authority delivered it, for the presiding officer's token; asked for once,
   * at the setup ceremony, and forgotten after it. Null: not delivered, and no ceremony is possible.
   */
  readonly takePollbookKey: () => Uint8Array | null;
  /** What runs, for the readiness report: release, election package. */
  readonly versions: readonly { readonly name: string; readonly value: string }[];
  /** Language of screen and paper; default: the election's. */
  readonly locale?: Locale;
  /** What a guess of a PIN costs; default `PIN_COST`. */
  readonly pinCost?: PinCost;
  /** Budgets of the media, bytes. */
  readonly budgets?: Readonly<Record<MediumName, number>>;
  /** What the supervisor reads of power, seal and cover, for the readiness report. */
  readonly surroundings?: () => Promise<Surroundings>;
  /** False: the clock is dead or was doubted; officers then agree where the calendar matters. */
  readonly calendarTrusted?: () => boolean;
  /** Counts the urn; default: here. On a unit in a process of its own (boot/counting). */
  readonly count?: (job: CountingJob) => Promise<Result<Totals, CountingProblem>>;
  /**
   * Whose receipts count, and what sends the signed result once the polls are counted; without it, or
   * without receivers, this unit has no transmission. On a unit it asks the supervisor (boot/booth).
   */
  readonly transmission?: {
    readonly receivers: readonly Appointment[];
    readonly start: StartSending;
  };
  readonly log: (event: LogEvent) => void;
  /** The head of the event log, hex, to be witnessed on paper. */
  readonly logHead: () => Promise<string>;
  /**
   * Safe mode: a bug, an fsync that failed, tampering, an election that the panel has no room for.
   * Told once. `detail`: what exactly, for the console (`the card t-1 offers 61 options, more than…`).
   */
  readonly onPark: (code: string, detail?: string) => void;
  readonly onRefusal?: (refusal: Refusal) => void;
  readonly onState?: (state: BoothState) => void;
};

/** An 8 GB disk and the precinct's share of the remote storage (domain.md, "Numbers to size for"). */
export const DEFAULT_BUDGETS: Readonly<Record<MediumName, number>> = {
  fixed: 8e9,
  removable: 64e9,
};
