/**
 * The plainest scene: a headline, what it means, and at most a few buttons. Most of what the booth
 * says to voters and officers is one of these.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import type { Box, Colour, Scene } from '#hal/scene.ts';
import { areasOf, headerOf, type View } from './frame.ts';
import { gridOf, inset, linesNeeded, MIN_GAP_MM, MIN_TARGET_MM } from './measure.ts';
import {
  type ButtonLook,
  button,
  COLOURS,
  field,
  joined,
  label,
  NOTHING,
  type Part,
} from './parts.ts';

export type Choice = {
  readonly action: BoothAction;
  readonly words: string;
  readonly look: ButtonLook;
};

export type Notice = {
  readonly title: string;
  /** Sentences under the headline; empty ones are left out. */
  readonly lines?: readonly string[];
  readonly choices?: readonly Choice[];
  readonly tone?: 'calm' | 'warning';
  /** Instead of the usual header. */
  readonly header?: Part;
};

const CHOICE_HEIGHT_MM = 20;
const TITLE_SHARE = 0.45;
/** With so many sentences the headline gets less. */
const MANY_LINES = 3;
const SMALL_TITLE_SHARE = 0.3;
/** Size at which the sentences are compared, and the most lines that one is given. */
const MEASURED_MM = 4;
const MOST_LINES = 4;
const PADDING_MM = 5;

const choicesPart = (choices: readonly Choice[], box: Box): Part => {
  const cells = gridOf(box, choices.length, 1);
  return joined(
    ...choices.map(({ action, words, look }, index) =>
      button(action, words, cells[index] ?? box, look, 6),
    ),
  );
};

/** Sentences below each other; one that takes more lines gets more of the height. */
const linesPart = (lines: readonly string[], box: Box): Part => {
  const weights = lines.map(
    (words) => linesNeeded(words, box.width, MEASURED_MM, false) ?? MOST_LINES,
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let y = box.y;
  const parts = lines.map((words, index) => {
    const height = (box.height * (weights[index] ?? 1)) / total;
    const at = { ...box, y, height };
    y += height;
    return label(words, at, { size: 5.6, align: 'centre' });
  });
  return joined(...parts);
};

/** Headline, sentences and buttons in a box. */
export const noticePart = (notice: Notice, box: Box): Part => {
  const choices = notice.choices ?? [];
  const lines = (notice.lines ?? []).filter((words) => words !== '');
  const warning = notice.tone === 'warning';
  const ink: Colour = warning ? COLOURS.warningInk : COLOURS.ink;
  const choiceHeight = Math.max(MIN_TARGET_MM, Math.min(CHOICE_HEIGHT_MM, box.height * 0.3));
  const below = choices.length === 0 ? 0 : choiceHeight + MIN_GAP_MM;
  const surface = { ...box, height: box.height - below };
  const inner = inset(surface, PADDING_MM);
  const titleShare = lines.length < MANY_LINES ? TITLE_SHARE : SMALL_TITLE_SHARE;
  const titleHeight = lines.length === 0 ? inner.height : inner.height * titleShare;
  const rest = { ...inner, y: inner.y + titleHeight, height: inner.height - titleHeight };
  const row = { ...box, y: surface.y + surface.height + MIN_GAP_MM, height: choiceHeight };
  return joined(
    field(surface, warning ? COLOURS.warning : COLOURS.surface, warning ? ink : COLOURS.line),
    label(
      notice.title,
      { ...inner, height: titleHeight },
      { size: 9, bold: true, align: 'centre', colour: ink },
    ),
    linesPart(lines, rest),
    choices.length === 0 ? NOTHING : choicesPart(choices, row),
  );
};

/** A whole scene that is one notice. */
export const noticeScene = (view: View, name: string, notice: Notice): Scene => {
  const { main, footer } = areasOf(view.panel);
  const box = { ...main, height: footer.y + footer.height - main.y };
  const part = joined(notice.header ?? headerOf(view), noticePart(notice, box));
  return {
    name,
    background: COLOURS.background,
    nodes: part.nodes,
    spoken: part.spoken,
  };
};
