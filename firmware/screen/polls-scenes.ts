/** The precinct's day around the votes: setup, opening, waiting, suspension, closing, counting. */

import {
  bothPresent,
  type ClosingStage,
  type OpeningStage,
  type OpenStage,
  powerIsLow,
  type ReportStage,
  type SetupStage,
  type StageOf,
} from '#firmware/booth/state.ts';
import { TOTALS_PATIENCE } from '#firmware/booth/totals.ts';
import { faultText } from '#firmware/locale/faults.ts';
import type { Box, Scene } from '#hal/scene.ts';
import { finishedNotice } from './dispatch-notice.ts';
import { areasOf, headerOf, isUpright, makeScene, powerWords, sayIn, type View } from './frame.ts';
import { gridOf, MIN_GAP_MM } from './measure.ts';
import { type Choice, type Notice, noticeScene } from './notice.ts';
import { ceremonyScene, checkScene, sharesScene } from './officer-scenes.ts';
import { printerFaultNotice } from './paper-scenes.ts';
import {
  button,
  joined,
  label,
  NOTHING,
  type Part,
  type Sentence,
  stack,
  stackFits,
} from './parts.ts';

// ---------------------------------------------------------------- setup

type Check = StageOf<'selfTest'>['checks'][number];

const checkWords = (view: View, { result }: Check): string => {
  const say = sayIn(view.state.locale);
  if (result === 'ok') return say('checkOk');
  return result === 'pending' ? say('checkPending') : result;
};

const CHECK_MARK_MM = 8;

/** A part of the machine, what its test said, and a tick where it is good. */
const checkPart = (view: View, check: Check, box: Box): Part => {
  const { look } = view;
  const { colours } = look;
  const { result } = check;
  const good = result === 'ok';
  const pending = result === 'pending';
  const fine = good || pending;
  const inner = { ...box, x: box.x + 2, width: box.width - 4 - (fine ? CHECK_MARK_MM : 0) };
  const left = inner.width * (fine ? 0.6 : 0.42);
  const colour = good ? colours.chosenLine : pending ? colours.quiet : colours.danger;
  const surface = {
    box,
    fill: colours.surface,
    border: {
      colour: fine ? colours.line : colours.danger,
      width: fine ? 0.3 : 0.9,
    },
    radius: 2,
    tick: good,
  };
  const name = sayIn(view.state.locale)(`check.${check.check}`);
  const words = checkWords(view, check);
  const right = { ...inner, x: inner.x + left, width: inner.width - left };
  return joined(
    { nodes: [surface], spoken: [] },
    label(look, name, { ...inner, width: left }, { size: 4.4, bold: true }),
    label(look, words, right, { size: 4, align: 'right', colour, bold: !pending }),
  );
};

const ROW_GAP_MM = 1.4;
const ROW_MOST_MM = 17;

/** The parts that are not well, each with what the officers can do about it. */
const remediesOf = ({ state }: View, checks: readonly Check[]): readonly string[] =>
  checks
    .filter(({ result }) => result !== 'ok' && result !== 'pending')
    .map(({ result }) => faultText(state.locale, result).remedy);

const selfTestScene = (view: View, { checks, ended }: StageOf<'selfTest'>): Scene => {
  const { look, panel } = view;
  const say = sayIn(view.state.locale);
  const { main, footer } = areasOf(panel);
  const done = checks.filter(({ result }) => result !== 'pending').length;
  const progress = say('selfTestProgress', { done, count: checks.length });
  const title = { ...main, height: Math.min(10, main.height * 0.16) };
  const body = { ...main, y: main.y + title.height, height: main.height - title.height };
  const columns = isUpright(panel) ? 1 : 2;
  const rows = Math.ceil(checks.length / columns);
  const grid = gridOf(body, columns, 1);
  const height = Math.min(ROW_MOST_MM, body.height / rows);
  const cells = checks.map((_, index): Box => {
    const column = grid[Math.floor(index / rows)] ?? body;
    return { ...column, y: body.y + (index % rows) * height, height: height - ROW_GAP_MM };
  });
  const remedies = [...new Set(remediesOf(view, checks))];
  const again = { ...footer, width: footer.width * 0.34, x: footer.x + footer.width * 0.66 };
  const advice = { ...footer, width: footer.width * 0.66 - MIN_GAP_MM };
  const sentences = (remedies.length > 0 ? remedies : [progress]).map(
    (words): Sentence => ({ words, size: 4, before: 0.2 }),
  );
  const content = joined(
    label(look, say('selfTest'), title, { size: 6, bold: true }),
    ...checks.map((check, index) => checkPart(view, check, cells[index] ?? body)),
    stack(look, stackFits(look, sentences, advice) ? sentences : sentences.slice(0, 1), advice),
    ended
      ? button(look, 'selfTest:repeat', say('selfTestRepeat'), again, 'primary', { size: 5 })
      : NOTHING,
  );
  return makeScene(view, 'selfTest', headerOf(view), content, {
    announcement: [say('selfTest')],
    status: [
      progress,
      ...checks
        .filter(({ result }) => result !== 'pending')
        .map((check) => `${say(`check.${check.check}`)}: ${checkWords(view, check)}`),
      ...remedies,
    ],
  });
};

