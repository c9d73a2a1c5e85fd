/**
 * The national result as NIST SP 1500-100 (Election Results Common Data Format, version 2.0) knows it: an
 * `ElectionReport` in summary by contest. Plain objects, ready for JSON.
 *
 * A list contest is a `PartyContest` with a selection for each card; a nominal or indigenous one a
 * `CandidateContest` with a selection for each candidate on each card that presents them. Nulls are
 * undervotes: positions that were not marked. A summed list has no votes of its own: it is a
 * `PartyContest` in which each alliance has the sum of the lists it is made of. Seats are counts of
 * the type `seats`.
 */
import type { Organisation } from '#firmware/election/definition.ts';
import type { ContestSum, DistrictSum } from '#firmware/nation/aggregate.ts';
import type { SeatResult } from '#firmware/nation/national-seats.ts';
import type { NationalDistrict, NationalOffer } from '#firmware/nation/offer.ts';
import type { NationalResult } from './result-document.ts';

const text = (content: string, language: string) => ({
  '@type': 'ElectionResults.InternationalizedText' as const,
  Text: [
    { '@type': 'ElectionResults.LanguageString' as const, Content: content, Language: language },
  ],
});

const count = (gpUnitId: string, value: number, type: 'total' | 'seats' = 'total') => ({
  '@type': 'ElectionResults.VoteCounts' as const,
  Count: value,
  GpUnitId: gpUnitId,
  Type: type,
});

/** Identifiers of one document are of one name space: each kind has its letter in front. */
const unitId = (id: string): string => `u-${id}`;
const partyId = (id: string): string => `p-${id}`;
const personId = (id: string): string => `k-${id}`;

const UNIT_TYPES = {
  nation: { Type: 'country' },
  state: { Type: 'state' },
  constituency: { Type: 'other', OtherType: 'constituency' },
  indigenousRegion: { Type: 'other', OtherType: 'indigenous region' },
} as const;

const units = (
  { districts, locale }: NationalOffer,
  sums: readonly DistrictSum[],
): readonly unknown[] => {
  const known = new Map(sums.map((sum) => [sum.districtId, sum]));
  return districts.map(({ id, name, kind }: NationalDistrict) => {
    const sum = known.get(id);
    const within = districts
      .filter(({ parentId }) => parentId === id)
      .map((each) => unitId(each.id));
    return {
      '@id': unitId(id),
      '@type': 'ElectionResults.ReportingUnit',
      Name: text(name, locale),
      ...UNIT_TYPES[kind],
      ...(within.length === 0 ? {} : { ComposingGpUnitIds: within }),
      ...(sum === undefined
        ? {}
        : {
            VotersRegistered: sum.registered,
            VotersParticipated: sum.ballots,
            TotalSubUnits: sum.precincts,
            SubUnitsReported: sum.counted,
          }),
    };
  });
};

const colourOf = ({ colours }: Organisation): string =>
  (colours[0] ?? '#000000').slice(1).toLowerCase();

const parties = ({ organisations, alliances, locale }: NationalOffer): readonly unknown[] => [
  ...organisations.map((organisation) => ({
    '@id': partyId(organisation.id),
    '@type': 'ElectionResults.Party',
    Name: text(organisation.name, locale),
    Abbreviation: text(organisation.shortName, locale),
    Color: colourOf(organisation),
  })),
  ...alliances.map(({ id, name, organisationIds }) => ({
    '@id': partyId(id),
    '@type': 'ElectionResults.Coalition',
    Name: text(name, locale),
    PartyIds: organisationIds.map(partyId),
  })),
];

const listContest = ({ contest, options, votes, nulls }: ContestSum, offer: NationalOffer) => {
  const unit = unitId(contest.districtId);
  const organisationOf = new Map(offer.cards.map(({ id, organisationId }) => [id, organisationId]));
  return {
    '@id': contest.id,
    '@type': 'ElectionResults.PartyContest',
    ElectionDistrictId: unit,
    Name: contest.name[offer.locale],
    VoteVariation: 'proportional',
    ContestSelection: options.map(({ cardId }, at) => ({
      '@id': `${contest.id}-${cardId}`,
      '@type': 'ElectionResults.PartySelection',
      PartyIds: [partyId(organisationOf.get(cardId) ?? cardId)],
      SequenceOrder: at + 1,
      VoteCounts: [count(unit, votes[at] ?? 0)],
    })),
    OtherCounts: [
      { '@type': 'ElectionResults.OtherCounts', GpUnitId: unit, Undervotes: nulls, Overvotes: 0 },
    ],
  };
};

