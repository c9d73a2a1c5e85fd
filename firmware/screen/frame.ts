/**
 * What every scene has around it: the header with the election's title, the state of the power, a
 * voter's settings and languages, and the areas that are left for everything else.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import { isVoters } from '#firmware/booth/aids.ts';
import type { BoothState } from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import { type ScreenTextKey, screenText } from '#firmware/locale/screen.ts';
import type { TextParams } from '#firmware/locale/text.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { withFocus } from './focus.ts';
import type { Look } from './look.ts';
import {
  MARGIN_MM,
  MIN_GAP_MM,
  MIN_TARGET_MM,
  type PanelSize,
  sizeThatFits,
  textWidth,
} from './measure.ts';
import {
  button,
  field,
  grouped,
  joined,
  label,
  NOTHING,
  type Part,
  said,
  silent,
} from './parts.ts';

/** All that a scene is made from. */
export type View = {
  readonly state: BoothState;
  readonly definition: ElectionDefinition;
  readonly panel: PanelSize;
  readonly look: Look;
  /** How the sending of the result stands. */
  readonly dispatch: DispatchState;
};

export type Say = (key: ScreenTextKey, params?: TextParams) => string;

export const sayIn =
  (locale: Locale): Say =>
  (key, params) =>
    screenText(locale, key, params);

/** Header and footer are one touch target high, and higher where the panel is. */
const HEADER_SHARE = 0.1;
const HEADER_MOST_MM = 16;
const FOOTER_SHARE = 0.17;
const FOOTER_MOST_MM = 26;

export type Areas = { readonly header: Box; readonly main: Box; readonly footer: Box };

const between = (least: number, wanted: number, most: number): number =>
  Math.min(most, Math.max(least, wanted));

/** Header, middle and footer, inside the margin and apart from each other. */
export const areasOf = ({ widthMm, heightMm }: PanelSize): Areas => {
  const x = MARGIN_MM;
  const width = widthMm - 2 * MARGIN_MM;
  const headerHeight = between(MIN_TARGET_MM, heightMm * HEADER_SHARE, HEADER_MOST_MM);
  const header = { x, y: MARGIN_MM / 2, width, height: headerHeight };
  const footerHeight = between(MIN_TARGET_MM, heightMm * FOOTER_SHARE, FOOTER_MOST_MM);
  const footer = { x, y: heightMm - MARGIN_MM - footerHeight, width, height: footerHeight };
  const top = header.y + header.height + MIN_GAP_MM;
  const main = { x, y: top, width, height: footer.y - MIN_GAP_MM - top };
  return { header, main, footer };
};

/** Middle and footer in one. */
export const bodyOf = (panel: PanelSize): Box => {
  const { main, footer } = areasOf(panel);
  return { ...main, height: footer.y + footer.height - main.y };
};

export const isUpright = ({ widthMm, heightMm }: PanelSize): boolean => heightMm > widthMm;

/** How long the battery will do; empty on mains. */
export const powerWords = ({ power, locale }: BoothState): string => {
  const say = sayIn(locale);
  if (power.level === 'mains' || power.level === 'degraded') return '';
  const { minutesLeft } = power;
  if (minutesLeft !== null) {
    const [hours, minutes] = [Math.floor(minutesLeft / 60), minutesLeft % 60];
    return hours === 0 ? say('batteryLeft', { minutes }) : say('batteryHours', { hours, minutes });
  }
  return power.batteryPercent === null
    ? say('onBattery')
    : say('batteryPercent', { percent: power.batteryPercent });
};

// ---------------------------------------------------------------- a voter's controls

type Control = { readonly action: BoothAction; readonly name: string; readonly words: string };

const CONTROL_SIZE_MM = 4.2;
const CONTROL_PADDING_MM = 2.6;

/** As wide as its name in the smallest size of the look, and at least a finger. */
const controlWidth = (look: Look, name: string): number => {
  const size = Math.max(look.least, Math.min(CONTROL_SIZE_MM * look.scale, 6.6));
  return Math.max(MIN_TARGET_MM, textWidth(name, size, true) + 2 * CONTROL_PADDING_MM);
};

const otherLanguage = ({ state }: View): Control => ({
  action: state.locale === 'es' ? 'language:en' : 'language:es',
  name: screenText(state.locale, 'languageOther'),
  words: screenText(state.locale, 'languageOther'),
});

