/**
 * A paper document as ESC/POS bytes. npm `escpos` (3.0.0-alpha.6) is the encoder, with an adapter
 * that only collects; what it lacks or gets wrong stands in commands.ts. All text passes
 * `toPrintable` first, so no character of a name can become a command.
 *
 * Traps of that package, each pinned by a test: it never selects a code page; `size(1, 1)` is double,
 * (0, 0) is single; `print` writes text without encoding it; `style` and `qrcode` send bytes that are
 * not Epson's; it loads pictures with `get-pixels`, which brings an HTTP client and 57 packages more: no paper here
 * has a picture from a file, and no unit has them (`overrides` in package.json puts nothing in its place). What is
 * left is loaded on first use, and synchronously, since a virtual clock waits for no file.
 */
import { createRequire } from 'node:module';
import type { PaperDocument, PaperElement } from '#hal/receipt-printer.ts';
import type { Checkpoints } from './checkpoints.ts';
import { CODE_PAGES, type CodePage, toPrintable } from './code-page.ts';
import { ASCII_SET, emphasis, motionUnits, qrSymbol, STATUS_BACK_ON } from './commands.ts';
import type { PrinterModel } from './profiles.ts';
import { qrModulesAcross } from './qr-size.ts';
import { hasInk, rasterBands } from './raster.ts';

/** Dots from one line to the next (ESC 3 n): 24 of a character and 4 of air, 3.5 mm at 203 dpi. */
export const LINE_DOTS = 28;

/** A checkpoint stands behind the first ink, then behind so many elements (16 lines take 0.3 s) or bytes. */
const CHECKPOINT_ELEMENTS = 16;
const CHECKPOINT_BYTES = 1_024;

/** A document beyond this is a bug: 64 KiB print for about 15 s. */
export const DOCUMENT_LIMIT_BYTES = 65_536;
/** A QR module smaller than this is not read by every telephone. */
const QR_MODULE_DOTS_MIN = 3;

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
    case 'raster':
      return { ...PLAIN, align: element.align ?? 'left' };
    case 'qr':
      return { ...PLAIN, align: 'centre' };
    case 'feed':
      return { ...before, size: 1 };
  }
};

type QrElement = Extract<PaperElement, { readonly kind: 'qr' }>;

/** The size wanted, or the largest that fits: a printer leaves a symbol that is too wide out. */
const fittingModuleDots = (element: QrElement, widthDots: number): number => {
  const bytes = new TextEncoder().encode(element.text).length;
  const across = qrModulesAcross(bytes, element.correction);
  const fits = across === null ? 0 : Math.floor(widthDots / across);
  if (fits >= element.moduleDots) return element.moduleDots;
  if (fits >= QR_MODULE_DOTS_MIN) return fits;
  throw new RangeError(`a QR symbol of ${bytes} bytes is wider than ${widthDots} dots`);
};

/** False for what leaves the paper as it is. */
const inks = (element: PaperElement): boolean => {
  switch (element.kind) {
    case 'text':
      return element.text.trim() !== '';
    case 'rule':
    case 'qr':
      return true;
    case 'raster':
      return hasInk(element);
    case 'feed':
      return false;
  }
};

type Sheet = {
  readonly printer: EscposPrinter;
  readonly model: PrinterModel;
  readonly page: CodePage;
};

const writeElement = ({ printer, model, page }: Sheet, element: PaperElement): void => {
  switch (element.kind) {
    case 'text':
      printer.text(toPrintable(element.text, page));
      return;
    case 'rule':
      printer.text(page.rule.repeat(model.columns));
      return;
    case 'feed':
      if (element.lines > 0) printer.feed(element.lines);
      return;
    case 'qr': {
      const dots = fittingModuleDots(element, model.widthDots);
      printer.raw(Buffer.from(qrSymbol(element.text, dots, element.correction)));
      return;
    }
    case 'raster':
      for (const band of rasterBands(element, model.widthDots)) printer.raw(Buffer.from(band));
      return;
  }
};

/**
 * The whole document in sections, each with the next of `checkpoints` at its end; resets first, without a
 * cut. The same document gives the same bytes. Throws RangeError when it is longer than
 * `DOCUMENT_LIMIT_BYTES`, or a QR symbol or a picture does not fit: bugs.
 */
export const encodeDocument = (
  document: PaperDocument,
  model: PrinterModel,
  checkpoints: Checkpoints,
): readonly Uint8Array[] => {
  const sections: Uint8Array[] = [];
  let pieces: Uint8Array[] = [];
  let sectionBytes = 0;
  const adapter: EscposAdapter = {
    write: (bytes, callback) => {
      pieces.push(Uint8Array.from(bytes));
      sectionBytes += bytes.length;
      callback?.();
    },
  };
  const { Printer } = escpos();
  const page: CodePage = CODE_PAGES[model.codePage];
  const printer = new Printer(adapter, { encoding: page.encoding, width: model.columns });
  printer.hardware('init').setCharacterCodeTable(page.table);
  // ESC @ ends the automatic status back, so it is asked for again behind it.
  printer.raw(Buffer.from(ASCII_SET)).raw(Buffer.from(STATUS_BACK_ON));
  printer.raw(Buffer.from(motionUnits(model.dotsPerInch))).lineSpace(LINE_DOTS);
  const sheet = { printer, model, page };
  let style = PLAIN;
  /** Hands over what was written so far. */
  const flush = (): void => {
    printer.flush(() => undefined);
  };
  const endSection = (): void => {
    printer.raw(Buffer.from(checkpoints.next()));
    flush();
    sections.push(new Uint8Array(Buffer.concat(pieces)));
    pieces = [];
    sectionBytes = 0;
  };
  for (const [index, element] of document.elements.entries()) {
    const next = styleOf(element, style);
    changeStyle(printer, style, next);
    style = next;
    writeElement(sheet, element);
    flush();
    // None before the first ink: whichever is passed, something is on the paper.
    const first = sections.length === 0 && inks(element);
    const row = index % CHECKPOINT_ELEMENTS === CHECKPOINT_ELEMENTS - 1;
    const due = sections.length > 0 && (row || sectionBytes >= CHECKPOINT_BYTES);
    if (first || due) endSection();
  }
  changeStyle(printer, style, PLAIN);
  endSection();
  const bytes = sections.reduce((sum, section) => sum + section.length, 0);
  if (bytes > DOCUMENT_LIMIT_BYTES)
    throw new RangeError(`${document.name}: ${bytes} bytes, at most ${DOCUMENT_LIMIT_BYTES}`);
  return sections;
};
