/** What officers see: the slot for their token, the PIN pad, and what is being checked. */

import { type BoothAction, PIN_MAX_DIGITS, PIN_MIN_DIGITS } from '#firmware/booth/actions.ts';
import type { OfficerCheck, StageOf, TokenRefusal } from '#firmware/booth/state.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { bodyOf, headerOf, isUpright, makeScene, sayIn, type View } from './frame.ts';
import { gridOf, inset, MIN_GAP_MM, MIN_TARGET_MM } from './measure.ts';
import { type Choice, type Notice, noticeScene } from './notice.ts';
import {
  button,
  field,
  grouped,
  joined,
  label,
  NOTHING,
  type Part,
  type Sentence,
  stack,
} from './parts.ts';

type PinPad = {
  readonly title: string;
  /** Why the token is wanted, and why the last try did not do. */
  readonly lines: readonly string[];
  /** The one of them that says what was wrong. */
  readonly refusal: string;
  readonly typed: number;
  readonly canCancel: boolean;
};

const PAD_ROWS = 4;
const PAD_COLUMNS = 3;
const MAX_PAD_LINES = 3;
const PAD_WORDS_SHARE = 0.46;
const PAD_UPRIGHT_SHARE = 0.45;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'erase', '0', 'enter'] as const;

const padPart = (view: View, box: Box): Part => {
  const { look } = view;
  const say = sayIn(view.state.locale);
  const cells = gridOf(box, PAD_COLUMNS, PAD_ROWS);
  const keys = KEYS.map((key, index) => {
    const cell = cells[index] ?? box;
    switch (key) {
      case 'erase':
        return button(look, 'pin:erase', say('pinErase'), cell, 'plain', { size: 4.6 });
      case 'enter':
        return button(look, 'pin:enter', say('pinEnter'), cell, 'primary', { size: 4.6 });
      default: {
        const action: BoothAction = `pin:${key}`;
        return button(look, action, key, cell, 'plain', { size: 8 });
      }
    }
  });
  return joined(
    ...keys.map((key, index) => grouped(`keys ${Math.floor(index / PAD_COLUMNS)}`, key)),
  );
};

const typedWords = (view: View, typed: number): string =>
  sayIn(view.state.locale)('pinDigits', { count: typed });

/** Dots for the digits typed; spoken as their number alone. */
const typedPart = (view: View, typed: number, box: Box): Part => {
  const { look } = view;
  const shown = '•'.repeat(typed) + '·'.repeat(Math.max(0, PIN_MIN_DIGITS - typed));
  const dots = label(look, shown, inset(box, 1.5), { size: 7, align: 'centre' });
  return {
    nodes: [...field(box, look.colours.surface, look.colours.rim).nodes, ...dots.nodes],
    spoken: [typedWords(view, typed)],
  };
};

type PadAreas = {
  readonly words: Box;
  readonly typed: Box;
  readonly cancel: Box;
  readonly keys: Box;
};

/** Words beside the keys, or over them where the panel is upright. */
const padAreas = (view: View, canCancel: boolean): PadAreas => {
  const whole = bodyOf(view.panel);
  const under = canCancel ? MIN_TARGET_MM + MIN_GAP_MM : 0;
  const upright = isUpright(view.panel);
  const width = upright ? whole.width : (whole.width - MIN_GAP_MM) * PAD_WORDS_SHARE;
  const wordsHeight = upright ? whole.height * PAD_UPRIGHT_SHARE : whole.height;
  const left = { ...whole, width, height: wordsHeight };
  const bottom = left.y + left.height;
  const typed = { ...left, y: bottom - under - MIN_TARGET_MM, height: MIN_TARGET_MM };
  const cancel = { ...left, y: bottom - MIN_TARGET_MM, height: MIN_TARGET_MM };
  const words = { ...left, height: typed.y - MIN_GAP_MM - left.y };
  const keysX = upright ? whole.x : left.x + left.width + MIN_GAP_MM;
  const keysY = upright ? bottom + MIN_GAP_MM : whole.y;
  const keys = {
    x: keysX,
    y: keysY,
    width: whole.x + whole.width - keysX,
    height: whole.y + whole.height - keysY,
  };
  return { words, typed, cancel, keys };
};

