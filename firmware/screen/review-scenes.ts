/** The review before the vote, and the messages about what is not marked or can not be marked. */

import type { BallotView, StageOf } from '#firmware/booth/state.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box, Scene } from '#hal/scene.ts';
import {
  BALLOT_SCENE,
  type BallotContext,
  ballotHeader,
  cardOf,
  chosenInWords,
  chosenNames,
  organisationOf,
  timeWords,
  unmarkedWords,
} from './ballot-parts.ts';
import { pagingPart, pagingWidth } from './cards-scene.ts';
import { areasOf, makeScene, sayIn, type View } from './frame.ts';
import { gridOf, inset, MIN_GAP_MM, sizeThatFits } from './measure.ts';
import { type Notice, noticeScene } from './notice.ts';
import {
  button,
  grouped,
  joined,
  label,
  NOTHING,
  nameFits,
  type Part,
  type Sentence,
  said,
  stack,
} from './parts.ts';
import {
  entryHeight,
  REVIEW_PADDING_MM,
  type ReviewEntry,
  type ReviewLayout,
  reviewLayout,
  sentencesOf,
  textWidthIn,
} from './review-layout.ts';

const TITLE_SIZE_MM = 6.4;
const ENTRY_TITLE_MM = 4;
const ENTRY_ROW_MM = 5;
/** A contest is not stretched to more than this many times the height that it needs. */
const STRETCH_MOST = 1.9;

const entryOf = (
  { view, stage }: BallotContext,
  contestIndex: number,
  whole: boolean,
): ReviewEntry => {
  const { look, state } = view;
  const { ballot } = stage.attempt;
  const contest = ballot.contests[contestIndex]?.contest;
  if (contest === undefined) throw new Error(`no contest ${contestIndex}`);
  const names = chosenNames(view, ballot, stage.marks, contestIndex, whole);
  const unmarked = contest.votes - names.length;
  const chosen = names.map((words): Sentence => ({ words, size: ENTRY_ROW_MM, bold: true }));
  const left: Sentence = {
    words: unmarkedWords(state.locale, unmarked),
    size: ENTRY_ROW_MM,
    colour: look.colours.danger,
  };
  return {
    title: { words: contest.name[state.locale], size: ENTRY_TITLE_MM, colour: look.colours.quiet },
    complete: unmarked === 0,
    rows: unmarked === 0 ? chosen : [...chosen, left],
  };
};

const entryPart = ({ look }: View, entry: ReviewEntry, box: Box): Part => {
  const { colours } = look;
  const inner = { ...inset(box, REVIEW_PADDING_MM), width: textWidthIn(box.width) };
  const line = entry.complete ? colours.chosenLine : colours.danger;
  const surface = {
    box,
    fill: colours.surface,
    border: { colour: line, width: 0.5 },
    radius: 2,
    tick: entry.complete,
  };
  return joined({ nodes: [surface], spoken: [] }, stack(look, sentencesOf(entry), inner));
};

/** One column: what is left of the height goes to all in proportion. */
const columnPart = (view: View, column: readonly ReviewEntry[], box: Box): Part => {
  const heights = column.map((entry) => entryHeight(entry, box.width, view.look));
  const needed = heights.reduce((sum, height) => sum + height, 0);
  const free = box.height - (column.length - 1) * MIN_GAP_MM;
  const stretch = Math.min(STRETCH_MOST, free / Math.max(needed, 1));
  let y = box.y;
  return joined(
    ...column.map((entry, index) => {
      const height = (heights[index] ?? 0) * stretch;
      const part = entryPart(view, entry, { ...box, y, height });
      y += height + MIN_GAP_MM;
      return part;
    }),
  );
};

const entriesOf = (context: BallotContext, whole: boolean): readonly ReviewEntry[] =>
  context.stage.attempt.ballot.contests.map((_, index) => entryOf(context, index, whole));

/** With whole names of organisations, where that makes it no longer. */
const layoutOf = (context: BallotContext, body: Box): ReviewLayout => {
  const { look } = context.view;
  const plain = reviewLayout(entriesOf(context, false), body, look);
  const named = reviewLayout(entriesOf(context, true), body, look);
  return named.whole && named.parts.length <= plain.parts.length ? named : plain;
};

/** Change, parts, and VOTAR on the last part: nobody votes for what was not shown. */
const reviewFooter = (context: BallotContext, footer: Box, part: number, parts: number): Part => {
  const { look, state } = context.view;
  const say = sayIn(state.locale);
  const paging = pagingWidth(look, parts, footer);
  const turning = paging === 0 ? 0 : paging + MIN_GAP_MM;
  const rest = { ...footer, x: footer.x + turning, width: footer.width - turning };
  const [left = rest, right = rest] = gridOf(rest, 2, 1);
  const change = nameFits(look, say('reviewChange'), left) ? say('reviewChange') : say('change');
  const words = say('reviewChange');
  return joined(
    grouped('change', button(look, 'review:change', change, left, 'plain', { size: 6, words })),
    pagingPart(context, footer, part, parts),
    part === parts - 1
      ? grouped(
          'confirm',
          button(look, 'review:confirm', say('vote'), right, 'primary', { size: 7 }),
        )
      : NOTHING,
  );
};