const candidateContest = ({ contest, options, votes, nulls }: ContestSum, offer: NationalOffer) => {
  const unit = unitId(contest.districtId);
  const organisationOf = new Map(offer.cards.map(({ id, organisationId }) => [id, organisationId]));
  return {
    '@id': contest.id,
    '@type': 'ElectionResults.CandidateContest',
    ElectionDistrictId: unit,
    Name: contest.name[offer.locale],
    VoteVariation: contest.votes === 1 ? 'plurality' : 'n-of-m',
    VotesAllowed: contest.votes,
    NumberElected: contest.seats,
    ContestSelection: options.map(({ cardId, candidateId }, at) => ({
      '@id': `${contest.id}-${cardId}-${candidateId}`,
      '@type': 'ElectionResults.CandidateSelection',
      CandidateIds: [personId(candidateId ?? '')],
      EndorsementPartyIds: [partyId(organisationOf.get(cardId) ?? cardId)],
      SequenceOrder: at + 1,
      VoteCounts: [count(unit, votes[at] ?? 0)],
    })),
    OtherCounts: [
      { '@type': 'ElectionResults.OtherCounts', GpUnitId: unit, Undervotes: nulls, Overvotes: 0 },
    ],
  };
};

/** Seats by competitor: of summed lists, and beside every list contest. */
const seatsContest = (result: SeatResult, offer: NationalOffer, nation: string) => {
  const unit = unitId(result.districtId ?? nation);
  return {
    '@id': `seats-${result.id}`,
    '@type': 'ElectionResults.PartyContest',
    ElectionDistrictId: unit,
    Name: result.name[offer.locale],
    VoteVariation: 'proportional',
    ContestSelection: result.competitors.map(({ id, votes, seats }, at) => ({
      '@id': `seats-${result.id}-${id}`,
      '@type': 'ElectionResults.PartySelection',
      PartyIds: [partyId(id)],
      SequenceOrder: at + 1,
      VoteCounts: [count(unit, votes), count(unit, seats, 'seats')],
    })),
  };
};

const candidates = ({ offer, seats }: NationalResult): readonly unknown[] => {
  const elected = new Set(
    seats
      .filter(({ kind }) => kind === 'nominal' || kind === 'indigenous')
      .flatMap((result) => result.elected.map(({ competitorId }) => competitorId)),
  );
  return offer.candidates.map(({ id, name }) => ({
    '@id': personId(id),
    '@type': 'ElectionResults.Candidate',
    BallotName: text(name, offer.locale),
    ...(elected.has(id) ? { PostElectionStatus: 'winner' } : {}),
  }));
};

/** Of what makes the report. */
export const NIST_VERSION = '1';

export type NistOptions = {
  /** When the report is made, ISO 8601 with seconds and `Z`. */
  readonly at: string;
  /** Version of what makes it. */
  readonly version: string;
};

/** No figure of a test may be taken for one that a machine counted. */
const testType = (madeUp: readonly string[]) =>
  madeUp.length === 0
    ? {}
    : { TestType: 'made-up', Notes: `made-up results, no machine ran there: ${madeUp.join(' ')}` };

/** The result as `ElectionResults.ElectionReport`. */
export const nistResults = (result: NationalResult, { at, version }: NistOptions) => {
  const { offer, sums, seats } = result;
  const nation = offer.districts.find(({ parentId }) => parentId === null)?.id ?? '';
  const day = offer.calendar.opensAt.slice(0, 10);
  const complete = sums.missing.length === 0;
  return {
    '@type': 'ElectionResults.ElectionReport' as const,
    Format: 'summary-contest',
    GeneratedDate: at,
    Issuer: offer.authority,
    IssuerAbbreviation: offer.authority,
    SequenceStart: 1,
    SequenceEnd: 1,
    Status: complete ? 'unofficial-complete' : 'unofficial-partial',
    VendorApplicationId: `urna ${version}`,
    IsTest: offer.test,
    ...testType(sums.madeUp),
    GpUnit: units(offer, sums.districts),
    Party: parties(offer),
    Election: [
      {
        '@type': 'ElectionResults.Election',
        ElectionScopeId: unitId(nation),
        Name: text(offer.title[offer.locale], offer.locale),
        StartDate: day,
        EndDate: day,
        Type: 'general',
        BallotCounts: [
          {
            '@type': 'ElectionResults.BallotCounts',
            GpUnitId: unitId(nation),
            Type: 'total',
            BallotsCast: sums.ballots,
          },
        ],
        Candidate: candidates(result),
        Contest: [
          ...sums.contests.map((sum) =>
            sum.contest.kind === 'list' ? listContest(sum, offer) : candidateContest(sum, offer),
          ),
          ...seats
            .filter(({ kind }) => kind === 'list' || kind === 'summed')
            .map((each) => seatsContest(each, offer, nation)),
        ],
      },
    ],
  };
};
