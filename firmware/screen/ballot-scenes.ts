/**
 * The ballot: pages of party cards, one card with its list and candidates, the review, and the
 * messages. All of them go by one name, since the name of a scene may be written down and must not
 * say what a voter does.
 */

import type { StageOf } from '#firmware/booth/state.ts';
import { optionsOfCard } from '#firmware/election/contest-rules.ts';
import type { PartyCard } from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box, Scene } from '#hal/scene.ts';
import {
  allianceOf,
  type BallotContext,
  cardOf,
  markedOnCard,
  optionName,
  organisationOf,
  selectionStrip,
} from './ballot-parts.ts';
import { areasOf, headerOf, sayIn, type View, warningHeader } from './frame.ts';
import {
  cellsThatFit,
  fits,
  fitText,
  gridOf,
  inset,
  MIN_GAP_MM,
  MIN_TARGET_MM,
  MIN_TEXT_MM,
  type PanelSize,
  textWidth,
} from './measure.ts';
import {
  button,
  COLOURS,
  field,
  joined,
  label,
  makeScene,
  NOTHING,
  type Part,
  silentLabel,
} from './parts.ts';

export const BALLOT_SCENE = 'ballot';

/** The usual header, or the warning that the time runs out. */
export const ballotHeader = ({ view, stage }: BallotContext): Part =>
  stage.time === 'warned'
    ? warningHeader(view, !stage.extended && view.definition.rules.extensionMs > 0)
    : headerOf(view);

const VOTE_WIDTH_MM = 36;
const BACK_WIDTH_MM = 36;
const PAGE_BUTTON_WIDTH_MM = 24;
const PAGE_LABEL_WIDTH_MM = 14;

// ---------------------------------------------------------------- pages of cards

const CELL_LEAST_MM = 31;
const CELL_HEIGHT_MM = 12.8;
const CELL_PADDING_MM = 1;
const EMBLEM_MM = 6.4;
const NAME_SHARE = 0.5;
const NAME_SIZE_MM = 4.4;

/** How the cards lie on a panel: the same on every page. */
export type CardLayout = {
  readonly columns: number;
  readonly rows: number;
  readonly pages: number;
};

/** Columns wide enough for the longest short name, and as many rows as fit. */
export const cardLayout = (
  shortNames: readonly string[],
  panel: PanelSize,
  cards: number,
): CardLayout => {
  const { main } = areasOf(panel);
  const longest = Math.max(0, ...shortNames.map((name) => textWidth(name, MIN_TEXT_MM, true)));
  const least = Math.max(CELL_LEAST_MM, longest + 2 * CELL_PADDING_MM);
  const columns = cellsThatFit(main.width, Math.min(least, main.width));
  const rows = cellsThatFit(main.height, CELL_HEIGHT_MM);
  return { columns, rows, pages: Math.max(1, Math.ceil(cards / (columns * rows))) };
};

/** Where emblem and short name lie in a cell, and in which size the name stands. */
type CellLook = {
  readonly beside: boolean;
  readonly size: number;
};

const cellParts = (inner: Box, beside: boolean): { readonly emblem: Box; readonly name: Box } => {
  if (beside) {
    const x = inner.x + inner.height + CELL_PADDING_MM;
    const width = inner.width - inner.height - CELL_PADDING_MM;
    return {
      emblem: { ...inner, width: inner.height },
      name: { x, y: inner.y, width, height: inner.height * NAME_SHARE },
    };
  }
  const under = inner.y + EMBLEM_MM;
  return {
    emblem: { ...inner, width: EMBLEM_MM, height: EMBLEM_MM },
    name: { ...inner, y: under, height: inner.y + inner.height - under },
  };
};

/**
 * One look for all cards of a ballot, so that none stands out: a large emblem with the name beside it
 * where every name fits there, else a small one with the name under it; all names in one size.
 */
