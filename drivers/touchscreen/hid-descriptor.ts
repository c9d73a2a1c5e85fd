/**
 * Reads a HID report descriptor into the fields of its reports, so that a device is bound by what it
 * says its bits mean and not by its model. "Device Class Definition for HID" 1.11, 6.2.2 (items),
 * 5.4 (item parser), 8 (report protocol). Pure, bounds-checked, every growth limited.
 */
import { err, ok, type Result } from '#hal/result.ts';

/** Usage page and usage id ("HID Usage Tables"). */
export type Usage = { readonly page: number; readonly id: number };

export type ReportKind = 'input' | 'output' | 'feature';

export type HidCollection = {
  /** 0 physical, 1 application, 2 logical (6.2.2.6). */
  readonly type: number;
  readonly usage: Usage;
  /** Index of the collection it stands in; null at the top. */
  readonly parent: number | null;
};

/** One value in a report. */
export type HidField = {
  readonly kind: ReportKind;
  /** 0: the device's reports carry no id. */
  readonly reportId: number;
  /** From the first bit after the report id. */
  readonly bitOffset: number;
  readonly bitSize: number;
  /** What it means; an array field (6.2.2.5) lists what its values may name. */
  readonly usages: readonly Usage[];
  readonly array: boolean;
  readonly relative: boolean;
  readonly logicalMinimum: number;
  readonly logicalMaximum: number;
  readonly physicalMinimum: number;
  readonly physicalMaximum: number;
  /** As in the descriptor (6.2.2.7): nibbles of the system and its exponents. */
  readonly unit: number;
  /** Power of ten, -8 to 7. */
  readonly unitExponent: number;
  /** Index of the innermost collection; null outside any. */
  readonly collection: number | null;
};

export type HidDescription = {
  readonly collections: readonly HidCollection[];
  readonly fields: readonly HidField[];
  /** Reports begin with their id. */
  readonly numbered: boolean;
};

const MAX_DESCRIPTOR_BYTES = 4096;
const MAX_FIELDS = 2048;
const MAX_COLLECTIONS = 256;
const MAX_DEPTH = 16;
const MAX_STACK = 16;
const MAX_LOCAL_USAGES = 1024;
const MAX_FIELD_BITS = 32;
const MAX_REPORT_BITS = 8 * 4096;

const LONG_ITEM_PREFIX = 0xfe;
/** Item types (6.2.2.2). */
const MAIN = 0;
const GLOBAL = 1;
const LOCAL = 2;

type Globals = {
  usagePage: number;
  logicalMinimum: number;
  logicalMaximum: number;
  /** The same bits read without a sign: what counts when the minimum is not negative. */
  logicalMaximumUnsigned: number;
  physicalMinimum: number;
  physicalMaximum: number;
  unitExponent: number;
  unit: number;
  reportSize: number;
  reportId: number;
  reportCount: number;
};

type Locals = {
  usages: Usage[];
  usageMinimum: Usage | null;
  /** Inside a delimited set (6.2.2.8) only its first usage counts. */
  delimiter: 'none' | 'open' | 'taken';
};

type Item = {
  readonly type: number;
  readonly tag: number;
  readonly size: number;
  readonly unsigned: number;
  readonly signed: number;
};

type Parser = {
  globals: Globals;
  locals: Locals;
  readonly stack: Globals[];
  readonly open: number[];
  readonly collections: HidCollection[];
  readonly fields: HidField[];
  readonly bits: Map<string, number>;
  numbered: boolean;
};

const freshLocals = (): Locals => ({ usages: [], usageMinimum: null, delimiter: 'none' });

const freshGlobals = (): Globals => ({
  usagePage: 0,
  logicalMinimum: 0,
  logicalMaximum: 0,
  logicalMaximumUnsigned: 0,
  physicalMinimum: 0,
  physicalMaximum: 0,
  unitExponent: 0,
  unit: 0,
  reportSize: 0,
  reportId: 0,
  reportCount: 0,
});

/** Little-endian value of an item's data, without and with its sign. */
const valuesOf = (data: Uint8Array): { readonly unsigned: number; readonly signed: number } => {
  let unsigned = 0;
  for (let at = data.length - 1; at >= 0; at--) unsigned = unsigned * 256 + (data[at] ?? 0);
  const half = 2 ** (8 * data.length - 1);
  return { unsigned, signed: data.length > 0 && unsigned >= half ? unsigned - 2 * half : unsigned };
};

