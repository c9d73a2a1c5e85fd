/**
 * The plainest scene: a sign, a headline, what it means, and at most a few buttons. Most of what the
 * booth says to voters and officers is one of these.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { bodyOf, type Header, headerOf, makeScene, type View } from './frame.ts';
import { type Look, USUAL_LOOK } from './look.ts';
import {
  gridOf,
  inset,
  LINE_HEIGHT,
  MARGIN_MM,
  MIN_GAP_MM,
  MIN_TARGET_MM,
  MIN_TEXT_MM,
  type PanelSize,
} from './measure.ts';
import {
  BUTTON_PADDING_MM,
  type ButtonKind,
  button,
  field,
  grouped,
  joined,
  NOTHING,
  nameFits,
  type Part,
  type Sentence,
  stack,
  stackFits,
} from './parts.ts';
import { type Sign, signPart } from './signs.ts';

export type Choice = {
  readonly action: BoothAction;
  readonly words: string;
  readonly look: ButtonKind;
};

export type Notice = {
  readonly title: string;
  /** Sentences under the headline; empty ones are left out. */
  readonly lines?: readonly string[];
  /** More of the same for whoever mends it: shown where there is room for it beside all else. */
  readonly ifRoom?: readonly string[];
  readonly choices?: readonly Choice[];
  readonly tone?: 'calm' | 'warning';
  /** The sign over the headline; from tone and choices when absent. */
  readonly sign?: Sign;
  /** A bar that fills: how much of how much. */
  readonly progress?: { readonly done: number; readonly of: number };
  /** What changes while the notice stays: shown with the lines, said when new. */
  readonly status?: readonly string[];
  /** Said when new, and shown elsewhere. */
  readonly heard?: readonly string[];
  /** Instead of the usual header. */
  readonly header?: Header;
};

const CHOICE_SHARE = 0.18;
const CHOICE_MOST_MM = 20;
/** Names of buttons side by side are not set smaller than this for it, mm. */
const CHOICE_SIZE_MM = 4.4;

/** Side by side where the names have room, on two lines if need be, else below each other. */
const choiceCells = (look: Look, choices: readonly Choice[], box: Box): readonly Box[] => {
  const wanted = Math.min(CHOICE_MOST_MM, box.height * CHOICE_SHARE);
  const height = Math.max(MIN_TARGET_MM, wanted);
  const twoLines = 2 * (look.least * LINE_HEIGHT + BUTTON_PADDING_MM) + 0.01;
  const bottom = box.y + box.height;
  for (const [each, size] of [
    [height, CHOICE_SIZE_MM],
    [Math.max(height, twoLines), MIN_TEXT_MM],
  ] as const) {
    const row = gridOf({ ...box, y: bottom - each, height: each }, choices.length, 1);
    const fitting = choices.every(({ words }, index) =>
      nameFits(look, words, row[index] ?? box, size),
    );
    if (fitting || choices.length === 1) return row;
  }
  const whole = choices.length * (height + MIN_GAP_MM) - MIN_GAP_MM;
  return gridOf({ ...box, y: bottom - whole, height: whole }, 1, choices.length);
};

const signOf = ({ sign, tone, choices }: Notice): Sign => {
  if (sign !== undefined) return sign;
  if (tone === 'warning') return 'alert';
  return choices === undefined || choices.length === 0 ? 'wait' : 'info';
};

const PADDING_MM = 5;
const TIGHT_PADDING_MM = 2;
const SIGN_SHARE = 0.22;
const SIGN_LEAST_MM = 9;
const SIGN_MOST_MM = 18;
const BAR_MM = 5;
const SIGN_GAP_MM = 3.5;
/** With the sign, text keeps this much above its smallest size. */
const ROOMY = 1.15;
const TITLE_SIZE_MM = 8.4;
const LINE_SIZE_MM = 5.4;
const MORE_SIZE_MM = 4.4;
/** The height of a notice at which its text has those sizes; higher ones have larger text, to a limit. */
const USUAL_HEIGHT_MM = 90;
const FACTOR_MOST = 1.6;

const sizeFactor = ({ width, height }: Box): number =>
  Math.min(
    FACTOR_MOST,
    Math.max(1, Math.min(height / USUAL_HEIGHT_MM, width / (2 * USUAL_HEIGHT_MM))),
  );

/** Headline and sentences as they are set. */
const sentencesOf = (
  look: Look,
  notice: Notice,
  factor: number,
  more: readonly string[] = [],
): readonly Sentence[] => {
  const warning = notice.tone === 'warning';
  const colour = warning ? look.colours.warningInk : look.colours.ink;
  const lines = [...(notice.lines ?? []), ...(notice.status ?? [])].filter((words) => words !== '');
  return [
    { words: notice.title, size: TITLE_SIZE_MM * factor, bold: true, align: 'centre', colour },
    ...lines.map(
      (words, index): Sentence => ({
        words,
        size: LINE_SIZE_MM * factor,
        align: 'centre',
        colour,
        before: index === 0 ? 0.7 : 0.45,
      }),
    ),
    ...more.map(
      (words, index): Sentence => ({
        words,
        size: MORE_SIZE_MM * factor,
        align: 'centre',
        colour,
        before: index === 0 ? 0.7 : 0.25,
      }),
    ),
  ];
};

