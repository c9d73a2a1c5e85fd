/**
 * ESC/POS bytes as commands: what a printer does with what it receives. Pure and total: any bytes
 * give commands, and each takes at least one byte, so no input stops it. After the Epson ESC/POS
 * Command Reference; commands that are known by their length only come out as `ignored`.
 */

import {
  DLE_DC4,
  DLE_DC4_PARAMETERS,
  DLE_PARAMETERS,
  ESC_PARAMETERS,
  FS_PARAMETERS,
  GS_PARAMETERS,
} from './command-lengths.ts';

export type EscPosCommand =
  | { readonly kind: 'text'; readonly bytes: Uint8Array }
  | { readonly kind: 'lineFeed' }
  | { readonly kind: 'tab' }
  | { readonly kind: 'initialise' }
  | { readonly kind: 'codeTable'; readonly table: number }
  | { readonly kind: 'align'; readonly align: 'left' | 'centre' | 'right' }
  | { readonly kind: 'printMode'; readonly bits: number }
  | { readonly kind: 'emphasis'; readonly on: boolean }
  | { readonly kind: 'underline'; readonly on: boolean }
  | { readonly kind: 'reverse'; readonly on: boolean }
  | { readonly kind: 'upsideDown'; readonly on: boolean }
  | { readonly kind: 'font'; readonly font: 'A' | 'B' }
  | { readonly kind: 'size'; readonly width: number; readonly height: number }
  /** Motion units; null: the default of 1/6 inch. */
  | { readonly kind: 'lineSpacing'; readonly dots: number | null }
  | { readonly kind: 'feedLines'; readonly lines: number }
  /** Motion units. */
  | { readonly kind: 'feedDots'; readonly dots: number }
  /** Null: where the paper stands; otherwise feeds to the cutter plus so many motion units. */
  | { readonly kind: 'cut'; readonly feedDots: number | null }
  | { readonly kind: 'qrModuleSize'; readonly dots: number }
  | { readonly kind: 'qrCorrection'; readonly level: 'L' | 'M' | 'Q' | 'H' }
  | { readonly kind: 'qrStore'; readonly data: Uint8Array }
  | { readonly kind: 'qrPrint' }
  | {
      readonly kind: 'raster';
      readonly widthBytes: number;
      readonly heightDots: number;
      readonly scaleX: number;
      readonly scaleY: number;
      readonly data: Uint8Array;
    }
  /** GS ( L and GS 8 L, functions 112 and 50: an image is stored, then printed. */
  | {
      readonly kind: 'graphicsStore';
      readonly widthDots: number;
      readonly scaleX: number;
      readonly scaleY: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'graphicsPrint' }
  /** ESC $ and ESC \\: where the next character goes, in horizontal motion units. */
  | { readonly kind: 'position'; readonly relative: boolean; readonly units: number }
  | { readonly kind: 'leftMargin'; readonly units: number }
  | { readonly kind: 'areaWidth'; readonly units: number }
  /** GS P: units an inch; 0 means the default. */
  | { readonly kind: 'motionUnits'; readonly x: number; readonly y: number }
  /** GS ( H, function 48. */
  | { readonly kind: 'processId'; readonly id: Uint8Array }
  | { readonly kind: 'statusBack'; readonly mask: number }
  | { readonly kind: 'transmitSensor'; readonly sensor: number }
  | { readonly kind: 'transmitId'; readonly id: number }
  | { readonly kind: 'ignored'; readonly bytes: Uint8Array };

/** `next` is the index behind the command. */
export type Parsed = { readonly command: EscPosCommand; readonly next: number };

const LF = 0x0a;
const HT = 0x09;
const DLE = 0x10;
const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const FIRST_PRINTABLE = 0x20;

/** Text is taken in runs, so that a stream without line ends needs no endless buffer. */
const TEXT_RUN_LIMIT = 256;
/** ESC D and GS k end at a NUL; a stream without one ends here. */
const NUL_TERMINATED_LIMIT = 256;

/** A larger image than GS 8 L may bring is no command. */
const GRAPHICS_LIMIT_BYTES = 1_000_000;

const ALIGNMENTS = ['left', 'centre', 'right'] as const;
const QR_LEVELS = ['L', 'M', 'Q', 'H'] as const;

type Source = { readonly bytes: Uint8Array; readonly at: number };

const byteAt = (source: Source, offset: number): number => source.bytes[source.at + offset] ?? 0;
/** Two bytes, low one first. */
const word = (source: Source, offset: number): number =>
  byteAt(source, offset) + 256 * byteAt(source, offset + 1);
const has = (source: Source, length: number): boolean => source.bytes.length - source.at >= length;
const take = (source: Source, command: EscPosCommand, length: number): Parsed => ({
  command,
  next: source.at + length,
});
const ignore = (source: Source, length: number): Parsed | null =>
  has(source, length)
    ? take(
        source,
        { kind: 'ignored', bytes: source.bytes.slice(source.at, source.at + length) },
        length,
      )
    : null;

