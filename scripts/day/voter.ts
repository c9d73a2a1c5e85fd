/**
 * A voter at the screen: knows what to vote for, finds it with the eyes, touches it, answers what the
 * machine asks, reads the paper and drops it into the box. What was confirmed is remembered here, by
 * the voter alone, and compared with everything else at the end of the day.
 */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { type Hands, LostError } from './hands.ts';
import type { Random } from './random.ts';
import type { VoterPlan } from './scenario.ts';

/** The printer's mouth, as the voter reaches it. */
export type Mouth = {
  /** The cut record goes into the ballot box. */
  readonly dropIntoBox: () => void;
  /** Whatever came out goes folded into the envelope. */
  readonly foldIntoEnvelope: () => void;
  /** Something printed is visible. */
  readonly showsPaper: () => boolean;
};

export type VoterTools = {
  readonly clock: Clock;
  readonly hands: Hands;
  readonly random: Random;
  readonly mouth: Mouth;
};

/** An option by its place on the ballot. */
export type Choice = { readonly contest: number; readonly option: number };

/** Turning pages more often than this means being lost. */
const PAGES_MAX = 120;
const PAUSE_TO_READ_MS = 1_500;
/** What a voter touches who has read that the time is over and the vote null. */
const OVER = 'expired:understood';

const candidateOf = (ballot: Ballot, { contest, option }: Choice): string | null =>
  ballot.contests[contest]?.options[option]?.candidateId ?? null;

/** Distinct candidates up to the positions of each contest. */
export const chooseFreely = (ballot: Ballot, random: Random): readonly Choice[] =>
  ballot.contests.flatMap(({ contest, options }, index) => {
    const chosen: Choice[] = [];
    for (const option of random.shuffle(options.map((_, at) => at))) {
      if (chosen.length === contest.votes) break;
      const choice = { contest: index, option };
      const candidate = candidateOf(ballot, choice);
      if (candidate !== null && chosen.some((each) => candidateOf(ballot, each) === candidate))
        continue;
      chosen.push(choice);
    }
    return chosen;
  });

/** A card with more than one option that fits whole: no contest gets more candidates from it than it has positions. */
export const chooseCard = (
  ballot: Ballot,
  random: Random,
): { cardId: string; choices: readonly Choice[] } | null => {
  const fitting = ballot.cards.flatMap(({ id }) => {
    const choices = ballot.contests.flatMap(({ options }, contest) =>
      options.flatMap(({ cardId }, option) => (cardId === id ? [{ contest, option }] : [])),
    );
    const fits = ballot.contests.every(
      ({ contest }, index) =>
        choices.filter((each) => each.contest === index).length <= contest.votes,
    );
    return fits && choices.length > 1 ? [{ cardId: id, choices }] : [];
  });
  return fitting.length === 0 ? null : random.pick(fitting);
};

export const marksOf = (ballot: Ballot, choices: readonly Choice[]): Marks =>
  ballot.contests.map((_, index) =>
    choices
      .filter(({ contest }) => contest === index)
      .map(({ option }) => option)
      .sort((a, b) => a - b),
  );

const positionsOf = (ballot: Ballot): number =>
  ballot.contests.reduce((sum, { contest }) => sum + contest.votes, 0);