/** A usage item: two bytes mean the current page, four carry their own (6.2.2.8). */
const usageOf = (item: Item, page: number): Usage =>
  item.size === 4
    ? { page: Math.floor(item.unsigned / 0x10000), id: item.unsigned % 0x10000 }
    : { page, id: item.unsigned };

const topOf = (open: readonly number[]): number | null => open[open.length - 1] ?? null;

/** Adds one field for each of Report Count values; returns what is wrong, or null. */
const addFields = (parser: Parser, kind: ReportKind, flags: number): string | null => {
  const { globals, locals, fields, bits } = parser;
  const { reportSize, reportCount, reportId } = globals;
  const key = `${kind} ${reportId}`;
  const from = bits.get(key) ?? 0;
  const total = reportSize * reportCount;
  if (from + total > MAX_REPORT_BITS) return `report ${key} is too long`;
  bits.set(key, from + total);
  const constant = (flags & 1) !== 0;
  if (constant) return null;
  if (reportSize < 1 || reportSize > MAX_FIELD_BITS) return `a field of ${reportSize} bits`;
  if (fields.length + reportCount > MAX_FIELDS) return 'too many fields';
  const array = (flags & 2) === 0;
  const { logicalMinimum, logicalMaximum, logicalMaximumUnsigned } = globals;
  for (let at = 0; at < reportCount; at++) {
    // Fewer usages than values: the last one stands for the rest (6.2.2.8).
    const own = locals.usages[Math.min(at, locals.usages.length - 1)];
    fields.push({
      kind,
      reportId,
      bitOffset: from + at * reportSize,
      bitSize: reportSize,
      usages: array ? locals.usages : own === undefined ? [] : [own],
      array,
      relative: (flags & 4) !== 0,
      logicalMinimum,
      logicalMaximum: logicalMinimum < 0 ? logicalMaximum : logicalMaximumUnsigned,
      physicalMinimum: globals.physicalMinimum,
      physicalMaximum: globals.physicalMaximum,
      unit: globals.unit,
      unitExponent: globals.unitExponent,
      collection: topOf(parser.open),
    });
  }
  return null;
};

const openCollection = (parser: Parser, type: number): string | null => {
  const { collections, open, locals } = parser;
  if (collections.length >= MAX_COLLECTIONS) return 'too many collections';
  if (open.length >= MAX_DEPTH) return 'collections nested too deep';
  const usage = locals.usages[0] ?? { page: 0, id: 0 };
  collections.push({ type, usage, parent: topOf(open) });
  open.push(collections.length - 1);
  return null;
};

/** Main items (6.2.2.4 to 6.2.2.6). */
const takeMain = (parser: Parser, item: Item): string | null => {
  const take = (): string | null => {
    switch (item.tag) {
      case 0x8:
        return addFields(parser, 'input', item.unsigned);
      case 0x9:
        return addFields(parser, 'output', item.unsigned);
      case 0xb:
        return addFields(parser, 'feature', item.unsigned);
      case 0xa:
        return openCollection(parser, item.unsigned);
      case 0xc:
        return parser.open.pop() === undefined ? 'a collection ends that never began' : null;
    }
    return null;
  };
  const wrong = take();
  parser.locals = freshLocals();
  return wrong;
};

/** Global items (6.2.2.7). */
const takeGlobal = (parser: Parser, item: Item): string | null => {
  const { globals, stack } = parser;
  switch (item.tag) {
    case 0x0:
      globals.usagePage = item.unsigned;
      return null;
    case 0x1:
      globals.logicalMinimum = item.signed;
      return null;
    case 0x2:
      globals.logicalMaximum = item.signed;
      globals.logicalMaximumUnsigned = item.unsigned;
      return null;
    case 0x3:
      globals.physicalMinimum = item.signed;
      return null;
    case 0x4:
      globals.physicalMaximum = item.signed;
      return null;
    case 0x5:
      // A nibble in two's complement, whatever the size of the item.
      globals.unitExponent = ((item.unsigned & 0xf) ^ 8) - 8;
      return null;
    case 0x6:
      globals.unit = item.unsigned;
      return null;
    case 0x7:
      globals.reportSize = item.unsigned;
      return null;
    case 0x8:
      if (item.unsigned < 1 || item.unsigned > 255) return `report id ${item.unsigned}`;
      globals.reportId = item.unsigned;
      parser.numbered = true;
      return null;
    case 0x9:
      globals.reportCount = item.unsigned;
      return null;
    case 0xa:
      if (stack.length >= MAX_STACK) return 'push too deep';
      stack.push({ ...globals });
      return null;
    case 0xb: {
      const popped = stack.pop();
      if (popped === undefined) return 'pop without push';
      parser.globals = popped;
      return null;
    }
  }
  return null;
};