const escCommand = (code: number, n: number): EscPosCommand | null => {
  switch (code) {
    case 0x21:
      return { kind: 'printMode', bits: n };
    case 0x2d:
      return { kind: 'underline', on: n % 48 !== 0 };
    case 0x32:
      return { kind: 'lineSpacing', dots: null };
    case 0x33:
      return { kind: 'lineSpacing', dots: n };
    case 0x40:
      return { kind: 'initialise' };
    case 0x45:
    case 0x47:
      return { kind: 'emphasis', on: (n & 1) === 1 };
    case 0x4a:
      return { kind: 'feedDots', dots: n };
    case 0x4d:
      return { kind: 'font', font: n % 48 === 1 ? 'B' : 'A' };
    case 0x61:
      return { kind: 'align', align: ALIGNMENTS[n % 48] ?? 'left' };
    case 0x64:
      return { kind: 'feedLines', lines: n };
    case 0x69:
    case 0x6d:
      return { kind: 'cut', feedDots: null };
    case 0x74:
      return { kind: 'codeTable', table: n };
    case 0x7b:
      return { kind: 'upsideDown', on: (n & 1) === 1 };
    default:
      return null;
  }
};

/** Index behind a NUL-terminated parameter that starts `offset` bytes in; null: not there yet. */
const behindNul = (source: Source, offset: number): number | null => {
  const end = Math.min(source.bytes.length - source.at, offset + NUL_TERMINATED_LIMIT);
  for (let at = offset; at < end; at++) if (byteAt(source, at) === 0) return at + 1;
  return has(source, offset + NUL_TERMINATED_LIMIT) ? offset + NUL_TERMINATED_LIMIT : null;
};

const ignoreToNul = (source: Source, offset: number): Parsed | null => {
  const length = behindNul(source, offset);
  return length === null ? null : ignore(source, length);
};

/** ESC $ nL nH, and ESC \ nL nH, whose number has a sign. */
const positionOf = (source: Source, code: number): EscPosCommand => {
  const units = word(source, 2);
  const relative = code === 0x5c;
  return {
    kind: 'position',
    relative,
    units: relative && units > 0x7fff ? units - 0x10000 : units,
  };
};

const parseEsc = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x44) return ignoreToNul(source, 2);
  if (code === 0x2a) {
    if (!has(source, 5)) return null;
    const columnBytes = byteAt(source, 2) >= 32 ? 3 : 1;
    return ignore(source, 5 + word(source, 3) * columnBytes);
  }
  const length = 2 + (ESC_PARAMETERS[code] ?? 0);
  if (!has(source, length)) return null;
  if (code === 0x24 || code === 0x5c) return take(source, positionOf(source, code), length);
  const command = escCommand(code, byteAt(source, 2));
  return command === null ? ignore(source, length) : take(source, command, length);
};

/** GS ( k with cn = 49: QR Code. Functions 65 (165), 67, 69, 80 and 81. */
const qrCommand = (body: Uint8Array): EscPosCommand | null => {
  if (body[0] !== 0x31) return null;
  switch (body[1]) {
    case 0x43:
      return { kind: 'qrModuleSize', dots: body[2] ?? 0 };
    case 0x45:
      return { kind: 'qrCorrection', level: QR_LEVELS[(body[2] ?? 0) - 0x30] ?? 'L' };
    case 0x50:
      return { kind: 'qrStore', data: body.slice(3) };
    case 0x51:
      return { kind: 'qrPrint' };
    default:
      return null;
  }
};

/** Functions 112 (m fn a bx by c xL xH yL yH d…, one bit a dot) and 50 (2) of GS ( L. */
const graphicsCommand = (body: Uint8Array): EscPosCommand | null => {
  const [m = 0, fn = 0, a = 0, scaleX = 1, scaleY = 1, colour = 0, xL = 0, xH = 0, yL = 0, yH = 0] =
    body;
  if (m !== 0x30) return null;
  if (fn === 2 || fn === 50) return { kind: 'graphicsPrint' };
  const widthDots = xL + 256 * xH;
  const data = body.slice(10);
  const whole = data.length === Math.ceil(widthDots / 8) * (yL + 256 * yH);
  if (fn !== 112 || a !== 0x30 || colour !== 0x31 || widthDots === 0 || !whole) return null;
  return { kind: 'graphicsStore', widthDots, scaleX, scaleY, data };
};

const parenCommand = (letter: number, body: Uint8Array): EscPosCommand | null => {
  switch (letter) {
    case 0x48:
      return body[0] === 0x30 && body.length === 6
        ? { kind: 'processId', id: body.slice(2) }
        : null;
    case 0x4c:
      return graphicsCommand(body);
    case 0x6b:
      return qrCommand(body);
    default:
      return null;
  }
};

/** GS ( letter pL pH …, and GS 8 letter with four bytes of length. */
const parseGsParen = (source: Source, lengthBytes: 2 | 4): Parsed | null => {
  const head = 3 + lengthBytes;
  if (!has(source, head)) return null;
  const high = lengthBytes === 4 ? word(source, 5) : 0;
  const bodyBytes = word(source, 3) + 0x10000 * high;
  if (bodyBytes > GRAPHICS_LIMIT_BYTES) return ignore(source, head);
  const length = head + bodyBytes;
  if (!has(source, length)) return null;
  const body = source.bytes.slice(source.at + head, source.at + length);
  const command = parenCommand(byteAt(source, 2), body);
  return command === null ? ignore(source, length) : take(source, command, length);
};

