/**
 * The script of a mock election: for each voter what to vote for, and so what the machine must count. Drawn
 * from dice, so that neither who wrote the machine nor who audits it chose the votes; every option comes about
 * as often as any other. The election is of the real kind: nothing but names say PRUEBA, and the machine
 * goes the way that it goes on the day.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { PollbookEntry } from '#firmware/desk/pollbook.ts';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { MAX_NAME_LENGTH, MAX_TITLE_LENGTH } from '#firmware/election/limits.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { type ResultContest, resultContests } from '#firmware/vault/result-package.ts';
import { makeRandom, type Random } from '../../day/random.ts';
import type { Wants } from '../../day/scenario.ts';
import { chooseCard, marksOf } from '../../day/voter.ts';

const PREFIX = 'PRUEBA ';
const ID_LENGTH = 40;

const marked = (text: string, most: number): string => `${PREFIX}${text}`.slice(0, most).trimEnd();

/**
 * The election of a mock audit: another one by its names, and no test by its kind. `rehearsal`: a test by its
 * kind too, which the machine knows; only then may cast vote records be exported.
 */
export const mockElection = (
  definition: ElectionDefinition,
  rehearsal = false,
): ElectionDefinition => ({
  ...definition,
  id: `prueba-${definition.id}`.slice(0, ID_LENGTH),
  test: rehearsal,
  title: {
    es: marked(definition.title.es, MAX_TITLE_LENGTH),
    en: marked(definition.title.en, MAX_TITLE_LENGTH),
  },
  precinct: {
    ...definition.precinct,
    pollingPlaceName: marked(definition.precinct.pollingPlaceName, MAX_NAME_LENGTH),
  },
});

export type ScriptedVoter = {
  readonly nationalId: string;
  readonly styleId: string;
  /** `selectAll`: SELECCIONAR TODO on one card; `null`: VOTAR NULO. */
  readonly way: 'full' | 'undervote' | 'selectAll' | 'null';
  readonly wants: Wants;
  readonly marks: Marks;
};

export type MockScript = {
  readonly voters: readonly ScriptedVoter[];
  /** What the machine must say. */
  readonly answer: readonly ResultContest[];
};

const WAYS = ['full', 'selectAll', 'full', 'undervote', 'full', 'selectAll', 'null'] as const;

/** Hands out the options of a contest so that none comes again before all others did, as far as a ballot allows. */
const makeDealer = (random: Random) => {
  const decks = new Map<string, number[]>();
  return ({ contests }: Ballot): Wants['choices'] =>
    contests.flatMap(({ contest, options }, index) => {
      const taken: number[] = [];
      const isTaken = (option: number): boolean => {
        const candidate = options[option]?.candidateId ?? null;
        return taken.some(
          (each) =>
            each === option || (candidate !== null && options[each]?.candidateId === candidate),
        );
      };
      for (let round = 0; round < 2 && taken.length < contest.votes; round += 1) {
        const deck = decks.get(contest.id) ?? [];
        for (const option of [...deck]) {
          if (taken.length === contest.votes) break;
          if (isTaken(option)) continue;
          taken.push(option);
          deck.splice(deck.indexOf(option), 1);
        }
        if (taken.length < contest.votes) deck.push(...random.shuffle(options.map((_, at) => at)));
        decks.set(contest.id, deck);
      }
      return taken.sort((a, b) => a - b).map((option) => ({ contest: index, option }));
    });
};

/** `seed`: decimal digits of dice. The same election, voters and seed give the same script. */
export const drawScript = (
  definition: ElectionDefinition,
  voters: readonly Pick<PollbookEntry, 'nationalId' | 'ballotStyleId'>[],
  seed: string,
): MockScript => {
  const random = makeRandom(makeSeededEntropy(seed, `mock script of ${definition.id}`));
  const deal = makeDealer(random);
  const scripted = voters.map(({ nationalId, ballotStyleId }, at): ScriptedVoter => {
    const ballot = resolveBallot(definition, ballotStyleId);
    const wanted = WAYS[at % WAYS.length] ?? 'full';
    const card = wanted === 'selectAll' ? chooseCard(ballot, random) : null;
    const way = wanted === 'selectAll' && card === null ? 'full' : wanted;
    const dealt = way === 'null' ? [] : (card?.choices ?? deal(ballot));
    // Of one choice nothing can be left out: that would be a null vote.
    const choices = way === 'undervote' && dealt.length > 1 ? dealt.slice(0, -1) : dealt;
    return {
      nationalId,
      styleId: ballotStyleId,
      way,
      wants: { choices, cardId: card?.cardId ?? null },
      marks: marksOf(ballot, choices),
    };
  });
  return { voters: scripted, answer: resultContests(tabulate(definition, scripted)) };
};
