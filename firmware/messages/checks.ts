/**
 * What a field of a message may hold, as small checks that are put together to records. Every catalogue's
 * door (read-message.ts, read-unit-message.ts) is a table of these.
 */

export type Check = (value: unknown) => boolean;

export const oneOf =
  (...allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);

export const text =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);

/** `bytes` bytes in hex, lower case. */
export const hex = (bytes: number): Check => text(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

/** Any text of at most `most` UTF-16 units. */
export const shortText =
  (most: number): Check =>
  (value) =>
    typeof value === 'string' && value.length <= most;

export const flag: Check = (value) => typeof value === 'boolean';

/** A whole number of 0 or more. */
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;

export const between =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most;

export const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

export const listOf =
  (check: Check, most: number): Check =>
  (value) =>
    Array.isArray(value) && value.length <= most && value.every(check);

/** Exactly these fields, no other. */
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const given = value as Readonly<Record<string, unknown>>;
    const names = Object.keys(fields);
    return (
      Object.keys(given).length === names.length &&
      names.every((name) => Object.hasOwn(given, name) && fields[name]!(given[name]))
    );
  };

/** A message whose kind has a row in `table`, with exactly the fields of that row; otherwise null. */
export const messageOf = <M extends { readonly kind: string }>(
  table: Readonly<Record<M['kind'], Readonly<Record<string, Check>>>>,
  json: unknown,
): M | null => {
  if (typeof json !== 'object' || json === null) return null;
  const kind = (json as { readonly kind?: unknown }).kind;
  if (typeof kind !== 'string' || !Object.hasOwn(table, kind)) return null;
  const fields = table[kind as M['kind']];
  return record({ kind: oneOf(kind), ...fields })(json) ? (json as M) : null;
};
