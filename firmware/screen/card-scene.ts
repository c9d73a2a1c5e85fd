/** One party card: its emblem and names, SELECCIONAR TODO, its list and its candidates. */

import type { Ballot } from '#firmware/election/ballot.ts';
import { optionsOfCard } from '#firmware/election/contest-rules.ts';
import type { PartyCard } from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import type { Box, Scene } from '#hal/scene.ts';
import {
  allianceOf,
  BALLOT_SCENE,
  type BallotContext,
  ballotHeader,
  cardOf,
  chosenInWords,
  optionName,
  organisationOf,
  timeWords,
} from './ballot-parts.ts';
import { cardWords, pagingPart, pagingWidth, voteButton, voteWidth } from './cards-scene.ts';
import { areasOf, isUpright, makeScene, sayIn } from './frame.ts';
import type { Look } from './look.ts';
import {
  cellsThatFit,
  gridOf,
  inset,
  linesNeeded,
  MIN_GAP_MM,
  MIN_TARGET_MM,
  type PanelSize,
  textWidth,
} from './measure.ts';
import {
  leastOptionCell,
  type OptionLayout,
  type OptionText,
  optionLayout,
  optionSentences,
  optionTextRoom,
} from './option-layout.ts';
import {
  button,
  field,
  grouped,
  joined,
  NOTHING,
  type Part,
  type Sentence,
  silent,
  stack,
  stackFits,
} from './parts.ts';
import { selectionStrip } from './selection-strip.ts';

const SIDE_SHARE = 0.28;
const SIDE_UPRIGHT_SHARE = 0.24;
const OPTION_MOST_MM = 18;

export type CardOption = { readonly contestIndex: number; readonly optionIndex: number };

/** The card's options contest by contest. */
const optionsInOrder = (ballot: Ballot, cardId: string): readonly CardOption[] =>
  optionsOfCard(ballot, cardId).flatMap((options, contestIndex) =>
    options.map((optionIndex) => ({ contestIndex, optionIndex })),
  );

/** Emblem and names at the side, or at the top of an upright panel; options in the rest. */
const partsOf = (
  panel: PanelSize,
  look: Look,
  shortName: string,
): { readonly side: Box | null; readonly options: Box } => {
  const { main } = areasOf(panel);
  // Large letters need the whole width of a narrow panel.
  if (!isUpright(panel) && !sideFits(main.width * SIDE_SHARE, shortName, look))
    return { side: null, options: main };
  if (isUpright(panel)) {
    const height = main.height * SIDE_UPRIGHT_SHARE;
    const y = main.y + height + MIN_GAP_MM;
    return {
      side: { ...main, height },
      options: { ...main, y, height: main.y + main.height - y },
    };
  }
  const width = main.width * SIDE_SHARE;
  const x = main.x + width + MIN_GAP_MM;
  return { side: { ...main, width }, options: { ...main, x, width: main.x + main.width - x } };
};

const SIDE_PADDING_MM = 2.5;
/** A side with less width than so many ems only takes room from the options. */
const SIDE_LEAST_EMS = 8;

/** Is a side of this width worth its room? */
const sideFits = (width: number, shortName: string, look: Look): boolean => {
  const inner = width - 2 * SIDE_PADDING_MM;
  return (
    inner >= SIDE_LEAST_EMS * look.least && linesNeeded(shortName, inner, look.least, true) !== null
  );
};

const textsOf = (
  { view, stage }: BallotContext,
  options: readonly CardOption[],
): readonly OptionText[] =>
  options.map(({ contestIndex, optionIndex }) => {
    const contest = stage.attempt.ballot.contests[contestIndex];
    const option = contest?.options[optionIndex];
    if (contest === undefined || option === undefined) throw new Error('no such option');
    const { locale } = view.state;
    return {
      name: optionName(view.definition, locale, option),
      contest: contest.contest.name[locale],
    };
  });

// ---------------------------------------------------------------- parts

