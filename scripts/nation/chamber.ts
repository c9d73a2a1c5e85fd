/** Who sits in the chamber: the seats of all contests by alliance, or organisation in none. */
import type { SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';

export type Competitor = {
  readonly id: string;
  readonly name: string;
  /** As it goes by where room is short. */
  readonly shortName: string;
  /** `#rrggbb`: the first colour of the first of its organisations on the ballot. */
  readonly colour: string;
};

export type ChamberRow = Competitor & {
  readonly list: number;
  readonly summed: number;
  readonly nominal: number;
  readonly indigenous: number;
  readonly total: number;
};

export type Chamber = {
  /** Those with seats, the most first. */
  readonly rows: readonly ChamberRow[];
  readonly seats: number;
  readonly vacant: number;
};

export type Competitors = {
  readonly of: (competitorId: string) => Competitor;
  /** Of the first card that presents the candidate. */
  readonly ofCandidate: (candidateId: string) => Competitor;
};

const UNKNOWN_COLOUR = '#777777';
/** For who would look like another in the chamber; dark enough to be seen on white. */
const SPARE_COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#e69f00',
  '#7a3b9a',
  '#5b4636',
  '#b5bd00',
  '#00a6a6',
  '#8c1d40',
  '#222222',
];
/** Colours closer than this, in steps of red, green and blue together, are taken for one. */
const ALIKE = 110;

const channels = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
const alike = (left: string, right: string): boolean => {
  const other = channels(right);
  return channels(left).reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0) < ALIKE;
};

export const makeCompetitors = (offer: NationalOffer): Competitors => {
  const allianceOf = new Map(
    offer.alliances.flatMap((alliance) =>
      alliance.organisationIds.map((id) => [id, alliance] as const),
    ),
  );
  const organisations = new Map(offer.organisations.map((each) => [each.id, each]));
  const known = new Map<string, Competitor>();
  const cardOf = new Map<string, string>();
  for (const { organisationId, candidateIds } of offer.cards) {
    const alliance = allianceOf.get(organisationId);
    const organisation = organisations.get(organisationId);
    const id = alliance?.id ?? organisationId;
    if (!known.has(id))
      known.set(id, {
        id,
        name: alliance?.name ?? organisation?.name ?? id,
        shortName: alliance?.name ?? organisation?.shortName ?? id,
        colour: organisation?.colours[0] ?? UNKNOWN_COLOUR,
      });
    for (const candidateId of candidateIds)
      if (!cardOf.has(candidateId)) cardOf.set(candidateId, id);
  }
  const of = (id: string): Competitor =>
    known.get(id) ?? { id, name: id, shortName: id, colour: UNKNOWN_COLOUR };
  return { of, ofCandidate: (id) => of(cardOf.get(id) ?? id) };
};

/** The same competitors, those of `rows` in colours that can be told apart, the first keeping their own. */
export const toldApart = (
  { of, ofCandidate }: Competitors,
  rows: readonly Competitor[],
): Competitors => {
  const colours = new Map<string, string>();
  for (const { id, colour } of rows) {
    const used = [...colours.values()];
    const free = [colour, ...SPARE_COLOURS].find((each) => !used.some((one) => alike(one, each)));
    colours.set(id, free ?? colour);
  }
  const coloured = (whose: Competitor): Competitor => ({
    ...whose,
    colour: colours.get(whose.id) ?? whose.colour,
  });
  return { of: (id) => coloured(of(id)), ofCandidate: (id) => coloured(ofCandidate(id)) };
};

export const chamberOf = (results: readonly SeatResult[], competitors: Competitors): Chamber => {
  const rows = new Map<string, Record<SeatResult['kind'], number>>();
  for (const { kind, competitors: given } of results)
    for (const { id, seats } of given) {
      if (seats === 0) continue;
      const whose =
        kind === 'list' || kind === 'summed' ? competitors.of(id) : competitors.ofCandidate(id);
      const row = rows.get(whose.id) ?? { list: 0, summed: 0, nominal: 0, indigenous: 0 };
      row[kind] += seats;
      rows.set(whose.id, row);
    }
  return {
    rows: [...rows]
      .map(([id, row]) => ({
        ...competitors.of(id),
        ...row,
        total: row.list + row.summed + row.nominal + row.indigenous,
      }))
      .sort((a, b) => b.total - a.total),
    seats: results.reduce((sum, { seats }) => sum + seats, 0),
    vacant: results.reduce((sum, { vacant }) => sum + vacant, 0),
  };
};
