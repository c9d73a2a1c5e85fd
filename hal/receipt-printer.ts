import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * A paper as the machine thinks of it: lines of text, rules, pictures, QR codes. The driver alone knows
 * bytes. All of it is data: no character of a text and no dot of a picture can become a command.
 */
export type PaperElement =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly align?: 'left' | 'centre' | 'right';
      readonly bold?: boolean;
      /** 1: one cell a character; 2: twice as wide and high. */
      readonly size?: 1 | 2;
    }
  | { readonly kind: 'rule' }
  | { readonly kind: 'feed'; readonly lines: number }
  | {
      readonly kind: 'qr';
      readonly text: string;
      /** Wanted; smaller, down to 3, where the symbol would be wider than the paper. */
      readonly moduleDots: number;
      readonly correction: 'L' | 'M' | 'Q' | 'H';
    }
  | {
      /** A logo. Its dots may differ here and there by one, where they would spell a command. */
      readonly kind: 'raster';
      readonly widthDots: number;
      /** Rows from the top, each of whole bytes, the most significant bit at the left, 1 is ink. */
      readonly rows: Uint8Array;
      readonly align?: 'left' | 'centre' | 'right';
    };

export type PaperDocument = { readonly name: string; readonly elements: readonly PaperElement[] };

export type PrinterProfile = {
  /** Printable dots across. 576 on 80 mm paper at 203 dpi. */
  readonly widthDots: number;
  readonly dotsPerInch: number;
  /** Characters of size 1 on a line. */
  readonly columns: number;
};

/**
 * What stops the printer. Of several at once the one that a person can mend first wins: `coverOpen`,
 * `cutter`, `unrecoverable`, `jam`, `overheated`, `paperEnd`. `absent` wins over all of them. `jam` is any
 * mechanical error. `timeout`: it did not answer, took nothing, or names no cause for being offline.
 */
export type PrinterFaultKind =
  | 'absent'
  | 'timeout'
  | 'garbled'
  | 'busy'
  | 'paperEnd'
  | 'coverOpen'
  | 'cutter'
  | 'jam'
  | 'overheated'
  | 'unrecoverable';

export type PrinterFault = Fault<PrinterFaultKind>;

/**
 * What is known about the paper after a failed print; the vault's recovery stands on it, so in doubt it is
 * `unknown`.
 * `nothing`: no dot of it was printed. `partly`: the printer said that it had worked off a part that
 * leaves ink, and not that it had worked off all. `all`: it said so of everything, and then the fault
 * came; the paper hangs uncut. `unknown`: nothing, a part or all may be on the paper.
 */
export type PrintProgress = 'nothing' | 'partly' | 'all' | 'unknown';

export type PrintFailure = { readonly fault: PrinterFault; readonly progress: PrintProgress };

export type PrinterStatus = {
  readonly online: boolean;
  readonly paper: 'present' | 'nearEnd' | 'end';
  readonly coverOpen: boolean;
  /** The fault that stops printing now, if any. */
  readonly fault: PrinterFault | null;
};

/**
 * A thermal printer with a cutter.
 *
 * Anybody may call anything at any time. One operation at a time: a second one is told `busy` at once,
 * and has done nothing, to the paper or to the operation under way. Every operation gives its turn back,
 * whatever happens to it, a document that can not be printed (a bug, thrown as RangeError) included.
 *
 * Nothing waits longer than 30 s; `start`, `status` and `recover` at most 2 s. A fault that was there
 * before an operation is told within 2 s, and the operation has then done nothing.
 *
 * No call to `start` is needed after the printer, its power or its cable was away: the next operation
 * works within 2 s of its return.
 *
 * What an operation that failed has left in the printer is never printed later: not when the cover is
 * closed, not before the next document. (A printer that nothing reaches goes on by itself with what it
 * has; a document that stops half-way on the wire stays half.)
 */
export interface ReceiptPrinter {
  profile(): PrinterProfile;
  /** Resets it and turns its status reports on. */
  start(): Promise<Result<PrinterStatus, PrinterFault>>;
  /** Asks. An error means that it could not be asked; what stops it is in the value. */
  status(): Promise<Result<PrinterStatus, PrinterFault>>;
  /**
   * Prints without cutting: what is cut off lies in the tray, what hangs can still be held back. Ok
   * means: all bytes out, the printer worked them off, it is online, no error, paper present.
   */
  print(document: PaperDocument): Promise<Result<void, PrintFailure>>;
  /**
   * Feeds and cuts. Ok means that the printer says so. An error: cut or not, look. Repeating does no
   * harm, at most a blank scrap falls.
   */
  cut(): Promise<Result<void, PrinterFault>>;
  /** Tries to leave a recoverable error behind (DLE ENQ 2 and the like). A printer that is well stays so. */
  recover(): Promise<Result<PrinterStatus, PrinterFault>>;
  /**
   * Each change of status, within 100 ms of its coming about, as long as the printer can tell; never
   * two equal ones in a row. The returned function ends it.
   */
  onStatus(listener: (status: PrinterStatus) => void): () => void;
}
