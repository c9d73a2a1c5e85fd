/**
 * The ESC/POS commands that `escpos` lacks or sends in a form that is not Epson's, as bytes. Epson
 * ESC/POS Command Reference; each name is the reference's own.
 */

/** DLE EOT n, n = 1 printer, 2 offline cause, 3 error cause, 4 roll paper sensor. Real time. */
export const realTimeStatus = (n: 1 | 2 | 3 | 4): Uint8Array => Uint8Array.of(0x10, 0x04, n);

/** DLE ENQ 2: recover from an error and clear receive and print buffers. Real time. */
export const RECOVER_AND_CLEAR = Uint8Array.of(0x10, 0x05, 0x02);

/** DLE DC4 (fn = 8): clear the buffers, also while offline; answered by 37 25 00. Real time. */
export const CLEAR_BUFFERS = Uint8Array.of(
  0x10,
  0x14,
  0x08,
  0x01,
  0x03,
  0x14,
  0x01,
  0x06,
  0x02,
  0x08,
);

/** GS a n: automatic status back for online/offline (bit 1), errors (bit 2), paper (bit 3). */
export const STATUS_BACK_ON = Uint8Array.of(0x1d, 0x61, 0x0e);

/** GS r 1: transmit the paper sensor status, when everything before it is worked off. */
export const SENSOR_REQUEST = Uint8Array.of(0x1d, 0x72, 0x01);

/** Length of a process ID: four printable ASCII characters. */
export const PROCESS_ID_BYTES = 4;

/**
 * GS ( H, function 48: once everything before it is worked off, the printer answers 37 22 `id` 00. Throws
 * RangeError when `id` is not four characters from 20h to 7Eh.
 */
export const processIdRequest = (id: string): Uint8Array => {
  if (!/^[ -~]{4}$/.test(id)) throw new RangeError(`process ID "${id}"`);
  return Uint8Array.of(0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, ...new TextEncoder().encode(id));
};

/** GS P x y: lengths in later commands count in 1/x and 1/y inch; here one unit is one dot. */
export const motionUnits = (dotsPerInch: number): Uint8Array =>
  Uint8Array.of(0x1d, 0x50, dotsPerInch, dotsPerInch);

/** ESC R 0: international set "U.S.A.", so that no ASCII character is replaced by a country's. */
export const ASCII_SET = Uint8Array.of(0x1b, 0x52, 0x00);

/** ESC E n: emphasized. (`style()` of escpos sends ESC 5 too, which Epson does not know.) */
export const emphasis = (on: boolean): Uint8Array => Uint8Array.of(0x1b, 0x45, on ? 1 : 0);

/** GS V 65 n: feed to the cutting position plus n vertical motion units, then cut. */
export const feedAndCut = (extraDots: number): Uint8Array =>
  Uint8Array.of(0x1d, 0x56, 0x41, extraDots);

/** Most bytes of one symbol, version 29 at level M: 133 modules of 4 dots fit on 576. */
export const QR_LIMIT_BYTES = 1264;

const QR_LEVELS = { L: 0x30, M: 0x31, Q: 0x32, H: 0x33 } as const;

const gsParenK = (fn: number, parameters: Uint8Array): Uint8Array => {
  const length = parameters.length + 2;
  return Uint8Array.of(0x1d, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, fn, ...parameters);
};

/**
 * GS ( k functions 165 (model 2), 167 (module size), 169 (error correction), 180 (store), 181
 * (print). Bytes below 20h and 7Fh in `text` become '?': a real-time command inside stored data
 * would be obeyed. Throws RangeError beyond `QR_LIMIT_BYTES`: callers split.
 */
export const qrSymbol = (
  text: string,
  moduleDots: number,
  correction: 'L' | 'M' | 'Q' | 'H',
): Uint8Array => {
  const data = new TextEncoder()
    .encode(text)
    .map((byte) => (byte < 0x20 || byte === 0x7f ? 0x3f : byte));
  if (data.length === 0 || data.length > QR_LIMIT_BYTES) {
    throw new RangeError(`a QR symbol of ${data.length} bytes: 1 to ${QR_LIMIT_BYTES}`);
  }
  if (!Number.isInteger(moduleDots) || moduleDots < 1 || moduleDots > 16) {
    throw new RangeError(`QR modules of ${moduleDots} dots: 1 to 16`);
  }
  const parts = [
    gsParenK(0x41, Uint8Array.of(0x32, 0x00)),
    gsParenK(0x43, Uint8Array.of(moduleDots)),
    gsParenK(0x45, Uint8Array.of(QR_LEVELS[correction])),
    gsParenK(0x50, Uint8Array.of(0x30, ...data)),
    gsParenK(0x51, Uint8Array.of(0x30)),
  ];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};