/** Local items (6.2.2.8); designators and strings say nothing that is needed here. */
const takeLocal = (parser: Parser, item: Item): string | null => {
  const { locals, globals } = parser;
  const add = (usage: Usage): string | null => {
    if (locals.delimiter === 'taken') return null;
    if (locals.delimiter === 'open') locals.delimiter = 'taken';
    if (locals.usages.length >= MAX_LOCAL_USAGES) return 'too many usages';
    locals.usages.push(usage);
    return null;
  };
  switch (item.tag) {
    case 0x0:
      return add(usageOf(item, globals.usagePage));
    case 0x1:
      locals.usageMinimum = usageOf(item, globals.usagePage);
      return null;
    case 0x2: {
      const first = locals.usageMinimum;
      const last = usageOf(item, globals.usagePage);
      locals.usageMinimum = null;
      if (first === null || last.id < first.id) return 'a usage range without a beginning';
      if (last.id - first.id >= MAX_LOCAL_USAGES) return 'too many usages';
      for (let id = first.id; id <= last.id; id++) {
        const wrong = add({ page: first.page, id });
        if (wrong !== null) return wrong;
      }
      return null;
    }
    case 0xa:
      locals.delimiter = item.unsigned === 1 ? 'open' : 'none';
      return null;
  }
  return null;
};

const takeItem = (parser: Parser, item: Item): string | null => {
  switch (item.type) {
    case MAIN:
      return takeMain(parser, item);
    case GLOBAL:
      return takeGlobal(parser, item);
    case LOCAL:
      return takeLocal(parser, item);
  }
  return null;
};

/** Parses a whole descriptor. Error: what is wrong, and at which byte. */
export const parseReportDescriptor = (bytes: Uint8Array): Result<HidDescription, string> => {
  if (bytes.length > MAX_DESCRIPTOR_BYTES) return err(`a descriptor of ${bytes.length} bytes`);
  const parser: Parser = {
    globals: freshGlobals(),
    locals: freshLocals(),
    stack: [],
    open: [],
    collections: [],
    fields: [],
    bits: new Map(),
    numbered: false,
  };
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === LONG_ITEM_PREFIX) {
      at += 3 + (bytes[at + 1] ?? 0);
      if (at > bytes.length) return err('the descriptor ends inside a long item');
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + size > bytes.length) return err(`the descriptor ends inside the item at ${at}`);
    const values = valuesOf(bytes.subarray(at + 1, at + 1 + size));
    const item = { type: (prefix >> 2) & 3, tag: prefix >> 4, size, ...values };
    const wrong = takeItem(parser, item);
    if (wrong !== null) return err(`${wrong} (item at ${at})`);
    at += 1 + size;
  }
  if (parser.open.length > 0) return err('a collection never ends');
  const { collections, fields, numbered } = parser;
  return ok({ collections, fields, numbered });
};

/** Does `field` stand in the collection `ancestor`, directly or deeper? */
export const standsIn = (
  { collections }: HidDescription,
  field: HidField,
  ancestor: number,
): boolean => {
  for (let at = field.collection; at !== null; at = collections[at]?.parent ?? null) {
    if (at === ancestor) return true;
  }
  return false;
};

/** The value of `field` in a report (its id first when numbered); null when the report is too short. */
export const readField = (
  description: HidDescription,
  field: HidField,
  report: Uint8Array,
): number | null => {
  const from = field.bitOffset + (description.numbered ? 8 : 0);
  const end = from + field.bitSize;
  if (end > report.length * 8) return null;
  let value = 0;
  for (let bit = end - 1; bit >= from; bit--) {
    value = value * 2 + (((report[bit >> 3] ?? 0) >> (bit & 7)) & 1);
  }
  const half = 2 ** (field.bitSize - 1);
  return field.logicalMinimum < 0 && value >= half ? value - 2 * half : value;
};
