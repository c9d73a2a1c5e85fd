/**
 * Fingers for the emulated reader: what it captures of them, and how it compares. A finger is a seed;
 * its template is a fixed pattern of bytes expanded from that seed; a capture is the template with
 * noise that grows as the quality falls. Two captures of one finger share most bytes, two fingers
 * share one byte in 256.
 */
import { createHash } from 'node:crypto';
import type { Entropy } from '#hal/entropy.ts';
import { makeSeededEntropy } from '../system/seeded-entropy.ts';
import { FAMILIES, type ReaderFamily } from './protocol.ts';

export type Finger = {
  /** Whose finger, and which: the same seed is the same finger. */
  readonly seed: string | number;
  /** How well it prints, 0 to 1: under 0.2 too messy, under 0.4 too few features. */
  readonly quality: number;
  /** A dry or wet finger gives no features until that is mended. */
  readonly skin?: 'dry' | 'wet';
  /** Share of the captures, 0 to 1, that are so far off that they do not match their own template. */
  readonly falseRejectRate?: number;
};

/** Marks a template of this reader; anything else compares as no match. */
const TEMPLATE_MARK = [0x03, 0x03, 0x5d, 0x1a] as const;
/** Share of bytes that noise replaces in a capture of quality 0. */
const WORST_NOISE = 0.25;
/** The same in a capture of a finger that was put on askew, or smeared: under the share that matches. */
const SMEARED_NOISE = 0.9;
/** Share of equal bytes from which two captures are of one finger (same: over 0.5; other: about 0.004). */
const MATCH_SHARE = 0.3;
/** Score of two equal templates. */
const FULL_SCORE = 200;

/** Quality under which no features are found at all, and under which too few are. */
export const MESSY_BELOW = 0.2;
export const FEW_FEATURES_BELOW = 0.4;

/** The stored template of a finger, 1,536 (R503) or 512 bytes (ZFM). The same every time. */
export const templateOf = (fingerSeed: string | number, family: ReaderFamily): Uint8Array => {
  const template = makeSeededEntropy(fingerSeed, `finger of ${family}`).bytes(
    FAMILIES[family].templateBytes,
  );
  template.set(TEMPLATE_MARK);
  return template;
};

/** A number from 0 up to, not including, 1. */
const chance = (entropy: Entropy): number => {
  const [high = 0, middle = 0, low = 0] = entropy.bytes(3);
  return (high * 0x10000 + middle * 0x100 + low) / 0x100_0000;
};

/** What the sensor makes of `finger` this time. */
export const captureFeatures = (
  finger: Finger,
  family: ReaderFamily,
  entropy: Entropy,
): Uint8Array => {
  const features = templateOf(finger.seed, family);
  const noise = entropy.bytes(2 * features.length);
  const rate = finger.falseRejectRate ?? 0;
  const smeared = rate > 0 && chance(entropy) < rate;
  const quality = Math.min(1, Math.max(0, finger.quality));
  const limit = 256 * (smeared ? SMEARED_NOISE : WORST_NOISE * (1 - quality));
  for (let at = TEMPLATE_MARK.length; at < features.length; at++) {
    if ((noise[2 * at] ?? 0) < limit) features[at] = noise[2 * at + 1] ?? 0;
  }
  return features;
};

/** Score of two captures or templates; null: not the same finger. */
export const compareFeatures = (first: Uint8Array, second: Uint8Array): number | null => {
  if (first.length !== second.length) return null;
  if (!TEMPLATE_MARK.every((byte, at) => first[at] === byte && second[at] === byte)) return null;
  let equal = 0;
  for (let at = TEMPLATE_MARK.length; at < first.length; at++) {
    if (first[at] === second[at]) equal++;
  }
  const share = equal / (first.length - TEMPLATE_MARK.length);
  return share < MATCH_SHARE ? null : Math.round(FULL_SCORE * share);
};

/** The features of an image that came over the wire: of nobody, and the same for the same image. */
export const featuresOfImage = (image: Uint8Array, family: ReaderFamily): Uint8Array =>
  templateOf(`image ${createHash('sha256').update(image).digest('hex')}`, family);

/** Pixels of the sensor: [R503] 192 × 192, [ZFM] 256 × 288; two pixels a byte, 4 bits each. */
export const IMAGE_SIZES = {
  R503: { width: 192, height: 192 },
  ZFM: { width: 256, height: 288 },
} as const satisfies Record<ReaderFamily, { readonly width: number; readonly height: number }>;

const RIDGE_PIXELS = 9;
const GREYS = 15;

/** The image of a finger as UpImage carries it: rings of ridges around a core of its own. */
export const imageOf = (finger: Finger, family: ReaderFamily): Uint8Array => {
  const { width, height } = IMAGE_SIZES[family];
  const [a = 0, b = 0, c = 0] = makeSeededEntropy(finger.seed, 'ridges').bytes(3);
  const core = { x: width * (0.3 + (0.4 * a) / 255), y: height * (0.3 + (0.4 * b) / 255) };
  const stretch = 0.7 + (0.6 * c) / 255;
  const grey = (x: number, y: number): number => {
    const distance = Math.hypot(x - core.x, (y - core.y) * stretch);
    const wave = Math.sin((2 * Math.PI * distance) / RIDGE_PIXELS) * finger.quality;
    return Math.round((GREYS * (1 + wave)) / 2);
  };
  const image = new Uint8Array((width * height) / 2);
  for (let at = 0; at < image.length; at++) {
    const x = (2 * at) % width;
    const y = Math.floor((2 * at) / width);
    image[at] = (grey(x, y) << 4) | grey(x + 1, y);
  }
  return image;
};