/** Settings and the other language, from much to little: with a word, with a sign, settings alone. */
const controlsOf = (view: View): readonly (readonly Control[])[] => {
  const say = sayIn(view.state.locale);
  const settings = { action: 'settings:open', words: say('settings') } as const;
  const language = otherLanguage(view);
  return [
    [{ ...settings, name: say('settings') }, language],
    [{ ...settings, name: say('settingsSign') }, language],
    [{ ...settings, name: say('settingsSign') }],
  ];
};

const widthOf = (look: Look, controls: readonly Control[]): number =>
  controls.reduce((sum, { name }) => sum + controlWidth(look, name) + MIN_GAP_MM, 0);

/** The controls at the right end of the header. */
const controlsPart = (view: View, header: Box, controls: readonly Control[]): Part => {
  let x = header.x + header.width - widthOf(view.look, controls) + MIN_GAP_MM;
  const buttons = controls.map(({ action, name, words }) => {
    const width = controlWidth(view.look, name);
    const box = { ...header, x, width };
    x += width + MIN_GAP_MM;
    return button(view.look, action, name, box, 'plain', { size: CONTROL_SIZE_MM, words });
  });
  return grouped('controls', joined(...buttons));
};

// ---------------------------------------------------------------- headers

/** Both ends of a frame: what is read first, and the controls, which are read last. */
export type Header = { readonly first: Part; readonly last: Part };

const TITLE_SIZE_MM = 4.2;
const STATUS_SHARE = 0.5;

/** The first of the titles that has room; null: none. */
const titleOf = (
  { look, definition, state }: View,
  titles: readonly string[],
  box: Box,
): string | null =>
  [...titles, definition.title[state.locale]].find(
    (title) => sizeThatFits(title, box, look.least, look.least, true) !== null,
  ) ?? null;

/** The election's title is heard where it has no room. */
const titleIn = (view: View, title: string | null, box: Box): Part =>
  title === null
    ? said(view.definition.title[view.state.locale])
    : label(view.look, title, box, { size: TITLE_SIZE_MM, bold: true });

const STATUS_SIZE_MM = 3.2;

const statusSize = (look: Look): number => Math.max(look.least, STATUS_SIZE_MM * look.scale);

/** The battery first: where there is room for one of them, that one. */
const statusWords = ({ state, definition }: View): readonly string[] => {
  const test = definition.test ? ballotText(state.locale, 'testElection') : '';
  return [powerWords(state), test].filter((words) => words !== '');
};

/** What is to be known of the machine: a test election, the battery. */
const statusIn = (view: View, box: Box, voters: boolean): Part => {
  const { look } = view;
  const words = statusWords(view);
  const whole = words.join(' · ');
  const colour = look.colours.danger;
  const style = { size: STATUS_SIZE_MM, bold: true, align: 'right', colour } as const;
  const fits = (text: string): boolean =>
    sizeThatFits(text, box, statusSize(look), look.least, true) !== null;
  if (fits(whole)) return label(look, whole, box, style);
  const first = words[0] ?? '';
  // Officers need to see the battery in any size; a voter who needs large letters hears of it.
  const shown = !voters || fits(first) ? first : '';
  return joined(said(whole), silent(label(look, shown, box, style)));
};

/** The chip that says that the scene is for the officers. */
const officersChip = (view: View, header: Box): { readonly part: Part; readonly width: number } => {
  const { look } = view;
  const words = sayIn(view.state.locale)('forOfficers');
  const width = textWidth(words, 3.4, true) + 5;
  const height = 7;
  const box = { x: header.x, y: header.y + (header.height - height) / 2, width, height };
  const chip = field(box, look.colours.ink, undefined, height / 2);
  const plain: Look = { ...look, scale: 1, least: 3 };
  const style = {
    size: 3.4,
    bold: true,
    align: 'centre',
    colour: look.colours.background,
  } as const;
  return { part: joined(chip, label(plain, words, box, style)), width: width + MIN_GAP_MM };
};

