/**
 * What the booth's screen shows in every state: one function from state to scene. The hit test reads
 * the same scene (hit-test.ts), so what is seen is what is touched.
 */

import {
  type BoothState,
  initialState,
  isVoters,
  type OfficerCheck,
  type RecoveryStage,
  type StageOf,
} from '#firmware/booth/state.ts';
import type { DispatchState } from '#firmware/dispatch/state.ts';
import type { Ballot } from '#firmware/election/ballot.ts';
import { optionsOfCard } from '#firmware/election/contest-rules.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { mendingLines } from '#firmware/locale/fault-help.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { Scene } from '#hal/scene.ts';
import { BALLOT_SCENE, type BallotContext } from './ballot-parts.ts';
import { cardLayout, cardScene } from './card-scene.ts';
import { cardsScene } from './cards-scene.ts';
import { isUpright, powerWords, sayIn, type View } from './frame.ts';
import { lookOf } from './look.ts';
import { inset, type PanelSize } from './measure.ts';
import { type Notice, noticeScene } from './notice.ts';
import { checkScene } from './officer-scenes.ts';
import { storingScene } from './paper-scenes.ts';
import { stack } from './parts.ts';
import { closingScene, openingScene, openScene, reportScene, setupScene } from './polls-scenes.ts';
import { reviewFits, reviewOrMessage } from './review-scenes.ts';
import { settingsScene } from './settings-scene.ts';

/** The smallest panels that every scene has room on, millimetres: 7 inches, and 10 inches upright. */
export const SMALLEST_PANEL: PanelSize = { widthMm: 154, heightMm: 86 };
export const SMALLEST_UPRIGHT_PANEL: PanelSize = { widthMm: 136, heightMm: 217 };

const votingScene = (view: View, stage: StageOf<'ballot'>): Scene => {
  const say = sayIn(view.state.locale);
  if (stage.officer === 'confirmLeft') {
    return noticeScene(view, BALLOT_SCENE, {
      title: say('confirmLeft'),
      lines: [say('confirmLeftHelp')],
      choices: [
        { action: 'voter:left', words: say('confirmLeftYes'), look: 'danger' },
        { action: 'officer:cancel', words: say('officerCancel'), look: 'primary' },
      ],
      tone: 'warning',
    });
  }
  if (stage.officer !== null) return checkScene(view, BALLOT_SCENE, stage.officer, true);
  const { view: shown } = stage;
  switch (shown.kind) {
    case 'cards':
      return cardsScene({ view, stage });
    case 'card':
      return cardScene({ view, stage }, shown.cardId);
    case 'review':
    case 'undervote':
    case 'blank':
    case 'refused':
      return reviewOrMessage(view, stage, shown);
  }
};

const recoveryNotice = (view: View, stage: RecoveryStage): Notice => {
  const say = sayIn(view.state.locale);
  const stuck = stage.name === 'recovering' && stage.stuck;
  return {
    title: stuck ? say('startingStuck') : say('recovering'),
    ...(stuck ? { sign: 'memory' as const } : {}),
    lines: [
      stuck ? say('recoveringStuck') : say('recoveringHelp'),
      stage.name === 'recovering' && stage.attempt !== null ? say('recoveringUnknown') : '',
    ],
    tone: stuck ? 'warning' : 'calm',
  };
};

/** What is known of this code alone: whether anything stored is well, not every code knows. */
const parkedNotice = ({ state }: View, code: string): Notice => {
  const say = sayIn(state.locale);
  const { explanation, remedy } = faultText(state.locale, code);
  return {
    title: say('parked'),
    lines: [say('parkedCode', { code }), explanation, remedy],
    ifRoom: mendingLines(state.locale, code),
    tone: 'warning',
  };
};

/** What a voter under a dark screen still has: the keypad, the voice, and a touch to have light again. */
const darkScene = (view: View): Scene => {
  const { widthMm, heightMm } = view.panel;
  const say = sayIn(view.state.locale);
  const whole = { x: 0, y: 0, width: widthMm, height: heightMm };
  const words = inset(whole, Math.min(widthMm, heightMm) * 0.2);
  const sentences = [
    { words: say('darkTitle'), size: 5, align: 'centre', colour: DARK_INK },
    { words: say('darkHelp'), size: 4, align: 'centre', colour: DARK_INK },
  ] as const;
  return {
    name: 'dark',
    background: '#000000',
    nodes: [
      { box: whole, fill: '#000000', target: 'screen:on', words: say('darkHelp') },
      ...stack(view.look, sentences, words).nodes,
    ],
    spoken: [say('darkTitle'), say('darkHelp')],
  };
};

/** Legible to who looks for it, and no light in the room. */
const DARK_INK = '#8a8a8a';

const NOTHING_SENT: DispatchState = { name: 'held' };

const viewOf = (
  state: BoothState,
  definition: ElectionDefinition,
  panel: PanelSize,
  dispatch: DispatchState = NOTHING_SENT,
): View => ({
  state,
  definition,
  panel,
  look: lookOf(state.aids.settings),
  dispatch,
});

/** A dark screen hides what a voter does; an officer who is asked for sees the officer's scene. */
const isDark = ({ stage, aids }: BoothState): boolean => aids.settings.dark && isVoters(stage);

