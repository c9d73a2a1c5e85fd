/**
 * A national offer as NIST SP 1500-20 (Ballot Definition Common Data Format, version 1.0) knows it. Plain
 * objects, ready for JSON; `read-nist-ballot.ts` is the way back.
 *
 * A list contest is a `PartyContest` with an option for each card, a nominal or indigenous one a
 * `CandidateContest` with an option for each candidate on each card. What the standard has no field for
 * and a ballot shows is an `ExternalIdentifier` of type `other`; what no ballot shows (hours, rules, ties,
 * the people of lists, seats by sums) is none of the standard's, and stays in `OfferSettings`. Of a card's
 * candidates the order within each contest is kept.
 */
import type { Localized } from '#firmware/election/definition.ts';
import { contestOptions } from '#firmware/election/resolve-ballot.ts';
import type {
  NationalContest,
  NationalDistrict,
  NationalOffer,
  PollingPlace,
} from '#firmware/nation/offer.ts';
import { offerIn } from '#firmware/nation/precinct-definition.ts';

/** Of an offer, what its ballot definition can not say. */
export type OfferSettings = Pick<
  NationalOffer,
  'calendar' | 'locale' | 'rules' | 'slates' | 'summedLists' | 'tieRule'
>;

export const settingsOf = ({
  calendar,
  locale,
  rules,
  slates,
  summedLists,
  tieRule,
}: NationalOffer): OfferSettings => ({ calendar, locale, rules, slates, summedLists, tieRule });

/** What the `OtherType` of an identifier says its value is. */
export const OTHER = {
  election: 'urna election',
  seats: 'urna seats',
  colour: 'urna colour',
  style: 'urna ballot style',
} as const;

export const UNIT_TYPES = {
  nation: { Type: 'country' },
  state: { Type: 'state' },
  constituency: { Type: 'other', OtherType: 'constituency' },
  indigenousRegion: { Type: 'other', OtherType: 'indigenous region' },
} as const satisfies Record<NationalDistrict['kind'], unknown>;

/** Identifiers of one document are of one name space: each kind has its letter in front. */
const unitId = (id: string): string => `u-${id}`;
const partyId = (id: string): string => `p-${id}`;
const coalitionId = (id: string): string => `a-${id}`;
const candidateId = (id: string): string => `k-${id}`;
const contestId = (id: string): string => `c-${id}`;

const type = <const T extends string>(name: T) =>
  ({ '@type': `BallotDefinition.${name}` }) as const;

const text = (content: Localized | string, locale: string) => ({
  ...type('InternationalizedText'),
  Text: (typeof content === 'string' ? [[locale, content] as const] : Object.entries(content)).map(
    ([Language, Content]) => ({ ...type('LanguageString'), Content, Language }),
  ),
});

const other = (OtherType: string, Value: string) => ({
  ...type('ExternalIdentifier'),
  Type: 'other',
  OtherType,
  Value,
});

const unitsOf = ({ districts, locale }: NationalOffer): readonly unknown[] => {
  const within = Map.groupBy(districts, ({ parentId }) => parentId);
  return districts.map(({ id, name, kind }) => ({
    '@id': unitId(id),
    ...type('ReportingUnit'),
    Name: text(name, locale),
    IsDistricted: true,
    ...UNIT_TYPES[kind],
    ComposingGpUnitIds: (within.get(id) ?? []).map((each) => unitId(each.id)),
  }));
};

const partiesOf = ({ organisations, alliances, locale }: NationalOffer): readonly unknown[] => [
  ...organisations.map(({ id, name, shortName, colours: [first = '', ...more] }) => ({
    '@id': partyId(id),
    ...type('Party'),
    Name: text(name, locale),
    Abbreviation: text(shortName, locale),
    Color: first.slice(1).toLowerCase(),
    ...(more.length > 0 && {
      ExternalIdentifier: more.map((colour) => other(OTHER.colour, colour)),
    }),
  })),
  ...alliances.map(({ id, name, organisationIds }) => ({
    '@id': coalitionId(id),
    ...type('Coalition'),
    Name: text(name, locale),
    PartyIds: organisationIds.map(partyId),
  })),
];

