/**
 * ESC/POS bytes as commands: what a printer does with what it receives. Pure and total: any bytes
 * give commands, and each takes at least one byte, so no input stops it. After the Epson ESC/POS
 * Command Reference; commands that are known by their length only come out as `ignored`.
 */

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
  /** Null: the default of 1/6 inch. */
  | { readonly kind: 'lineSpacing'; readonly dots: number | null }
  | { readonly kind: 'feedLines'; readonly lines: number }
  | { readonly kind: 'feedDots'; readonly dots: number }
  /** Null: where the paper stands; otherwise feeds to the cutter plus so many dots. */
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

/** Parameter bytes of commands with a fixed length, by their second byte. */
const ESC_PARAMETERS: Readonly<Record<number, number>> = {
  32: 1,
  33: 1,
  36: 2,
  37: 1,
  45: 1,
  50: 0,
  51: 1,
  52: 0,
  53: 0,
  60: 0,
  61: 1,
  63: 1,
  64: 0,
  69: 1,
  71: 1,
  74: 1,
  75: 1,
  76: 0,
  77: 1,
  82: 1,
  83: 0,
  84: 1,
  85: 1,
  86: 1,
  87: 8,
  92: 2,
  97: 1,
  99: 2,
  100: 1,
  101: 1,
  105: 0,
  109: 0,
  112: 3,
  114: 1,
  116: 1,
  117: 1,
  118: 0,
  123: 1,
};
const GS_PARAMETERS: Readonly<Record<number, number>> = {
  33: 1,
  36: 2,
  47: 1,
  58: 0,
  66: 1,
  72: 1,
  73: 1,
  76: 2,
  80: 2,
  84: 1,
  87: 2,
  92: 2,
  94: 3,
  97: 1,
  98: 1,
  102: 1,
  104: 1,
  114: 1,
  119: 1,
  122: 3,
};
const FS_PARAMETERS: Readonly<Record<number, number>> = {
  33: 1,
  38: 0,
  45: 1,
  46: 0,
  67: 1,
  83: 2,
  87: 1,
  112: 2,
};
/** DLE EOT, DLE ENQ; DLE DC4 by its function. Obeyed on arrival, so nothing is left to do in order. */
const DLE_PARAMETERS: Readonly<Record<number, number>> = { 4: 1, 5: 1 };
const DLE_DC4 = 0x14;
const DLE_DC4_PARAMETERS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 7: 1, 8: 7 };

const ALIGNMENTS = ['left', 'centre', 'right'] as const;
const QR_LEVELS = ['L', 'M', 'Q', 'H'] as const;

type Source = { readonly bytes: Uint8Array; readonly at: number };

const byteAt = (source: Source, offset: number): number => source.bytes[source.at + offset] ?? 0;
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

const parseEsc = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x44) return ignoreToNul(source, 2);
  if (code === 0x2a) {
    if (!has(source, 5)) return null;
    const columnBytes = byteAt(source, 2) >= 32 ? 3 : 1;
    return ignore(source, 5 + (byteAt(source, 3) + 256 * byteAt(source, 4)) * columnBytes);
  }
  const length = 2 + (ESC_PARAMETERS[code] ?? 0);
  if (!has(source, length)) return null;
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

const parseGsParen = (source: Source): Parsed | null => {
  if (!has(source, 5)) return null;
  const length = 5 + byteAt(source, 3) + 256 * byteAt(source, 4);
  if (!has(source, length)) return null;
  const body = source.bytes.slice(source.at + 5, source.at + length);
  const command = byteAt(source, 2) === 0x6b ? qrCommand(body) : null;
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
  const widthBytes = byteAt(source, 4) + 256 * byteAt(source, 5);
  const heightDots = byteAt(source, 6) + 256 * byteAt(source, 7);
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

const parseGs = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x28) return parseGsParen(source);
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
  const command = gsCommand(code, byteAt(source, 2));
  return command === null ? ignore(source, length) : take(source, command, length);
};

const parseFs = (source: Source): Parsed | null => {
  if (!has(source, 2)) return null;
  const code = byteAt(source, 1);
  if (code === 0x28) {
    if (!has(source, 5)) return null;
    return ignore(source, 5 + byteAt(source, 3) + 256 * byteAt(source, 4));
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