const optionPart = (
  context: BallotContext,
  option: CardOption,
  place: { readonly number: number; readonly count: number },
  box: Box,
  contests: boolean,
): Part => {
  const { view, stage } = context;
  const { look, state } = view;
  const { colours } = look;
  const { contestIndex, optionIndex } = option;
  const [text = { name: '', contest: '' }] = textsOf(context, [option]);
  const chosen = (stage.marks[contestIndex] ?? []).includes(optionIndex);
  const say = sayIn(state.locale);
  const words = [
    text.name,
    text.contest,
    say('optionOf', place),
    say(chosen ? 'chosen' : 'notChosen'),
  ].join(', ');
  return {
    nodes: [
      {
        box,
        fill: chosen ? colours.chosen : colours.surface,
        border: chosen
          ? { colour: colours.chosenLine, width: 1 }
          : { colour: colours.rim, width: 0.4 },
        radius: 2,
        tick: chosen,
        target: `option:${contestIndex}:${optionIndex}`,
        words,
      },
      ...stack(look, optionSentences(text, contests, look), optionTextRoom(box)).nodes,
    ],
    spoken: [words],
  };
};

const EMBLEM_MOST_MM = 40;

/** Emblem, short name, name and alliance of the card. */
const cardSide = ({ view }: BallotContext, card: PartyCard, box: Box): Part => {
  const { look, definition, state, panel } = view;
  const organisation = organisationOf(definition, card);
  const alliance = allianceOf(definition, card);
  const group =
    alliance === undefined ? '' : ballotText(state.locale, 'alliance', { name: alliance.name });
  const upright = isUpright(panel);
  const inner = inset(box, SIDE_PADDING_MM);
  const side = upright
    ? Math.min(inner.height, inner.width * 0.3)
    : Math.min(EMBLEM_MOST_MM, inner.width * 0.8, inner.height * 0.42);
  const emblem = upright
    ? { ...inner, y: inner.y + (inner.height - side) / 2, width: side, height: side }
    : { x: inner.x + (inner.width - side) / 2, y: inner.y + 1, width: side, height: side };
  const words: Box = upright
    ? { ...inner, x: inner.x + side + 3, width: inner.width - side - 3 }
    : { ...inner, y: emblem.y + side + 2, height: inner.y + inner.height - emblem.y - side - 2 };
  const align = upright ? 'left' : 'centre';
  const sentences: readonly Sentence[] = [
    { words: organisation.shortName, size: 7, bold: true, align },
    { words: organisation.name, size: 4.6, align, before: 0.3 },
    { words: group, size: 3.6, align, colour: look.colours.quiet, before: 0.7 },
  ].filter((sentence) => sentence.words !== '') as readonly Sentence[];
  // Where all of it has no room the emblem and the short name say enough; the rest is heard.
  const shown = stackFits(look, sentences, words)
    ? sentences
    : stackFits(look, sentences.slice(0, 2), words)
      ? sentences.slice(0, 2)
      : sentences.slice(0, 1);
  return joined(
    field(box, look.colours.surface, look.colours.line),
    {
      nodes: [{ box: emblem, emblem: { seed: organisation.id, colours: organisation.colours } }],
      spoken: [],
    },
    silent(stack(look, shown, words)),
    { nodes: [], spoken: sentences.map((sentence) => sentence.words) },
  );
};

/** SELECCIONAR TODO, ticked when all of the card is marked: touching it then unmarks all. */
const allButton = (
  context: BallotContext,
  cardId: string,
  options: readonly CardOption[],
  box: Box,
): Part => {
  const { view, stage } = context;
  const { locale } = view.state;
  const name = ballotText(locale, 'selectAll');
  const chosen = options.every(({ contestIndex, optionIndex }) =>
    (stage.marks[contestIndex] ?? []).includes(optionIndex),
  );
  const words = `${name}, ${sayIn(locale)(chosen ? 'chosen' : 'notChosen')}`;
  return button(view.look, `all:${cardId}`, name, box, 'primary', { size: 6, words, chosen });
};

