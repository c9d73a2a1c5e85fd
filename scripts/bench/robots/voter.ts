/**
 * A robot as a voter of the precinct, with the operator beside: the ID on the keypad, the finger on the
 * reader, a card and its candidates on the screen, the paper into the box. It reads display and screen
 * as a person does.
 */
import type { StageOf } from '#firmware/booth/state.ts';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import { optionsOfCard } from '#firmware/election/contest-rules.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { readDisplay } from '../display.ts';
import { fingerOf } from '../people.ts';
import type { Session } from '../session.ts';
import { makeEyes } from './eyes.ts';
import { inSightOf, makeRobotHands } from './hands.ts';

const KEY_MS = 70;
/** The display asks for a number for so long after one was typed: it was taken for nothing, and is typed again. */
const TAKEN_FOR_NOTHING_MS = 8_000;
const TYPED_MOST = 3;
const FINGER_REST_MS = 3_500;
const HAND_MS = 700;
/** Turning pages more often than this means being lost. */
const PAGES_MAX = 120;

export type RobotVote = { readonly styleId: string; readonly marks: Marks };

/** Cards whose options fit whole, those with the most options first. */
const fittingCards = (ballot: Ballot): readonly string[] => {
  const count = (cardId: string): number => optionsOfCard(ballot, cardId).length;
  return ballot.cards
    .map(({ id }) => id)
    .filter((id) => count(id) > 0 && fits(ballot, id))
    .sort((a, b) => count(b) - count(a));
};

const fits = (ballot: Ballot, cardId: string): boolean =>
  ballot.contests.every(
    ({ contest, options }) =>
      options.filter((option) => option.cardId === cardId).length <= contest.votes,
  );

const marksOfCard = (ballot: Ballot, cardId: string): Marks =>
  ballot.contests.map(({ options }) =>
    options.flatMap((option, index) => (option.cardId === cardId ? [index] : [])),
  );

const optionTargets = (marks: Marks): readonly string[] =>
  marks.flatMap((options, contest) => options.map((option) => `option:${contest}:${option}`));

/** One voter's visit; what was voted is known to the voter alone, and returned. */
export const runVoter = async (
  session: Session,
  voterId: string,
  stopped: () => boolean,
  pick: (count: number) => number,
): Promise<RobotVote> => {
  const { prepared, machine, papers, people } = session;
  const { definition, pollbook } = prepared.given;
  const { lcd, keypad, glass } = machine.devices;
  const eyes = await makeEyes(machine.screen, definition, prepared.locale);
  const hands = makeRobotHands(eyes, glass, stopped, () => inSightOf(session), machine.slowness);
  const entry = pollbook.voters.find(({ nationalId }) => nationalId === voterId);
  const finger = fingerOf(people, voterId, 'clean');
  if (entry === undefined || finger === null) throw new Error(`no voter ${voterId} is here`);
  const shows = (...wanted: readonly string[]): Promise<string> =>
    hands.untilSeen(`the display to say ${wanted.join(' or ')}`, () => {
      const keys = readDisplay(lcd).keys;
      return wanted.find((each) => keys.some((key) => key === each)) ?? null;
    });

  // At the table.
  await shows('askId');
  const asking = readDisplay(lcd).lines.join();
  const keys = [
    ...(voterId.startsWith('E') ? ['plus'] : []),
    ...voterId.replace(/\D/g, ''),
    'enter',
  ] as readonly StationKey[];
  /** A reader that did not answer in time sends the operator back to the number. */
  const leadsTo = (wanted: string): Promise<boolean> => {
    let otherwiseMs = performance.now();
    return hands.untilSeen(`the display to say ${wanted}`, () => {
      const { keys: shown, lines } = readDisplay(lcd);
      if (shown.some((key) => key === wanted)) return true;
      if (lines.join() !== asking) otherwiseMs = performance.now();
      return performance.now() - otherwiseMs > TAKEN_FOR_NOTHING_MS ? false : null;
    });
  };
  const isAdmitted = async (): Promise<boolean> => {
    for (const key of keys) {
      keypad.press(key);
      await hands.pause(KEY_MS);
    }
    if (!(await leadsTo('placeFinger'))) return false;
    session.placeFinger(finger, FINGER_REST_MS);
    return leadsTo('atBooth1');
  };
  for (let typed = 1; !(await isAdmitted()); typed++)
    if (typed === TYPED_MOST) throw new Error(`${voterId} was typed ${typed} times for nothing`);

  // At the booth.
  const ballot = resolveBallot(definition, entry.ballotStyleId);
  const cards = fittingCards(ballot);
  const cardId = cards[pick(cards.length)] ?? '';
  const marks = marksOfCard(ballot, cardId);
  const left = ballot.contests.reduce(
    (sum, { contest }, index) => sum + contest.votes - (marks[index]?.length ?? 0),
    0,
  );
  const attempt = { ballot, rejectedOnce: false };
  const none: Marks = ballot.contests.map(() => []);
  const at = (
    view: StageOf<'ballot'>['view'],
    marked: Marks,
    page = 0,
    part = 0,
  ): StageOf<'ballot'> => ({
    name: 'ballot',
    attempt,
    marks: marked,
    page,
    part,
    view,
    time: 'running',
    extended: false,
    officer: null,
  });
  let page = 0;
  for (; page < PAGES_MAX; page++) {
    const cardsPage = at({ kind: 'cards' }, none, page);
    if (eyes.expects(cardsPage, `card:${cardId}`)) break;
    await hands.press(cardsPage, 'page:next');
  }
  await hands.press(at({ kind: 'cards' }, none, page), `card:${cardId}`);
  const card = at({ kind: 'card', cardId }, none, page);
  // A card with a single option has nothing to select together.
  const targets = eyes.expects(card, `all:${cardId}`) ? [`all:${cardId}`] : optionTargets(marks);
  for (const target of targets) await hands.press(card, target);
  await hands.press(at({ kind: 'card', cardId }, marks, page), 'card:close');
  await hands.press(at({ kind: 'cards' }, marks, page), 'vote');
  for (let part = 0; part < PAGES_MAX; part++) {
    const review = at({ kind: 'review' }, marks, page, part);
    if (eyes.expects(review, 'review:confirm')) {
      await hands.press(review, 'review:confirm');
      break;
    }
    await hands.press(review, 'page:next');
  }
  if (left > 0)
    await hands.press(at({ kind: 'undervote', positions: left }, marks, page), 'undervote:vote');

  // The paper.
  if (definition.rules.verifyPaper)
    await hands.press({ name: 'verifying', attempt, left: false, canReject: true }, 'paper:accept');
  const paper = await hands.untilSeen(
    'the paper',
    () => papers.list().findLast(({ place }) => place === 'tray') ?? null,
  );
  await hands.pause(HAND_MS);
  papers.move(paper.id, 'box');
  if (!definition.rules.verifyPaper)
    await hands.press({ name: 'takePaper', left: false }, 'paper:taken');
  await shows('askId');
  return { styleId: ballot.styleId, marks };
};
