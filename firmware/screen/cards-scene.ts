/** The ballot's pages of party cards. */

import type { Ballot } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, PartyCard } from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box, Scene } from '#hal/scene.ts';
import {
  allianceOf,
  BALLOT_SCENE,
  type BallotContext,
  ballotHeader,
  chosenInWords,
  markedOnCard,
  organisationOf,
  timeWords,
} from './ballot-parts.ts';
import { type CardsLayout, cardsLayout, cellParts } from './cards-layout.ts';
import { areasOf, makeScene, sayIn } from './frame.ts';
import type { Look } from './look.ts';
import {
  gridOf,
  LINE_HEIGHT,
  linesNeeded,
  MIN_GAP_MM,
  MIN_TARGET_MM,
  textWidth,
} from './measure.ts';
import { button, grouped, joined, label, NOTHING, type Part, said, silent } from './parts.ts';
import { selectionStrip } from './selection-strip.ts';

const VOTE_SIZE_MM = 7;

/** As wide as VOTAR is, within limits. */
export const voteWidth = (look: Look, words: string, footer: Box): number => {
  const size = Math.max(look.least, VOTE_SIZE_MM);
  return Math.min(footer.width * 0.3, Math.max(28, textWidth(words, size, true) + 9));
};

export const voteButton = (context: BallotContext, footer: Box): Part => {
  const { look, state } = context.view;
  const words = sayIn(state.locale)('vote');
  const width = voteWidth(look, words, footer);
  const box = { ...footer, x: footer.x + footer.width - width, width };
  return grouped('vote', button(look, 'vote', words, box, 'primary', { size: VOTE_SIZE_MM }));
};

/** Rims of cards: those of an alliance in one colour, so that they are seen as a group. */
const rimOf = (
  definition: ElectionDefinition,
  card: PartyCard,
  look: Look,
): { readonly colour: `#${string}`; readonly width: number } => {
  const alliance = allianceOf(definition, card);
  if (alliance === undefined || look.contrast !== 'standard')
    return { colour: look.colours.rim, width: 0.4 };
  const leader = definition.organisations.find(({ id }) => id === alliance.organisationIds[0]);
  return { colour: leader?.colours[0] ?? look.colours.rim, width: 0.8 };
};

/** As high as the name needs: it stands close under the short name, however long others are. */
const underShort = (name: string, box: Box, { nameSize }: CardsLayout): Box => {
  const lines = linesNeeded(name, box.width, nameSize, false) ?? 1;
  return { ...box, height: Math.min(box.height, lines * nameSize * LINE_HEIGHT + 1e-6) };
};

const cardCell = (
  context: BallotContext,
  card: PartyCard,
  number: number,
  box: Box,
  layout: CardsLayout,
): Part => {
  const { view, stage } = context;
  const { definition, state, look } = view;
  const { colours } = look;
  const organisation = organisationOf(definition, card);
  const { ballot } = stage.attempt;
  const chosen = markedOnCard(ballot, stage.marks, card.id) > 0;
  const parts = cellParts(box, layout);
  const say = sayIn(state.locale);
  const words = [
    organisation.name,
    organisation.shortName,
    say('cardOf', { number, count: ballot.cards.length }),
    ...(chosen ? [say('chosen')] : []),
  ].join(', ');
  const align = layout.beside ? 'left' : 'centre';
  const short = { size: layout.shortSize / look.scale, bold: true, align } as const;
  const full = { size: layout.nameSize / look.scale, colour: colours.quiet } as const;
  return {
    nodes: [
      {
        box,
        fill: chosen ? colours.chosen : colours.surface,
        border: chosen ? { colour: colours.chosenLine, width: 1 } : rimOf(definition, card, look),
        radius: 2,
        target: `card:${card.id}`,
        words,
      },
      // The tick lies on the emblem's corner, clear of the names.
      {
        box: parts.emblem,
        emblem: { seed: organisation.id, colours: organisation.colours },
        tick: chosen,
      },
      ...label(look, organisation.shortName, parts.short, short).nodes,
      ...(parts.name === null
        ? []
        : label(look, organisation.name, underShort(organisation.name, parts.name, layout), full)
            .nodes),
    ],
    spoken: [words],
  };
};

// ---------------------------------------------------------------- pages

const PAGE_BUTTON_MM = 26;

/** Room that turning pages takes at the left of the footer. */
export const pagingWidth = (look: Look, pages: number, footer: Box): number => {
  if (pages <= 1) return 0;
  const label = textWidth('00/00', Math.max(look.least, 4), true);
  const buttons = look.least > 3.5 || footer.width < 160 ? MIN_TARGET_MM + 2 : PAGE_BUTTON_MM;
  return 2 * buttons + Math.max(label, 12) + 2;
};

