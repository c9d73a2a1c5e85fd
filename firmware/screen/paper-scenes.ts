/** From the cast to the box: storing, printing, the paper and its troubles. */

import type { StageOf, StoringStage } from '#firmware/booth/state.ts';
import { mendingLines } from '#firmware/locale/fault-help.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';
import type { Scene } from '#hal/scene.ts';
import { sayIn, type View } from './frame.ts';
import { type Choice, type Notice, noticeScene } from './notice.ts';
import { checkScene } from './officer-scenes.ts';

const confirmVoter = (view: View, stage: StageOf<'confirmVoter'>): Scene => {
  const say = sayIn(view.state.locale);
  if (stage.check !== 'ask') return checkScene(view, 'confirmVoter', stage.check, false);
  return noticeScene(view, 'confirmVoter', {
    sign: 'ask',
    title: say('confirmVoter'),
    lines: [say('confirmVoterHelp')],
    choices: [
      { action: 'voter:there', words: say('confirmVoterThere'), look: 'primary' },
      { action: 'voter:left', words: say('confirmVoterLeft'), look: 'plain' },
    ],
  });
};

/** The printer is in trouble: what the officer does about it. */
export const printerFaultNotice = (
  view: View,
  title: string,
  fault: PrinterFaultKind,
  more: readonly string[],
): Notice => {
  const say = sayIn(view.state.locale);
  const { explanation, remedy } = faultText(view.state.locale, `printer.${fault}`);
  return {
    title,
    sign: 'paper',
    lines: [explanation, remedy, ...more],
    ifRoom: mendingLines(view.state.locale, `printer.${fault}`),
    choices: [{ action: 'paper:tryAgain', words: say('tryAgain'), look: 'primary' }],
    tone: 'warning',
  };
};

const askPrinted = (view: View): Notice => {
  const say = sayIn(view.state.locale);
  return {
    sign: 'ask',
    title: say('askPrinted'),
    lines: [say('askPrintedHelp'), say('printFaultVote')],
    choices: [
      { action: 'paper:something', words: say('askSomething'), look: 'plain' },
      { action: 'paper:nothing', words: say('askNothing'), look: 'plain' },
    ],
  };
};

const cutting = (view: View, fault: PrinterFaultKind | null): Notice => {
  const say = sayIn(view.state.locale);
  if (fault === null)
    return { title: say('printing'), lines: [say('printingHelp')], sign: 'paper' };
  const notice = printerFaultNotice(view, say('cutFault'), fault, [say('cutFaultHelp')]);
  const byHand: Choice = { action: 'paper:taken', words: say('cutByHand'), look: 'plain' };
  return { ...notice, choices: [...(notice.choices ?? []), byHand] };
};

const inBox = (view: View): Notice => {
  const say = sayIn(view.state.locale);
  return {
    sign: 'vote',
    title: say('leftPaper'),
    lines: [say('leftPaperHelp')],
    choices: [{ action: 'paper:inBox', words: say('leftPaperDone'), look: 'primary' }],
  };
};

const verifying = (view: View, { left, canReject }: StageOf<'verifying'>): Notice => {
  const say = sayIn(view.state.locale);
  if (left) return inBox(view);
  const accept: Choice = { action: 'paper:accept', words: say('verifyAccept'), look: 'primary' };
  const reject: Choice = { action: 'paper:reject', words: say('verifyReject'), look: 'danger' };
  return canReject
    ? { sign: 'ask', title: say('verify'), lines: [say('verifyHelp')], choices: [accept, reject] }
    : {
        sign: 'ask',
        title: say('verify'),
        lines: [say('verifyHelp'), say('verifyNoReject')],
        choices: [accept],
      };
};

const folding = (view: View, kind: 'foldSpoiled' | 'foldPartial'): Notice => {
  const say = sayIn(view.state.locale);
  return {
    sign: 'envelope',
    title: say(kind),
    lines: [say(`${kind}Help`)],
    choices: [{ action: 'paper:folded', words: say('folded'), look: 'primary' }],
  };
};

const takePaper = (view: View, left: boolean): Notice => {
  const say = sayIn(view.state.locale);
  if (left) return inBox(view);
  return {
    sign: 'vote',
    title: say('takePaper'),
    lines: [say('takePaperHelp')],
    choices: [{ action: 'paper:taken', words: say('takePaperTaken'), look: 'primary' }],
  };
};

/** Scenes of a vote that is PREPARED. */
export const storingScene = (view: View, stage: StoringStage): Scene => {
  const say = sayIn(view.state.locale);
  const show = (notice: Notice): Scene => noticeScene(view, stage.name, notice);
  switch (stage.name) {
    case 'confirmVoter':
      return confirmVoter(view, stage);
    case 'startingPrint':
    case 'printing':
    case 'markingDone':
      return show({ title: say('printing'), lines: [say('printingHelp')], sign: 'paper' });
    case 'printFault':
      return show(
        printerFaultNotice(view, say('printFault'), stage.fault, [say('printFaultVote')]),
      );
    case 'askPrinted':
      return show(askPrinted(view));
    case 'cutting':
      return show(cutting(view, stage.fault));
    case 'verifying':
      return show(verifying(view, stage));
    case 'foldPartial':
    case 'foldSpoiled':
      return show(folding(view, stage.name));
    case 'takePaper':
      return show(takePaper(view, stage.left));
    case 'telling':
      return stage.check === null
        ? show({ title: say('storing') })
        : checkScene(view, 'telling', stage.check, false);
    case 'markingPartial':
    case 'confirming':
    case 'spoiling':
    case 'finishingSpoil':
    case 'committing':
    case 'settling':
      return show({ title: say('storing') });
  }
};
