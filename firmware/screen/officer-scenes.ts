/** What officers see: the slot for their token, the PIN pad, and what is being checked. */

import { type BoothAction, PIN_MAX_DIGITS, PIN_MIN_DIGITS } from '#firmware/booth/actions.ts';
import type { OfficerCheck, StageOf, TokenRefusal } from '#firmware/booth/state.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { areasOf, headerOf, sayIn, type View } from './frame.ts';
import { gridOf, inset, MIN_GAP_MM, MIN_TARGET_MM } from './measure.ts';
import { type Choice, type Notice, noticeScene } from './notice.ts';
import { button, COLOURS, field, joined, label, makeScene, NOTHING, type Part } from './parts.ts';

type PinPad = {
  readonly title: string;
  /** Why the token is wanted, and why the last try did not do. */
  readonly lines: readonly string[];
  readonly typed: number;
  readonly canCancel: boolean;
};

const PAD_ROWS = 4;
const PAD_COLUMNS = 3;
const MAX_PAD_LINES = 3;
const PAD_TITLE_SHARE = 0.22;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'erase', '0', 'enter'] as const;

const padPart = (view: View, box: Box): Part => {
  const say = sayIn(view.state.locale);
  const cells = gridOf(box, PAD_COLUMNS, PAD_ROWS);
  return joined(
    ...KEYS.map((key, index) => {
      const cell = cells[index] ?? box;
      switch (key) {
        case 'erase':
          return button('pin:erase', say('pinErase'), cell, 'plain', 5);
        case 'enter':
          return button('pin:enter', say('pinEnter'), cell, 'primary', 5);
        default: {
          const action: BoothAction = `pin:${key}`;
          return button(action, key, cell, 'plain', 8);
        }
      }
    }),
  );
};

/** Dots for the digits typed; spoken as their number alone. */
const typedPart = (view: View, typed: number, box: Box): Part => {
  const shown = '●'.repeat(typed) + '○'.repeat(Math.max(0, PIN_MIN_DIGITS - typed));
  const dots = label(shown, inset(box, 1.5), { size: 7, align: 'centre' });
  return {
    nodes: [...field(box, COLOURS.surface, COLOURS.quiet).nodes, ...dots.nodes],
    spoken: [sayIn(view.state.locale)('pinDigits', { count: typed })],
  };
};

/** A PIN pad on the right, what it is for on the left. */
export const pinScene = (view: View, name: string, pad: PinPad): Scene => {
  const say = sayIn(view.state.locale);
  const { main, footer } = areasOf(view.panel);
  const whole = { ...main, height: footer.y + footer.height - main.y };
  const left = { ...whole, width: (whole.width - MIN_GAP_MM) * 0.46 };
  const right = { ...whole, x: left.x + left.width + MIN_GAP_MM };
  const keys = { ...right, width: whole.x + whole.width - right.x };
  const typedHeight = MIN_TARGET_MM;
  const cancelHeight = pad.canCancel ? MIN_TARGET_MM + MIN_GAP_MM : 0;
  const bottom = left.y + left.height;
  const typed = { ...left, y: bottom - cancelHeight - typedHeight, height: typedHeight };
  const words = { ...left, height: typed.y - MIN_GAP_MM - left.y };
  const cancel = { ...left, y: bottom - MIN_TARGET_MM, height: MIN_TARGET_MM };
  const help = say('pinHelp', { least: PIN_MIN_DIGITS, most: PIN_MAX_DIGITS });
  const told = pad.lines.filter((line) => line !== '');
  // Where much is to be said the empty dots alone tell how many digits there are.
  const lines = told.length < MAX_PAD_LINES ? [...told, help] : told;
  const titleHeight = words.height * PAD_TITLE_SHARE;
  const height = (words.height - titleHeight) / lines.length;
  return makeScene(
    name,
    joined(
      headerOf(view),
      label(pad.title, { ...words, height: titleHeight }, { size: 6, bold: true }),
      ...lines.map((line, row) =>
        label(line, { ...words, y: words.y + titleHeight + row * height, height }, { size: 4.8 }),
      ),
      typedPart(view, pad.typed, typed),
      pad.canCancel ? button('officer:cancel', say('officerCancel'), cancel, 'plain', 5) : NOTHING,
      padPart(view, keys),
    ),
  );
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
      return pinScene(view, name, { title: say('enterPin'), lines, typed, canCancel });
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
    noticeScene(view, 'ceremony', { title, lines: [progress, problem] });
  const pad = (title: string): Scene =>
    pinScene(view, 'ceremony', {
      title,
      lines: [progress, problem],
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
      return notice(say('ceremonyRemove', { name }));
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
        title: say('insertToken'),
        lines: [say('sharesTitle'), ...lines],
      });
    case 'enterPin':
      return pinScene(view, 'shares', {
        title: say('enterPin'),
        lines,
        typed: stage.pin.length,
        canCancel: false,
      });
    case 'checking':
      return noticeScene(view, 'shares', { title: say('checkingToken'), lines });
    case 'removeToken':
      return noticeScene(view, 'shares', { title: say('removeToken'), lines });
  }
};
