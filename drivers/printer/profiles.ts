/**
 * The printers a board file may name, as data. Widths and columns are those of Epson's TM-T20 (203 dpi)
 * and TM-T88 (180 dpi) series with font A of 12 x 24 dots (Technical Reference Guides, "Printing
 * specifications"); 58 mm at 203 dpi as the common 384-dot mechanisms have it. All of them have to know
 * DLE EOT, DLE ENQ, DLE DC4 (fn = 8), GS a and GS V 65.
 */
import type { PrinterProfile } from '#hal/receipt-printer.ts';
import type { CodePageName } from './code-page.ts';

export type PrinterModel = PrinterProfile & {
  readonly codePage: CodePageName;
  /**
   * How it says that it worked off what it was sent: the process ID response (GS ( H, function 48), which
   * names what it answers, or where a printer lacks that, the paper sensor's status (GS r), which does not.
   */
  readonly confirms: 'processId' | 'paperSensor';
};

const COMMON = { codePage: 'cp858', confirms: 'processId' } as const;

export const PRINTER_MODELS = {
  '80mm-203dpi': { widthDots: 576, dotsPerInch: 203, columns: 48, ...COMMON },
  '80mm-180dpi': { widthDots: 512, dotsPerInch: 180, columns: 42, ...COMMON },
  '58mm-203dpi': { widthDots: 384, dotsPerInch: 203, columns: 32, ...COMMON },
  '58mm-180dpi': { widthDots: 360, dotsPerInch: 180, columns: 30, ...COMMON },
  /** For a printer that knows neither GS ( H nor the euro sign. */
  '80mm-203dpi-plain': {
    widthDots: 576,
    dotsPerInch: 203,
    columns: 48,
    codePage: 'cp850',
    confirms: 'paperSensor',
  },
} as const satisfies Readonly<Record<string, PrinterModel>>;

export type PrinterModelName = keyof typeof PRINTER_MODELS;

export const isPrinterModelName = (name: string): name is PrinterModelName =>
  Object.hasOwn(PRINTER_MODELS, name);

export const DEFAULT_PRINTER_MODEL: PrinterModel = PRINTER_MODELS['80mm-203dpi'];
