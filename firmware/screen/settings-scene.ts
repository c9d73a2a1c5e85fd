/**
 * A voter's settings: one page for what is seen, one for what is heard. They lie over whatever the
 * voter was doing, change nothing of it, and every change is seen at once.
 */

import type { BoothAction } from '#firmware/booth/actions.ts';
import { CONTRASTS, TEXT_SIZES, VOLUME } from '#firmware/booth/aids.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { makeScene, sayIn, type View } from './frame.ts';
import { type Look, lookOf } from './look.ts';
import { gridOf, MARGIN_MM, MIN_GAP_MM, MIN_TARGET_MM, textWidth } from './measure.ts';
import {
  button,
  field,
  grouped,
  joined,
  label,
  NOTHING,
  nameFits,
  type Part,
  silent,
} from './parts.ts';

/** Settings are named by what the voter does, so they go by one name for all stages. */
export const SETTINGS_SCENE = 'settings';

const ROWS = 5;
const ROW_MOST_MM = 20;
const ROW_GAP_MOST_MM = 8;
const LABEL_SIZE_MM = 4.6;
/** What a button of the first row has beside its name. */
const BUTTON_ROOM_MM = 3.6;

/** Five rows, one target high at least. */
const rowsOf = (panel: View['panel']): readonly Box[] => {
  const width = panel.widthMm - 2 * MARGIN_MM;
  const free = panel.heightMm - 2 * MARGIN_MM;
  const gap = Math.min(ROW_GAP_MOST_MM, Math.max(MIN_GAP_MM, free * 0.035));
  const height = Math.max(MIN_TARGET_MM, Math.min(ROW_MOST_MM, (free - (ROWS - 1) * gap) / ROWS));
  const top = MARGIN_MM + Math.max(0, (free - ROWS * height - (ROWS - 1) * gap) / 2);
  return Array.from({ length: ROWS }, (_, row) => ({
    x: MARGIN_MM,
    y: top + row * (height + gap),
    width,
    height,
  }));
};

type Row = { readonly name: Box; readonly rest: Box };

/** The name of a setting at the left, as wide as the longest of them. */
const rowParts = (look: Look, names: readonly string[], row: Box): Row => {
  const size = Math.max(look.least, Math.min(LABEL_SIZE_MM * look.scale, 6.4));
  const longest = Math.max(...names.map((name) => textWidth(name, size, true)));
  const width = Math.min(row.width * 0.4, Math.max(row.width * 0.2, longest + 1));
  const x = row.x + width + MIN_GAP_MM;
  return { name: { ...row, width }, rest: { ...row, x, width: row.x + row.width - x } };
};

const isWarned = ({ state }: View): boolean =>
  state.stage.name === 'ballot' && state.stage.time === 'warned';

const mayExtend = ({ state, definition }: View): boolean =>
  state.stage.name === 'ballot' && !state.stage.extended && definition.rules.extensionMs > 0;

/** The page's name, or the warning that the time runs out; and the way back. */
const topRow = (view: View, name: string, row: Box): Part => {
  const { look, state } = view;
  const { colours } = look;
  const say = sayIn(state.locale);
  const [done, more] = [say('settingsDone'), say('timeMore')];
  const size = Math.max(look.least, 4.6);
  const doneWidth = Math.max(22, textWidth(done, size, true) + BUTTON_ROOM_MM);
  const warned = isWarned(view);
  const moreWidth = warned && mayExtend(view) ? textWidth(more, size, true) + BUTTON_ROOM_MM : 0;
  const moreRoom = moreWidth === 0 ? 0 : moreWidth + MIN_GAP_MM;
  const end = row.x + row.width;
  const title = { ...row, width: row.width - doneWidth - MIN_GAP_MM - moreRoom };
  const inner = { ...title, x: title.x + 1.2, width: title.width - 2.4 };
  const ink = colours.warningInk;
  const long = say('timeWarning');
  const short = nameFits(look, long, title) ? long : say('timeWarningShort');
  return joined(
    warned
      ? joined(
          field(title, colours.warning, ink),
          label(look, short, inner, { size: 4.6, bold: true, colour: ink }),
        )
      : label(look, name, title, { size: 6.4, bold: true }),
    moreWidth === 0
      ? NOTHING
      : grouped(
          'time',
          button(
            look,
            'time:more',
            more,
            { ...row, x: end - doneWidth - moreRoom, width: moreWidth },
            'primary',
            { size: 4.6 },
          ),
        ),
    grouped(
      'done',
      button(
        look,
        'settings:close',
        done,
        { ...row, x: end - doneWidth, width: doneWidth },
        'primary',
        {
          size: 5,
        },
      ),
    ),
  );
};

