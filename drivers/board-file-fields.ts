/**
 * Reads the fields of a JSON object and gathers what is wrong with them, each with the path to it. A
 * wrong field gives a value that fits its type, so that reading goes on to the last problem; what was
 * read counts only when there is none.
 */

export type Problem = {
  /** For example `desk.reader.wire.baud`; empty for the whole file. */
  readonly path: string;
  readonly message: string;
};

export type Fields = {
  /** The path to this object. */
  readonly path: string;
  has(key: string): boolean;
  isText(key: string): boolean;
  text(key: string, pattern: RegExp, meaning: string): string;
  /** Absolute, without `..` and control characters. */
  filePath(key: string, under?: string): string;
  number(key: string, least: number, most: number): number;
  whole(key: string, least: number, most: number): number;
  /** True or false; false when it is not there. */
  flag(key: string): boolean;
  choice<const T extends string>(key: string, allowed: readonly [T, ...T[]]): T;
  object<T>(key: string, read: (fields: Fields) => T): T;
  /** Null when it is not there or null. */
  optional<T>(key: string, read: (fields: Fields) => T): T | null;
  /** Undefined when it is left out; null is no way of leaving it out. */
  ifGiven<T>(key: string, read: (fields: Fields) => T): T | undefined;
  optionalText(key: string, pattern: RegExp, meaning: string): string | undefined;
  /** Up to `most` texts, one at least. */
  optionalTexts(key: string, most: number): readonly string[] | undefined;
  problem(key: string, message: string): void;
};

const MAX_PATH_CHARACTERS = 200;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: unknown): string =>
  value === undefined ? 'is missing' : `is ${JSON.stringify(value)?.slice(0, 60)}`;

/** Reads `value` as an object by `read`; fields that `read` did not ask for are problems. */
export const readFields = <T>(
  value: unknown,
  path: string,
  problems: Problem[],
  read: (fields: Fields) => T,
): T => {
  const record = isRecord(value) ? value : {};
  if (!isRecord(value)) problems.push({ path, message: `an object is needed; it ${shown(value)}` });
  // What is not there at all is one problem, not one for each of its fields.
  const inner = isRecord(value) ? problems : [];
  const asked = new Set<string>();
  const at = (key: string): string => (path === '' || key === '' ? path + key : `${path}.${key}`);
  const problem = (key: string, message: string): void => {
    inner.push({ path: at(key), message });
  };
  const take = (key: string): unknown => {
    asked.add(key);
    return Object.hasOwn(record, key) ? record[key] : undefined;
  };
  const number = (key: string, least: number, most: number, isWhole: boolean): number => {
    const given = take(key);
    const fits = typeof given === 'number' && given >= least && given <= most;
    if (fits && (!isWhole || Number.isInteger(given))) return given;
    const kind = isWhole ? 'a whole number' : 'a number';
    problem(key, `${kind} from ${least} to ${most} is needed; it ${shown(given)}`);
    return least;
  };
  const text = (key: string, pattern: RegExp, meaning: string): string => {
    const given = take(key);
    if (typeof given === 'string' && pattern.test(given)) return given;
    problem(key, `${meaning} is needed; it ${shown(given)}`);
    return '';
  };
  const fields: Fields = {
    path,
    problem,
    text,
    flag: (key) => {
      const given = take(key);
      if (given !== undefined && typeof given !== 'boolean')
        problem(key, `true or false is needed; it ${shown(given)}`);
      return given === true;
    },
    has: (key) => Object.hasOwn(record, key) && record[key] !== null,
    isText: (key) => typeof record[key] === 'string',
    optionalText: (key, pattern, meaning) =>
      take(key) === undefined ? undefined : text(key, pattern, meaning),
    optionalTexts: (key, most) => {
      const given = take(key);
      if (given === undefined) return undefined;
      if (Array.isArray(given) && given.length > 0 && given.length <= most) {
        const texts = given.filter((each): each is string => typeof each === 'string');
        if (texts.length === given.length) return texts;
      }
      problem(key, `a list of 1 to ${most} texts is needed; it ${shown(given)}`);
      return [];
    },
    filePath: (key, under = '/') => {
      const given = take(key);
      const isPath =
        typeof given === 'string' &&
        given.length <= MAX_PATH_CHARACTERS &&
        given.startsWith(under) &&
        [...given].every((character) => character >= ' ') &&
        !given.split('/').includes('..');
      if (isPath) return given;
      const where = under === '/' ? 'an absolute path' : `a path below ${under}`;
      problem(key, `${where} without ".." is needed; it ${shown(given)}`);
      return '';
    },
    number: (key, least, most) => number(key, least, most, false),
    whole: (key, least, most) => number(key, least, most, true),
    choice: (key, allowed) => {
      const given = take(key);
      const found = allowed.find((each) => each === given);
      if (found === undefined)
        problem(key, `one of ${allowed.join(', ')} is needed; it ${shown(given)}`);
      return found ?? allowed[0];
    },
    object: (key, readObject) => readFields(take(key), at(key), inner, readObject),
    ifGiven: (key, readObject) => {
      const given = take(key);
      return given === undefined ? undefined : readFields(given, at(key), inner, readObject);
    },
    optional: (key, readObject) => {
      const given = take(key);
      return given === undefined || given === null
        ? null
        : readFields(given, at(key), inner, readObject);
    },
  };
  const result = read(fields);
  for (const key of Object.keys(record))
    if (!asked.has(key)) problem(key, 'nothing of this name is known here');
  return result;
};
