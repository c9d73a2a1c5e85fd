/**
 * Small decoders from `unknown` to a type. They differ from most in one point: a decoder never stops
 * at the first mistake. It reports it with its path and goes on with a harmless stand-in, so that
 * whoever prepares an election sees everything that is wrong at once.
 */
export type DefinitionError = {
  /** Where: `$.contests[2].votes`. */
  readonly path: string;
  readonly message: string;
};

export type Report = (path: string, message: string) => void;

/** Reads `value`, reports what is wrong under `path`, and always returns something of the type. */
export type Decoder<T> = (value: unknown, path: string, report: Report) => T;

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
};

/** Text of `minLength` to `maxLength` characters (code points) that a person reads. */
export const readable =
  (maxLength: number): Decoder<string> =>
  (value, path, report) => {
    if (typeof value !== 'string') {
      report(path, `must be text, is ${kindOf(value)}`);
      return '';
    }
    const length = [...value].length;
    if (length === 0) report(path, 'must not be empty');
    if (length > maxLength) report(path, `has ${length} characters, at most ${maxLength} fit`);
    // Invisible characters can make two names look the same, or turn the text around them.
    if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/u.test(value)) {
      report(path, 'has a control or invisible character');
    }
    if (value !== value.trim()) report(path, 'begins or ends with a space');
    if (value !== value.normalize('NFC')) report(path, 'is not in Unicode normal form C');
    return value;
  };

/** Text of a fixed form; `form` says which, for the message. */
export const pattern =
  (expression: RegExp, form: string): Decoder<string> =>
  (value, path, report) => {
    if (typeof value === 'string' && expression.test(value)) return value;
    report(
      path,
      typeof value === 'string' ? `must be ${form}` : `must be text, is ${kindOf(value)}`,
    );
    return '';
  };

export const integer =
  (least: number, most: number): Decoder<number> =>
  (value, path, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      report(
        path,
        `must be a whole number, is ${typeof value === 'number' ? value : kindOf(value)}`,
      );
      return least;
    }
    if (value < least || value > most) {
      report(path, `must be between ${least} and ${most}, is ${value}`);
      return least;
    }
    return value;
  };

export const flag: Decoder<boolean> = (value, path, report) => {
  if (typeof value === 'boolean') return value;
  report(path, `must be true or false, is ${kindOf(value)}`);
  return false;
};

export const oneOf =
  <const T extends string>(choices: readonly [T, ...T[]]): Decoder<T> =>
  (value, path, report) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    report(path, `must be one of ${choices.join(', ')}`);
    return choices[0];
  };

export const list =
  <T>(item: Decoder<T>, least: number, most: number): Decoder<readonly T[]> =>
  (value, path, report) => {
    if (!Array.isArray(value)) {
      report(path, `must be a list, is ${kindOf(value)}`);
      return [];
    }
    if (value.length < least) report(path, `has ${value.length} entries, needs at least ${least}`);
    if (value.length > most)
      report(path, `has ${value.length} entries, at most ${most} are allowed`);
    // No more are looked into than are allowed: a hostile file must not cost hours.
    return value.slice(0, most).map((entry, index) => item(entry, `${path}[${index}]`, report));
  };

/** An object of exactly these fields: a missing one and an unknown one are both mistakes. */
export const record =
  <T extends object>(fields: { readonly [K in keyof T]-?: Decoder<T[K]> }): Decoder<T> =>
  (value, path, report) => {
    const given =
      typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
    if (given === null) report(path, `must be an object, is ${kindOf(value)}`);
    const source: Readonly<Record<string, unknown>> = given === null ? {} : { ...given };
    for (const name of Object.keys(source)) {
      if (!Object.hasOwn(fields, name)) report(fieldPath(path, name), 'is not a field known here');
    }
    const quiet: Report = () => {};
    const entries = (Object.keys(fields) as (keyof T & string)[]).map((name) => {
      const at = `${path}.${name}`;
      const missing = !Object.hasOwn(source, name);
      if (missing && given !== null) report(at, 'is missing');
      return [name, fields[name](source[name], at, missing ? quiet : report)] as const;
    });
    // The decoders above cover exactly the keys of T, which fromEntries can not know.
    return Object.fromEntries(entries) as T;
  };

const fieldPath = (path: string, name: string): string =>
  /^[A-Za-z_]\w{0,39}$/.test(name)
    ? `${path}.${name}`
    : `${path}[${JSON.stringify(name.slice(0, 40))}]`;
