/** What a supervisor works with, and what it can be told once it runs (run-supervisor.ts). */
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import type { ProcessName, UnitLine } from '#firmware/supervisor/unit-line.ts';
import type { SupervisorBoard } from '#hal/board.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { Result } from '#hal/result.ts';
import type { Watchdog, WatchdogFault } from '#hal/watchdog.ts';
import type { BeforeSupervisor } from '../process/control-line.ts';
import type { ProcessHandle } from '../process/handle.ts';
import type { OpenedBoard } from '../process/run-process.ts';
import type { ReleaseManifest } from '../release/manifest.ts';
import type { DeliveryDoor } from './delivery.ts';

export type SupervisorOptions = {
  readonly clock: SettableClock;
  readonly openBoard: () => Promise<OpenedBoard<SupervisorBoard>>;
  readonly delivery: DeliveryDoor;
  readonly startProcess: Readonly<Record<ProcessName, () => ProcessHandle>>;
  /** For one sending of the result, once the polls are counted. */
  readonly startSender: () => ProcessHandle;
  /** Null: this unit has no field console. */
  readonly startConsole: (() => ProcessHandle) | null;
  /** Of the runtime, for the readiness report. */
  readonly nodeVersion: string;
  readonly onLine?: (line: UnitLine) => void;
  /** The release that this unit was verified with; none: it was with none. */
  readonly release?: Result<ReleaseManifest, string> | null;
  /** It starts for its screen and console alone, under this code; none: for service. */
  readonly outOfService?: string | null;
  /** None: this unit has no watchdog. It counts from its opening on. */
  readonly openWatchdog?: (() => Promise<Result<Watchdog, WatchdogFault>>) | null;
  /** Where the files of the release lie: what holds boot/, if not told otherwise. */
  readonly releaseRoot?: string;
  /** What the unit's TPM says over a nonce (hex); none: it has no TPM. */
  readonly quote?: (nonce: string) => Promise<QuoteAnswer>;
  /** Fresh bytes for the console's challenges, also before any board is open. */
  readonly chance: (count: number) => Uint8Array;
  /** Officers want the unit to end in good order and to start again. */
  readonly onRestart?: () => void;
};

export type Supervisor = {
  /** What came before it: into the log. */
  readonly before: (before: BeforeSupervisor) => void;
  /** The fingerprint of the key with which its TPM signs quotes, in hex: into the log. */
  readonly attestationKey: (sha256: string) => void;
  /** In good order: processes stopped, the log's head signed, devices let go. Never rejects. */
  readonly shutDown: () => Promise<void>;
};
