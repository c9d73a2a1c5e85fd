/**
 * Standard mode of an ESC/POS printer: characters gather in a line, a line feed prints it, and
 * settings last until changed. Turns commands into movements of paper; time and faults are the
 * emulator's. Defaults and line height after the Epson ESC/POS Command Reference.
 */
import { printedCharacter } from './code-tables.ts';
import type { EscPosCommand } from './esc-pos-parser.ts';
import type { PaperItem, TextRun } from './paper-tape.ts';
import { qrModules } from './qr-symbol.ts';
import { DEFAULT_SETTINGS, settingOf } from './settings.ts';

export type PaperMovement =
  | { readonly kind: 'print'; readonly item: PaperItem }
  | { readonly kind: 'feed'; readonly dots: number }
  | { readonly kind: 'cut'; readonly feedDots: number | null };

/** Cell of fonts A and B, dots. */
const CELLS = { A: { width: 12, height: 24 }, B: { width: 9, height: 17 } } as const;
const DEFAULT_MODULE_DOTS = 3;
const TAB_COLUMNS = 8;
export type LineComposer = {
  /** The movements that follow from a command, in order. */
  apply(command: EscPosCommand): readonly PaperMovement[];
  /** Forgets the line that is not printed yet. */
  clear(): void;
  /** Back to the state after power on. */
  reset(): void;
};

export const makeLineComposer = (widthDots: number, dotsPerInch: number): LineComposer => {
  let settings = DEFAULT_SETTINGS;
  let runs: TextRun[] = [];
  let usedDots = 0;
  let moduleDots = DEFAULT_MODULE_DOTS;
  let correction: 'L' | 'M' | 'Q' | 'H' = 'L';
  let stored: Uint8Array | null = null;
  let image: Extract<EscPosCommand, { kind: 'graphicsStore' }> | null = null;

  /** Dots that a line may take. */
  const areaWidth = (): number =>
    Math.max(0, Math.min(settings.areaDots ?? widthDots, widthDots - settings.marginDots));
  const leftFor = (width: number): number => {
    const free = Math.max(0, areaWidth() - width);
    const { align, marginDots } = settings;
    return marginDots + (align === 'left' ? 0 : align === 'right' ? free : free >> 1);
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
    const full = usedDots + width > areaWidth() ? printLine() : null;
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
      const full = addCharacter(printedCharacter(byte, settings.codeTable));
      if (full !== null) movements.push(full);
    }
    return movements;
  };
  const addTab = (): readonly PaperMovement[] => {
    const column = Math.floor(usedDots / (CELLS[settings.font].width * settings.scaleX));
    return addBytes(new Uint8Array(TAB_COLUMNS - (column % TAB_COLUMNS)).fill(0x20));
  };
  /** Moves on to a place in the line, in whole cells; never back over what is there. */
  const moveTo = (dots: number): readonly PaperMovement[] => {
    const cell = CELLS[settings.font].width * settings.scaleX;
    const cells = Math.round((Math.min(dots, areaWidth()) - usedDots) / cell);
    return addBytes(new Uint8Array(Math.max(0, cells)).fill(0x20));
  };
  /** Graphics stand on lines of their own: what is in the line buffer comes first. */
  const graphic = (item: PaperItem): readonly PaperMovement[] =>
    runs.length > 0 ? [printLine(), { kind: 'print', item }] : [{ kind: 'print', item }];
  const printQr = (): readonly PaperMovement[] => {
    if (stored === null) return [];
    const text = new TextDecoder().decode(stored);
    const size = (qrModules(text, correction)?.length ?? 0) * moduleDots;
    // A symbol wider than the print area is not printed at all.
    if (size === 0 || size > areaWidth()) return [];
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
    const { widthBytes, heightDots, scaleX, scaleY, data } = command;
    return printImage({ widthDots: widthBytes * 8, heightDots, scaleX, scaleY, data });
  };
  const printImage = (given: {
    readonly widthDots: number;
    readonly heightDots: number;
    readonly scaleX: number;
    readonly scaleY: number;
    readonly data: Uint8Array;
  }): readonly PaperMovement[] =>
    graphic({
      kind: 'raster',
      topDots: 0,
      leftDots: leftFor(given.widthDots * given.scaleX),
      heightDots: given.heightDots * given.scaleY,
      widthBytes: Math.ceil(given.widthDots / 8),
      scaleX: given.scaleX,
      scaleY: given.scaleY,
      data: given.data,
    });
  const printStored = (): readonly PaperMovement[] => {
    if (image === null) return [];
    const { widthDots: width, data } = image;
    const heightDots = data.length / Math.ceil(width / 8);
    return heightDots === 0 ? [] : printImage({ ...image, widthDots: width, heightDots });
  };
  const reset = (): void => {
    settings = DEFAULT_SETTINGS;
    moduleDots = DEFAULT_MODULE_DOTS;
    correction = 'L';
    stored = null;
    image = null;
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
        return [
          ...(runs.length > 0 ? [printLine()] : []),
          { kind: 'feed', dots: Math.round(command.dots * settings.unitY) },
        ];
      case 'cut':
        return [
          ...(runs.length > 0 ? [printLine()] : []),
          {
            kind: 'cut',
            feedDots:
              command.feedDots === null ? null : Math.round(command.feedDots * settings.unitY),
          },
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
      case 'graphicsStore':
        image = command;
        return [];
      case 'graphicsPrint':
        return printStored();
      case 'position': {
        const dots = command.units * settings.unitX;
        return moveTo(command.relative ? usedDots + dots : dots);
      }
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
      case 'leftMargin':
      case 'areaWidth':
      case 'motionUnits':
      case 'processId':
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
      const setting = settingOf(command, settings, dotsPerInch);
      if (setting === null) return applyOther(command);
      settings = { ...settings, ...setting };
      return [];
    },
    clear,
    reset,
  };
};
