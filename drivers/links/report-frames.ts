/**
 * HID reports on a local socket: each frame is its length (16 bits, little-endian) and so many bytes.
 * The device's first frame is its report descriptor, every other one an input report; the host's
 * frames are output and feature reports. Pure.
 */

/** Descriptors and reports are at most this long. */
export const MAX_FRAME_BYTES = 4_096;
const LENGTH_BYTES = 2;

export const encodeReportFrame = (content: Uint8Array): Uint8Array => {
  if (content.length > MAX_FRAME_BYTES)
    throw new Error(`a frame holds ${MAX_FRAME_BYTES} bytes, not ${content.length}`);
  const frame = new Uint8Array(LENGTH_BYTES + content.length);
  frame[0] = content.length & 0xff;
  frame[1] = content.length >> 8;
  frame.set(content, LENGTH_BYTES);
  return frame;
};

/** Takes chunks cut anywhere; gives the frames that are whole now, or null for ever after a wrong length. */
export const makeReportFrameDecoder = (): ((chunk: Uint8Array) => readonly Uint8Array[] | null) => {
  let held = new Uint8Array(0);
  let broken = false;
  return (chunk) => {
    if (broken) return null;
    const bytes = new Uint8Array(held.length + chunk.length);
    bytes.set(held);
    bytes.set(chunk, held.length);
    const frames: Uint8Array[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      if (length > MAX_FRAME_BYTES) {
        broken = true;
        return null;
      }
      if (bytes.length - at < LENGTH_BYTES + length) break;
      frames.push(bytes.slice(at + LENGTH_BYTES, at + LENGTH_BYTES + length));
      at += LENGTH_BYTES + length;
    }
    held = bytes.slice(at);
    return frames;
  };
};
