/**
 * A voter at the ballot: looks at what is shown, does the next thing towards what this voter wants,
 * and confirms only what the review says.
 */
import type { Marks } from '#firmware/election/ballot.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import { optionWithCard } from '#firmware/screen/ballot-parts.ts';
import { type Choice, makeSearch } from '../../day/voter.ts';
import type { Company } from './company.ts';
import { showToken } from './officers.ts';
import { noMarks, sameMarks, type Visitor } from './visitor.ts';

/** Parts of a long review. */
const PARTS_MAX = 40;
const READING_MS = 1_500;
const IDLE_MS = 5_000;

export const BALLOT_TARGETS = [
  'vote',
  'review:change',
  'undervote:vote',
  'blank:null',
  'card:close',
] as const;

/** The marks as the review tells them, in either language; null: it is not the review. */
const readReview = ({ site }: Company, { ballot }: Visitor): Marks | null => {
  const { definition } = site.options;
  const told = site.board.devices.glass.scene()?.announcement ?? [];
  const marks: (readonly number[])[] = [];
  for (const { contest, options } of ballot.contests) {
    const found = (['es', 'en'] as const).flatMap((locale) => {
      const names = options.map((option) => optionWithCard(definition, locale, ballot, option));
      return Array.from({ length: contest.votes + 1 }, (_, marked) => {
        const of = ballotText(locale, 'ofPositions', { marked, positions: contest.votes });
        const head = `${contest.name[locale]}, ${of}: `;
        const line = told.find((each) => each.startsWith(head));
        if (line === undefined) return [];
        const chosen = marked === 0 ? [] : line.slice(head.length).split('; ');
        return [chosen.map((name) => names.indexOf(name)).sort((a, b) => a - b)];
      }).flat();
    })[0];
    if (found === undefined) return null;
    marks.push(found);
  }
  return marks;
};

/** What has to be touched so that the marks become those wanted: first those to be taken away. */
const differences = (from: Marks, to: Marks): readonly Choice[] => {
  const only = (a: Marks, b: Marks): readonly Choice[] =>
    a.flatMap((options, contest) =>
      options
        .filter((option) => !(b[contest] ?? []).includes(option))
        .map((option) => ({ contest, option })),
    );
  return [...only(from, to), ...only(to, from)];
};

const toggled = (marks: Marks, { contest, option }: Choice): Marks =>
  marks.map((options, index) => {
    if (index !== contest) return options;
    const others = options.filter((each) => each !== option);
    return others.length < options.length ? others : [...options, option].sort((a, b) => a - b);
  });

const atCards = async (company: Company, visitor: Visitor): Promise<void> => {
  const { hands, site } = company;
  const { plan, ballot } = visitor;
  const wanted = visitor.firstIntent ?? visitor.intent;
  const search = makeSearch(
    { clock: site.clock, hands, random: site.random, mouth: site.room.mouth },
    ballot,
  );
  visitor.shown = null;
  visitor.believed ??= noMarks(ballot);
  if (plan.behaviour === 'selectAll' && sameMarks(visitor.believed, noMarks(ballot))) {
    const cards = new Set(
      wanted.flatMap((options, contest) =>
        options.map((option) => ballot.contests[contest]?.options[option]?.cardId ?? ''),
      ),
    );
    const [card] = cards;
    if (card !== undefined && cards.size === 1) {
      await search.touchAll(card);
      visitor.believed = wanted;
    }
  }
  for (const choice of differences(visitor.believed, wanted)) {
    await search.touchOption(choice);
    visitor.believed = toggled(visitor.believed, choice);
  }
  await search.settleOnCards();
  await hands.press('vote');
};

const atReview = async (company: Company, visitor: Visitor): Promise<void> => {
  const { hands, pause } = company;
  await pause(READING_MS);
  const shown = readReview(company, visitor);
  // Somebody else's touch, or the screen went on.
  if (shown === null) return;
  visitor.shown = shown;
  visitor.believed = shown;
  const wanted = visitor.firstIntent ?? visitor.intent;
  if (!sameMarks(shown, wanted) || visitor.firstIntent !== null) {
    if (sameMarks(shown, wanted)) visitor.firstIntent = null;
    await hands.press('review:change');
    return;
  }
  for (let part = 0; part < PARTS_MAX && !hands.sees('review:confirm'); part++)
    await hands.press('page:next');
  // From the touch on the vote may be stored: what follows tells whether it was.
  visitor.confirmed = shown;
  await hands.press('review:confirm');
  await pause(500);
};

/** A message with two ways: on, when all is as wanted, or back. */
const atMessage = async (
  { hands, pause }: Company,
  visitor: Visitor,
  on: string,
  back: string,
): Promise<void> => {
  await pause(READING_MS);
  const wanted = visitor.firstIntent ?? visitor.intent;
  const good = visitor.shown !== null && sameMarks(visitor.shown, wanted);
  if (good) visitor.confirmed = visitor.shown;
  await hands.press(good ? on : back);
  await pause(500);
};

/** The ballot is on the screen: nothing is cast. */
export const attendBallot = async (company: Company, visitor: Visitor | null): Promise<void> => {
  const { hands, pause, site } = company;
  if (visitor !== null) visitor.confirmed = null;
  if (visitor === null || !visitor.there) return showToken(company);
  const { plan } = visitor;
  if (plan.behaviour === 'leaves') {
    site.count('voter.leaves');
    site.story.tell(`voter ${visitor.number} leaves`);
    visitor.there = false;
    return;
  }
  if (plan.behaviour === 'expires') return pause(IDLE_MS);
  if (hands.sees('time:more')) return hands.press('time:more');
  const language = `language:${plan.locale}`;
  if (!visitor.languageChosen && plan.locale !== site.locale && hands.sees(language)) {
    visitor.languageChosen = true;
    return hands.press(language);
  }
  if (hands.sees('undervote:vote'))
    return atMessage(company, visitor, 'undervote:vote', 'undervote:complete');
  if (hands.sees('blank:null')) return atMessage(company, visitor, 'blank:null', 'blank:select');
  return hands.sees('review:change') ? atReview(company, visitor) : atCards(company, visitor);
};