/** GS V m [n]: 0, 1, 48, 49 cut here; 65 and 66 feed first. */
const parseCut = (source: Source): Parsed | null => {
  if (!has(source, 3)) return null;
  const mode = byteAt(source, 2);
  if (mode === 65 || mode === 66) {
    return has(source, 4) ? take(source, { kind: 'cut', feedDots: byteAt(source, 3) }, 4) : null;
  }
  if (mode === 0 || mode === 1 || mode === 48 || mode === 49) {
    return take(source, { kind: 'cut', feedDots: null }, 3);
  }
  return ignore(source, 3);
};

/** GS v 0 m xL xH yL yH d…: a raster image, one bit a dot. */
const parseRaster = (source: Source): Parsed | null => {
  if (!has(source, 8)) return null;
  const widthBytes = word(source, 4);
  const heightDots = word(source, 6);
  const length = 8 + widthBytes * heightDots;
  if (!has(source, length)) return null;
  const mode = byteAt(source, 3) & 3;
  return take(
    source,
    {
      kind: 'raster',
      widthBytes,
      heightDots,
      scaleX: (mode & 1) + 1,
      scaleY: (mode >> 1) + 1,
      data: source.bytes.slice(source.at + 8, source.at + length),
    },
    length,
  );
};

const gsCommand = (code: number, n: number): EscPosCommand | null => {
  switch (code) {
    case 0x21:
      return { kind: 'size', width: ((n >> 4) & 7) + 1, height: (n & 7) + 1 };
    case 0x42:
      return { kind: 'reverse', on: (n & 1) === 1 };
    case 0x49:
      return { kind: 'transmitId', id: n };
    case 0x61:
      return { kind: 'statusBack', mask: n };
    case 0x72:
      return { kind: 'transmitSensor', sensor: n % 48 };
    default:
      return null;
  }
};

const gsLengthCommand = (source: Source, code: number): EscPosCommand | null => {
  switch (code) {
    case 0x4c:
      return { kind: 'leftMargin', units: word(source, 2) };
    case 0x50:
      return { kind: 'motionUnits', x: byteAt(source, 2), y: byteAt(source, 3) };
    case 0x57:
      return { kind: 'areaWidth', units: word(source, 2) };
    default:
      return null;
  }
};

const parseGs = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x28) return parseGsParen(source, 2);
  if (code === 0x38) return parseGsParen(source, 4);
  if (code === 0x56) return parseCut(source);
  if (code === 0x76) return parseRaster(source);
  if (code === 0x2a) {
    if (!has(source, 4)) return null;
    return ignore(source, 4 + byteAt(source, 2) * byteAt(source, 3) * 8);
  }
  if (code === 0x6b) {
    if (!has(source, 4)) return null;
    return byteAt(source, 2) <= 6 ? ignoreToNul(source, 3) : ignore(source, 4 + byteAt(source, 3));
  }
  const length = 2 + (GS_PARAMETERS[code] ?? 0);
  if (!has(source, length)) return null;
  const command = gsLengthCommand(source, code) ?? gsCommand(code, byteAt(source, 2));
  return command === null ? ignore(source, length) : take(source, command, length);
};

const parseFs = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x28) {
    if (!has(source, 5)) return null;
    return ignore(source, 5 + word(source, 3));
  }
  return ignore(source, 2 + (FS_PARAMETERS[code] ?? 0));
};

const parseDle = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === DLE_DC4) {
    if (!has(source, 3)) return null;
    return ignore(source, 3 + (DLE_DC4_PARAMETERS[byteAt(source, 2)] ?? 0));
  }
  const parameters = DLE_PARAMETERS[code];
  return parameters === undefined ? ignore(source, 1) : ignore(source, 2 + parameters);
};

const parseText = (source: Source): Parsed => {
  let length = 1;
  while (
    length < TEXT_RUN_LIMIT &&
    has(source, length + 1) &&
    byteAt(source, length) >= FIRST_PRINTABLE
  ) {
    length++;
  }
  const bytes = source.bytes.slice(source.at, source.at + length);
  return take(source, { kind: 'text', bytes }, length);
};

/** The command that starts at index `at`; null when its last byte is not there yet. */
export const parseCommand = (bytes: Uint8Array, at: number): Parsed | null => {
  const source = { bytes, at };
  if (!has(source, 1)) return null;
  switch (byteAt(source, 0)) {
    case LF:
      return take(source, { kind: 'lineFeed' }, 1);
    case HT:
      return take(source, { kind: 'tab' }, 1);
    case DLE:
      return parseDle(source);
    case ESC:
      return parseEsc(source);
    case FS:
      return parseFs(source);
    case GS:
      return parseGs(source);
    default:
      return byteAt(source, 0) >= FIRST_PRINTABLE ? parseText(source) : ignore(source, 1);
  }
};