type Option = {
  readonly action: BoothAction;
  readonly name: string;
  readonly words: string;
  readonly chosen?: boolean;
  readonly look?: Look;
  readonly size?: number;
};

type Adjust = { readonly less: BoothAction; readonly more: BoothAction };

/** A setting with its choices side by side. */
const choiceRow = (
  view: View,
  name: string,
  row: Row,
  options: readonly Option[],
  adjust?: Adjust,
): Part => {
  const { look, state } = view;
  const say = sayIn(state.locale);
  const cells = gridOf(row.rest, options.length, 1);
  const buttons = options.map((option, index) => {
    const { action, chosen = false } = option;
    const words = `${name}: ${option.words}${chosen ? `, ${say('chosen')}` : ''}`;
    return button(option.look ?? look, action, option.name, cells[index] ?? row.rest, 'plain', {
      size: option.size ?? 5,
      words,
      chosen,
      ...(adjust === undefined ? {} : { adjust }),
    });
  });
  return joined(
    silent(label(look, name, row.name, { size: LABEL_SIZE_MM, bold: true })),
    grouped(action(options), joined(...buttons)),
  );
};

/** A name for the group: the first of its actions. */
const action = ([first]: readonly Option[]): string => first?.action ?? '';

/** The sign of a text size is larger than the one before; none is smaller than the text around it. */
const SIGN_SIZES_MM = { least: 4, most: 9.4 } as const;

const signSize = (index: number, least: number): number => {
  const from = Math.max(SIGN_SIZES_MM.least, least);
  return from + (index * (SIGN_SIZES_MM.most - from)) / (TEXT_SIZES.length - 1);
};

const sizeRow = (view: View, name: string, row: Row): Part => {
  const say = sayIn(view.state.locale);
  const { text } = view.state.aids.settings;
  const options = TEXT_SIZES.map((size, index): Option => {
    const look = { ...lookOf({ text: 'standard', contrast: view.look.contrast }), text: size };
    const words = say(`text.${size}`);
    return {
      action: `text:${size}`,
      name: 'A',
      words,
      chosen: size === text,
      look,
      size: signSize(index, view.look.least),
    };
  });
  return choiceRow(view, name, row, options, { less: 'text:smaller', more: 'text:larger' });
};

/** Each contrast is shown in its own colours. */
const contrastRow = (view: View, name: string, row: Row): Part => {
  const say = sayIn(view.state.locale);
  const { text, contrast } = view.state.aids.settings;
  const [cell = row.rest] = gridOf(row.rest, CONTRASTS.length, 1);
  const narrower = { ...cell, width: cell.width - MIN_TARGET_MM };
  const named = CONTRASTS.every((each) => nameFits(view.look, say(`contrast.${each}`), narrower));
  const options = CONTRASTS.map((each): Option => {
    const words = say(`contrast.${each}`);
    const look = lookOf({ text, contrast: each });
    const shown = named ? words : say('settingsSign');
    return {
      action: `contrast:${each}`,
      name: shown,
      words,
      chosen: each === contrast,
      look,
      size: 4,
    };
  });
  return choiceRow(view, name, row, options, { less: 'contrast:previous', more: 'contrast:next' });
};

const languageRow = (view: View, name: string, row: Row): Part => {
  const { locale } = view.state;
  return choiceRow(view, name, row, [
    { action: 'language:es', name: 'Español', words: 'Español', chosen: locale === 'es' },
    { action: 'language:en', name: 'English', words: 'English', chosen: locale === 'en' },
  ]);
};