/** Eyes and finger on the ballot: finding a card or an option wherever it is. */
export const makeSearch = ({ hands }: VoterTools, ballot: Ballot) => {
  const settleOnCards = async (): Promise<void> => {
    if (hands.sees('message:dismiss')) await hands.press('message:dismiss');
    if (hands.sees('card:close')) await hands.press('card:close');
  };

  /** Turns pages until one of the targets is there; first forwards, then from the beginning. */
  const find = async (wanted: readonly string[]): Promise<string> => {
    const seen = (): string | undefined => wanted.find((target) => hands.sees(target));
    let direction = 'page:next';
    for (let turn = 0; turn < PAGES_MAX; turn++) {
      const found = seen();
      if (found !== undefined) return found;
      if (!hands.sees(direction)) {
        if (direction === 'page:previous') break;
        direction = 'page:previous';
      }
      if (!hands.sees(direction)) break;
      await hands.press(direction);
    }
    throw new LostError(`a voter can not find ${wanted.join(' or ')} on "${hands.sceneName()}"`);
  };

  const touchOption = async (choice: Choice): Promise<void> => {
    await settleOnCards();
    const target = `option:${choice.contest}:${choice.option}`;
    const cardId = ballot.contests[choice.contest]?.options[choice.option]?.cardId ?? '';
    const found = await find([target, `card:${cardId}`]);
    await hands.press(found);
    if (found === target) return;
    await hands.awaitTarget(['card:close']);
    await hands.press(await find([target]));
    await settleOnCards();
  };

  const touchAll = async (cardId: string): Promise<void> => {
    await settleOnCards();
    const found = await find([`all:${cardId}`, `card:${cardId}`]);
    await hands.press(found);
    if (found.startsWith('all:')) return;
    await hands.press(`all:${cardId}`);
    await settleOnCards();
  };

  return { touchOption, touchAll, settleOnCards };
};

/** The time to vote ran out while the voter was still busy with the ballot. */
class TimeOver extends Error {}

/** Hands that let go of the ballot when the screen says that the time is over. */
const untilTimeIsOver = (hands: Hands): Hands => {
  const awaitTarget: Hands['awaitTarget'] = async (wanted, limitMs) => {
    const shown = await hands.awaitTarget([...wanted, OVER], limitMs);
    if (shown === OVER) throw new TimeOver();
    return shown;
  };
  return {
    ...hands,
    awaitTarget,
    sees: (target) => {
      if (hands.sees(OVER)) throw new TimeOver();
      return hands.sees(target);
    },
    press: async (target, limitMs) => {
      await awaitTarget([target], limitMs);
      await hands.press(target, limitMs);
    },
  };
};

/** The card for SELECCIONAR TODO: that of the plan, or any that fits. */
const cardFor = ({ wants }: VoterPlan, ballot: Ballot, random: Random) =>
  wants === undefined || wants.cardId === null
    ? chooseCard(ballot, random)
    : { cardId: wants.cardId, choices: wants.choices };

/** Marks, reviews and casts as planned; returns what was confirmed. */
const fillIn = async (tools: VoterTools, plan: VoterPlan, ballot: Ballot): Promise<Marks> => {
  const { hands, random, clock } = tools;
  const search = makeSearch(tools, ballot);
  const markAll = async (choices: readonly Choice[]): Promise<void> => {
    for (const choice of choices) await search.touchOption(choice);
  };
  const castFull = async (): Promise<void> => {
    await hands.press('vote');
    // A long review has parts: VOTAR is on the last one.
    await hands.awaitTarget(['review:change']);
    for (let turn = 0; turn < PAGES_MAX && !hands.sees('review:confirm'); turn++)
      await hands.press('page:next');
    await hands.press('review:confirm');
  };

  switch (plan.behaviour) {
    case 'leaves':
    case 'expires':
      return marksOf(ballot, []);
    case 'blank':
      await castFull();
      await hands.press('blank:null');
      return marksOf(ballot, []);
    case 'moreTime':
      await hands.press('time:more');
      break;
    case 'selectAll': {
      const card = cardFor(plan, ballot, random);
      if (card === null) break;
      await search.touchAll(card.cardId);
      await search.settleOnCards();
      await castFull();
      if (card.choices.length < positionsOf(ballot)) await hands.press('undervote:vote');
      return marksOf(ballot, card.choices);
    }
    case 'undervote':
    case 'completes': {
      const all = chooseFreely(ballot, random);
      const some = all.slice(0, Math.max(1, all.length - 1));
      await markAll(some);
      await castFull();
      if (some.length === positionsOf(ballot)) return marksOf(ballot, some);
      if (plan.behaviour === 'undervote' || all.length === some.length) {
        await hands.press('undervote:vote');
        return marksOf(ballot, some);
      }
      await hands.press('undervote:complete');
      await markAll(all.slice(some.length));
      await castFull();
      if (all.length < positionsOf(ballot)) await hands.press('undervote:vote');
      return marksOf(ballot, all);
    }
    case 'changesMind': {
      const first = chooseFreely(ballot, random);
      await markAll(first);
      await hands.press('vote');
      await wait(clock, PAUSE_TO_READ_MS);
      await hands.press('review:change');
      const other = chooseFreely(ballot, random);
      await markAll(first);
      await markAll(other);
      await castFull();
      if (other.length < positionsOf(ballot)) await hands.press('undervote:vote');
      return marksOf(ballot, other);
    }
    case 'full':
      break;
  }
  const choices = plan.wants?.choices ?? chooseFreely(ballot, random);
  await markAll(choices);
  await castFull();
  if (choices.length < positionsOf(ballot)) await hands.press('undervote:vote');
  return marksOf(ballot, choices);
};

