/**
 * Standard mode of an ESC/POS printer: characters gather in a line, a line feed prints it, and
 * settings last until changed. Turns commands into movements of paper; time and faults are the
 * emulator's. Defaults and line height after the Epson ESC/POS Command Reference.
 */
import { decodeByte } from '../cp858.ts';
import type { EscPosCommand } from './esc-pos-parser.ts';
import type { PaperItem, TextRun } from './paper-tape.ts';
import { qrModules } from './qr-symbol.ts';

export type PaperMovement =
  | { readonly kind: 'print'; readonly item: PaperItem }
  | { readonly kind: 'feed'; readonly dots: number }
  | { readonly kind: 'cut'; readonly feedDots: number | null };

/** Cell of fonts A and B, dots. */
const CELLS = { A: { width: 12, height: 24 }, B: { width: 9, height: 17 } } as const;
/** ESC 2: 1/6 inch at 203 dpi, 3.75 mm. */
const DEFAULT_LINE_DOTS = 30;
const DEFAULT_MODULE_DOTS = 3;
const TAB_COLUMNS = 8;
/** The only table the emulator has; under another one characters above 7Fh print as blocks. */
const CODE_TABLE_CP858 = 19;

type Settings = Omit<TextRun, 'text'> & {
  readonly align: 'left' | 'centre' | 'right';
  readonly lineDots: number;
  readonly codeTable: number;
};

const DEFAULTS: Settings = {
  bold: false,
  underline: false,
  reverse: false,
  font: 'A',
  scaleX: 1,
  scaleY: 1,
  align: 'left',
  lineDots: DEFAULT_LINE_DOTS,
  codeTable: 0,
};

/** The setting that a command changes; null when it changes none. */
const settingOf = (command: EscPosCommand): Partial<Settings> | null => {
  switch (command.kind) {
    case 'initialise':
      return DEFAULTS;
    case 'codeTable':
      return { codeTable: command.table };
    case 'align':
      return { align: command.align };
    case 'printMode':
      return {
        font: (command.bits & 0x01) === 0 ? 'A' : 'B',
        bold: (command.bits & 0x08) !== 0,
        scaleY: (command.bits & 0x10) === 0 ? 1 : 2,
        scaleX: (command.bits & 0x20) === 0 ? 1 : 2,
        underline: (command.bits & 0x80) !== 0,
      };
    case 'emphasis':
      return { bold: command.on };
    case 'underline':
      return { underline: command.on };
    case 'reverse':
      return { reverse: command.on };
    case 'font':
      return { font: command.font };
    case 'size':
      return { scaleX: command.width, scaleY: command.height };
    case 'lineSpacing':
      return { lineDots: command.dots ?? DEFAULT_LINE_DOTS };
    case 'text':
    case 'lineFeed':
    case 'tab':
    case 'upsideDown':
    case 'feedLines':
    case 'feedDots':
    case 'cut':
    case 'qrModuleSize':
    case 'qrCorrection':
    case 'qrStore':
    case 'qrPrint':
    case 'raster':
    case 'statusBack':
    case 'transmitSensor':
    case 'transmitId':
    case 'ignored':
      return null;
  }
};

export type LineComposer = {
  /** The movements that follow from a command, in order. */
  apply(command: EscPosCommand): readonly PaperMovement[];
  /** Forgets the line that is not printed yet. */
  clear(): void;
  /** Back to the state after power on. */
  reset(): void;
};

