/** The review before the vote, and the messages about what is not marked or can not be marked. */

import type { BallotView, StageOf } from '#firmware/booth/state.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box, Colour, Scene } from '#hal/scene.ts';
import {
  type BallotContext,
  cardOf,
  chosenNames,
  organisationOf,
  unmarkedWords,
} from './ballot-parts.ts';
import { BALLOT_SCENE, ballotHeader } from './ballot-scenes.ts';
import { areasOf, sayIn, type View } from './frame.ts';
import { gridOf, inset, LINE_HEIGHT, MIN_GAP_MM, MIN_TEXT_MM, type PanelSize } from './measure.ts';
import { type Notice, noticeScene } from './notice.ts';
import { button, COLOURS, field, joined, label, makeScene, type Part } from './parts.ts';

const TITLE_MM = 9;
const PADDING_MM = 1.2;
const LINE_MM = LINE_HEIGHT * MIN_TEXT_MM;
const MAX_COLUMNS = 4;

type ReviewRow = { readonly words: string; readonly colour: Colour; readonly bold: boolean };

/** One contest of the review: its name, what is chosen, what is not. */
type ReviewEntry = {
  readonly title: string;
  readonly complete: boolean;
  readonly rows: readonly ReviewRow[];
};

const entryOf = ({ view, stage }: BallotContext, contestIndex: number): ReviewEntry => {
  const { locale } = view.state;
  const { ballot } = stage.attempt;
  const contest = ballot.contests[contestIndex]?.contest;
  if (contest === undefined) throw new Error(`no contest ${contestIndex}`);
  const names = chosenNames(view, ballot, stage.marks, contestIndex);
  const unmarked = contest.votes - names.length;
  const chosen = names.map((words) => ({ words, colour: COLOURS.ink, bold: true }));
  const left = { words: unmarkedWords(locale, unmarked), colour: COLOURS.danger, bold: false };
  return {
    title: contest.name[locale],
    complete: unmarked === 0,
    rows: unmarked === 0 ? chosen : [...chosen, left],
  };
};

/** Lines of an entry, its name among them. */
const linesOf = (entry: ReviewEntry): number => entry.rows.length + 1;

const leastHeight = (entry: ReviewEntry): number => linesOf(entry) * LINE_MM + 2 * PADDING_MM;

const entryPart = ({ title, complete, rows }: ReviewEntry, box: Box): Part => {
  const inner = inset(box, PADDING_MM);
  const room = Math.max(2, Math.floor((inner.height + 1e-6) / LINE_MM));
  const shown =
    rows.length < room
      ? rows
      : [...rows.slice(0, room - 2), { words: '…', colour: COLOURS.ink, bold: true }];
  const height = Math.min(9, inner.height / (shown.length + 1));
  const at = (line: number): Box => ({ ...inner, y: inner.y + line * height, height });
  return joined(
    field(box, COLOURS.surface, complete ? COLOURS.chosenLine : COLOURS.danger),
    label(title, at(0), { size: 4.4, colour: COLOURS.quiet }),
    ...shown.map(({ words, colour, bold }, row) =>
      label(words, at(row + 1), { size: 5, bold, colour }),
    ),
  );
};

/** Entries in columns of about the same length, in order. */
const inColumns = (
  entries: readonly ReviewEntry[],
  columns: number,
): readonly (readonly ReviewEntry[])[] => {
  const total = entries.reduce((sum, entry) => sum + leastHeight(entry), 0);
  const made: ReviewEntry[][] = Array.from({ length: columns }, () => []);
  let before = 0;
  for (const entry of entries) {
    const middle = before + leastHeight(entry) / 2;
    made[Math.min(columns - 1, Math.floor((middle * columns) / total))]?.push(entry);
    before += leastHeight(entry);
  }
  return made.filter((column) => column.length > 0);
};

const columnNeeds = (column: readonly ReviewEntry[]): number =>
  column.reduce((sum, entry) => sum + leastHeight(entry), 0) + (column.length - 1) * MIN_GAP_MM;

/** One column below the other's side; what is left of the height goes to all in proportion. */
const columnPart = (column: readonly ReviewEntry[], box: Box): Part => {
  const gaps = (column.length - 1) * MIN_GAP_MM;
  const stretch = (box.height - gaps) / (columnNeeds(column) - gaps);
  let y = box.y;
  const parts = column.map((entry) => {
    const height = leastHeight(entry) * stretch;
    const part = entryPart(entry, { ...box, y, height });
    y += height + MIN_GAP_MM;
    return part;
  });
  return joined(...parts);
};

const reviewBody = (panel: PanelSize): Box => {
  const { main } = areasOf(panel);
  return { ...main, y: main.y + TITLE_MM, height: main.height - TITLE_MM };
};

/** The fewest columns in which all entries have room; null when there is no such arrangement. */
const arrange = (
  entries: readonly ReviewEntry[],
  body: Box,
): readonly (readonly ReviewEntry[])[] | null => {
  const most = Math.min(MAX_COLUMNS, entries.length);
  const choices = Array.from({ length: most }, (_, index) => inColumns(entries, index + 1));
  return choices.find((made) => made.every((column) => columnNeeds(column) <= body.height)) ?? null;
};

/** Is there room to review contests of so many positions each, all of them marked? */
export const reviewFits = (positions: readonly number[], panel: PanelSize): boolean => {
  const row: ReviewRow = { words: '', colour: COLOURS.ink, bold: true };
  const entries = positions.map((votes): ReviewEntry => {
    return { title: '', complete: true, rows: Array.from({ length: votes }, () => row) };
  });
  return arrange(entries, reviewBody(panel)) !== null;
};

const reviewScene = (context: BallotContext): Scene => {
  const { view, stage } = context;
  const say = sayIn(view.state.locale);
  const { main, footer } = areasOf(view.panel);
  const entries = stage.attempt.ballot.contests.map((_, index) => entryOf(context, index));
  const body = reviewBody(view.panel);
  const columns = arrange(entries, body) ?? inColumns(entries, MAX_COLUMNS);
  const cells = gridOf(body, columns.length, 1);
  const [left = footer, right = footer] = gridOf(footer, 2, 1);
  return makeScene(
    BALLOT_SCENE,
    joined(
      ballotHeader(context),
      label(say('reviewTitle'), { ...main, height: TITLE_MM }, { size: 6.4, bold: true }),
      ...columns.map((column, index) => columnPart(column, cells[index] ?? body)),
      button('review:change', say('reviewChange'), left, 'plain', 6),
      button('review:confirm', say('vote'), right, 'primary', 7),
    ),
  );
};

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
    noticeScene(view, BALLOT_SCENE, { ...notice, header: ballotHeader(context) });
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
