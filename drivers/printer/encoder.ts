/**
 * A paper document as ESC/POS bytes. npm `escpos` (3.0.0-alpha.6) is the encoder, with an adapter
 * that only collects; what it lacks or gets wrong stands in commands.ts. All text passes
 * `toPrintable` first, so no character of a name can become a command.
 *
 * Traps of that package, each pinned by a test: it never selects a code page; `size(1, 1)` is double,
 * (0, 0) is single; `print` writes text without encoding it; `style` and `qrcode` send bytes that are
 * not Epson's; its import costs about 250 ms, so it is loaded on first use (and synchronously, since a
 * virtual clock waits for no file).
 */
import { createRequire } from 'node:module';
import type { PaperDocument, PaperElement } from '#hal/receipt-printer.ts';
import { ASCII_SET, emphasis, qrSymbol, SENSOR_REQUEST, STATUS_BACK_ON } from './commands.ts';
import { toPrintable } from './cp858.ts';
import type { PrinterWork } from './transfer.ts';

/** ESC t 19 selects code page 858. */
const CODE_TABLE_CP858 = 19;

/** Dots from one line to the next (ESC 3 n): 24 of a character and 4 of air, 3.5 mm at 203 dpi. */
export const LINE_DOTS = 28;

/** A checkpoint (GS r) stands behind so many elements: 16 lines take 0.3 s. */
const CHECKPOINT_ELEMENTS = 16;

/** A document beyond this is a bug: 64 KiB print for about 15 s. */
export const DOCUMENT_LIMIT_BYTES = 65_536;

/** The part of escpos' printer that is used. Every call appends to its buffer; `flush` hands it to the adapter. */
type EscposPrinter = {
  hardware(command: 'init'): EscposPrinter;
  setCharacterCodeTable(table: number): EscposPrinter;
  lineSpace(dots: number): EscposPrinter;
  align(align: 'lt' | 'ct' | 'rt'): EscposPrinter;
  size(width: number, height: number): EscposPrinter;
  text(content: string): EscposPrinter;
  feed(lines: number): EscposPrinter;
  raw(bytes: Buffer): EscposPrinter;
  flush(callback: () => void): EscposPrinter;
};
type EscposAdapter = { write(bytes: Uint8Array, callback?: () => void): void };
type EscposModule = {
  readonly Printer: new (
    adapter: EscposAdapter,
    options: { readonly encoding: string; readonly width: number },
  ) => EscposPrinter;
};

let loaded: EscposModule | null = null;
const escpos = (): EscposModule => {
  loaded ??= createRequire(import.meta.url)('escpos') as EscposModule;
  return loaded;
};

type Style = {
  readonly align: 'left' | 'centre' | 'right';
  readonly bold: boolean;
  readonly size: 1 | 2;
};

const PLAIN: Style = { align: 'left', bold: false, size: 1 };
const ALIGNMENTS = { left: 'lt', centre: 'ct', right: 'rt' } as const;

/** Sends what differs between two styles. */
const changeStyle = (printer: EscposPrinter, from: Style, to: Style): void => {
  if (from.align !== to.align) printer.align(ALIGNMENTS[to.align]);
  if (from.bold !== to.bold) printer.raw(Buffer.from(emphasis(to.bold)));
  if (from.size !== to.size) printer.size(to.size - 1, to.size - 1);
};

const styleOf = (element: PaperElement, before: Style): Style => {
  switch (element.kind) {
    case 'text':
      return {
        align: element.align ?? 'left',
        bold: element.bold ?? false,
        size: element.size ?? 1,
      };
    case 'rule':
      return PLAIN;
    case 'qr':
      return { ...PLAIN, align: 'centre' };
    case 'feed':
      return { ...before, size: 1 };
  }
};

const writeElement = (printer: EscposPrinter, element: PaperElement, columns: number): void => {
  switch (element.kind) {
    case 'text':
      printer.text(toPrintable(element.text));
      return;
    case 'rule':
      printer.text('─'.repeat(columns));
      return;
    case 'feed':
      if (element.lines > 0) printer.feed(element.lines);
      return;
    case 'qr':
      printer.raw(Buffer.from(qrSymbol(element.text, element.moduleDots, element.correction)));
      return;
  }
};

/**
 * The whole document, resets first, with checkpoints, without a cut. The same document gives the same bytes. Throws
 * RangeError when it is longer than `DOCUMENT_LIMIT_BYTES` or a QR symbol does not fit: bugs.
 */
export const encodeDocument = (document: PaperDocument, columns: number): PrinterWork => {
  const pieces: Uint8Array[] = [];
  const adapter: EscposAdapter = {
    write: (bytes, callback) => {
      pieces.push(Uint8Array.from(bytes));
      callback?.();
    },
  };
  const { Printer } = escpos();
  const printer = new Printer(adapter, { encoding: 'CP858', width: columns });
  printer.hardware('init').setCharacterCodeTable(CODE_TABLE_CP858);
  // ESC @ ends the automatic status back, so it is asked for again behind it.
  printer.raw(Buffer.from(ASCII_SET)).raw(Buffer.from(STATUS_BACK_ON)).lineSpace(LINE_DOTS);
  let style = PLAIN;
  let checkpoints = 0;
  const addCheckpoint = (): void => {
    printer.raw(Buffer.from(SENSOR_REQUEST));
    checkpoints++;
  };
  for (const [index, element] of document.elements.entries()) {
    const next = styleOf(element, style);
    changeStyle(printer, style, next);
    style = next;
    writeElement(printer, element, columns);
    if (index % CHECKPOINT_ELEMENTS === CHECKPOINT_ELEMENTS - 1) addCheckpoint();
  }
  changeStyle(printer, style, PLAIN);
  addCheckpoint();
  printer.flush(() => undefined);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > DOCUMENT_LIMIT_BYTES) {
    throw new RangeError(`${document.name}: ${length} bytes, at most ${DOCUMENT_LIMIT_BYTES}`);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return { bytes, checkpoints };
};