export const makeLineComposer = (widthDots: number): LineComposer => {
  let settings = DEFAULTS;
  let runs: TextRun[] = [];
  let usedDots = 0;
  let moduleDots = DEFAULT_MODULE_DOTS;
  let correction: 'L' | 'M' | 'Q' | 'H' = 'L';
  let stored: Uint8Array | null = null;

  const leftFor = (width: number): number => {
    const free = Math.max(0, widthDots - width);
    return settings.align === 'left' ? 0 : settings.align === 'right' ? free : free >> 1;
  };
  const printLine = (): PaperMovement => {
    const height = Math.max(
      settings.lineDots,
      ...runs.map((run) => CELLS[run.font].height * run.scaleY),
    );
    if (runs.length === 0) return { kind: 'feed', dots: settings.lineDots };
    const item: PaperItem = {
      kind: 'line',
      topDots: 0,
      leftDots: leftFor(usedDots),
      heightDots: height,
      runs,
    };
    clear();
    return { kind: 'print', item };
  };
  const clear = (): void => {
    runs = [];
    usedDots = 0;
  };
  /** Adds a character; a full line prints by itself. */
  const addCharacter = (character: string): PaperMovement | null => {
    const width = CELLS[settings.font].width * settings.scaleX;
    const full = usedDots + width > widthDots ? printLine() : null;
    const { bold, underline, reverse, font, scaleX, scaleY } = settings;
    const last = runs.at(-1);
    const joins =
      last !== undefined &&
      last.bold === bold &&
      last.underline === underline &&
      last.reverse === reverse &&
      last.font === font &&
      last.scaleX === scaleX &&
      last.scaleY === scaleY;
    if (joins) runs[runs.length - 1] = { ...last, text: last.text + character };
    else runs.push({ text: character, bold, underline, reverse, font, scaleX, scaleY });
    usedDots += width;
    return full;
  };
  const addBytes = (bytes: Uint8Array): readonly PaperMovement[] => {
    const movements: PaperMovement[] = [];
    for (const byte of bytes) {
      const known = byte < 0x80 || settings.codeTable === CODE_TABLE_CP858;
      const full = addCharacter((known ? decodeByte(byte) : null) ?? '■');
      if (full !== null) movements.push(full);
    }
    return movements;
  };
  const addTab = (): readonly PaperMovement[] => {
    const column = Math.floor(usedDots / (CELLS[settings.font].width * settings.scaleX));
    return addBytes(new Uint8Array(TAB_COLUMNS - (column % TAB_COLUMNS)).fill(0x20));
  };
  /** Graphics stand on lines of their own: what is in the line buffer comes first. */
  const graphic = (item: PaperItem): readonly PaperMovement[] =>
    runs.length > 0 ? [printLine(), { kind: 'print', item }] : [{ kind: 'print', item }];
  const printQr = (): readonly PaperMovement[] => {
    if (stored === null) return [];
    const text = new TextDecoder().decode(stored);
    const size = (qrModules(text, correction)?.length ?? 0) * moduleDots;
    // A symbol wider than the print area is not printed at all.
    if (size === 0 || size > widthDots) return [];
    const leftDots = leftFor(size);
    return graphic({
      kind: 'qr',
      topDots: 0,
      leftDots,
      heightDots: size,
      text,
      moduleDots,
      correction,
    });
  };
  const printRaster = (
    command: Extract<EscPosCommand, { kind: 'raster' }>,
  ): readonly PaperMovement[] => {
    if (command.heightDots === 0 || command.widthBytes === 0) return [];
    const { widthBytes, scaleX, scaleY, data } = command;
    return graphic({
      kind: 'raster',
      topDots: 0,
      leftDots: leftFor(widthBytes * 8 * scaleX),
      heightDots: command.heightDots * scaleY,
      widthBytes,
      scaleX,
      scaleY,
      data,
    });
  };
  const reset = (): void => {
    settings = DEFAULTS;
    moduleDots = DEFAULT_MODULE_DOTS;
    correction = 'L';
    stored = null;
    clear();
  };

  const applyOther = (command: EscPosCommand): readonly PaperMovement[] => {
    switch (command.kind) {
      case 'text':
        return addBytes(command.bytes);
      case 'tab':
        return addTab();
      case 'lineFeed':
        return [printLine()];
      case 'feedLines':
        return [
          ...(runs.length > 0 ? [printLine()] : []),
          { kind: 'feed', dots: command.lines * settings.lineDots },
        ];
      case 'feedDots':
        return [...(runs.length > 0 ? [printLine()] : []), { kind: 'feed', dots: command.dots }];
      case 'cut':
        return [
          ...(runs.length > 0 ? [printLine()] : []),
          { kind: 'cut', feedDots: command.feedDots },
        ];
      case 'qrModuleSize':
        if (command.dots >= 1 && command.dots <= 16) moduleDots = command.dots;
        return [];
      case 'qrCorrection':
        correction = command.level;
        return [];
      case 'qrStore':
        stored = command.data;
        return [];
      case 'qrPrint':
        return printQr();
      case 'raster':
        return printRaster(command);
      case 'initialise':
      case 'codeTable':
      case 'align':
      case 'printMode':
      case 'emphasis':
      case 'underline':
      case 'reverse':
      case 'upsideDown':
      case 'font':
      case 'size':
      case 'lineSpacing':
      case 'statusBack':
      case 'transmitSensor':
      case 'transmitId':
      case 'ignored':
        return [];
    }
  };

  return {
    apply: (command) => {
      if (command.kind === 'initialise') {
        reset();
        return [];
      }
      // ESC a counts at the beginning of a line only.
      if (command.kind === 'align' && runs.length > 0) return [];
      const setting = settingOf(command);
      if (setting === null) return applyOther(command);
      settings = { ...settings, ...setting };
      return [];
    },
    clear,
    reset,
  };
};