/** The header with the election's title, or the first of `titles` that has room. */
export const headerOf = (view: View, titles: readonly string[] = []): Header => {
  const { look, panel, state } = view;
  const { header } = areasOf(panel);
  const voters = isVoters(state.stage);
  const controls = voters ? (controlsOf(view)[0] ?? []) : [];
  const chip =
    voters || state.stage.name === 'waiting' || state.stage.name === 'parked'
      ? { part: NOTHING, width: 0 }
      : officersChip(view, header);
  const right = controls.length === 0 ? 0 : widthOf(look, controls);
  const free = header.width - right - chip.width;
  const words = statusWords(view).join(' · ');
  const x = header.x + chip.width;
  const wanted = textWidth(words, statusSize(look), true) + 0.5;
  const titleRoom = (status: number): Box => ({ ...header, x, width: free - status - MIN_GAP_MM });
  const half = Math.min(free * STATUS_SHARE, wanted);
  const title = titleOf(view, titles, titleRoom(half));
  const statusWidth = title === null ? Math.min(free, wanted) : half;
  const status = { ...header, x: x + free - statusWidth, width: statusWidth };
  return {
    first: joined(
      chip.part,
      titleIn(view, title, titleRoom(statusWidth)),
      statusIn(view, status, voters),
    ),
    last: controls.length === 0 ? NOTHING : controlsPart(view, header, controls),
  };
};

type Warned = { readonly words: string; readonly controls: readonly Control[] };

/** Whole warnings before short ones, all controls before few. */
const warnings = (view: View): readonly Warned[] => {
  const say = sayIn(view.state.locale);
  const [all = [], signs = [], one = []] = controlsOf(view);
  const [long, short] = [say('timeWarning'), say('timeWarningShort')];
  return [
    { words: long, controls: all },
    { words: long, controls: signs },
    { words: short, controls: signs },
    { words: long, controls: one },
    { words: short, controls: one },
  ];
};

const WARNING_PADDING_MM = 2;

/** The header while the time runs out: the warning and, once, the chance for more time. */
export const warningHeader = (view: View, mayExtend: boolean): Header => {
  const { state, panel, look } = view;
  const { header } = areasOf(panel);
  const say = sayIn(state.locale);
  const moreName = say('timeMore');
  const moreWidth = mayExtend ? controlWidth(look, moreName) + 2 : 0;
  const moreRoom = mayExtend ? moreWidth + MIN_GAP_MM : 0;
  const roomFor = (controls: readonly Control[]): Box => {
    const width = header.width - widthOf(look, controls) - moreRoom;
    return { ...header, x: header.x + WARNING_PADDING_MM, width: width - 2 * WARNING_PADDING_MM };
  };
  const choices = warnings(view);
  const found = choices.find(
    ({ words, controls }) =>
      sizeThatFits(words, roomFor(controls), look.least, look.least, true) !== null,
  );
  const { words, controls } = found ?? choices.at(-1) ?? { words: '', controls: [] };
  const room = roomFor(controls);
  const width = room.width + 2 * WARNING_PADDING_MM;
  const more = { ...header, x: header.x + width + MIN_GAP_MM, width: moreWidth };
  const colour = look.colours.warningInk;
  return {
    first: joined(
      field({ ...header, width }, look.colours.warning, colour),
      silent(label(look, words, room, { size: 5, bold: true, colour })),
      said(say('timeWarning')),
      mayExtend
        ? grouped('time', button(look, 'time:more', moreName, more, 'primary', { size: 4.6 }))
        : NOTHING,
    ),
    last: controlsPart(view, header, controls),
  };
};

// ---------------------------------------------------------------- the whole scene

export type SceneWords = {
  /** Title, summary, how to go on; without it the sentences of the content. */
  readonly announcement?: readonly string[];
  readonly status?: readonly string[];
  readonly start?: BoothAction;
};

const notEmpty = (words: readonly string[]): readonly string[] =>
  words.filter((each) => each.trim() !== '');

/** Header, content, controls; and the focus where the keypad is in use. */
export const makeScene = (
  view: View,
  name: string,
  header: Header,
  content: Part,
  { announcement = content.spoken, status = [], start }: SceneWords = {},
): Scene => {
  const { nodes, spoken } = joined(header.first, content, header.last);
  const first = start ?? content.nodes.find((node) => node.target !== undefined)?.target;
  const scene: Scene = {
    name,
    background: view.look.colours.background,
    nodes,
    spoken: notEmpty(spoken),
    announcement: notEmpty(announcement),
    status: notEmpty(status),
    ...(first === undefined ? {} : { start: first }),
  };
  return view.state.aids.keys ? withFocus(scene, view.state.aids.focus) : scene;
};
