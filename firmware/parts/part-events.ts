/** What the log says of a comparison of parts. */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { Part } from '#hal/inventory.ts';
import type { PartsComparison } from './parts-list.ts';

/** Entries of a comparison: what is more only counts as one more. */
const MAX_NAMED = 32;

/** A part as one word: its kind, where it is, who made it. */
export const partWord = ({ kind, path, vendor, product }: Part): string =>
  asWord([kind, path, vendor, product].filter((each) => each !== null).join('_'));

/** One entry for each part that is missing or too much; one when all is as listed. */
export const partEvents = (
  { missing, extra }: PartsComparison,
  attached: number,
): readonly LogEvent[] => {
  if (missing.length === 0 && extra.length === 0)
    return [{ id: 'inventoryMatched', fields: { parts: attached } }];
  const named = <T>(all: readonly T[], word: (each: T) => string): readonly string[] =>
    all.length <= MAX_NAMED
      ? all.map(word)
      : [...all.slice(0, MAX_NAMED).map(word), asWord(`${all.length - MAX_NAMED}-more`)];
  return [
    ...named(missing, ({ label }) => asWord(label)).map(
      (part): LogEvent => ({ id: 'inventoryMissing', fields: { part } }),
    ),
    ...named(extra, partWord).map((part): LogEvent => ({ id: 'inventoryExtra', fields: { part } })),
  ];
};
