/**
 * What a printer tells of itself (GS I n). Epson ESC/POS Command Reference, GS I: n 1 to 3 give a byte each
 * (model, type, ROM version), n 65 and on a text between 5F and 00.
 */

export type Identity = { readonly maker: string; readonly model: string };

/** Type: bit 1, an autocutter is there. Stands for the model and ROM bytes, too. */
const TYPE_BYTE = 0x02;
const FIRMWARE_VERSION = '1.00';
const SERIAL_NUMBER = 'URNA000001';

const textOf = (n: number, { maker, model }: Identity): string | null => {
  switch (n) {
    case 65:
      return FIRMWARE_VERSION;
    case 66:
      return maker;
    case 67:
      return model;
    case 68:
      return SERIAL_NUMBER;
    default:
      return null;
  }
};

/** The answer to GS I `n`. */
export const identityBytes = (n: number, identity: Identity): Uint8Array => {
  const text = textOf(n, identity);
  return text === null ? Uint8Array.of(TYPE_BYTE) : new TextEncoder().encode(`_${text}\0`);
};
