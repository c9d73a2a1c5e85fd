/**
 * What the booth's screen shows in every state: one function from state to scene. The hit test reads
 * the same scene (hit-test.ts), so what is seen is what is touched.
 */

import type { BoothState, RecoveryStage, StageOf } from '#firmware/booth/state.ts';
import { optionsOfCard } from '#firmware/election/contest-rules.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { Scene } from '#hal/scene.ts';
import { BALLOT_SCENE, ballotScene, cardOptionArea, optionGrid } from './ballot-scenes.ts';
import { sayIn, type View } from './frame.ts';
import type { PanelSize } from './measure.ts';
import { type Notice, noticeScene } from './notice.ts';
import { checkScene } from './officer-scenes.ts';
import { storingScene } from './paper-scenes.ts';
import { closingScene, openingScene, openScene, reportScene, setupScene } from './polls-scenes.ts';
import { reviewFits, reviewOrMessage } from './review-scenes.ts';

/** The smallest panel that every scene has room on, millimetres (a 7 inch display). */
export const SMALLEST_PANEL: PanelSize = { widthMm: 154, heightMm: 86 };

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
    case 'card':
      return ballotScene(view, stage, shown);
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
    lines: [stuck ? say('recoveringStuck') : say('recoveringHelp')],
    tone: stuck ? 'warning' : 'calm',
  };
};

const parkedNotice = ({ state }: View, code: string): Notice => {
  const say = sayIn(state.locale);
  const { explanation, remedy } = faultText(state.locale, code);
  return {
    title: say('parked'),
    lines: [say('parkedCode', { code }), explanation, remedy, say('parkedHelp')],
    tone: 'warning',
  };
};

/** The scene of a state on a panel; `definition` is checked. */
export const sceneOf = (
  state: BoothState,
  definition: ElectionDefinition,
  panel: PanelSize,
): Scene => {
  const view: View = { state, definition, panel };
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
        lines: [say('restingHelp')],
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
  const { widthMm, heightMm } = SMALLEST_PANEL;
  if (panel.widthMm < widthMm || panel.heightMm < heightMm) {
    return `the panel is smaller than ${widthMm} x ${heightMm} mm`;
  }
  const area = cardOptionArea(panel);
  for (const style of definition.ballotStyles) {
    const ballot = resolveBallot(definition, style.id);
    const positions = ballot.contests.map(({ contest }) => contest.votes);
    if (!reviewFits(positions, panel)) {
      return `the review of ballot style ${style.id} is longer than the panel has room for`;
    }
    for (const card of ballot.cards) {
      const options = optionsOfCard(ballot, card.id).flat().length;
      if (optionGrid(area, options + (options > 1 ? 1 : 0)) === null) {
        return `the card ${card.id} offers ${options} options, more than the panel has room for`;
      }
    }
  }
  return null;
};