/** A PIN pad on the right, what it is for on the left. */
export const pinScene = (view: View, name: string, pad: PinPad): Scene => {
  const { look } = view;
  const say = sayIn(view.state.locale);
  const { words, typed, cancel, keys } = padAreas(view, pad.canCancel);
  const help = say('pinHelp', { least: PIN_MIN_DIGITS, most: PIN_MAX_DIGITS });
  const told = pad.lines.filter((line) => line !== '');
  // Where much is to be said the empty dots alone tell how many digits there are.
  const lines = told.length < MAX_PAD_LINES ? [...told, help] : told;
  const sentences: readonly Sentence[] = [
    { words: pad.title, size: 6.6, bold: true },
    ...lines.map((line, index): Sentence => {
      const warns = line === pad.refusal;
      return {
        words: line,
        size: 4.6,
        before: index === 0 ? 0.9 : 0.6,
        bold: warns,
        colour: warns ? look.colours.danger : look.colours.ink,
      };
    }),
  ];
  const content = joined(
    stack(look, sentences, words, 'top'),
    typedPart(view, pad.typed, typed),
    padPart(view, keys),
    pad.canCancel
      ? grouped('cancel', button(look, 'officer:cancel', say('officerCancel'), cancel, 'plain'))
      : NOTHING,
  );
  return makeScene(view, name, headerOf(view), content, {
    announcement: [pad.title, ...lines],
    status: [typedWords(view, pad.typed)],
    start: 'pin:1',
  });
};

export const refusalWords = (view: View, refusal: TokenRefusal | null): string =>
  refusal === null ? '' : sayIn(view.state.locale)(`refusal.${refusal}`);

/** One token and its PIN. `about`: more sentences for this stage. */
export const checkScene = (
  view: View,
  name: string,
  check: OfficerCheck,
  canCancel: boolean,
  about: readonly string[] = [],
): Scene => {
  const say = sayIn(view.state.locale);
  const purpose = say(`purpose.${check.purpose}`);
  const refusal = refusalWords(view, check.refusal);
  const cancel: Choice = { action: 'officer:cancel', words: say('officerCancel'), look: 'plain' };
  const notice = (title: string, choices: readonly Choice[]): Notice => ({
    title,
    sign: 'token',
    lines: [purpose, ...about, refusal],
    choices,
  });
  switch (check.step) {
    case 'insertToken':
      return noticeScene(view, name, notice(say('insertToken'), canCancel ? [cancel] : []));
    case 'checking':
      return noticeScene(view, name, notice(say('checkingToken'), []));
    case 'enterPin': {
      const lines = [purpose, ...about, refusal];
      const typed = check.pin.length;
      return pinScene(view, name, { title: say('enterPin'), lines, refusal, typed, canCancel });
    }
  }
};

/** The ceremony: each officer in turn gets a token under a PIN of their own. */
export const ceremonyScene = (view: View, stage: StageOf<'ceremony'>): Scene => {
  const say = sayIn(view.state.locale);
  const id = stage.officerIds[stage.officer] ?? '';
  const name = view.definition.officers.find((officer) => officer.id === id)?.name ?? id;
  const count = stage.officerIds.length;
  const progress = say('ceremonyProgress', { number: stage.officer + 1, count });
  const problem = stage.problem === null ? '' : say(`problem.${stage.problem}`);
  const notice = (title: string): Scene =>
    noticeScene(view, 'ceremony', { title, lines: [progress, problem], sign: 'token' });
  const pad = (title: string): Scene =>
    pinScene(view, 'ceremony', {
      title,
      lines: [progress, problem],
      refusal: problem,
      typed: stage.pin.length,
      canCancel: false,
    });
  switch (stage.step) {
    case 'makingKeys':
      return noticeScene(view, 'ceremony', { title: say('makingKeys') });
    case 'insertToken':
      return notice(say('ceremonyInsert', { name }));
    case 'choosePin':
      return pad(say('ceremonyChoose', { name }));
    case 'repeatPin':
      return pad(say('ceremonyRepeat', { name }));
    case 'writing':
      return notice(say('ceremonyWriting', { name }));
    case 'removeToken':
      return notice(
        stage.problem === 'leftInSlot' ? say('removeToken') : say('ceremonyRemove', { name }),
      );
    case 'storing':
      return noticeScene(view, 'ceremony', { title: say('ceremonyStoring') });
  }
};

/** Closing: officers give their shares until there are enough. */
export const sharesScene = (view: View, stage: StageOf<'shares'>): Scene => {
  const say = sayIn(view.state.locale);
  const given = say('sharesGiven', { given: stage.given, needed: stage.needed });
  const lines = [given, refusalWords(view, stage.refusal)];
  switch (stage.step) {
    case 'insertToken':
      return noticeScene(view, 'shares', {
        sign: 'token',
        title: say('insertToken'),
        lines: [say('sharesTitle'), ...lines],
      });
    case 'enterPin':
      return pinScene(view, 'shares', {
        title: say('enterPin'),
        lines,
        refusal: refusalWords(view, stage.refusal),
        typed: stage.pin.length,
        canCancel: false,
      });
    case 'checking':
      return noticeScene(view, 'shares', { title: say('checkingToken'), lines, sign: 'token' });
    case 'removeToken':
      return noticeScene(view, 'shares', { title: say('removeToken'), lines, sign: 'token' });
  }
};
