/**
 * What an ESC/POS printer was set to: style, place and units of what follows, until changed or reset. Epson
 * ESC/POS Command Reference; here a motion unit is one dot until GS P says otherwise.
 */
import type { EscPosCommand } from './esc-pos-parser.ts';
import type { TextRun } from './paper-tape.ts';

export type Settings = Omit<TextRun, 'text'> & {
  readonly align: 'left' | 'centre' | 'right';
  readonly lineDots: number;
  readonly codeTable: number;
  /** Dots that a motion unit stands for, across and along. */
  readonly unitX: number;
  readonly unitY: number;
  readonly marginDots: number;
  /** Null: to the right edge. */
  readonly areaDots: number | null;
};

/** ESC 2: 1/6 inch at 203 dpi, 3.75 mm. */
const DEFAULT_LINE_DOTS = 30;

export const DEFAULT_SETTINGS: Settings = {
  bold: false,
  underline: false,
  reverse: false,
  font: 'A',
  scaleX: 1,
  scaleY: 1,
  align: 'left',
  lineDots: DEFAULT_LINE_DOTS,
  codeTable: 0,
  unitX: 1,
  unitY: 1,
  marginDots: 0,
  areaDots: null,
};

const styleOf = (bits: number): Partial<Settings> => ({
  font: (bits & 0x01) === 0 ? 'A' : 'B',
  bold: (bits & 0x08) !== 0,
  scaleY: (bits & 0x10) === 0 ? 1 : 2,
  scaleX: (bits & 0x20) === 0 ? 1 : 2,
  underline: (bits & 0x80) !== 0,
});

/** The settings that a command changes; null when it changes none. */
export const settingOf = (
  command: EscPosCommand,
  now: Settings,
  dotsPerInch: number,
): Partial<Settings> | null => {
  const unit = (perInch: number): number => (perInch === 0 ? 1 : dotsPerInch / perInch);
  switch (command.kind) {
    case 'initialise':
      return DEFAULT_SETTINGS;
    case 'codeTable':
      return { codeTable: command.table };
    case 'align':
      return { align: command.align };
    case 'printMode':
      return styleOf(command.bits);
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
      return {
        lineDots: command.dots === null ? DEFAULT_LINE_DOTS : Math.round(command.dots * now.unitY),
      };
    case 'motionUnits':
      return { unitX: unit(command.x), unitY: unit(command.y) };
    case 'leftMargin':
      return { marginDots: Math.round(command.units * now.unitX) };
    case 'areaWidth':
      return { areaDots: Math.round(command.units * now.unitX) };
    case 'text':
    case 'lineFeed':
    case 'tab':
    case 'position':
    case 'upsideDown':
    case 'feedLines':
    case 'feedDots':
    case 'cut':
    case 'qrModuleSize':
    case 'qrCorrection':
    case 'qrStore':
    case 'qrPrint':
    case 'raster':
    case 'graphicsStore':
    case 'graphicsPrint':
    case 'processId':
    case 'statusBack':
    case 'transmitSensor':
    case 'transmitId':
    case 'ignored':
      return null;
  }
};