const cellLook = (shortNames: readonly string[], cell: Box): CellLook => {
  const inner = inset(cell, CELL_PADDING_MM);
  const { name } = cellParts(inner, true);
  const beside = shortNames.every((each) => fits(each, name, MIN_TEXT_MM, true));
  const box = cellParts(inner, beside).name;
  const sizes = shortNames.map((each) => fitText(each, box, NAME_SIZE_MM, true).height);
  return { beside, size: Math.min(NAME_SIZE_MM, ...sizes) };
};

const cardCell = (context: BallotContext, card: PartyCard, box: Box, look: CellLook): Part => {
  const { view, stage } = context;
  const { definition, state } = view;
  const organisation = organisationOf(definition, card);
  const alliance = allianceOf(definition, card);
  const chosen = markedOnCard(stage.attempt.ballot, stage.marks, card.id) > 0;
  const { emblem, name } = cellParts(inset(box, CELL_PADDING_MM), look.beside);
  // Cards of one alliance have a rim in one colour, so that they are seen as a group.
  const leader = definition.organisations.find((each) => each.id === alliance?.organisationIds[0]);
  const rim = leader?.colours[0] ?? COLOURS.line;
  const words = `${organisation.name}${chosen ? `, ${sayIn(state.locale)('chosen')}` : ''}`;
  return {
    nodes: [
      {
        box,
        fill: chosen ? COLOURS.chosen : COLOURS.surface,
        border: chosen
          ? { colour: COLOURS.chosenLine, width: 0.9 }
          : { colour: rim, width: alliance === undefined ? 0.3 : 0.8 },
        radius: 1.5,
        tick: chosen,
        target: `card:${card.id}`,
      },
      { box: emblem, emblem: { seed: organisation.id, colours: organisation.colours } },
      ...silentLabel(organisation.shortName, name, { size: look.size, bold: true }).nodes,
    ],
    spoken: [words],
  };
};

const pageButtons = (context: BallotContext, box: Box, page: number, pages: number): Part => {
  const say = sayIn(context.view.state.locale);
  const previous = { ...box, width: PAGE_BUTTON_WIDTH_MM };
  const between = { ...box, x: box.x + PAGE_BUTTON_WIDTH_MM, width: PAGE_LABEL_WIDTH_MM };
  const next = { ...previous, x: between.x + between.width };
  return joined(
    page > 0 ? button('page:previous', say('pagePrevious'), previous, 'plain', 4.4) : NOTHING,
    label(say('pageOf', { page: page + 1, pages }), between, {
      size: 4.4,
      align: 'centre',
      bold: true,
    }),
    page < pages - 1 ? button('page:next', say('pageNext'), next, 'plain', 4.4) : NOTHING,
  );
};

const voteButton = (context: BallotContext, footer: Box): Part => {
  const x = footer.x + footer.width - VOTE_WIDTH_MM;
  const words = sayIn(context.view.state.locale)('vote');
  return button('vote', words, { ...footer, x, width: VOTE_WIDTH_MM }, 'primary', 7);
};

const cardsScene = (context: BallotContext): Scene => {
  const { view, stage } = context;
  const { ballot } = stage.attempt;
  const { main, footer } = areasOf(view.panel);
  const names = ballot.cards.map((card) => organisationOf(view.definition, card).shortName);
  const { columns, rows, pages } = cardLayout(names, view.panel, ballot.cards.length);
  const page = Math.min(stage.page, pages - 1);
  const perPage = columns * rows;
  const shown = ballot.cards.slice(page * perPage, (page + 1) * perPage);
  const cells = gridOf(main, columns, rows);
  const look = cellLook(names, cells[0] ?? main);
  const paging = pages > 1 ? 2 * PAGE_BUTTON_WIDTH_MM + PAGE_LABEL_WIDTH_MM + MIN_GAP_MM : 0;
  const strip = {
    ...footer,
    x: footer.x + paging,
    width: footer.width - paging - VOTE_WIDTH_MM - MIN_GAP_MM,
  };
  return makeScene(
    BALLOT_SCENE,
    joined(
      ballotHeader(context),
      { nodes: [], spoken: [sayIn(view.state.locale)('chooseCards')] },
      ...shown.map((card, index) => cardCell(context, card, cells[index] ?? main, look)),
      pages > 1 ? pageButtons(context, footer, page, pages) : NOTHING,
      selectionStrip(context, strip),
      voteButton(context, footer),
    ),
  );
};

