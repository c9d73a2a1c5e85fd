/**
 * The list of a unit's parts, which its maker signs, and what differs from it. A part of the list says
 * only what it must be; two parts that fit the same entries are matched so that as few as possible
 * are left over.
 */
import { MAX_PART_TEXT, MAX_PARTS, type Part, type PartKind } from '#hal/inventory.ts';
import { err, ok, type Result } from '#hal/result.ts';

export const PARTS_LIST_FORMAT = 'urna parts list 1';
/** What the signature of a list is for; no other signature can pass for one. */
export const PARTS_LIST_PURPOSE = PARTS_LIST_FORMAT;

export type ListedPart = {
  /** What officers and the log call it: a letter, then letters, digits, `.`, `_` or `-`. */
  readonly label: string;
  readonly kind: PartKind;
  /** What is not named may be anything. */
  readonly path?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly serial?: string;
  /** It may be missing: the removable module, an officer's token. */
  readonly optional?: boolean;
};

export type PartsList = {
  readonly format: typeof PARTS_LIST_FORMAT;
  /** The unit it is for. */
  readonly unit: string;
  readonly parts: readonly ListedPart[];
};

export type PartsComparison = {
  /** Entries of the list that nothing attached is. */
  readonly missing: readonly ListedPart[];
  /** What is attached and no entry of the list. */
  readonly extra: readonly Part[];
};

const CLAIMS = ['path', 'vendor', 'product', 'serial'] as const;

const fits = (listed: ListedPart, part: Part): boolean =>
  listed.kind === part.kind &&
  CLAIMS.every((claim) => listed[claim] === undefined || listed[claim] === part[claim]);

/**
 * Which entry each part is, as many as can be: augmenting paths (Kuhn). An entry that may be missing is
 * given a part last, so that it never takes the one that an entry which must be there needs.
 */
const matchParts = (
  list: readonly ListedPart[],
  found: readonly Part[],
): ReadonlyMap<number, number> => {
  const entryOf = new Map<number, number>();
  const order = [...list.keys()].sort(
    (a, b) => Number(list[a]!.optional === true) - Number(list[b]!.optional === true),
  );
  const place = (entry: number, tried: Set<number>): boolean => {
    for (const [at, part] of found.entries()) {
      if (tried.has(at) || !fits(list[entry]!, part)) continue;
      tried.add(at);
      const before = entryOf.get(at);
      if (before === undefined || place(before, tried)) {
        entryOf.set(at, entry);
        return true;
      }
    }
    return false;
  };
  for (const entry of order) place(entry, new Set());
  return entryOf;
};

/** What is missing and what is too much. Optional entries are never missing. */
export const compareParts = (
  { parts }: Pick<PartsList, 'parts'>,
  found: readonly Part[],
): PartsComparison => {
  const entryOf = matchParts(parts, found);
  const matched = new Set(entryOf.values());
  return {
    missing: parts.filter((part, at) => part.optional !== true && !matched.has(at)),
    extra: found.filter((_, at) => !entryOf.has(at)),
  };
};

const KINDS = ['usb', 'serial', 'block', 'network', 'hid'] as const satisfies readonly PartKind[];
const isKind = (value: unknown): value is PartKind => KINDS.some((kind) => kind === value);
const isLabel = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9._-]{0,45}$/.test(value);
const isClaim = (name: (typeof CLAIMS)[number], value: unknown): boolean =>
  value === undefined ||
  (typeof value === 'string' &&
    (name === 'vendor' || name === 'product'
      ? /^[0-9a-f]{4}$/.test(value)
      : value.length <= MAX_PART_TEXT && /^[\x20-\x7e]+$/.test(value)));

const FIELDS: readonly string[] = ['label', 'kind', ...CLAIMS, 'optional'];

const partProblem = (value: unknown): string | null => {
  if (typeof value !== 'object' || value === null) return 'is no part';
  const part = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(part).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined) return `has a field ${unknown}`;
  if (!isLabel(part.label)) return 'has no label';
  if (!isKind(part.kind)) return 'has no kind';
  const wrong = CLAIMS.find((name) => !isClaim(name, part[name]));
  if (wrong !== undefined) return `has a ${wrong} that can not be`;
  if (part.optional !== undefined && typeof part.optional !== 'boolean')
    return 'is neither optional nor not';
  return null;
};

/** The list in parsed JSON, whose signature is good; or what is wrong with it. */
export const readPartsList = (json: unknown): Result<PartsList, string> => {
  if (typeof json !== 'object' || json === null) return err('not an object');
  const { format, unit, parts, ...more } = json as Readonly<Record<string, unknown>>;
  if (format !== PARTS_LIST_FORMAT) return err('not a list of parts of this format');
  if (Object.keys(more).length > 0) return err(`a field ${Object.keys(more)[0]}`);
  if (!isLabel(unit)) return err('no unit');
  if (!Array.isArray(parts) || parts.length > MAX_PARTS) return err('no parts, or too many');
  for (const [index, part] of parts.entries()) {
    const problem = partProblem(part);
    if (problem !== null) return err(`part ${index} ${problem}`);
  }
  const listed = parts as readonly ListedPart[];
  if (new Set(listed.map(({ label }) => label)).size !== listed.length)
    return err('a label is there twice');
  return ok({ format: PARTS_LIST_FORMAT, unit, parts: listed });
};
