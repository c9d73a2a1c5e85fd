/**
 * Base64 for URLs without padding (RFC 4648, 5): 32 bytes as 43 printable characters that QR codes,
 * screens and keyboards carry unharmed.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

export const toBase64Url = (bytes: Uint8Array): string => {
  let out = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out += ALPHABET[(held >> bits) & 63];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? out + ALPHABET[(held << (6 - bits)) & 63] : out;
};

/** Null for anything that `toBase64Url` does not write: foreign characters, length, bits left over. */
export const fromBase64Url = (text: string): Uint8Array | null => {
  const out = new Uint8Array(Math.floor((text.length * 6) / 8));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    held = (held << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[at++] = (held >> bits) & 0xff;
    }
    held &= (1 << bits) - 1;
  }
  return bits >= 6 || held !== 0 ? null : out;
};
