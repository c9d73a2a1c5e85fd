/**
 * The voters of a made-up national election, a precinct at a time and in any order, no national ID twice
 * in the country: the last two digits say the table, what stands before them is a number that only this
 * polling place has.
 */
import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import type { NationalElection, NationalPrecinct } from '#firmware/nation/offer.ts';
import { type DistrictOffer, makeOfferIn } from '#firmware/nation/precinct-definition.ts';
import { type Chance, makeChance, personName } from '../elections/names.ts';
import {
  drawStyle,
  FOREIGN_SHARE,
  NO_STORED_PRINT_SHARE,
  NO_UPPER_LIMBS_SHARE,
  type TemplateOf,
  voterFinger,
} from '../elections/pollbook.ts';

/** Last two digits. */
const TERMINALS = 100;
/** The lowest national ID, in hundreds. */
const FIRST_HUNDRED = 30_000;
/** Foreign residents' numbers are higher. */
const FOREIGN_ABOVE = 55_000_000;
/** A prime, more than there are hundreds: neighbours of one polling place get numbers far apart. */
const STRIDE = 1_299_709;

type Seat = {
  readonly precinct: NationalPrecinct;
  readonly place: DistrictOffer;
  /** The last two digits of its voters' IDs: from, and to below. */
  readonly from: number;
  readonly below: number;
  /** The first of its polling place's hundreds. */
  readonly hundred: number;
};

const inPlaces = (
  precincts: readonly NationalPrecinct[],
): readonly (readonly NationalPrecinct[])[] => [
  ...Map.groupBy(precincts, ({ pollingPlaceCode }) => pollingPlaceCode).values(),
];

/** Where each precinct's IDs lie, and how many hundreds there are. */
const seatsOf = ({ offer, places, precincts }: NationalElection) => {
  const offerHere = makeOfferIn(offer);
  const districts = new Map(places.map(({ code, districtIds }) => [code, districtIds]));
  let hundreds = 0;
  const seats = inPlaces(precincts).flatMap((tables) => {
    const first = hundreds;
    const place = offerHere(districts.get(tables[0]?.pollingPlaceCode ?? '') ?? []);
    const here = tables.map((precinct, at): Seat => {
      const from = Math.floor((TERMINALS * at) / tables.length);
      const below = Math.floor((TERMINALS * (at + 1)) / tables.length);
      return { precinct, place, from, below, hundred: first };
    });
    hundreds += Math.max(
      ...here.map(({ precinct, from, below }) => Math.ceil(precinct.registered / (below - from))),
    );
    return here;
  });
  return { seats, hundreds };
};

const voterOf = (
  chance: Chance,
  { place }: Seat,
  number: number,
  templateOf: TemplateOf | null,
): PollbookEntry => {
  const nationalId = chance.happens(FOREIGN_SHARE) ? `E-${number + FOREIGN_ABOVE}` : `V-${number}`;
  const hasUpperLimbs = !chance.happens(NO_UPPER_LIMBS_SHARE);
  const stored = !chance.happens(NO_STORED_PRINT_SHARE) && hasUpperLimbs;
  return {
    nationalId,
    name: personName(chance),
    ballotStyleId: drawStyle(place, chance),
    template: stored && templateOf !== null ? templateOf(voterFinger(nationalId)) : null,
    hasUpperLimbs,
  };
};

const byName = new Intl.Collator('es').compare;

/** The voters of the precinct at an index of `election.precincts`, in the order of their names. */
export const makeVotersOf = (
  election: NationalElection,
  seed: number | string,
  templateOf: TemplateOf | null,
): ((index: number) => readonly PollbookEntry[]) => {
  const { seats, hundreds } = seatsOf(election);
  return (index) => {
    const seat = seats[index];
    if (seat === undefined) throw new RangeError(`precinct ${index} of ${seats.length}`);
    const { precinct, from, below, hundred } = seat;
    const chance = makeChance(seed, `voters of ${precinct.reportId}`);
    const span = below - from;
    return Array.from({ length: precinct.registered }, (_, at) => {
      const scattered = ((hundred + Math.floor(at / span)) * STRIDE) % hundreds;
      const number = (FIRST_HUNDRED + scattered) * TERMINALS + from + (at % span);
      return voterOf(chance, seat, number, templateOf);
    }).sort((a, b) => byName(a.name, b.name));
  };
};