/** Less, how much, more. */
const stepper = (
  view: View,
  name: string,
  value: string,
  row: Row,
  less: Option,
  more: Option,
): Part => {
  const { look } = view;
  const [left = row.rest, middle = row.rest, right = row.rest] = gridOf(row.rest, 3, 1);
  const adjust = { less: less.action, more: more.action };
  const make = ({ action: target, name: sign, words }: Option, box: Box): Part =>
    button(look, target, sign, box, 'plain', { size: 8, words: `${words}, ${value}`, adjust });
  return joined(
    silent(label(look, name, row.name, { size: LABEL_SIZE_MM, bold: true })),
    grouped(
      less.action,
      joined(
        make(less, left),
        label(look, value, middle, { size: 6, bold: true, align: 'centre' }),
        make(more, right),
      ),
    ),
  );
};

const lookPage = (view: View): Scene => {
  const { look, panel, state } = view;
  const say = sayIn(state.locale);
  const rows = rowsOf(panel);
  const names = [say('settingText'), say('settingContrast'), say('settingLanguage')];
  const [first, ...others] = rows;
  const [text, contrast, language] = others.map((row) => rowParts(look, names, row));
  const last = rows.at(-1);
  if (!first || !text || !contrast || !language || !last) throw new Error('five rows');
  const [voice = last, usual = last, dark = last] = gridOf(last, 3, 1);
  const whole = say('settingDark');
  const darkName = nameFits(look, whole, dark) ? whole : say('settingDarkShort');
  const plain = (action: BoothAction, name: string, box: Box): Part =>
    button(look, action, name, box, 'plain', { size: 4.4 });
  const content = joined(
    topRow(view, say('settings'), first),
    sizeRow(view, names[0] ?? '', text),
    contrastRow(view, names[1] ?? '', contrast),
    languageRow(view, names[2] ?? '', language),
    grouped(
      'more',
      joined(
        plain('settings:voice', say('settingVoice'), voice),
        plain('settings:default', say('settingDefault'), usual),
        button(look, 'screen:off', darkName, dark, 'plain', {
          size: 4.4,
          words: say('settingDark'),
        }),
      ),
    ),
  );
  return makeScene(view, SETTINGS_SCENE, { first: NOTHING, last: NOTHING }, content, {
    announcement: [say('settings'), say('settingsHelp')],
    status: isWarned(view) ? [say('timeWarning')] : [],
    start: `text:${state.aids.settings.text}`,
  });
};

const voicePage = (view: View): Scene => {
  const { look, panel, state } = view;
  const say = sayIn(state.locale);
  const { sound, volume, rate } = state.aids.settings;
  const rows = rowsOf(panel);
  const names = [say('settingVoice'), say('settingVolume'), say('settingRate')];
  const [first, ...others] = rows;
  const [voice, loud, fast] = others.map((row) => rowParts(look, names, row));
  const last = rows.at(-1);
  if (!first || !voice || !loud || !fast || !last) throw new Error('five rows');
  const on: readonly Option[] = [
    { action: 'voice:off', name: say('no'), words: say('no'), chosen: !sound },
    { action: 'voice:on', name: say('yes'), words: say('yes'), chosen: sound },
  ];
  const content = joined(
    topRow(view, say('settingVoice'), first),
    choiceRow(view, names[0] ?? '', voice, on, { less: 'voice:off', more: 'voice:on' }),
    stepper(
      view,
      names[1] ?? '',
      `${volume} / ${VOLUME.most}`,
      loud,
      { action: 'voice:softer', name: '−', words: say('softer') },
      { action: 'voice:louder', name: '+', words: say('louder') },
    ),
    stepper(
      view,
      names[2] ?? '',
      `${rate} %`,
      fast,
      { action: 'voice:slower', name: '−', words: say('slower') },
      { action: 'voice:faster', name: '+', words: say('faster') },
    ),
    grouped(
      'more',
      button(look, 'settings:look', say('settingLook'), last, 'plain', { size: 4.4 }),
    ),
  );
  return makeScene(view, SETTINGS_SCENE, { first: NOTHING, last: NOTHING }, content, {
    announcement: [say('settingVoice'), say('settingsHelp')],
    status: isWarned(view) ? [say('timeWarning')] : [],
    start: sound ? 'voice:on' : 'voice:off',
  });
};

export const settingsScene = (view: View, page: 'look' | 'voice'): Scene =>
  page === 'look' ? lookPage(view) : voicePage(view);
