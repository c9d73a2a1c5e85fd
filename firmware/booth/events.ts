/** Everything that can happen to the booth: touches, messages, devices, and answers to its effects. */
import type { DeskToBooth, PowerState } from '#firmware/messages/catalogue.ts';
import type { PrinterFaultKind, PrinterStatus, PrintProgress } from '#hal/receipt-printer.ts';
import type { MediumName } from '#hal/storage.ts';
import type { CalendarPosition, SelfCheck, TokenRefusal } from './stages.ts';

export type VaultCall =
  | 'recover'
  | 'setUp'
  | 'clean'
  | 'activate'
  | 'prepare'
  | 'markStarted'
  | 'markPartial'
  | 'markDone'
  | 'markConfirmed'
  | 'spoil'
  | 'finishSpoil'
  | 'discard'
  | 'commit'
  | 'settle'
  | 'synchronise'
  /** Reads what the paper record needs: pending paper and code. */
  | 'record'
  | 'openPolls'
  | 'closePolls'
  | 'countPolls';

/** What the vault says of itself with each answer. */
export type VaultView = {
  readonly phase: 'OUTCOME' | 'IDLE' | 'ACTIVE' | 'PREPARED' | 'SPOILED';
  readonly print: 'NONE' | 'STARTED' | 'PARTIAL' | 'DONE' | 'CONFIRMED';
  readonly epoch: number;
  readonly reprints: number;
  readonly spoils: number;
  readonly inStep: readonly MediumName[];
  readonly polls: 'ready' | 'open' | 'closed' | 'counted';
};

export type VaultFailure =
  | 'mediumLost'
  | 'notSynced'
  | 'full'
  | 'tampered'
  | 'empty'
  | 'notEmpty'
  | 'foreign'
  | 'noCodes'
  | 'cellNotTrusted';

export type BoothTimer =
  /** Ends at the warning. */
  | 'votingWarning'
  | 'votingEnd'
  /** The expiry message, the paper, the thanks stand at most this long. */
  | 'message'
  | 'paper'
  /** `completed` is said again. */
  | 'tellAgain'
  /** The desk is asked again, the printer is looked at again. */
  | 'totalsAgain'
  | 'printerAgain'
  /** An officer's PIN pad nobody uses. */
  | 'officerIdle';

export type BoothEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'touched'; readonly action: string }
  /** A key of the voter's keypad, which now uses the target in focus; null: the scene's own start. */
  | { readonly kind: 'keyPressed'; readonly focus: string | null }
  | { readonly kind: 'timerExpired'; readonly timer: BoothTimer }
  | { readonly kind: 'received'; readonly message: DeskToBooth }
  /** The link to the desk went away and came back, or carried garbage: begin anew. */
  | { readonly kind: 'linkRestarted' }
  | { readonly kind: 'powerChanged'; readonly power: PowerState }
  | { readonly kind: 'mediumLost'; readonly medium: MediumName }
  | { readonly kind: 'mediumReturned'; readonly medium: MediumName }
  | { readonly kind: 'printerStatus'; readonly status: PrinterStatus }
  | { readonly kind: 'tokenInserted' }
  | { readonly kind: 'tokenRemoved' }
  // answers to effects
  | { readonly kind: 'vaultDone'; readonly call: VaultCall; readonly view: VaultView }
  | {
      readonly kind: 'vaultFailed';
      readonly call: VaultCall;
      readonly failure: VaultFailure;
      readonly inStep: readonly MediumName[];
    }
  | { readonly kind: 'selfCheckDone'; readonly check: SelfCheck; readonly result: string }
  | { readonly kind: 'reportPrinted' }
  | { readonly kind: 'reportNotPrinted'; readonly fault: PrinterFaultKind }
  | { readonly kind: 'recordPrinted' }
  | {
      readonly kind: 'recordNotPrinted';
      readonly fault: PrinterFaultKind;
      readonly progress: PrintProgress;
    }
  | { readonly kind: 'paperCut' }
  | { readonly kind: 'paperNotCut'; readonly fault: PrinterFaultKind }
  | { readonly kind: 'calendarRead'; readonly position: CalendarPosition }
  | {
      readonly kind: 'tokenChecked';
      readonly officerId: string;
      readonly presiding: boolean;
    }
  | { readonly kind: 'tokenRefused'; readonly refusal: TokenRefusal }
  | { readonly kind: 'keysMade' }
  | { readonly kind: 'tokenWritten' }
  | { readonly kind: 'tokenNotWritten'; readonly problem: 'notWritten' | 'alreadyUsed' }
  | { readonly kind: 'shareGiven'; readonly given: number }
  | { readonly kind: 'shareRefused'; readonly refusal: TokenRefusal }
  | { readonly kind: 'ballotsOpened'; readonly opened: number; readonly ballots: number }
  | { readonly kind: 'counted' }
  /** What is in the urn does not add up or does not open: `code` names it. */
  | { readonly kind: 'notCounted'; readonly code: string }
  | { readonly kind: 'resultWritten'; readonly written: boolean };
