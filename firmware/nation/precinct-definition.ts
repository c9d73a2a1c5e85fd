/**
 * What one precinct's machine is given of a national election: the contests of its districts, and of
 * everything else what these need. A card that offers nothing there is not on its ballot.
 */
import type {
  BallotStyle,
  Candidate,
  ElectionDefinition,
  PartyCard,
} from '#firmware/election/definition.ts';
import type { NationalContest, NationalOffer, NationalPrecinct, PollingPlace } from './offer.ts';

/** Voters of the indigenous communities have this one; the others' style leaves the indigenous contests out. */
export const GENERAL_STYLE = 'general';
export const FULL_STYLE = 'completa';

/** All contests of a voter but the indigenous; and with them, where there are any. */
const stylesOf = (contests: readonly NationalContest[]): readonly BallotStyle[] => {
  const general = contests.filter(({ kind }) => kind !== 'indigenous').map(({ id }) => id);
  const all = contests.map(({ id }) => id);
  return [
    ...(general.length > 0 ? [{ id: GENERAL_STYLE, contestIds: general }] : []),
    ...(all.length > general.length ? [{ id: FULL_STYLE, contestIds: all }] : []),
  ];
};

const cardIn = (
  card: PartyCard,
  contests: ReadonlySet<string>,
  candidates: ReadonlySet<string>,
): PartyCard | null => {
  const listContestIds = card.listContestIds.filter((id) => contests.has(id));
  const candidateIds = card.candidateIds.filter((id) => candidates.has(id));
  return listContestIds.length + candidateIds.length === 0
    ? null
    : { id: card.id, organisationId: card.organisationId, listContestIds, candidateIds };
};

/** What all precincts of the same districts share. */
export type DistrictOffer = Pick<
  ElectionDefinition,
  'alliances' | 'candidates' | 'cards' | 'contests' | 'districts' | 'organisations' | 'ballotStyles'
>;

/** The offer in these districts. */
export const offerIn = (offer: NationalOffer, districtIds: readonly string[]): DistrictOffer => {
  const here = new Set(districtIds);
  const contests = offer.contests.filter(({ districtId }) => here.has(districtId));
  const contestIds = new Set(contests.map(({ id }) => id));
  const candidates: readonly Candidate[] = offer.candidates.filter(({ contestId }) =>
    contestIds.has(contestId),
  );
  const candidateIds = new Set(candidates.map(({ id }) => id));
  const cards = offer.cards.flatMap((card) => cardIn(card, contestIds, candidateIds) ?? []);
  const shown = new Set(cards.map(({ organisationId }) => organisationId));
  return {
    districts: offer.districts
      .filter(({ id }) => here.has(id))
      .map(({ id, name }) => ({ id, name })),
    organisations: offer.organisations.filter(({ id }) => shown.has(id)),
    alliances: offer.alliances
      .map(({ id, name, organisationIds }) => ({
        id,
        name,
        organisationIds: organisationIds.filter((each) => shown.has(each)),
      }))
      .filter(({ organisationIds }) => organisationIds.length > 0),
    contests: contests.map(({ id, kind, name, districtId, votes }) => ({
      id,
      kind,
      name,
      districtId,
      votes,
    })),
    candidates,
    cards,
    ballotStyles: stylesOf(contests),
  };
};

/**
 * `offerIn`, remembering the answer by the districts asked for: a country has thousands of precincts
 * in about a hundred combinations of districts.
 */
export const makeOfferIn = (
  offer: NationalOffer,
): ((districtIds: readonly string[]) => DistrictOffer) => {
  const known = new Map<string, DistrictOffer>();
  return (districtIds) => {
    const key = districtIds.join(' ');
    const found = known.get(key) ?? offerIn(offer, districtIds);
    known.set(key, found);
    return found;
  };
};

/** The definition that a precinct's election package carries; `here` is `offerIn` of its districts. */
export const precinctDefinition = (
  offer: NationalOffer,
  here: DistrictOffer,
  place: PollingPlace,
  precinct: NationalPrecinct,
): ElectionDefinition => ({
  id: offer.id,
  title: offer.title,
  authority: offer.authority,
  test: offer.test,
  locale: offer.locale,
  calendar: offer.calendar,
  ...here,
  precinct: {
    pollingPlaceCode: place.code,
    number: precinct.number,
    pollingPlaceName: place.name,
    address: place.address,
    districtIds: place.districtIds,
    reportId: precinct.reportId,
  },
  officers: precinct.officers,
  rules: offer.rules,
});
