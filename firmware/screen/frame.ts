/**
 * What every scene has around it: the header with the election's title, the state of the power and
 * the other language, and the areas that are left for everything else.
 */

import type { BoothState } from '#firmware/booth/state.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { ballotText } from '#firmware/locale/ballot.ts';
import { type ScreenTextKey, screenText } from '#firmware/locale/screen.ts';
import type { TextParams } from '#firmware/locale/text.ts';
import type { Box } from '#hal/scene.ts';
import { MARGIN_MM, MIN_GAP_MM, MIN_TARGET_MM, type PanelSize } from './measure.ts';
import { button, COLOURS, field, joined, label, NOTHING, type Part } from './parts.ts';

/** All that a scene is made from. */
export type View = {
  readonly state: BoothState;
  readonly definition: ElectionDefinition;
  readonly panel: PanelSize;
};

export type Say = (key: ScreenTextKey, params?: TextParams) => string;

export const sayIn =
  (locale: Locale): Say =>
  (key, params) =>
    screenText(locale, key, params);

const LANGUAGE_WIDTH_MM = 26;
const STATUS_SHARE = 0.22;
/** Header and footer are one touch target high, and higher where the panel is. */
const FOOTER_SHARE = 0.165;
const FOOTER_MOST_MM = 25;

export type Areas = { readonly header: Box; readonly main: Box; readonly footer: Box };

/** Header, middle and footer, inside the margin and apart from each other. */
export const areasOf = ({ widthMm, heightMm }: PanelSize): Areas => {
  const x = MARGIN_MM;
  const width = widthMm - 2 * MARGIN_MM;
  const header = { x, y: MARGIN_MM / 2, width, height: MIN_TARGET_MM };
  const footerHeight = Math.min(FOOTER_MOST_MM, Math.max(MIN_TARGET_MM, heightMm * FOOTER_SHARE));
  const footer = { x, y: heightMm - MARGIN_MM - footerHeight, width, height: footerHeight };
  const top = header.y + header.height + MIN_GAP_MM;
  const main = { x, y: top, width, height: footer.y - MIN_GAP_MM - top };
  return { header, main, footer };
};

/** Stages in which the voter is spoken to and may change the language. */
const speaksToVoter = (state: BoothState): boolean => {
  const { name } = state.stage;
  return (
    name === 'ballot' ||
    name === 'expired' ||
    name === 'printing' ||
    name === 'verifying' ||
    name === 'takePaper' ||
    name === 'committing' ||
    name === 'telling'
  );
};

const powerWords = ({ power }: BoothState, say: Say): string => {
  if (power.level === 'mains' || power.level === 'degraded') return '';
  if (power.minutesLeft !== null) return say('batteryLeft', { minutes: power.minutesLeft });
  return power.batteryPercent === null
    ? say('onBattery')
    : say('batteryPercent', { percent: power.batteryPercent });
};

const languageButton = (state: BoothState, header: Box): Part => {
  const other: Locale = state.locale === 'es' ? 'en' : 'es';
  const x = header.x + header.width - LANGUAGE_WIDTH_MM;
  const words = screenText(state.locale, 'languageOther');
  return button(
    `language:${other}`,
    words,
    { ...header, x, width: LANGUAGE_WIDTH_MM },
    'plain',
    4.4,
  );
};

/** The header with the election's title. */
export const headerOf = ({ state, definition, panel }: View): Part => {
  const { header } = areasOf(panel);
  const say = sayIn(state.locale);
  const language = speaksToVoter(state) ? languageButton(state, header) : NOTHING;
  const free = header.width - LANGUAGE_WIDTH_MM - MIN_GAP_MM;
  const power = powerWords(state, say);
  const test = definition.test ? ballotText(state.locale, 'testElection') : '';
  const status = [test, power].filter((words) => words !== '').join(' · ');
  const statusWidth = status === '' ? 0 : panel.widthMm * STATUS_SHARE;
  const title = { ...header, width: free - statusWidth - MIN_GAP_MM };
  const statusBox = { ...header, x: header.x + free - statusWidth, width: statusWidth };
  return joined(
    label(definition.title[state.locale], title, { size: 4.2, bold: true }),
    label(status, statusBox, { size: 3.4, align: 'right', bold: true, colour: COLOURS.danger }),
    language,
  );
};

const MORE_TIME_WIDTH_MM = 44;

/** The header while the time runs out: the warning and, once, the chance for more time. */
export const warningHeader = (view: View, mayExtend: boolean): Part => {
  const { state, panel } = view;
  const { header } = areasOf(panel);
  const say = sayIn(state.locale);
  const language = languageButton(state, header);
  const free = header.width - LANGUAGE_WIDTH_MM - MIN_GAP_MM;
  const textWidth = mayExtend ? free - MORE_TIME_WIDTH_MM - MIN_GAP_MM : free;
  const words = { ...header, x: header.x + 2, width: textWidth - 4 };
  const more = { ...header, x: header.x + textWidth + MIN_GAP_MM, width: MORE_TIME_WIDTH_MM };
  return joined(
    field({ ...header, width: textWidth }, COLOURS.warning, COLOURS.warningInk),
    label(say('timeWarning'), words, { size: 5, bold: true, colour: COLOURS.warningInk }),
    mayExtend ? button('time:more', say('timeMore'), more, 'primary') : NOTHING,
    language,
  );
};
