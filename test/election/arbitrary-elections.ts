/** Random elections and random marks for properties. */
import fc from 'fast-check';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { emptyMarks, toggleOption } from '#firmware/election/contest-rules.ts';
import type { Contest, ElectionDefinition, PartyCard } from '#firmware/election/definition.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

export const FC_SEED = 20_201_206;

const base = loadOwnDefinition(SMALL_PATH);

/** One to twelve cards over up to five contests; several cards may present the same candidate. */
export const arbitraryElection: fc.Arbitrary<ElectionDefinition> = fc
  .record({
    positions: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }),
    candidates: fc.integer({ min: 1, max: 8 }),
    cards: fc.array(fc.array(fc.integer({ min: 0, max: 39 }), { maxLength: 12 }), {
      minLength: 1,
      maxLength: 12,
    }),
  })
  .map(({ positions, candidates, cards }) => {
    const contests = positions.map(
      (votes, index): Contest => ({
        id: `k-${index}`,
        kind: votes === 1 && index % 2 === 0 ? 'list' : 'nominal',
        name: { es: `Contienda ${index}`, en: `Contest ${index}` },
        districtId: 'region',
        votes,
      }),
    );
    const people = contests
      .filter((contest) => contest.kind !== 'list')
      .flatMap((contest) =>
        Array.from({ length: candidates }, (_, rank) => ({
          id: `${contest.id}-c-${rank}`,
          contestId: contest.id,
          name: `Persona ${contest.id} ${rank}`,
        })),
      );
    const lists = contests.filter((contest) => contest.kind === 'list').map(({ id }) => id);
    const made = cards.map(
      (choices, index): PartyCard => ({
        id: `t-${index}`,
        organisationId: 'rio',
        listContestIds: index % 3 === 2 ? [] : lists,
        candidateIds: [...new Set(choices)].flatMap((choice) => people[choice]?.id ?? []),
      }),
    );
    return {
      ...base,
      contests,
      candidates: people,
      cards: made,
      ballotStyles: [
        { id: 'whole', contestIds: contests.map((contest) => contest.id) },
        { id: 'first', contestIds: [contests[0]?.id ?? ''] },
      ],
    };
  });

/** Marks reached by touching: each number picks one option of the ballot. */
export const marksFromTouches = (ballot: Ballot, touches: readonly number[]): Marks => {
  const options = ballot.contests.flatMap((contest, contestIndex) =>
    contest.options.map((_, optionIndex) => [contestIndex, optionIndex] as const),
  );
  return touches.reduce<Marks>((marks, touch) => {
    const target = options[touch % Math.max(1, options.length)];
    if (target === undefined) return marks;
    const [contestIndex, optionIndex] = target;
    const rules = { replaceInSinglePosition: false };
    const touched = toggleOption(ballot, marks, contestIndex, optionIndex, rules);
    return touched.ok ? touched.value : marks;
  }, emptyMarks(ballot));
};

export const arbitraryTouches = fc.array(fc.nat({ max: 10_000 }), { maxLength: 30 });
