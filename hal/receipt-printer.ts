import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * A paper as the machine thinks of it: lines of text, rules, QR codes. The driver alone knows bytes.
 * All text is data: no character of it can become a command.
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
      readonly moduleDots: number;
      readonly correction: 'L' | 'M' | 'Q' | 'H';
    };

export type PaperDocument = { readonly name: string; readonly elements: readonly PaperElement[] };

export type PrinterProfile = {
  /** Printable dots across. 576 on 80 mm paper at 203 dpi. */
  readonly widthDots: number;
  readonly dotsPerInch: number;
  /** Characters of size 1 on a line. */
  readonly columns: number;
};

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
 * What is known about the paper after a failed print: the vault's recovery stands on it.
 * `nothing`: no dot of it was printed. `unknown`: some, all or nothing may be on the paper.
 */
export type PrintProgress = 'nothing' | 'unknown';

export type PrintFailure = { readonly fault: PrinterFault; readonly progress: PrintProgress };

export type PrinterStatus = {
  readonly online: boolean;
  readonly paper: 'present' | 'nearEnd' | 'end';
  readonly coverOpen: boolean;
  /** The fault that stops printing now, if any. */
  readonly fault: PrinterFault | null;
};

/**
 * A thermal printer with a cutter. One operation at a time (`busy`). Nothing waits longer than 30 s.
 */
export interface ReceiptPrinter {
  profile(): PrinterProfile;
  /** Resets it and turns its status reports on. At most 2 s. */
  start(): Promise<Result<PrinterStatus, PrinterFault>>;
  status(): Promise<Result<PrinterStatus, PrinterFault>>;
  /**
   * Prints without cutting. Ok means: all bytes out, the printer worked them off, it is online, no
   * error, paper present.
   */
  print(document: PaperDocument): Promise<Result<void, PrintFailure>>;
  /** Feeds and cuts. Ok means the cut was made. Repeating does no harm. */
  cut(): Promise<Result<void, PrinterFault>>;
  /** Tries to leave a recoverable error behind (DLE ENQ 2 and the like). */
  recover(): Promise<Result<PrinterStatus, PrinterFault>>;
  /** Each change of status, as the printer reports it. */
  onStatus(listener: (status: PrinterStatus) => void): () => void;
}