const reviewScene = (context: BallotContext): Scene => {
  const { view, stage } = context;
  const { look, panel } = view;
  const say = sayIn(view.state.locale);
  const { main, footer } = areasOf(panel);
  const title = say('reviewTitle');
  // Small panels need all their height for what is chosen.
  const titleSize = Math.min(TITLE_SIZE_MM * look.scale, main.height * TITLE_SHARE);
  const titleBox = { ...main, height: titleSize * 1.35 };
  const titled =
    titleSize >= look.least && sizeThatFits(title, titleBox, titleSize, look.least, true) !== null;
  const used = titled ? titleBox.height + 1 : 0;
  const body = { ...main, y: main.y + used, height: main.height - used };
  const layout = layoutOf(context, body);
  const parts = Math.max(1, layout.parts.length);
  const part = Math.min(stage.part, parts - 1);
  const columns = layout.parts[part] ?? [];
  const cells = gridOf(body, layout.columns, 1);
  const content = joined(
    titled
      ? label(look, title, titleBox, { size: titleSize / look.scale, bold: true })
      : said(title),
    ...columns.map((column, index) => columnPart(view, column, cells[index] ?? body)),
    reviewFooter(context, footer, part, parts),
  );
  return makeScene(view, BALLOT_SCENE, ballotHeader(context), content, {
    announcement: [
      title,
      ...chosenInWords(context),
      ...(parts > 1 ? [say('pageOf', { page: part + 1, pages: parts })] : []),
      say('howToVote', { vote: say('vote'), change: say('reviewChange') }),
    ],
    status: timeWords(context),
    start: 'review:change',
  });
};

const TITLE_SHARE = 0.1;

/** Does every contest have room, on however many parts? */
export const reviewFits = (context: BallotContext): boolean => {
  const { main } = areasOf(context.view.panel);
  return reviewLayout(entriesOf(context, false), main, context.view.look).parts.length <= MAX_PARTS;
};

/** More parts than this nobody looks through. */
const MAX_PARTS = 40;

type Refused = Extract<BallotView, { kind: 'refused' }>;

const refusedNotice = ({ view, stage }: BallotContext, { why }: Refused): Notice => {
  const { locale } = view.state;
  const say = sayIn(locale);
  const { ballot } = stage.attempt;
  const contest = ballot.contests[why.contestIndex]?.contest.name[locale] ?? '';
  const choices = [
    { action: 'message:dismiss', words: say('understood'), look: 'primary' },
  ] as const;
  switch (why.kind) {
    case 'contestFull': {
      const title =
        why.positions === 1
          ? say('refusedFullOne')
          : say('refusedFullMany', { count: why.positions });
      return { title, lines: [contest, say('refusedFullHelp')], choices, tone: 'warning' };
    }
    case 'sameCandidate': {
      const card =
        why.otherCardId === null
          ? ballotText(locale, 'card')
          : organisationOf(view.definition, cardOf(ballot, why.otherCardId)).shortName;
      const title = say('refusedSame', { card });
      return { title, lines: [contest, say('refusedSameHelp')], choices, tone: 'warning' };
    }
    case 'noRoomForCard':
      return {
        title: say('refusedRoom'),
        lines: [contest, say('refusedRoomHelp')],
        choices,
        tone: 'warning',
      };
  }
};

const undervoteNotice = ({ view }: BallotContext, positions: number): Notice => {
  const say = sayIn(view.state.locale);
  return {
    title: positions === 1 ? say('undervoteOne') : say('undervoteMany', { count: positions }),
    lines: [say('undervoteMeaning')],
    choices: [
      { action: 'undervote:complete', words: say('undervoteComplete'), look: 'primary' },
      { action: 'undervote:vote', words: say('vote'), look: 'plain' },
    ],
    tone: 'warning',
  };
};

const blankNotice = ({ view }: BallotContext): Notice => {
  const say = sayIn(view.state.locale);
  return {
    title: say('blank'),
    lines: [say('blankMeaning')],
    choices: [
      { action: 'blank:select', words: say('blankSelect'), look: 'primary' },
      { action: 'blank:null', words: say('blankNull'), look: 'plain' },
    ],
    tone: 'warning',
  };
};

/** Everything of the ballot but the cards themselves. */
export const reviewOrMessage = (
  view: View,
  stage: StageOf<'ballot'>,
  shown: Exclude<BallotView, { kind: 'cards' | 'card' }>,
): Scene => {
  const context = { view, stage };
  const message = (notice: Notice): Scene =>
    noticeScene(view, BALLOT_SCENE, {
      ...notice,
      heard: timeWords(context),
      header: ballotHeader(context),
    });
  switch (shown.kind) {
    case 'review':
      return reviewScene(context);
    case 'undervote':
      return message(undervoteNotice(context, shown.positions));
    case 'blank':
      return message(blankNotice(context));
    case 'refused':
      return message(refusedNotice(context, shown));
  }
};
