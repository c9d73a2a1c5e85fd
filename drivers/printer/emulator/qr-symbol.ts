/**
 * The QR symbol a printer makes of stored data, as modules: for the emulator, which needs its size,
 * and for the picture of the paper.
 */
import { encodeQR } from 'qr';

const LEVELS = { L: 'low', M: 'medium', Q: 'quartile', H: 'high' } as const;

/** Rows of modules without quiet zone, true is dark. Null: no symbol takes so much. */
export const qrModules = (
  text: string,
  correction: 'L' | 'M' | 'Q' | 'H',
): readonly (readonly boolean[])[] | null => {
  try {
    const bordered = encodeQR(text, 'raw', { ecc: LEVELS[correction], border: 1 });
    return bordered.slice(1, -1).map((row) => row.slice(1, -1));
  } catch {
    return null;
  }
};