// ---------------------------------------------------------------- one card

const SIDE_SHARE = 0.27;
const SIDE_TEXT_MOST_MM = 34;
const OPTION_MOST_MM = 17;
const OPTION_WIDTH_LEAST_MM = 44;

type CardOption = { readonly contestIndex: number; readonly optionIndex: number };

const optionsInOrder = ({ stage }: BallotContext, cardId: string): readonly CardOption[] =>
  optionsOfCard(stage.attempt.ballot, cardId).flatMap((options, contestIndex) =>
    options.map((optionIndex) => ({ contestIndex, optionIndex })),
  );

/** Columns and rows in which so many targets lie in a box; null when they do not fit. */
export const optionGrid = (
  box: Box,
  count: number,
): { readonly columns: number; readonly rows: number } | null => {
  const mostRows = cellsThatFit(box.height, MIN_TARGET_MM);
  const columns = Math.ceil(count / mostRows);
  const rows = Math.ceil(count / columns);
  return columns <= cellsThatFit(box.width, OPTION_WIDTH_LEAST_MM) ? { columns, rows } : null;
};

/** Where options and SELECCIONAR TODO of a card lie. */
export const cardOptionArea = (panel: PanelSize): Box => {
  const { main } = areasOf(panel);
  const side = main.width * SIDE_SHARE;
  return { ...main, x: main.x + side + MIN_GAP_MM, width: main.width - side - MIN_GAP_MM };
};

const TICK_ROOM_MM = 9;

const optionPart = (context: BallotContext, option: CardOption, box: Box): Part => {
  const { view, stage } = context;
  const { locale } = view.state;
  const { contestIndex, optionIndex } = option;
  const contest = stage.attempt.ballot.contests[contestIndex];
  const found = contest?.options[optionIndex];
  if (contest === undefined || found === undefined) throw new Error('no such option');
  const chosen = (stage.marks[contestIndex] ?? []).includes(optionIndex);
  const inner = inset(box, 1.2);
  const words = { ...inner, x: inner.x + 1, width: inner.width - TICK_ROOM_MM };
  const name = optionName(view.definition, locale, found);
  const upper = { ...words, height: inner.height * 0.48 };
  const lower = { ...words, y: upper.y + upper.height, height: inner.height - upper.height };
  const spoken = `${name}, ${contest.contest.name[locale]}`;
  return {
    nodes: [
      {
        box,
        fill: chosen ? COLOURS.chosen : COLOURS.surface,
        border: chosen
          ? { colour: COLOURS.chosenLine, width: 0.9 }
          : { colour: COLOURS.quiet, width: 0.4 },
        radius: 1.5,
        tick: chosen,
        target: `option:${contestIndex}:${optionIndex}`,
      },
      ...silentLabel(name, upper, { size: 5, bold: true }).nodes,
      ...silentLabel(contest.contest.name[locale], lower, { size: 3.4, colour: COLOURS.quiet })
        .nodes,
    ],
    spoken: [chosen ? `${spoken}, ${sayIn(locale)('chosen')}` : spoken],
  };
};

