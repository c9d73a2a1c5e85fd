/** Ballots with enough on them that their bytes can not stand in memory by chance. */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { DEMO_PATH, loadOwnDefinition } from '#scripts/elections/load.ts';

const POSITIONS = 10;
const demo = loadOwnDefinition(DEMO_PATH);
const nominal = demo.contests.find(({ kind }) => kind === 'nominal')!;
const running = demo.candidates.filter(({ contestId }) => contestId === nominal.id);

/** The demo election with ten positions in its nominal contest, and as many candidates on every card. */
export const longBallots: ElectionDefinition = {
  ...demo,
  contests: demo.contests.map((contest) =>
    contest === nominal ? { ...contest, votes: POSITIONS } : contest,
  ),
  cards: demo.cards.map((card, index) => {
    if (card.listContestIds.length === 0) return card;
    const own = card.candidateIds.filter((id) => running.some((each) => each.id === id));
    const others = running.map((_, at) => running[(index * 7 + at * 3) % running.length]!.id);
    return { ...card, candidateIds: [...new Set([...own, ...others])].slice(0, POSITIONS) };
  }),
};

/** Every position marked, and no two numbers below some hundreds with the same marks. */
export const manyMarks = (ballot: Ballot, number: number): Marks =>
  ballot.contests.map(({ contest, options }) => {
    const marks: number[] = [];
    const taken = new Set<string | null>();
    for (let step = 0; marks.length < contest.votes; step++) {
      const turns = Math.floor(step / options.length);
      const option = (number * 13 + step * (number + 5) + turns) % options.length;
      const candidate = options[option]!.candidateId;
      if (marks.includes(option) || (candidate !== null && taken.has(candidate))) continue;
      marks.push(option);
      taken.add(candidate);
    }
    return marks.sort((a, b) => a - b);
  });
