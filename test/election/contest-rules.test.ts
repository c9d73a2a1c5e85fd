import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  emptyMarks,
  isBlank,
  marksFault,
  optionsOfCard,
  selectAllOfCard,
  toggleOption,
  unmarkedPositions,
} from '#firmware/election/contest-rules.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  arbitraryElection,
  arbitraryTouches,
  FC_SEED,
  marksFromTouches,
} from './arbitrary-elections.ts';

const REFUSE = { replaceInSinglePosition: false };
const REPLACE = { replaceInSinglePosition: true };
const ballot = resolveBallot(loadOwnDefinition(SMALL_PATH), 'unica');
const empty = emptyMarks(ballot);

describe('the small ballot', () => {
  test('has its options in the order of cards, then of candidates', () => {
    expect(ballot.cards.map((card) => card.id)).toEqual(['t-1', 't-2', 't-3', 't-4']);
    expect(
      ballot.contests.map((each) => each.options.map((o) => `${o.cardId}/${o.candidateId}`)),
    ).toEqual([
      ['t-1/null', 't-2/null', 't-3/null'],
      ['t-1/c-1', 't-1/c-2', 't-2/c-3', 't-2/c-4', 't-3/c-1', 't-3/c-2', 't-4/c-5'],
    ]);
    expect(optionsOfCard(ballot, 't-3')).toEqual([[2], [4, 5]]);
  });
});

describe('touching an option', () => {
  test('marks, and touching again unmarks', () => {
    const marked = toggleOption(ballot, empty, 1, 3, REFUSE);
    expect(marked).toEqual({ ok: true, value: [[], [3]] });
    expect(toggleOption(ballot, [[], [3]], 1, 3, REFUSE)).toEqual({ ok: true, value: empty });
  });

  test('keeps marks ascending, so that their order is nowhere', () => {
    expect(toggleOption(ballot, [[], [6]], 1, 2, REFUSE)).toEqual({
      ok: true,
      value: [[], [2, 6]],
    });
  });

  test('one more than the positions is refused and changes nothing', () => {
    const marks = [[], [2, 6]];
    expect(toggleOption(ballot, marks, 1, 3, REPLACE)).toEqual({
      ok: false,
      error: {
        kind: 'contestFull',
        contestIndex: 1,
        positions: 2,
        marked: 2,
        otherCardId: null,
        marks,
      },
    });
  });

  test('in a contest of one position a second mark is refused or replaces, by configuration', () => {
    const refused = toggleOption(ballot, [[0], []], 0, 2, REFUSE);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'contestFull', positions: 1 } });
    expect(toggleOption(ballot, [[0], []], 0, 2, REPLACE)).toEqual({ ok: true, value: [[2], []] });
  });

  test('the same candidate is not marked through two cards', () => {
    expect(toggleOption(ballot, [[], [0]], 1, 4, REFUSE)).toMatchObject({
      ok: false,
      error: { kind: 'sameCandidate', otherCardId: 't-1' },
    });
  });

  test('what the ballot does not have is a bug', () => {
    expect(() => toggleOption(ballot, empty, 1, 7, REFUSE)).toThrow(RangeError);
    expect(() => toggleOption(ballot, empty, 2, 0, REFUSE)).toThrow(RangeError);
  });
});

describe('SELECCIONAR TODO', () => {
  test('marks list and candidates, and unmarks them when all are marked', () => {
    expect(selectAllOfCard(ballot, empty, 't-2', REFUSE)).toEqual({
      ok: true,
      value: [[1], [2, 3]],
    });
    expect(selectAllOfCard(ballot, [[1], [2, 3]], 't-2', REFUSE)).toEqual({
      ok: true,
      value: empty,
    });
  });

  test('completes what is marked in part', () => {
    expect(selectAllOfCard(ballot, [[], [3]], 't-2', REFUSE)).toEqual({
      ok: true,
      value: [[1], [2, 3]],
    });
  });

  test('leaves what other cards have where there is room', () => {
    expect(selectAllOfCard(ballot, [[1], [3]], 't-4', REFUSE)).toEqual({
      ok: true,
      value: [[1], [3, 6]],
    });
  });

  test('where the card does not fit nothing of it goes in, and the refusal says where', () => {
    expect(selectAllOfCard(ballot, [[], [6]], 't-2', REFUSE)).toEqual({
      ok: false,
      error: {
        kind: 'noRoomForCard',
        contestIndex: 1,
        positions: 2,
        marked: 1,
        otherCardId: null,
        marks: [[1], [6]],
      },
    });
  });

  test('replaces in a contest of one position where the rules say so', () => {
    expect(selectAllOfCard(ballot, [[0], []], 't-2', REPLACE)).toEqual({
      ok: true,
      value: [[1], [2, 3]],
    });
    expect(selectAllOfCard(ballot, [[0], []], 't-2', REFUSE)).toMatchObject({
      ok: false,
      error: { kind: 'noRoomForCard', contestIndex: 0, marks: [[0], [2, 3]] },
    });
  });

  test('a candidate already marked through another card stays there', () => {
    expect(selectAllOfCard(ballot, [[], [0]], 't-3', REFUSE)).toEqual({
      ok: true,
      value: [[2], [0, 5]],
    });
    expect(selectAllOfCard(ballot, [[], [0, 1]], 't-3', REFUSE)).toMatchObject({
      ok: false,
      error: { kind: 'sameCandidate', otherCardId: 't-1', marks: [[2], [0, 1]] },
    });
  });
});

describe('whatever is touched', () => {
  test('marks stay possible, and unmarked + marked = positions', () => {
    fc.assert(
      fc.property(
        arbitraryElection,
        arbitraryTouches,
        fc.boolean(),
        fc.nat(),
        (election, touches, replace, chosen) => {
          const offered = resolveBallot(election, 'whole');
          const rules = { replaceInSinglePosition: replace };
          const marks = marksFromTouches(offered, touches);
          const cards = offered.cards;
          const card = cards[chosen % Math.max(1, cards.length)];
          if (card === undefined) return;
          const all = selectAllOfCard(offered, marks, card.id, rules);
          const after = all.ok ? all.value : all.error.marks;
          for (const reached of [marks, after]) {
            expect(marksFault(offered, reached)).toBeNull();
            const positions = offered.contests.reduce((sum, each) => sum + each.contest.votes, 0);
            expect(unmarkedPositions(offered, reached) + reached.flat().length).toBe(positions);
            expect(isBlank(reached)).toBe(unmarkedPositions(offered, reached) === positions);
          }
        },
      ),
      { seed: FC_SEED, numRuns: 300 },
    );
  });

  test('touching twice changes nothing unless the first replaced', () => {
    fc.assert(
      fc.property(arbitraryElection, arbitraryTouches, fc.nat(), (election, touches, chosen) => {
        const offered = resolveBallot(election, 'whole');
        const marks = marksFromTouches(offered, touches);
        const contestIndex = chosen % offered.contests.length;
        const count = offered.contests[contestIndex]?.options.length ?? 0;
        if (count === 0) return;
        const once = toggleOption(offered, marks, contestIndex, chosen % count, REFUSE);
        if (!once.ok) {
          expect(once.error.marks).toBe(marks);
          return;
        }
        expect(toggleOption(offered, once.value, contestIndex, chosen % count, REFUSE)).toEqual({
          ok: true,
          value: marks,
        });
      }),
      { seed: FC_SEED, numRuns: 300 },
    );
  });
});