const cardSide = ({ view }: BallotContext, card: PartyCard, box: Box): Part => {
  const organisation = organisationOf(view.definition, card);
  const alliance = allianceOf(view.definition, card);
  const inner = inset(box, 2);
  const emblemSize = Math.min(inner.width, inner.height * 0.45);
  const x = inner.x + (inner.width - emblemSize) / 2;
  const emblem = { x, y: inner.y, width: emblemSize, height: emblemSize };
  const group =
    alliance === undefined
      ? ''
      : ballotText(view.state.locale, 'alliance', { name: alliance.name });
  const parts = [
    { words: organisation.shortName, size: 6, bold: true, share: 0.26 },
    { words: organisation.name, size: 4.6, bold: false, share: 0.37 },
    { words: group, size: 4, bold: false, share: 0.37 },
  ];
  const below = Math.min(inner.height - emblemSize, SIDE_TEXT_MOST_MM);
  let y = emblem.y + emblemSize + (inner.height - emblemSize - below) / 2;
  const labels = parts.map(({ words, size, bold, share }) => {
    const at = { ...inner, y, height: below * share };
    y += at.height;
    return label(words, at, { size, bold, align: 'centre' });
  });
  return joined(
    field(box, COLOURS.surface, COLOURS.line),
    {
      nodes: [{ box: emblem, emblem: { seed: organisation.id, colours: organisation.colours } }],
      spoken: [],
    },
    ...labels,
  );
};

/** SELECCIONAR TODO, ticked when all of the card is marked: touching it then unmarks all. */
const allButton = (
  { view, stage }: BallotContext,
  cardId: string,
  options: readonly CardOption[],
  box: Box,
): Part => {
  const { locale } = view.state;
  const words = ballotText(locale, 'selectAll');
  const part = button(`all:${cardId}`, words, box, 'primary', 6);
  const all = options.every(({ contestIndex, optionIndex }) =>
    (stage.marks[contestIndex] ?? []).includes(optionIndex),
  );
  if (!all) return part;
  return {
    nodes: part.nodes.map((node) => (node.target === undefined ? node : { ...node, tick: true })),
    spoken: [`${words}, ${sayIn(locale)('chosen')}`],
  };
};

const cardScene = (context: BallotContext, cardId: string): Scene => {
  const { view, stage } = context;
  const { locale } = view.state;
  const card = cardOf(stage.attempt.ballot, cardId);
  const { main, footer } = areasOf(view.panel);
  const side = { ...main, width: main.width * SIDE_SHARE };
  const area = cardOptionArea(view.panel);
  const options = optionsInOrder(context, cardId);
  // SELECCIONAR TODO takes the first place; with a single option there is nothing to gather.
  const gathers = options.length > 1 ? 1 : 0;
  const count = options.length + gathers;
  const grid = optionGrid(area, count) ?? { columns: count, rows: 1 };
  const most = grid.rows * OPTION_MOST_MM + (grid.rows - 1) * MIN_GAP_MM;
  const cells = gridOf({ ...area, height: Math.min(area.height, most) }, grid.columns, grid.rows);
  const back = { ...footer, width: BACK_WIDTH_MM };
  const strip = {
    ...footer,
    x: footer.x + BACK_WIDTH_MM + MIN_GAP_MM,
    width: footer.width - BACK_WIDTH_MM - VOTE_WIDTH_MM - 2 * MIN_GAP_MM,
  };
  const first = cells[0] ?? area;
  return makeScene(
    BALLOT_SCENE,
    joined(
      ballotHeader(context),
      cardSide(context, card, side),
      gathers === 1 ? allButton(context, cardId, options, first) : NOTHING,
      ...options.map((option, index) =>
        optionPart(context, option, cells[index + gathers] ?? area),
      ),
      button('card:close', sayIn(locale)('backToCards'), back, 'plain', 4.6),
      selectionStrip(context, strip),
      voteButton(context, footer),
    ),
  );
};

/** The pages of cards or one card. */
export const ballotScene = (
  view: View,
  stage: StageOf<'ballot'>,
  shown: { readonly kind: 'cards' } | { readonly kind: 'card'; readonly cardId: string },
): Scene =>
  shown.kind === 'cards' ? cardsScene({ view, stage }) : cardScene({ view, stage }, shown.cardId);
