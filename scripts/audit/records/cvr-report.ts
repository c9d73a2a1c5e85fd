/**
 * Cast vote records as NIST SP 1500-103 (version 1.0.0) has them. Rare patterns of marks are signatures, so this
 * is for test elections alone: any other is refused here, where the document is made, and nowhere else is one
 * made. Records stand in the order of what they say, which is the order of nothing that happened.
 */
import type { BallotOption } from '#firmware/election/ballot.ts';
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import type { Contest, ElectionDefinition } from '#firmware/election/definition.ts';
import { contestOptions, resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { err, ok, type Result } from '#hal/result.ts';

export const CVR_VERSION = '1.0.0';
export const NOT_A_TEST =
  'the election is no test: its cast vote records are not exported, for rare patterns of marks are signatures';

const DEVICE = 'device';
export const contestRef = (id: string): string => `contest-${id}`;
const partyRef = (id: string): string => `party-${id}`;
const candidateRef = (id: string): string => `candidate-${id}`;
export const selectionRef = (contestId: string, { cardId, candidateId }: BallotOption): string =>
  `selection-${contestId}-${cardId}${candidateId === null ? '' : `-${candidateId}`}`;

const contestPart = (definition: ElectionDefinition, contest: Contest) => {
  const options = contestOptions(definition, contest);
  const common = {
    '@id': contestRef(contest.id),
    Name: contest.name[definition.locale],
  };
  return contest.kind === 'list'
    ? {
        '@type': 'CVR.PartyContest',
        ...common,
        VoteVariation: 'proportional',
        ContestSelection: options.map((option) => ({
          '@type': 'CVR.PartySelection',
          '@id': selectionRef(contest.id, option),
          PartyIds: [partyRef(option.cardId)],
        })),
      }
    : {
        '@type': 'CVR.CandidateContest',
        ...common,
        VoteVariation: contest.votes === 1 ? 'plurality' : 'n-of-m',
        VotesAllowed: contest.votes,
        ContestSelection: options.map((option) => ({
          '@type': 'CVR.CandidateSelection',
          '@id': selectionRef(contest.id, option),
          CandidateIds: [candidateRef(option.candidateId ?? '')],
        })),
      };
};

const electionPart = (definition: ElectionDefinition, unitId: string) => ({
  '@type': 'CVR.Election',
  '@id': definition.id,
  Name: definition.title[definition.locale],
  ElectionScopeId: unitId,
  Candidate: definition.candidates.map(({ id, name }) => ({
    '@type': 'CVR.Candidate',
    '@id': candidateRef(id),
    Name: name,
  })),
  Contest: definition.contests.map((contest) => contestPart(definition, contest)),
});

/** A card is what is voted for: two cards of one organisation are two. */
const partyPart = ({ cards, organisations }: ElectionDefinition) =>
  cards.map(({ id, organisationId }) => ({
    '@type': 'CVR.Party',
    '@id': partyRef(id),
    Name: organisations.find((each) => each.id === organisationId)?.name ?? id,
  }));

const recordPart = (definition: ElectionDefinition, { styleId, marks }: CastVote, at: number) => ({
  '@type': 'CVR.CVR',
  BallotStyleId: styleId,
  CreatingDeviceId: DEVICE,
  CurrentSnapshotId: `snapshot-${at + 1}`,
  ElectionId: definition.id,
  CVRSnapshot: [
    {
      '@type': 'CVR.CVRSnapshot',
      '@id': `snapshot-${at + 1}`,
      Type: 'original',
      CVRContest: resolveBallot(definition, styleId).contests.map(({ contest, options }, index) => {
        const marked = marks[index] ?? [];
        const left = contest.votes - marked.length;
        return {
          '@type': 'CVR.CVRContest',
          ContestId: contestRef(contest.id),
          Selections: marked.length,
          Undervotes: left,
          ...(left === 0 ? {} : { Status: [marked.length === 0 ? 'not-indicated' : 'undervoted'] }),
          CVRContestSelection: marked.map((option) => ({
            '@type': 'CVR.CVRContestSelection',
            ContestSelectionId: selectionRef(
              contest.id,
              options[option] ?? { cardId: '', candidateId: null },
            ),
            OptionPosition: option,
            SelectionPosition: [
              {
                '@type': 'CVR.SelectionPosition',
                HasIndication: 'yes',
                IsAllocable: 'yes',
                NumberVotes: 1,
              },
            ],
          })),
        };
      }),
    },
  ],
});

const keyOf = ({ styleId, marks }: CastVote): string => JSON.stringify([styleId, marks]);

/** `at`: ISO 8601, when it is made. Error: why this election has no such document. */
export const cvrReport = (
  definition: ElectionDefinition,
  votes: readonly CastVote[],
  at: string,
): Result<object, string> => {
  if (!definition.test) return err(NOT_A_TEST);
  const unitId = `precinct-${precinctOf(definition)}`;
  const ordered = [...votes].sort((a, b) =>
    keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0,
  );
  return ok({
    '@type': 'CVR.CastVoteRecordReport',
    Version: CVR_VERSION,
    GeneratedDate: at,
    ReportType: ['aggregated'],
    Notes: 'Test election. Records are in the order of what they say.',
    ReportGeneratingDeviceIds: [DEVICE],
    ReportingDevice: [{ '@type': 'CVR.ReportingDevice', '@id': DEVICE, Application: 'Urna' }],
    GpUnit: [
      { '@type': 'CVR.GpUnit', '@id': unitId, Type: 'precinct', Name: precinctOf(definition) },
    ],
    Party: partyPart(definition),
    Election: [electionPart(definition, unitId)],
    CVR: ordered.map((vote, index) => recordPart(definition, vote, index)),
  });
};