const barPart = (look: Look, { done, of }: NonNullable<Notice['progress']>, box: Box): Part => {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  const { colours } = look;
  const filled = { ...box, width: Math.max(box.height, box.width * share) };
  return joined(
    field(box, colours.background, colours.rim, BAR_MM),
    done === 0 ? NOTHING : field(filled, colours.accent, undefined, BAR_MM),
  );
};

/** Sign and sentences together, in the middle; without the sign where it would cost legibility. */
const blockPart = (look: Look, notice: Notice, box: Box): Part => {
  const { colours } = look;
  const size = Math.min(
    SIGN_MOST_MM * sizeFactor(box),
    Math.max(SIGN_LEAST_MM, box.height * SIGN_SHARE),
  );
  const roomy = inset(box, PADDING_MM);
  const below = {
    ...roomy,
    y: roomy.y + size + SIGN_GAP_MM,
    height: roomy.height - size - SIGN_GAP_MM,
  };
  const hasRoom = (sentences: readonly Sentence[]): boolean =>
    stackFits({ ...look, least: look.least * ROOMY }, sentences, below);
  const factor = sizeFactor(box);
  const longer = sentencesOf(look, notice, factor, notice.ifRoom);
  const sentences = hasRoom(longer) ? longer : sentencesOf(look, notice, factor);
  if (!hasRoom(sentences)) return stack(look, sentences, inset(box, TIGHT_PADDING_MM));
  const text = stack(look, sentences, below);
  const boxes = text.nodes.map((node) => node.box);
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  // The text was set in the middle of its own room: with the sign over it, it moves up by half of that.
  const shift = Math.max(
    0,
    top - below.y - (roomy.height - (bottom - top) - size - SIGN_GAP_MM) / 2,
  );
  const moved = text.nodes.map((node) => ({
    ...node,
    box: { ...node.box, y: node.box.y - shift },
  }));
  const at = {
    x: box.x + (box.width - size) / 2,
    y: top - shift - SIGN_GAP_MM - size,
    width: size,
    height: size,
  };
  const [disc, mark] =
    notice.tone === 'warning'
      ? [colours.warningInk, colours.warning]
      : [colours.accent, colours.onAccent];
  return joined(signPart(look, signOf(notice), at, disc, mark), { ...text, nodes: moved });
};

/** The surface with sign, headline, sentences and bar. */
const surfacePart = (look: Look, notice: Notice, box: Box): Part => {
  const { colours } = look;
  const warning = notice.tone === 'warning';
  const barRoom = notice.progress === undefined ? 0 : BAR_MM + 2 * TIGHT_PADDING_MM;
  const bar = {
    x: box.x + box.width * 0.15,
    y: box.y + box.height - barRoom - TIGHT_PADDING_MM,
    width: box.width * 0.7,
    height: BAR_MM,
  };
  const fill = warning ? colours.warning : colours.surface;
  return joined(
    field(box, fill, warning ? colours.warningInk : colours.line, 3),
    blockPart(look, notice, { ...box, height: box.height - barRoom }),
    notice.progress === undefined ? NOTHING : barPart(look, notice.progress, bar),
  );
};

/** Sign, headline, sentences and buttons in a box. */
export const noticePart = (look: Look, notice: Notice, box: Box): Part => {
  const choices = notice.choices ?? [];
  const cells = choices.length === 0 ? [] : choiceCells(look, choices, box);
  const bottom = cells[0] === undefined ? box.y + box.height : cells[0].y - MIN_GAP_MM;
  const buttons = choices.map((choice, index) =>
    button(look, choice.action, choice.words, cells[index] ?? box, choice.look, { size: 6 }),
  );
  return joined(
    surfacePart(look, notice, { ...box, height: bottom - box.y }),
    grouped('choices', joined(...buttons)),
  );
};

/** A whole scene that is one notice. */
export const noticeScene = (view: View, name: string, notice: Notice): Scene => {
  const { title, lines = [], status = [], heard = [] } = notice;
  const content = noticePart(view.look, notice, bodyOf(view.panel));
  // The keypad begins at what can be undone.
  const choices = notice.choices ?? [];
  const start = choices.find((choice) => choice.look !== 'danger') ?? choices[0];
  return makeScene(view, name, notice.header ?? headerOf(view), content, {
    announcement: [title, ...lines],
    status: [...status, ...heard],
    ...(start === undefined ? {} : { start: start.action }),
  });
};

/** A scene that is one notice and nothing else: for a machine that has no election or no state yet. */
export const bareScene = (panel: PanelSize, name: string, notice: Notice): Scene => {
  const { title, lines = [], status = [] } = notice;
  const box = inset({ x: 0, y: 0, width: panel.widthMm, height: panel.heightMm }, MARGIN_MM);
  const { nodes, spoken } = noticePart(USUAL_LOOK, notice, box);
  const { background } = USUAL_LOOK.colours;
  return { name, background, nodes, spoken, announcement: [title, ...lines], status };
};
