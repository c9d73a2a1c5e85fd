/**
 * Who stands in a made-up national election: the 107 organisations of the demo, which all stand
 * everywhere (the indigenous ones in their regions), so that ballots are as large as they get. The great
 * lists fill every seat; the small ones put up one person for each contest, and the first of them more,
 * until the country has its number of candidates, those on lists counted.
 */
import type { Alliance, Candidate, PartyCard } from '#firmware/election/definition.ts';
import type { NationalContest, Slate, SummedList } from '#firmware/nation/offer.ts';
import { DEMO_CARDS, type Entry, LISTS, makeEntries, slug } from '../elections/demo.ts';
import { distinctPeople, makeChance } from '../elections/names.ts';
import type { Country } from './made-up-country.ts';

export const MADE_UP_CANDIDATES = 14_480;

/** How many people one offer puts up in one contest. */
type Standing = {
  readonly offer: string;
  readonly contestId: string;
  readonly people: number;
};

export type MadeUpOffer = {
  readonly entries: readonly Entry[];
  readonly alliances: readonly Alliance[];
  readonly candidates: readonly Candidate[];
  readonly cards: readonly PartyCard[];
  readonly slates: readonly Slate[];
};

type Place = Pick<NationalContest | SummedList, 'id' | 'seats'>;

/** Each offer of `offers` fills every seat. */
const full = (offers: readonly string[], places: readonly Place[]): readonly Standing[] =>
  offers.flatMap((offer) =>
    places.map(({ id, seats }) => ({ offer, contestId: id, people: seats })),
  );

/** One person for each place of each offer, and from the first on as many more as fit into `total`. */
const upTo = (
  total: number,
  offers: readonly string[],
  places: readonly Place[],
): readonly Standing[] => {
  let more = Math.max(0, total - offers.length * places.length);
  return offers.flatMap((offer) =>
    places.map(({ id, seats }) => {
      const added = Math.min(more, seats - 1);
      more -= added;
      return { offer, contestId: id, people: 1 + added };
    }),
  );
};

const sum = (standings: readonly Standing[]): number =>
  standings.reduce((all, { people }) => all + people, 0);

/** Of which contests the whole country has so many candidates; a part of the country has its part of them. */
const standingsOf = (
  entries: readonly Entry[],
  { contests, summedList }: Country,
  candidates: number,
): readonly Standing[] => {
  const offersOf = (kind: string): readonly string[] => [
    ...new Set(entries.filter((entry) => entry.kind === kind).map(({ offer }) => offer)),
  ];
  const great = new Set<string>(LISTS.map(({ name }) => slug(name)));
  const parties = offersOf('party');
  const general = [summedList, ...contests.filter(({ kind }) => kind !== 'indigenous')];
  const indigenous = contests.filter(({ kind }) => kind === 'indigenous');
  const settled = [
    ...full(
      parties.filter((offer) => great.has(offer)),
      general,
    ),
    ...full(offersOf('indigenous'), indigenous),
  ];
  const small = parties.filter((offer) => !great.has(offer));
  return [...settled, ...upTo(candidates - sum(settled), small, general)];
};

export const makeOffer = (seed: number | string, country: Country, share: number): MadeUpOffer => {
  const { entries, alliances } = makeEntries(makeChance(seed, 'organisations'));
  const standings = standingsOf(entries, country, Math.round(MADE_UP_CANDIDATES * share));
  const names = distinctPeople(makeChance(seed, 'candidates'), sum(standings));
  const allianceOf = new Map(
    alliances.map(({ id, organisationIds }) => [organisationIds[0] ?? '', id]),
  );
  const kinds = new Map(country.contests.map(({ id, kind }) => [id, kind]));
  const offerNumber = new Map(
    [...new Set(entries.map(({ offer }) => offer))].map((offer, at) => [offer, at + 1]),
  );
  const candidates: Candidate[] = [];
  const slates: Slate[] = [];
  const offered = new Map<string, { lists: string[]; candidates: string[] }>();
  let used = 0;
  for (const { offer, contestId, people } of standings) {
    const named = names.slice(used, used + people);
    used += people;
    const on = offered.get(offer) ?? { lists: [], candidates: [] };
    offered.set(offer, on);
    const kind = kinds.get(contestId);
    if (kind === undefined || kind === 'list') {
      slates.push({ contestId, competitorId: allianceOf.get(offer) ?? offer, names: named });
      if (kind === 'list') on.lists.push(contestId);
      continue;
    }
    named.forEach((name, rank) => {
      const number = String(offerNumber.get(offer) ?? 0).padStart(3, '0');
      const id = `${contestId.replace(/^nominal-circuito/, 'c').replace(/^representacion/, 'i')}-${number}-${rank + 1}`;
      candidates.push({ id, contestId, name });
      on.candidates.push(id);
    });
  }
  const cards = entries.map(({ organisation, offer }, index) => ({
    id: `t-${String(index + 1).padStart(3, '0')}`,
    organisationId: organisation.id,
    listContestIds: offered.get(offer)?.lists ?? [],
    candidateIds: offered.get(offer)?.candidates ?? [],
  }));
  // In a part of the country without an indigenous region these organisations do not stand.
  const standing = cards.filter(
    ({ listContestIds, candidateIds }) => listContestIds.length + candidateIds.length > 0,
  );
  if (cards.length !== DEMO_CARDS) throw new Error(`${cards.length} cards`);
  const shown = new Set(standing.map(({ organisationId }) => organisationId));
  return {
    entries: entries.filter(({ organisation }) => shown.has(organisation.id)),
    alliances,
    candidates,
    cards: standing,
    slates,
  };
};
