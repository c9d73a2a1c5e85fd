import type { Audio } from './audio.ts';
import type { Battery } from './battery.ts';
import type { ByteLink } from './byte-link.ts';
import type { Clock } from './clock.ts';
import type { Entropy } from './entropy.ts';
import type { FingerprintReader } from './fingerprint-reader.ts';
import type { Inventory } from './inventory.ts';
import type { NetworkSwitch } from './network-switch.ts';
import type { OfficerTokenSlot } from './officer-token.ts';
import type { OperatorStation } from './operator-station.ts';
import type { PowerStabilizer } from './power-stabilizer.ts';
import type { RealTimeClock } from './real-time-clock.ts';
import type { ReceiptPrinter } from './receipt-printer.ts';
import type { SecureCell } from './secure-cell.ts';
import type { Medium } from './storage.ts';
import type { SwitchPanel } from './switch-panel.ts';
import type { TactileKeypad } from './tactile-keypad.ts';
import type { Touchscreen } from './touchscreen.ts';

type Core = { readonly clock: Clock; readonly entropy: Entropy };

/** Both memory media. */
export type Media = { readonly fixed: Medium; readonly removable: Medium };

/** What the desk process may touch: who votes. */
export type DeskBoard = Core & {
  readonly reader: FingerprintReader;
  readonly station: OperatorStation;
  /** The desk's own folders of the two media. */
  readonly media: Media;
  readonly toBooth: ByteLink;
};

/** What the booth process may touch: what is voted. */
export type BoothBoard = Core & {
  readonly touchscreen: Touchscreen;
  readonly keypad: TactileKeypad;
  readonly audio: Audio;
  readonly printer: ReceiptPrinter;
  readonly tokens: OfficerTokenSlot;
  readonly media: Media;
  readonly cells: { readonly board: SecureCell; readonly module: SecureCell };
  readonly toDesk: ByteLink;
};

/** What the battery holds and what the unit draws from it: the time left is reckoned with them. */
export type PowerModel = {
  readonly capacityWh: number;
  /** Watts with the screen lit, the reader on and a print now and then. */
  readonly loadW: number;
};

/** What the supervisor may touch: power, switches, the calendar, the log. */
export type SupervisorBoard = Core & {
  readonly panel: SwitchPanel;
  readonly stabilizers: { readonly a: PowerStabilizer; readonly b: PowerStabilizer };
  readonly battery: Battery;
  /** Where nobody measured this unit it is left out, and the power policy's own figures count. */
  readonly powerModel?: PowerModel;
  readonly realTimeClock: RealTimeClock;
  readonly inventory: Inventory;
  /** Null: a unit without network; its result goes on the removable medium or by QR codes. */
  readonly network: NetworkSwitch | null;
  readonly media: Media;
};

/** The hardware of one unit, divided as its processes are. */
export type Board = {
  readonly desk: DeskBoard;
  readonly booth: BoothBoard;
  readonly supervisor: SupervisorBoard;
};
