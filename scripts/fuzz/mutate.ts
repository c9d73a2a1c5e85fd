/**
 * Makes inputs out of valid ones: bytes flipped, cut, doubled, spliced, lengths that lie, lines in
 * another order, JSON that says something else. Each input follows from target, seed and number
 * alone, so that any of them can be made again by itself.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeRandom, type Random } from '../day/random.ts';
import { type Json, jsonOf, mutateJson } from './mutate-json.ts';
import { MAX_INPUT_BYTES } from './target.ts';

const STRANGE_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x0a, 0x22, 0x30] as const;
const STRANGE_LENGTHS = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
] as const;
const NOISE_BYTES = 300;
/** Changes made to one input, at most. */
const MAX_CHANGES = 16;
const ONE_MORE_CHANGE = 0.6;

/** A valid input, with what can be done to it found out once. */
export type Seed = {
  readonly bytes: Uint8Array;
  /** Its value, when it is JSON. */
  readonly json: Json | undefined;
  /** Its lines, line ends included, when it is text of several lines. */
  readonly lines: readonly string[] | null;
};

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

export const makeSeed = (bytes: Uint8Array): Seed => {
  const text = textOf(bytes);
  const lines = text?.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return {
    bytes,
    json: text === null ? undefined : jsonOf(text),
    lines: lines.length > 1 ? lines : null,
  };
};

const noise = (random: Random, most: number): Uint8Array =>
  Uint8Array.from({ length: random.below(most + 1) }, () => random.below(256));

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts));

/** A random stretch: from here to there. */
const stretch = (random: Random, length: number): readonly [number, number] => {
  const from = random.below(length + 1);
  const most = random.chance(0.7) ? Math.min(length - from, 16) : length - from;
  return [from, from + random.below(most + 1)];
};

const writeLength = (bytes: Uint8Array, random: Random): Uint8Array => {
  const width = random.pick([1, 2, 4]);
  if (bytes.length < width) return bytes;
  const out = bytes.slice();
  const at = random.below(bytes.length - width + 1);
  const value = random.chance(0.3)
    ? bytes.length + random.below(9) - 4
    : random.pick(STRANGE_LENGTHS);
  const little = random.chance(0.3);
  for (let index = 0; index < width; index++) {
    const shift = little ? index : width - 1 - index;
    out[at + index] = Math.floor(value / 256 ** shift) & 0xff;
  }
  return out;
};

const set = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const out = bytes.slice();
  if (at < out.length) out[at] = value;
  return out;
};

/** One change to some bytes. */
const changed = (bytes: Uint8Array, seeds: readonly Seed[], random: Random): Uint8Array => {
  const [from, to] = stretch(random, bytes.length);
  const at = random.below(Math.max(1, bytes.length));
  switch (random.below(10)) {
    case 0:
      return set(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
    case 1:
      return set(bytes, at, random.pick(STRANGE_BYTES));
    case 2:
      return set(bytes, at, (bytes[at] ?? 0) + random.pick([1, 255]));
    case 3:
      return writeLength(bytes, random);
    case 4:
      return joined(bytes.subarray(0, from), bytes.subarray(to));
    case 5:
      return joined(bytes.subarray(0, to), bytes.subarray(from));
    case 6:
      return joined(bytes.subarray(0, from), noise(random, 16), bytes.subarray(from));
    case 7:
      return bytes.slice(0, random.chance(0.5) ? from : to);
    case 8: {
      const other = random.pick(seeds).bytes;
      return joined(bytes.subarray(0, from), other.subarray(random.below(other.length + 1)));
    }
    default: {
      const out = bytes.slice();
      out.copyWithin(random.below(bytes.length + 1), from, to);
      return out;
    }
  }
};

const changedLines = (lines: readonly string[], random: Random): readonly string[] => {
  const at = random.below(lines.length);
  const other = random.below(lines.length);
  switch (random.below(4)) {
    case 0:
      return lines.toSpliced(at, 1);
    case 1:
      return lines.toSpliced(other, 0, lines[at]!);
    case 2:
      return lines.with(at, lines[other]!).with(other, lines[at]!);
    default: {
      const line = lines[at]!;
      const value = jsonOf(line);
      if (value === undefined) return lines.with(at, line.slice(0, random.below(line.length)));
      return lines.with(at, `${JSON.stringify(mutateJson(value, random))}\n`);
    }
  }
};

const repeat = (random: Random): number => {
  let times = 1;
  while (times < MAX_CHANGES && random.chance(ONE_MORE_CHANGE)) times++;
  return times;
};

const mutate = (seeds: readonly Seed[], random: Random): Uint8Array => {
  const kind = random.below(20);
  if (kind === 0) return noise(random, NOISE_BYTES);
  const seed = random.pick(seeds);
  // Now and then as it is: what is valid must stay so.
  if (kind === 1) return seed.bytes.slice();
  if (seed.json !== undefined && kind < 14) {
    let value = seed.json;
    for (let times = repeat(random); times > 0; times--) value = mutateJson(value, random);
    return Buffer.from(JSON.stringify(value));
  }
  if (seed.lines !== null && kind < 11) {
    let lines = seed.lines;
    for (let times = repeat(random); times > 0 && lines.length > 0; times--)
      lines = changedLines(lines, random);
    return Buffer.from(lines.join(''));
  }
  let bytes = seed.bytes;
  for (let times = repeat(random); times > 0; times--) bytes = changed(bytes, seeds, random);
  return bytes.slice();
};

/** Input `index` of a run: the same for the same target, seed and number. At most `MAX_INPUT_BYTES`. */
export const makeInput = (
  target: string,
  seeds: readonly Seed[],
  seed: number,
  index: number,
): Uint8Array => {
  const random = makeRandom(makeSeededEntropy(seed, `fuzz ${target} ${index}`));
  return new Uint8Array(mutate(seeds, random).subarray(0, MAX_INPUT_BYTES));
};