const footerPart = (context: BallotContext, footer: Box, part: number, parts: number): Part => {
  const { look, state, panel } = context.view;
  const say = sayIn(state.locale);
  const vote = voteWidth(look, say('vote'), footer);
  const narrow = panel.widthMm < look.least * 55;
  const backName = say(narrow ? 'back' : 'backToCards');
  const backWidth = narrow
    ? Math.max(MIN_TARGET_MM, textWidth(backName, Math.max(look.least, 4), true) + 4)
    : Math.min(footer.width * 0.26, 30 + 4 * look.least);
  const paging = pagingWidth(look, parts, footer);
  const turning = paging === 0 ? 0 : paging + MIN_GAP_MM;
  const x = footer.x + backWidth + MIN_GAP_MM;
  const strip = {
    ...footer,
    x: x + turning,
    width: footer.x + footer.width - vote - MIN_GAP_MM - x - turning,
  };
  return joined(
    pagingPart(
      context,
      { ...footer, x, width: footer.width - backWidth - MIN_GAP_MM },
      part,
      parts,
    ),
    grouped(
      'back',
      button(look, 'card:close', backName, { ...footer, width: backWidth }, 'plain', {
        size: 4.6,
        words: say('backToCards'),
      }),
    ),
    selectionStrip(context, strip),
    voteButton(context, footer),
  );
};

/** SELECCIONAR TODO and the options of one part. */
const optionsPart = (
  context: BallotContext,
  cardId: string,
  options: readonly CardOption[],
  area: Box,
  layout: OptionLayout,
  part: number,
): Part => {
  const gathers = options.length > 1 ? 1 : 0;
  const perPart = layout.columns * layout.rows - gathers;
  const from = part * perPart;
  const shown = options.slice(from, from + perPart);
  const most = layout.rows * OPTION_MOST_MM + (layout.rows - 1) * MIN_GAP_MM;
  const least = leastOptionCell(
    textsOf(context, options),
    gridOf(area, layout.columns, 1)[0]?.width ?? area.width,
    layout.contests,
    context.view.look,
  );
  const wanted = Math.max(most, layout.rows * least + (layout.rows - 1) * MIN_GAP_MM);
  const box = { ...area, height: Math.min(area.height, wanted) };
  const cells = gridOf(box, layout.columns, layout.rows);
  const count = options.length;
  return joined(
    gathers === 1 ? grouped('all', allButton(context, cardId, options, cells[0] ?? box)) : NOTHING,
    ...shown.map((option, index) =>
      grouped(
        `contest ${option.contestIndex}`,
        optionPart(
          context,
          option,
          { number: from + index + 1, count },
          cells[index + gathers] ?? box,
          layout.contests,
        ),
      ),
    ),
  );
};

/** How the options of a card lie; null: they have no room. */
export const cardLayout = (context: BallotContext, cardId: string): OptionLayout | null => {
  const { view, stage } = context;
  const { shortName } = organisationOf(view.definition, cardOf(stage.attempt.ballot, cardId));
  const { options } = partsOf(view.panel, view.look, shortName);
  const texts = textsOf(context, optionsInOrder(stage.attempt.ballot, cardId));
  return optionLayout(texts, ballotText(view.state.locale, 'selectAll'), options, view.look);
};

export const cardScene = (context: BallotContext, cardId: string): Scene => {
  const { view, stage } = context;
  const { ballot } = stage.attempt;
  const card = cardOf(ballot, cardId);
  const { footer } = areasOf(view.panel);
  const organisation = organisationOf(view.definition, card);
  const { side, options: area } = partsOf(view.panel, view.look, organisation.shortName);
  const options = optionsInOrder(ballot, cardId);
  const layout = cardLayout(context, cardId) ?? {
    columns: 1,
    rows: Math.max(1, cellsThatFit(area.height, MIN_TARGET_MM)),
    parts: options.length,
    contests: false,
  };
  const part = Math.min(stage.part, layout.parts - 1);
  const say = sayIn(view.state.locale);
  const content = joined(
    side === null ? NOTHING : cardSide(context, card, side),
    optionsPart(context, cardId, options, area, layout, part),
    footerPart(context, footer, part, layout.parts),
  );
  // Without a side the header says whose card it is.
  const title =
    side === null
      ? [`${organisation.shortName} · ${organisation.name}`, organisation.shortName]
      : [];
  return makeScene(view, BALLOT_SCENE, ballotHeader(context, title), content, {
    announcement: [
      cardWords(context, card),
      say('optionsOnCard', { count: options.length }),
      ...(layout.parts > 1 ? [say('pageOf', { page: part + 1, pages: layout.parts })] : []),
      say('howToChoose', { back: say('backToCards') }),
    ],
    status: [...timeWords(context), ...chosenInWords(context)],
  });
};
