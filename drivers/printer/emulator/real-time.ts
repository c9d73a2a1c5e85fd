/**
 * Real-time commands: seen on arrival, wherever they stand in the stream, and obeyed at once, also
 * while the printer is offline. Epson ESC/POS Command Reference, "Real-time commands".
 */

const DLE = 0x10;
const DLE_DC4 = 0x14;

export type RealTimeCommand =
  | { readonly kind: 'transmitStatus'; readonly n: 1 | 2 | 3 | 4 }
  /** DLE ENQ 1: go on from the line that failed; 2: clear the buffers and recover. */
  | { readonly kind: 'recover'; readonly clear: boolean }
  | { readonly kind: 'clearBuffers' };

const CLEAR_BUFFERS_TAIL = [0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08] as const;

/**
 * Real-time commands are seen on arrival, wherever they stand, also inside an image or a text.
 * `held` are the bytes that may be the start of one (at most nine).
 */
export const scanRealTime = (
  held: readonly number[],
  byte: number,
): { readonly held: readonly number[]; readonly command: RealTimeCommand | null } => {
  const seen = [...held, byte];
  const restart = { held: byte === DLE ? [DLE] : [], command: null };
  if (seen[0] !== DLE) return restart;
  const [, code, n] = seen;
  if (code === undefined) return { held: seen, command: null };
  if (code === 0x04 || code === 0x05) {
    if (n === undefined) return { held: seen, command: null };
    if (code === 0x04 && (n === 1 || n === 2 || n === 3 || n === 4)) {
      return { held: [], command: { kind: 'transmitStatus', n } };
    }
    if (code === 0x05 && (n === 1 || n === 2)) {
      return { held: [], command: { kind: 'recover', clear: n === 2 } };
    }
    return restart;
  }
  if (code !== DLE_DC4) return restart;
  const tail = seen.slice(2);
  if (!tail.every((value, index) => value === CLEAR_BUFFERS_TAIL[index])) return restart;
  return tail.length < CLEAR_BUFFERS_TAIL.length
    ? { held: seen, command: null }
    : { held: [], command: { kind: 'clearBuffers' } };
};