/** Turning pages: words where they have room, signs where not. */
export const pagingPart = (
  context: BallotContext,
  footer: Box,
  page: number,
  pages: number,
): Part => {
  const { look, state } = context.view;
  const say = sayIn(state.locale);
  const width = pagingWidth(look, pages, footer);
  if (width === 0) return NOTHING;
  const signs = look.least > 3.5 || footer.width < 160;
  const buttonWidth = signs ? MIN_TARGET_MM + 2 : PAGE_BUTTON_MM;
  const previous = { ...footer, width: buttonWidth };
  const next = { ...previous, x: footer.x + width - buttonWidth };
  const middle = {
    ...footer,
    x: previous.x + buttonWidth + 1,
    width: width - 2 * buttonWidth - 2,
  };
  const [before, after] = [say('pagePrevious'), say('pageNext')];
  const size = signs ? 8 : 4.2;
  return grouped(
    'pages',
    joined(
      page > 0
        ? button(look, 'page:previous', signs ? '‹' : before, previous, 'plain', {
            size,
            words: before,
          })
        : NOTHING,
      silent(
        label(look, `${page + 1}/${pages}`, middle, { size: 4.2, align: 'centre', bold: true }),
      ),
      said(say('pageOf', { page: page + 1, pages })),
      page < pages - 1
        ? button(look, 'page:next', signs ? '›' : after, next, 'plain', { size, words: after })
        : NOTHING,
    ),
  );
};

const footerPart = (context: BallotContext, footer: Box, page: number, pages: number): Part => {
  const { look, state } = context.view;
  const vote = voteWidth(look, sayIn(state.locale)('vote'), footer);
  const paging = pagingWidth(look, pages, footer);
  const left = paging === 0 ? 0 : paging + MIN_GAP_MM;
  const strip = {
    ...footer,
    x: footer.x + left,
    width: footer.width - left - vote - MIN_GAP_MM,
  };
  return joined(
    pagingPart(context, footer, page, pages),
    selectionStrip(context, strip),
    voteButton(context, footer),
  );
};

/** The cards of a page, row by row; each row is a group for the keypad. */
const cardRows = (
  context: BallotContext,
  cards: readonly PartyCard[],
  from: number,
  main: Box,
  layout: CardsLayout,
): Part => {
  const cells = gridOf(main, layout.columns, layout.rows);
  return joined(
    ...cards.map((card, index) =>
      grouped(
        `row ${Math.floor(index / layout.columns)}`,
        cardCell(context, card, from + index + 1, cells[index] ?? main, layout),
      ),
    ),
  );
};

const announced = (context: BallotContext, ballot: Ballot, page: number, pages: number) => {
  const { locale } = context.view.state;
  const say = sayIn(locale);
  const contests = ballot.contests.map(({ contest }) =>
    say('mayChoose', { contest: contest.name[locale], count: contest.votes }),
  );
  return [
    say('chooseCards'),
    ...(page === 0 ? contests : []),
    ...(pages > 1 ? [say('pageOf', { page: page + 1, pages })] : []),
    say('howToGoOn', { vote: say('vote') }),
  ];
};

export const cardsScene = (context: BallotContext): Scene => {
  const { view, stage } = context;
  const { ballot } = stage.attempt;
  const { main, footer } = areasOf(view.panel);
  const layout = cardsLayout(view.definition, ballot, view.panel, view.look);
  const perPage = layout.columns * layout.rows;
  const pages = Math.max(1, Math.ceil(ballot.cards.length / perPage));
  const page = Math.min(stage.page, pages - 1);
  const from = page * perPage;
  const shown = ballot.cards.slice(from, from + perPage);
  const content = joined(
    said(sayIn(view.state.locale)('chooseCards')),
    cardRows(context, shown, from, main, layout),
    footerPart(context, footer, page, pages),
  );
  const first = shown[0];
  return makeScene(view, BALLOT_SCENE, ballotHeader(context), content, {
    announcement: announced(context, ballot, page, pages),
    status: [...timeWords(context), ...chosenInWords(context)],
    ...(first === undefined ? {} : { start: `card:${first.id}` }),
  });
};

/** What a card is called where it is spoken of. */
export const cardWords = (context: BallotContext, card: PartyCard): string => {
  const { definition, state } = context.view;
  const { name, shortName } = organisationOf(definition, card);
  return `${ballotText(state.locale, 'card')} ${name}, ${shortName}`;
};