/** The order of options is that of their cards on the whole ballot, so that it can be had back. */
const CARD_STEP = 10_000;

const contestOf = (offer: NationalOffer, contest: NationalContest): unknown => {
  const cards = new Map(offer.cards.map((card, at) => [card.id, { ...card, at }]));
  const options = contestOptions(offer, contest).map((option, rank) => {
    const { organisationId = '', at = 0 } = cards.get(option.cardId) ?? {};
    const party = partyId(organisationId);
    const parts = [contest.id, option.cardId, option.candidateId].filter((each) => each !== null);
    const head = { '@id': `o-${parts.join('.')}`, SequenceOrder: at * CARD_STEP + rank + 1 };
    return option.candidateId === null
      ? { ...head, ...type('PartyOption'), PartyIds: [party] }
      : {
          ...head,
          ...type('CandidateOption'),
          CandidateIds: [candidateId(option.candidateId)],
          EndorsementPartyIds: [party],
        };
  });
  const head = {
    '@id': contestId(contest.id),
    Name: contest.name[offer.locale],
    BallotTitle: text(contest.name, offer.locale),
    ElectionDistrictId: unitId(contest.districtId),
    ContestOption: options,
  };
  return contest.kind === 'list'
    ? {
        ...head,
        ...type('PartyContest'),
        VoteVariation: 'proportional',
        ExternalIdentifier: [other(OTHER.seats, String(contest.seats))],
      }
    : {
        ...head,
        ...type('CandidateContest'),
        VoteVariation: contest.votes === 1 ? 'plurality' : 'n-of-m',
        VotesAllowed: contest.votes,
        NumberElected: contest.seats,
      };
};

/** A style for each of those that voters in these districts may have. */
const stylesIn = (offer: NationalOffer, districtIds: readonly string[]): readonly unknown[] =>
  offerIn(offer, districtIds).ballotStyles.map((style) => ({
    ...type('BallotStyle'),
    GpUnitIds: districtIds.map(unitId),
    ExternalIdentifier: [other(OTHER.style, style.id)],
    OrderedContent: style.contestIds.map((id) => ({
      ...type('OrderedContest'),
      ContestId: contestId(id),
    })),
  }));

/** `at`: when it is made, ISO 8601 with offset. */
export const nistBallot = (
  offer: NationalOffer,
  places: readonly Pick<PollingPlace, 'districtIds'>[],
  at: string,
): unknown => {
  const combinations = new Map(
    places.map(({ districtIds }) => [districtIds.join(' '), districtIds]),
  );
  const nation = offer.districts.find(({ kind }) => kind === 'nation');
  const day = offer.calendar.opensAt.slice(0, 10);
  return {
    ...type('BallotDefinition'),
    Version: '1.0.0',
    GeneratedDate: at,
    Issuer: offer.authority,
    IssuerAbbreviation: offer.authority,
    VendorApplicationId: 'urna',
    SequenceStart: 1,
    SequenceEnd: 1,
    IsTest: offer.test,
    GpUnit: unitsOf(offer),
    Party: partiesOf(offer),
    Election: [
      {
        ...type('Election'),
        Name: text(offer.title, offer.locale),
        Type: 'general',
        ElectionScopeId: unitId(nation?.id ?? ''),
        StartDate: day,
        EndDate: offer.calendar.closesAt.slice(0, 10),
        ExternalIdentifier: [other(OTHER.election, offer.id)],
        Candidate: offer.candidates.map(({ id, name }) => ({
          '@id': candidateId(id),
          ...type('Candidate'),
          BallotName: text(name, offer.locale),
        })),
        Contest: offer.contests.map((contest) => contestOf(offer, contest)),
        BallotStyle: [...combinations.values()].flatMap((each) => stylesIn(offer, each)),
      },
    ],
  };
};
