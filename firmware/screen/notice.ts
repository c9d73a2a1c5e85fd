/**
 * The plainest scene: a sign, a headline, what it means, and at most a few buttons. Most of what the
 * booth says to voters and officers is one of these.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import type { Box, Colour, Scene } from '#hal/scene.ts';
import { bodyOf, type Header, headerOf, makeScene, type View } from './frame.ts';
import type { Look } from './look.ts';
import { gridOf, inset, MIN_GAP_MM, MIN_TARGET_MM } from './measure.ts';
import {
  type ButtonKind,
  button,
  field,
  grouped,
  joined,
  label,
  NOTHING,
  nameFits,
  type Part,
  type Sentence,
  silent,
  stack,
  stackFits,
} from './parts.ts';

export type Choice = {
  readonly action: BoothAction;
  readonly words: string;
  readonly look: ButtonKind;
};

export type Sign = 'info' | 'ask' | 'wait' | 'alert' | 'done';

export type Notice = {
  readonly title: string;
  /** Sentences under the headline; empty ones are left out. */
  readonly lines?: readonly string[];
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

/** Side by side where the names have room, else below each other. */
const choiceCells = (look: Look, choices: readonly Choice[], box: Box): readonly Box[] => {
  const wanted = Math.min(CHOICE_MOST_MM, box.height * CHOICE_SHARE);
  const height = Math.max(MIN_TARGET_MM, wanted);
  const bottom = box.y + box.height;
  const row = gridOf({ ...box, y: bottom - height, height }, choices.length, 1);
  const fitting = choices.every(({ words }, index) =>
    nameFits(look, words, row[index] ?? box, CHOICE_SIZE_MM),
  );
  if (fitting || choices.length === 1) return row;
  const whole = choices.length * (height + MIN_GAP_MM) - MIN_GAP_MM;
  return gridOf({ ...box, y: bottom - whole, height: whole }, 1, choices.length);
};

const SIGNS = { info: 'i', ask: '?', wait: '…', alert: '!', done: '' } as const satisfies Record<
  Sign,
  string
>;

const signOf = ({ sign, tone, choices }: Notice): Sign => {
  if (sign !== undefined) return sign;
  if (tone === 'warning') return 'alert';
  return choices === undefined || choices.length === 0 ? 'wait' : 'info';
};

const signPart = (look: Look, sign: Sign, box: Box, colour: Colour, ink: Colour): Part => {
  const radius = box.width / 2;
  if (sign === 'done') {
    // The tick lies in the lower right corner of its node: so that it comes to lie in the middle.
    const side = TICK_MM / 0.42;
    const right = box.x + radius + TICK_MM / 2 + 0.7;
    const bottom = box.y + box.height / 2 + TICK_MM / 2 + 0.7;
    const at = { x: right - side, y: bottom - side, width: side, height: side };
    return { nodes: [{ box: at, tick: true }], spoken: [] };
  }
  const style = { size: box.height * 0.6, bold: true, align: 'centre', colour: ink } as const;
  const plain: Look = { ...look, scale: 1 };
  return silent(
    joined(field(box, colour, undefined, radius), label(plain, SIGNS[sign], box, style)),
  );
};

const PADDING_MM = 5;
const TIGHT_PADDING_MM = 2;
const SIGN_SHARE = 0.22;
const SIGN_LEAST_MM = 9;
const SIGN_MOST_MM = 18;
const BAR_MM = 5;
/** The largest tick that the drivers draw. */
const TICK_MM = 9;
const TITLE_SIZE_MM = 7.6;
const LINE_SIZE_MM = 5;

/** Headline and sentences as they are set. */
const sentencesOf = (look: Look, notice: Notice): readonly Sentence[] => {
  const warning = notice.tone === 'warning';
  const colour = warning ? look.colours.warningInk : look.colours.ink;
  const lines = [...(notice.lines ?? []), ...(notice.status ?? [])].filter((words) => words !== '');
  return [
    { words: notice.title, size: TITLE_SIZE_MM, bold: true, align: 'centre', colour },
    ...lines.map(
      (words, index): Sentence => ({
        words,
        size: LINE_SIZE_MM,
        align: 'centre',
        colour,
        before: index === 0 ? 0.7 : 0.45,
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

/** The surface with sign, headline, sentences and bar. */
const surfacePart = (look: Look, notice: Notice, box: Box): Part => {
  const { colours } = look;
  const warning = notice.tone === 'warning';
  const ink = warning ? colours.warningInk : colours.ink;
  const sentences = sentencesOf(look, notice);
  const barRoom = notice.progress === undefined ? 0 : BAR_MM + 4;
  const roomy = inset(box, PADDING_MM);
  const signSize = Math.min(SIGN_MOST_MM, Math.max(SIGN_LEAST_MM, box.height * SIGN_SHARE));
  const below = {
    ...roomy,
    y: roomy.y + signSize + 1,
    height: roomy.height - signSize - 1 - barRoom,
  };
  const withSign = stackFits({ ...look, least: look.least * 1.15 }, sentences, below);
  const tight = inset(box, TIGHT_PADDING_MM);
  const text = withSign ? below : { ...tight, height: tight.height - barRoom };
  const sign = {
    x: box.x + (box.width - signSize) / 2,
    y: roomy.y,
    width: signSize,
    height: signSize,
  };
  const bar = {
    x: roomy.x + roomy.width * 0.1,
    y: box.y + box.height - PADDING_MM - BAR_MM,
    width: roomy.width * 0.8,
    height: BAR_MM,
  };
  const [disc, mark] = warning
    ? [colours.warningInk, colours.warning]
    : [colours.accent, colours.onAccent];
  return joined(
    field(box, warning ? colours.warning : colours.surface, warning ? ink : colours.line, 3),
    withSign ? signPart(look, signOf(notice), sign, disc, mark) : NOTHING,
    stack(look, sentences, text),
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
  return makeScene(view, name, notice.header ?? headerOf(view), content, {
    announcement: [title, ...lines],
    status: [...status, ...heard],
  });
};