const printAgain = ({ state }: View): Choice => ({
  action: 'reports:print',
  words: sayIn(state.locale)('printReports'),
  look: 'plain',
});

/** By the calendar the election is over. `action` asks the clock again: it may have been set meanwhile. */
const expiredScene = (
  view: View,
  name: string,
  action: Choice['action'],
  more: readonly Choice[] = [],
): Scene => {
  const say = sayIn(view.state.locale);
  return noticeScene(view, name, {
    title: say('packageExpiredTitle'),
    lines: [say('packageExpired')],
    choices: [{ action, words: say('tryAgain'), look: 'plain' }, ...more],
    tone: 'warning',
  });
};

export const setupScene = (view: View, stage: SetupStage): Scene => {
  const say = sayIn(view.state.locale);
  switch (stage.name) {
    case 'starting':
      return noticeScene(
        view,
        'starting',
        stage.stuck
          ? {
              title: say('startingStuck'),
              lines: [say('startingStuckHelp')],
              tone: 'warning',
              sign: 'memory',
            }
          : { title: say('starting') },
      );
    case 'selfTest':
      return selfTestScene(view, stage);
    case 'ceremony':
      return ceremonyScene(view, stage);
    case 'readyForCeremony':
      if (stage.problem !== null) return expiredScene(view, 'readyForCeremony', 'ceremony:start');
      return noticeScene(view, 'readyForCeremony', {
        title: say('readyForCeremony'),
        lines: [say('readyForCeremonyHelp')],
        choices: [{ action: 'ceremony:start', words: say('startCeremony'), look: 'primary' }],
        sign: 'done',
      });
    case 'readyToOpen':
      if (stage.problem !== null)
        return expiredScene(view, 'readyToOpen', 'polls:open', [printAgain(view)]);
      return noticeScene(view, 'readyToOpen', {
        title: say('readyToOpen'),
        lines: [say('readyToOpenHelp')],
        choices: [
          { action: 'polls:open', words: say('openPolls'), look: 'primary' },
          printAgain(view),
        ],
        sign: 'done',
      });
  }
};

export const reportScene = (view: View, stage: ReportStage): Scene => {
  const say = sayIn(view.state.locale);
  const report = say(`report.${stage.report}`);
  const copy =
    stage.copy > stage.of
      ? say('reportExtraCopy', { copy: stage.copy })
      : say('reportCopy', { copy: stage.copy, of: stage.of });
  return noticeScene(
    view,
    'report',
    stage.fault === null
      ? { title: say('printingReport', { report }), lines: [copy], sign: 'paper' }
      : printerFaultNotice(view, say('reportFault', { report }), stage.fault, [copy]),
  );
};

export const openingScene = (view: View, stage: OpeningStage): Scene => {
  const say = sayIn(view.state.locale);
  switch (stage.name) {
    case 'opening':
      return checkScene(view, 'opening', stage.check, true, [say(`position.${stage.position}`)]);
    case 'openingClock':
      return noticeScene(view, 'openingClock', { title: say('readingClock') });
    case 'openingStored':
      return noticeScene(view, 'openingStored', { title: say('opening') });
  }
};

// ---------------------------------------------------------------- open, nobody votes

