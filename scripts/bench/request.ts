/**
 * What people and programs may ask of the bench, read from JSON. Each reader takes anything and gives
 * the request or the first thing wrong with it, with its path. Pure.
 */
import { err, ok, type Result } from '#hal/result.ts';

export type BadInput = { readonly error: string; readonly path: string };
export type Reader<T> = (value: unknown, path: string) => Result<T, BadInput>;

export const bad = (path: string, error: string): Result<never, BadInput> => err({ error, path });

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const number =
  (least: number, most: number): Reader<number> =>
  (value, path) =>
    typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most
      ? ok(value)
      : bad(path, `a number from ${least} to ${most}`);

export const flag: Reader<boolean> = (value, path) =>
  typeof value === 'boolean' ? ok(value) : bad(path, 'true or false');

export const text =
  (mostLetters: number): Reader<string> =>
  (value, path) =>
    typeof value === 'string' && value.length > 0 && value.length <= mostLetters
      ? ok(value)
      : bad(path, `text of 1 to ${mostLetters} characters`);

export const word =
  <const T extends string>(words: readonly T[]): Reader<T> =>
  (value, path) => {
    const found = words.find((each) => each === value);
    return found === undefined ? bad(path, `one of ${words.join(', ')}`) : ok(found);
  };

export const nothing: Reader<null> = (value, path) =>
  value === null ? ok(null) : bad(path, 'null');

/** The first reader that takes it; otherwise what each of them wants. */
export const either =
  <A, B>(first: Reader<A>, second: Reader<B>): Reader<A | B> =>
  (value, path) => {
    const one = first(value, path);
    if (one.ok) return one;
    const two = second(value, path);
    return two.ok ? two : bad(path, `${one.error.error}, or ${two.error.error}`);
  };

export const list =
  <T>(item: Reader<T>, most: number): Reader<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > most) return bad(path, `a list of at most ${most}`);
    const items: T[] = [];
    for (const [index, each] of value.entries()) {
      const read = item(each, `${path}[${index}]`);
      if (!read.ok) return read;
      items.push(read.value);
    }
    return ok(items);
  };

type Shape = Readonly<Record<string, Reader<unknown>>>;
type ValueOf<R> = R extends Reader<infer T> ? T : never;
type Required<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> };
type Optional<S extends Shape> = { readonly [K in keyof S]?: ValueOf<S[K]> };

/** An object with these fields and no others. */
export const object =
  <const R extends Shape, const O extends Shape>(
    required: R,
    optional: O,
  ): Reader<Required<R> & Optional<O>> =>
  (value, path) => {
    if (!isObject(value)) return bad(path, 'an object');
    const unknown = Object.keys(value).find(
      (key) => !Object.hasOwn(required, key) && !Object.hasOwn(optional, key),
    );
    if (unknown !== undefined) return bad(`${path}.${unknown}`, 'no such field');
    const found: Record<string, unknown> = {};
    for (const [key, reader] of Object.entries({ ...required, ...optional })) {
      if (value[key] === undefined && Object.hasOwn(optional, key)) continue;
      const read = reader(Object.hasOwn(value, key) ? value[key] : undefined, `${path}.${key}`);
      if (!read.ok) return read;
      found[key] = read.value;
    }
    // Every field was read by the reader of its own type just above.
    return ok(found as Required<R> & Optional<O>);
  };

/** Parses a body; what is no JSON is a mistake at `$`. */
export const readBody = <T>(body: string, reader: Reader<T>): Result<T, BadInput> => {
  let value: unknown;
  try {
    value = JSON.parse(body === '' ? '{}' : body);
  } catch {
    return bad('$', 'JSON');
  }
  return reader(value, '$');
};
