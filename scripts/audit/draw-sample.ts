/**
 * The precincts that are audited, drawn from a public seed: in every state the same share, rounded up, or
 * from the country as one. A draw can be repeated by anybody who has the list and the seed.
 */

import type { Report } from '#firmware/election/decoder.ts';
import { csvText } from '#firmware/nation/csv.ts';
import { MAX_PRECINCTS } from '#firmware/nation/limits.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { Register } from '#firmware/nation/register.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import type { Finding } from './finding.ts';
import { tableRows } from './read-table.ts';
import { type Drawn, drawOrder } from './sampler.ts';
import { type Phrase, says } from './words/phrase.ts';

export const SEED_DIGITS_LEAST = 20;
export const SEED_DIGITS_MOST = 200;

/** A place that may be drawn: a precinct, and the state in which it lies. */
export type Place = { readonly id: string; readonly state: string };

/** A share of a list in millionths, so that 0.5 % is exact. */
export type Share = { readonly millionths: number };

const PERCENT = /^(0|[1-9][0-9]{0,2})(?:\.([0-9]{1,4}))?$/;

/** "0.5", "1", "54": per cent, above 0 and at most 100; null: it is none. */
export const readPercent = (text: string): Share | null => {
  const [, whole = '', part = ''] = PERCENT.exec(text) ?? [];
  const millionths = Number(whole) * 10_000 + Number(part.padEnd(4, '0'));
  return PERCENT.test(text) && millionths > 0 && millionths <= 1_000_000 ? { millionths } : null;
};

/** The digits of dice, spaces left out; null: not decimal digits, too few or too many. */
export const readSeed = (text: string): string | null => {
  const digits = text.replace(/ /g, '');
  return /^[0-9]+$/.test(digits) &&
    digits.length >= SEED_DIGITS_LEAST &&
    digits.length <= SEED_DIGITS_MOST
    ? digits
    : null;
};

const byId = (a: Place, b: Place): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export const LIST_COLUMNS = ['id', 'state'] as const;

/** The list's one spelling, in the order of ids: its SHA-256 says which list was drawn from. */
export const listText = (places: readonly Place[]): string =>
  csvText(
    LIST_COLUMNS,
    [...places].sort(byId).map(({ id, state }) => [id, state]),
  );

export const listDigest = (places: readonly Place[]): string => sha256Hex(utf8(listText(places)));

const ID = /^[\x21-\x7e]{1,64}$/;

/** A list as CSV, in any order; a place that stands in it twice would be drawn with two chances. */
export const readList = (file: string, report: Report): readonly Place[] => {
  const lines = new Map<string, number>();
  const rows = tableRows(file, LIST_COLUMNS, MAX_PRECINCTS, report);
  const places = rows.map(({ line, fields: [id = '', state = ''] }) => {
    const earlier = lines.get(id);
    if (!ID.test(id)) report(`${file}:${line}:id`, 'must be 1 to 64 printable characters');
    else if (earlier !== undefined) report(`${file}:${line}:id`, `repeats line ${earlier}`);
    if (state === '') report(`${file}:${line}:state`, 'is empty');
    lines.set(id, earlier ?? line);
    return { id, state };
  });
  if (places.length === 0) report(file, 'has nothing to draw from');
  return places;
};

/** The precincts of a register with their states. */
export const placesOf = (
  { districts }: NationalOffer,
  { precincts }: Register,
): readonly Place[] => {
  const states = new Set(districts.filter(({ kind }) => kind === 'state').map(({ id }) => id));
  return precincts.map(({ id, districtIds }) => ({
    id,
    state: districtIds.find((each) => states.has(each)) ?? '',
  }));
};

export type Draw = {
  readonly seed: string;
  readonly share: Share;
  readonly by: 'state' | 'nation';
};

export const sizeOf = ({ millionths }: Share, count: number): number =>
  Math.ceil((count * millionths) / 1_000_000);

/** What is drawn, in the order of the tickets: of each state its share, or of all together. */
export const drawSample = (
  places: readonly Place[],
  { seed, share, by }: Draw,
): readonly Drawn<Place>[] => {
  const groups = Map.groupBy(places, ({ state }) => (by === 'state' ? state : ''));
  const left = new Map([...groups].map(([group, all]) => [group, sizeOf(share, all.length)]));
  return drawOrder(places, ({ id }) => id, seed).filter(({ item }) => {
    const group = by === 'state' ? item.state : '';
    const room = left.get(group) ?? 0;
    left.set(group, room - 1);
    return room > 0;
  });
};

export const DRAW_COLUMNS = ['order', 'id', 'state', 'ticket'] as const;

/** The draw as a table to publish. */
export const drawText = (drawn: readonly Drawn<Place>[]): string =>
  csvText(
    DRAW_COLUMNS,
    drawn.map(({ item, ticket }, at) => [String(at + 1), item.id, item.state, ticket]),
  );

export type DrawnRow = { readonly id: string; readonly ticket: string };

export const readDraw = (file: string, report: Report): readonly DrawnRow[] =>
  tableRows(file, DRAW_COLUMNS, MAX_PRECINCTS, report).map(
    ({ fields: [, id = '', , ticket = ''] }) => ({
      id,
      ticket,
    }),
  );

/** The codes of `compareDraw`. */
export const DRAW_CODES = [
  'sample.missing',
  'sample.extra',
  'sample.twice',
  'sample.ticket',
] as const;

/** A draw that somebody announced against the one that seed and list give. */
export const compareDraw = (
  drawn: readonly Drawn<Place>[],
  announced: readonly DrawnRow[],
): readonly Finding[] => {
  const tickets = new Map(drawn.map(({ item, ticket }) => [item.id, ticket]));
  const seen = new Set<string>();
  const wrong = announced.flatMap(({ id, ticket }): readonly Finding[] => {
    const mine = tickets.get(id);
    const finding = (code: (typeof DRAW_CODES)[number], message: Phrase): Finding[] => [
      { code, subject: id, message },
    ];
    if (seen.has(id)) return finding('sample.twice', says('sample.twice'));
    seen.add(id);
    if (mine === undefined) return finding('sample.extra', says('sample.extra'));
    return mine === ticket ? [] : finding('sample.ticket', says('sample.ticket', { mine, ticket }));
  });
  const missing = drawn
    .filter(({ item }) => !seen.has(item.id))
    .map(({ item }) => ({
      code: 'sample.missing',
      subject: item.id,
      message: says('sample.missing'),
    }));
  return [...missing, ...wrong];
};
