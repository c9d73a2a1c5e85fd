/**
 * Mutations that keep JSON well-formed: they change what it says. A byte flipped in a text mostly
 * ends in the JSON parser; these get past it, to the checks that are the project's own.
 */
import type { Random } from '../day/random.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [name: string]: Json };

/** How deep a nesting is made, levels. */
const NESTING = 600;
const LONG_TEXT = 5_000;

const STRANGE_NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1,
  0.5,
  255,
  256,
  65_535,
  65_536,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  2 ** 53,
  1e21,
  1e308,
  -1e308,
  5e-324,
];

const STRANGE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  '\n',
  '0',
  'null',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  '\u202e',
  'é',
  'e\u0301',
  '👩‍👩‍👧',
  '-1',
  '9'.repeat(400),
  '../../etc/passwd',
  'a'.repeat(65),
];

const nested = (): Json => {
  let value: Json = 0;
  for (let depth = 0; depth < NESTING; depth++) value = [value];
  return value;
};

const strangeValue = (random: Random): Json => {
  switch (random.below(9)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
      return [];
    case 3:
      return {};
    case 4:
      return nested();
    case 5:
      return 'x'.repeat(random.below(LONG_TEXT));
    case 6:
      return random.pick(STRANGE_TEXTS);
    case 7:
      return random.below(100_000);
    case 8:
      return random.pick(STRANGE_NUMBERS);
    default:
      return { length: 3, 0: 1 };
  }
};

const withCharacter = (text: string, random: Random): string => {
  const at = random.below(text.length + 1);
  const put = random.chance(0.3)
    ? ''
    : String.fromCharCode(random.below(random.pick([128, 65536])));
  return text.slice(0, at) + put + text.slice(at + (random.chance(0.5) ? 1 : 0));
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const changedList = (list: readonly Json[], random: Random): Json => {
  const at = random.below(Math.max(1, list.length));
  const other = random.below(Math.max(1, list.length));
  switch (random.below(6)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(other, 0, list[at] ?? null);
    case 2:
      return list.length === 0 ? list : list.with(at, list[other]!);
    case 3:
      return list.toSpliced(at, 0, strangeValue(random));
    case 4:
      return list.toReversed();
    default:
      return Array.from({ length: Math.min(400, 1 + list.length * 3) }, () => list[at] ?? null);
  }
};

const changedObject = (
  object: { readonly [name: string]: Json },
  random: Random,
): { readonly [name: string]: Json } => {
  const entries = Object.entries(object);
  const at = random.below(Math.max(1, entries.length));
  const entry = entries[at];
  switch (random.below(5)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1));
    case 1:
      return Object.fromEntries(entries.toReversed());
    case 2:
      return { ...object, [random.pick(STRANGE_TEXTS)]: strangeValue(random) };
    case 3:
      if (entry === undefined) return object;
      return Object.fromEntries(entries.with(at, [withCharacter(entry[0], random), entry[1]]));
    default:
      if (entry === undefined) return object;
      return { ...object, [entry[0]]: entries[random.below(entries.length)]![1] };
  }
};

const changedScalar = (value: Json, random: Random): Json => {
  if (random.chance(0.4)) return strangeValue(random);
  if (typeof value === 'number')
    return random.chance(0.5) ? value + random.pick([-1, 1, 0.5, 256]) : -value;
  if (typeof value === 'string') return withCharacter(value, random);
  return strangeValue(random);
};

/** The value with one thing in it changed, at any depth. */
export const mutateJson = (value: Json, random: Random): Json => {
  if (isList(value)) {
    if (value.length === 0 || random.chance(0.15)) return changedList(value, random);
    const at = random.below(value.length);
    return value.with(at, mutateJson(value[at]!, random));
  }
  if (isObject(value)) {
    const names = Object.keys(value);
    if (names.length === 0 || random.chance(0.15)) return changedObject(value, random);
    const name = random.pick(names);
    return { ...value, [name]: mutateJson(value[name]!, random) };
  }
  return changedScalar(value, random);
};

/** The value of a JSON text; undefined: none. Only objects and lists: other texts are as well mutated as bytes. */
export const jsonOf = (text: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
};