/** What is there to be seen, heard and reached by the keypad, the screen being dark or not. */
export const contentSceneOf = (
  state: BoothState,
  definition: ElectionDefinition,
  panel: PanelSize,
  dispatch?: DispatchState,
): Scene => {
  const view = viewOf(state, definition, panel, dispatch);
  const { panel: settings } = state.aids;
  return settings !== null && isVoters(state.stage)
    ? settingsScene(view, settings)
    : stageScene(view);
};

/** The scene of a state on a panel; `definition` is checked. `dispatch`: as the last screen tells of it. */
export const sceneOf = (
  state: BoothState,
  definition: ElectionDefinition,
  panel: PanelSize,
  dispatch?: DispatchState,
): Scene =>
  isDark(state)
    ? darkScene(viewOf(state, definition, panel))
    : contentSceneOf(state, definition, panel, dispatch);

/** An officer is asked to agree to what a technician wants: `request`, as it is typed at the console. */
export const consoleCheckScene = (
  state: BoothState,
  definition: ElectionDefinition,
  panel: PanelSize,
  check: OfficerCheck,
  request: readonly string[],
): Scene => checkScene(viewOf(state, definition, panel), 'consoleCheck', check, true, request);

const stageScene = (view: View): Scene => {
  const { state } = view;
  const say = sayIn(state.locale);
  const { stage } = state;
  switch (stage.name) {
    case 'starting':
    case 'selfTest':
    case 'readyForCeremony':
    case 'ceremony':
    case 'readyToOpen':
      return setupScene(view, stage);
    case 'report':
      return reportScene(view, stage);
    case 'opening':
    case 'openingClock':
    case 'openingStored':
      return openingScene(view, stage);
    case 'waiting':
    case 'resuming':
    case 'suspended':
    case 'officer':
    case 'officerMenu':
      return openScene(view, stage);
    case 'activating':
      return noticeScene(view, 'activating', { title: say('starting') });
    case 'ballot':
      return votingScene(view, stage);
    case 'expired':
      return noticeScene(view, BALLOT_SCENE, {
        title: say('expired'),
        lines: [say('expiredHelp')],
        choices: [{ action: 'expired:understood', words: say('understood'), look: 'primary' }],
        tone: 'warning',
      });
    case 'preparing':
      return noticeScene(view, 'preparing', { title: say('storing') });
    case 'confirmVoter':
    case 'startingPrint':
    case 'printing':
    case 'printFault':
    case 'askPrinted':
    case 'markingPartial':
    case 'foldPartial':
    case 'markingDone':
    case 'cutting':
    case 'verifying':
    case 'confirming':
    case 'spoiling':
    case 'foldSpoiled':
    case 'finishingSpoil':
    case 'takePaper':
    case 'committing':
    case 'telling':
    case 'settling':
      return storingScene(view, stage);
    case 'recovering':
    case 'discarding':
    case 'cleaning':
      return noticeScene(view, stage.name, recoveryNotice(view, stage));
    case 'closingClock':
    case 'closingOverride':
    case 'closingQueue':
    case 'closingStored':
    case 'awaitingTotals':
    case 'shares':
    case 'counting':
    case 'writingResult':
    case 'finishing':
    case 'finished':
      return closingScene(view, stage);
    case 'resting':
      return noticeScene(view, 'resting', {
        title: say('resting'),
        sign: 'power',
        lines: [say(stage.until.name === 'ballot' ? 'restingBallotHelp' : 'restingHelp')],
        status: [powerWords(state)],
        tone: 'warning',
      });
    case 'parked':
      return noticeScene(view, 'parked', parkedNotice(view, stage.code));
  }
};

/**
 * Why this election can not be shown on this panel; null: it can. A card must have all it offers on
 * one screen, and so must the review: an option that is not shown can not be voted for or checked.
 */
export const screenFault = (definition: ElectionDefinition, panel: PanelSize): string | null => {
  const { widthMm, heightMm } = isUpright(panel) ? SMALLEST_UPRIGHT_PANEL : SMALLEST_PANEL;
  if (panel.widthMm < widthMm || panel.heightMm < heightMm) {
    return `the panel is smaller than ${widthMm} x ${heightMm} mm`;
  }
  for (const style of definition.ballotStyles) {
    const ballot = resolveBallot(definition, style.id);
    const context = contextOf(definition, panel, ballot);
    if (!reviewFits(context)) {
      return `the review of ballot style ${style.id} is longer than the panel has room for`;
    }
    for (const card of ballot.cards) {
      const layout = cardLayout(context, card.id);
      if (layout !== null && layout.parts <= MAX_CARD_PARTS) continue;
      const options = optionsOfCard(ballot, card.id).flat().length;
      return `the card ${card.id} offers ${options} options, more than the panel has room for`;
    }
  }
  return null;
};

/** In the usual size a card's options are looked through in so many parts at most. */
const MAX_CARD_PARTS = 2;

/** A ballot with as many marks as it takes, in the usual look. */
const contextOf = (
  definition: ElectionDefinition,
  panel: PanelSize,
  ballot: Ballot,
): BallotContext => {
  const marks = ballot.contests.map(({ contest, options }) =>
    options.slice(0, contest.votes).map((_, index) => index),
  );
  const stage: StageOf<'ballot'> = {
    name: 'ballot',
    attempt: { ballot, rejectedOnce: false },
    marks,
    page: 0,
    part: 0,
    view: { kind: 'review' },
    time: 'running',
    extended: false,
    officer: null,
  };
  const state = { ...initialState(definition.locale), stage };
  return { view: viewOf(state, definition, panel), stage };
};
