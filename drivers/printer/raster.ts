/**
 * A picture as raster commands (GS v 0). A printer looks for real-time commands (DLE EOT, DLE ENQ, DLE
 * DC4) in everything it receives, image data included, and obeys them: one would ask for status, cancel
 * the print or pulse the drawer. So a DLE before one of those bytes gets one dot more.
 */

const DLE = 0x10;
/** Second bytes of the real-time commands: EOT, ENQ, DC4. Epson ESC/POS Command Reference. */
const REAL_TIME_SECOND: ReadonlySet<number> = new Set([0x04, 0x05, 0x14]);
/** A DLE with its right neighbour dot inked as well. */
const DLE_WITH_A_DOT = 0x18;
/** Rows of one command: the image goes through a buffer of 4 KiB in pieces, and stops soon on a fault. */
export const BAND_ROWS = 24;
/** A taller picture is a bug: 30 cm. */
export const RASTER_LIMIT_ROWS = 2_400;

export type Raster = { readonly widthDots: number; readonly rows: Uint8Array };

/** The same bytes without the beginning of a real-time command in them. */
export const withoutRealTime = (data: Uint8Array): Uint8Array =>
  data.map((byte, at) =>
    byte === DLE && REAL_TIME_SECOND.has(data[at + 1] ?? 0) ? DLE_WITH_A_DOT : byte,
  );

/**
 * The picture as one command for each band of `BAND_ROWS` rows. Throws RangeError for one that is wider
 * than `widthLimit`, has no whole number of rows, or is too tall: bugs.
 */
export const rasterBands = (picture: Raster, widthLimit: number): readonly Uint8Array[] => {
  const { widthDots, rows } = picture;
  if (!Number.isInteger(widthDots) || widthDots < 1 || widthDots > widthLimit)
    throw new RangeError(`a picture of ${widthDots} dots: 1 to ${widthLimit}`);
  const widthBytes = Math.ceil(widthDots / 8);
  const height = rows.length / widthBytes;
  if (!Number.isInteger(height) || height < 1 || height > RASTER_LIMIT_ROWS)
    throw new RangeError(`${rows.length} bytes are no picture of ${widthBytes} bytes a row`);
  const bands: Uint8Array[] = [];
  for (let top = 0; top < height; top += BAND_ROWS) {
    const count = Math.min(BAND_ROWS, height - top);
    const data = withoutRealTime(rows.subarray(top * widthBytes, (top + count) * widthBytes));
    bands.push(
      Uint8Array.of(0x1d, 0x76, 0x30, 0, widthBytes & 0xff, widthBytes >> 8, count, 0, ...data),
    );
  }
  return bands;
};

/** False when no dot of it is ink. */
export const hasInk = (picture: Raster): boolean => picture.rows.some((byte) => byte !== 0);
