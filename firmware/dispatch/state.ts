/**
 * Sending the result away, as the booth's side sees it: what it is doing, what can happen to it, what it
 * asks for. A machine of its own beside the booth's; it begins when the polls are counted, which they are
 * once every original of the tally report is on paper, and it never touches what the booth knows.
 */
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';
import type { LogEvent } from '../events/catalogue.ts';

/** `starts`: how often a sender was started in a row without an answer of a receiver. */
export type DispatchState =
  /** Not counted yet: nothing may leave the unit. */
  | { readonly name: 'held' }
  /** The authority gave this unit no receiver, or it has no network: officers carry the memory. */
  | { readonly name: 'unappointed' }
  /** For the package and for a receipt of it, on both media. */
  | { readonly name: 'looking' }
  /** No medium holds a package that this precinct's machine signed. */
  | { readonly name: 'noResult' }
  /** The network is being switched on, the sender's process started. */
  | { readonly name: 'starting'; readonly starts: number }
  /** `attempt`: from 1. */
  | { readonly name: 'sending'; readonly starts: number; readonly attempt: number }
  /** `attempt`: the next one. `why`: a code (hal/network.ts, or the receiver's own). */
  | {
      readonly name: 'waiting';
      readonly starts: number;
      readonly attempt: number;
      readonly why: string;
    }
  /** `receipt`: its number, as it is printed (firmware/transmission/receipt.ts). */
  | { readonly name: 'keeping'; readonly receipt: string }
  | { readonly name: 'printing'; readonly receipt: string }
  /** `fault`: why the receipt is not on paper; null: it is. */
  | {
      readonly name: 'acknowledged';
      readonly receipt: string;
      readonly fault: PrinterFaultKind | null;
    }
  /** The receiver does not take this package, and will not when asked again. */
  | { readonly name: 'refused'; readonly code: string }
  /** `again`: it is tried again by itself after a while. */
  | {
      readonly name: 'failed';
      readonly starts: number;
      readonly why: string;
      readonly again: boolean;
    };

export type DispatchName = DispatchState['name'];

export type DispatchEvent =
  /** Every original of the tally report is printed, and that is durable. */
  | { readonly kind: 'pollsCounted' }
  /** `receipt`: of this very package; null: none is there. `printed`: it was on paper before. */
  | { readonly kind: 'resultFound'; readonly receipt: string | null; readonly printed: boolean }
  | { readonly kind: 'resultNotFound' }
  // what the sender says
  | { readonly kind: 'attemptBegan'; readonly attempt: number }
  | { readonly kind: 'notSent'; readonly attempt: number; readonly why: string }
  /** It is of this package, by an appointed receiver: looked at on this side too. */
  | { readonly kind: 'receiptVerified'; readonly receipt: string }
  | { readonly kind: 'packageRefused'; readonly code: string }
  | { readonly kind: 'gaveUp'; readonly why: string }
  /** The sender is gone before its job was done, or never began: `why` is a code. */
  | { readonly kind: 'senderEnded'; readonly why: string }
  // answers to effects
  | { readonly kind: 'receiptKept' }
  | { readonly kind: 'receiptNotKept' }
  | { readonly kind: 'receiptPrinted' }
  | { readonly kind: 'receiptNotPrinted'; readonly fault: PrinterFaultKind }
  | { readonly kind: 'waited' }
  // officers
  | { readonly kind: 'tryAgain' }
  | { readonly kind: 'printAgain' };

export type DispatchEffect =
  /** Answered by `resultFound` or `resultNotFound`. */
  | { readonly kind: 'look' }
  /** The network on, a sender with the signed package. */
  | { readonly kind: 'startSender' }
  /** Not to wait for the end of its pause. */
  | { readonly kind: 'hurrySender' }
  /** On both media; the sender then hears that its job is done. */
  | { readonly kind: 'keepReceipt' }
  | { readonly kind: 'printReceipt' }
  /** With the digest of the package. */
  | { readonly kind: 'logResult'; readonly id: 'resultsSent' | 'resultsAcknowledged' }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'stopWaiting' }
  | { readonly kind: 'log'; readonly event: LogEvent };

/** A sender that ended unasked is started anew after this. */
export const START_AGAIN_MS = 60_000;
/** So often in a row; then officers have it tried. */
export const MAX_STARTS = 100;
