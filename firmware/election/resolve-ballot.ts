/** Resolves a ballot style into the contests and options that a voter sees. */
import type { Ballot, BallotOption } from './ballot.ts';
import type { Contest, ElectionDefinition } from './definition.ts';

/**
 * The options of one contest, in the order of the cards and then of each card's candidates. They do
 * not depend on the ballot style, so an option index means the same on every ballot.
 */
export const contestOptions = (
  definition: Pick<ElectionDefinition, 'candidates' | 'cards'>,
  contest: Contest,
): readonly BallotOption[] => {
  const contestOf = new Map(definition.candidates.map((each) => [each.id, each.contestId]));
  return definition.cards.flatMap((card): readonly BallotOption[] =>
    contest.kind === 'list'
      ? card.listContestIds.includes(contest.id)
        ? [{ cardId: card.id, candidateId: null }]
        : []
      : card.candidateIds
          .filter((candidateId) => contestOf.get(candidateId) === contest.id)
          .map((candidateId) => ({ cardId: card.id, candidateId })),
  );
};

/** The ballot of a style of a checked definition; throws for a style that it does not have. */
export const resolveBallot = (definition: ElectionDefinition, styleId: string): Ballot => {
  const style = definition.ballotStyles.find((each) => each.id === styleId);
  if (style === undefined) throw new Error(`no ballot style ${styleId}`);
  const contests = style.contestIds.map((contestId) => {
    const contest = definition.contests.find((each) => each.id === contestId);
    if (contest === undefined) throw new Error(`no contest ${contestId}`);
    return { contest, options: contestOptions(definition, contest) };
  });
  const shown = new Set(contests.flatMap((each) => each.options.map((option) => option.cardId)));
  return { styleId, contests, cards: definition.cards.filter((card) => shown.has(card.id)) };
};
