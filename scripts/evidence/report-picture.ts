/**
 * May this picture of a report be published? A PNG with nothing but a picture in it: no text, no time, no
 * place, nothing after its end.
 */
const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** PNG (ISO/IEC 15948), section 11: what a picture is made of, and nothing that only describes it. */
const CHUNKS: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'pHYs', 'IDAT', 'IEND']);
/** Length, type and CRC of a chunk. */
const CHUNK_FRAME = 12;

/** Null: a picture and nothing else; otherwise why not. */
export const pictureProblem = (bytes: Uint8Array): string | null => {
  if (SIGNATURE.some((byte, at) => bytes[at] !== byte)) return 'not a PNG';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  let last = '';
  while (at + CHUNK_FRAME <= bytes.length) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!CHUNKS.has(type)) return `a chunk ${JSON.stringify(type)} beside the picture`;
    if (last === '' && type !== 'IHDR') return 'does not begin with IHDR';
    at += CHUNK_FRAME + view.getUint32(at);
    last = type;
    if (type === 'IEND') break;
  }
  if (last !== 'IEND') return 'cut off';
  return at === bytes.length ? null : 'goes on after its end';
};