/** What may be shown while the record is on its way. */
const AFTER_CAST = [
  OVER,
  'paper:reject',
  'paper:accept',
  'paper:folded',
  'paper:inBox',
  'paper:taken',
  'paper:something',
] as const;

/**
 * Follows the paper until the voter may go. `again`: the ballot has to be filled in again; `expired`: the
 * time was over before the machine had the confirmation, and the screen said that the vote is null.
 */
const followPaper = async (
  tools: VoterTools,
  plan: VoterPlan,
  mayReject: boolean,
): Promise<'done' | 'expired' | 'again'> => {
  const { hands, mouth } = tools;
  let rejected = false;
  let end: 'done' | 'expired' = 'done';
  for (;;) {
    // An empty ballot is shown again after a rejected paper alone.
    const shown = await hands.awaitTarget(rejected ? ['vote', ...AFTER_CAST] : AFTER_CAST);
    switch (shown) {
      case OVER:
        end = 'expired';
        await hands.press(OVER);
        break;
      case 'paper:reject':
        if (plan.rejects && mayReject) {
          await hands.press('paper:reject');
          rejected = true;
          break;
        }
        await hands.press('paper:accept');
        mouth.dropIntoBox();
        return end;
      case 'paper:accept':
        await hands.press('paper:accept');
        mouth.dropIntoBox();
        return end;
      case 'paper:something':
        await hands.press(mouth.showsPaper() ? 'paper:something' : 'paper:nothing');
        break;
      case 'paper:folded':
        mouth.foldIntoEnvelope();
        await hands.press('paper:folded');
        break;
      case 'paper:inBox':
        mouth.dropIntoBox();
        await hands.press('paper:inBox');
        return end;
      case 'paper:taken':
        mouth.dropIntoBox();
        await hands.press('paper:taken');
        return end;
      case 'vote':
        return 'again';
    }
  }
};

/**
 * A whole visit to the booth. For a voter who leaves, only the walk up to the ballot: the officer
 * does the rest.
 */
export const visitBooth = async (
  tools: VoterTools,
  plan: VoterPlan,
  ballot: Ballot,
  locale: string,
): Promise<Marks> => {
  const { hands } = tools;
  await hands.awaitTarget(['vote']);
  if (plan.locale !== locale) await hands.press(`language:${plan.locale}`);
  const fill = (): Promise<Marks> =>
    fillIn({ ...tools, hands: untilTimeIsOver(hands) }, plan, ballot).catch((error: unknown) => {
      if (error instanceof TimeOver) return marksOf(ballot, []);
      throw error;
    });
  let marks = await fill();
  if (plan.behaviour === 'leaves') return marks;
  let end = await followPaper(tools, plan, true);
  if (end === 'again') {
    marks = await fill();
    end = await followPaper(tools, plan, false);
  }
  return end === 'expired' ? marksOf(ballot, []) : marks;
};