const suspendedScene = (view: View, stage: StageOf<'suspended'>): Scene => {
  const say = sayIn(view.state.locale);
  const { media } = view.state;
  if (stage.check !== null) return checkScene(view, 'suspended', stage.check, true);
  if (stage.synchronising) {
    return noticeScene(view, 'suspended', { title: say('synchronising'), tone: 'warning' });
  }
  const present = bothPresent(view.state);
  const states = [
    say('mediaFixed', { state: say(`media.${media.fixed}`) }),
    say('mediaRemovable', { state: say(`media.${media.removable}`) }),
  ].join(' · ');
  const cause = present ? say('suspendedOutOfStep') : say('suspendedMissing');
  return noticeScene(view, 'suspended', {
    title: say('suspended'),
    sign: 'memory',
    lines: [
      states,
      view.state.lastVote === null ? '' : say(`suspendedVote.${view.state.lastVote}`),
      stage.failed === null ? cause : say(`failure.${stage.failed}`),
      say('suspendedRisk'),
    ],
    choices: present
      ? [{ action: 'media:synchronise', words: say('synchronise'), look: 'primary' }]
      : [],
    tone: 'warning',
  });
};

export const openScene = (view: View, stage: OpenStage): Scene => {
  const say = sayIn(view.state.locale);
  switch (stage.name) {
    case 'waiting': {
      const notice: Notice = powerIsLow(view.state)
        ? {
            title: say('lowPower'),
            lines: [say('lowPowerHelp')],
            status: [powerWords(view.state)],
            tone: 'warning',
            sign: 'power',
          }
        : { title: say('welcome'), lines: [say('welcomeHelp')], sign: 'vote' };
      return noticeScene(view, 'waiting', notice);
    }
    case 'resuming':
      return checkScene(view, 'resuming', stage.check, false);
    case 'suspended':
      return suspendedScene(view, stage);
    case 'officer':
      return checkScene(view, 'officer', stage.check, true);
    case 'officerMenu':
      return noticeScene(view, 'officerMenu', {
        title: say('menu'),
        lines: [say('menuVotes', { votes: view.state.votes })],
        choices: [
          { action: 'polls:close', words: say('closePolls'), look: 'danger' },
          { action: 'officer:cancel', words: say('officerCancel'), look: 'plain' },
        ],
      });
  }
};

// ---------------------------------------------------------------- closing

/** The desk's totals are waited for; `late`: it does not answer, and the officers are told. */
const totalsNotice = ({ state }: View, late: boolean): Notice => {
  const say = sayIn(state.locale);
  if (!late) return { title: say('awaitingTotals') };
  return {
    title: say('totalsLate'),
    lines: [say('totalsLateKept'), say('totalsLateHelp')],
    tone: 'warning',
  };
};

export const closingScene = (view: View, stage: ClosingStage): Scene => {
  const say = sayIn(view.state.locale);
  const show = (notice: Notice): Scene => noticeScene(view, stage.name, notice);
  switch (stage.name) {
    case 'closingClock':
      return show({ title: say('readingClock') });
    case 'closingOverride':
      return checkScene(view, 'closingOverride', stage.check, true);
    case 'closingQueue':
      return show({
        sign: 'ask',
        title: say('closingQueue'),
        lines: [say('closingQueueHelp')],
        choices: [
          { action: 'queue:empty', words: say('queueEmpty'), look: 'danger' },
          { action: 'queue:waiting', words: say('queueWaiting'), look: 'primary' },
        ],
      });
    case 'closingStored':
      return show({ title: say('closing') });
    case 'awaitingTotals':
      return stage.check === null
        ? show(totalsNotice(view, stage.asked >= TOTALS_PATIENCE))
        : checkScene(view, 'awaitingTotals', stage.check, false);
    case 'shares':
      return sharesScene(view, stage);
    case 'counting':
      return show({
        sign: 'vote',
        title: say('counting'),
        lines: [say('countingHelp')],
        status: [say('countingProgress', { opened: stage.opened, ballots: stage.ballots })],
        progress: { done: stage.opened, of: stage.ballots },
      });
    case 'writingResult':
      return show({ title: say('writingResult') });
    case 'finishing':
      return show({ title: say('finishing') });
    case 'finished':
      return show(finishedNotice(view, stage.copies));
  }
};
