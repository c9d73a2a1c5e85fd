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
import type { Box, Scene } from '#hal/scene.ts';
import { areasOf, headerOf, sayIn, type View } from './frame.ts';
import { gridOf } from './measure.ts';
import { type Notice, noticeScene } from './notice.ts';
import { ceremonyScene, checkScene, sharesScene } from './officer-scenes.ts';
import { printerFaultNotice } from './paper-scenes.ts';
import { button, COLOURS, field, joined, label, makeScene, NOTHING, type Part } from './parts.ts';

// ---------------------------------------------------------------- setup

const checkPart = (view: View, check: StageOf<'selfTest'>['checks'][number], box: Box): Part => {
  const say = sayIn(view.state.locale);
  const { result } = check;
  const inner = { ...box, x: box.x + 1.5, width: box.width - 3 };
  const left = inner.width * 0.42;
  const right = inner.width - left;
  const words =
    result === 'ok' ? say('checkOk') : result === 'pending' ? say('checkPending') : result;
  const colour =
    result === 'ok' ? COLOURS.chosenLine : result === 'pending' ? COLOURS.quiet : COLOURS.danger;
  return joined(
    field(box, COLOURS.surface, colour),
    label(say(`check.${check.check}`), { ...inner, width: left }, { size: 4.6, bold: true }),
    label(
      words,
      { ...inner, x: inner.x + left, width: right },
      { size: 4.6, align: 'right', colour },
    ),
  );
};

const SELF_TEST_TITLE_MM = 9;
const ROW_GAP_MM = 0.8;

const selfTestScene = (view: View, { checks, ended }: StageOf<'selfTest'>): Scene => {
  const say = sayIn(view.state.locale);
  const { main, footer } = areasOf(view.panel);
  const title = { ...main, height: SELF_TEST_TITLE_MM };
  const body = { ...main, y: main.y + title.height, height: main.height - title.height };
  const columns = 2;
  const rows = Math.ceil(checks.length / columns);
  const [left = body, right = body] = gridOf(body, columns, 1);
  const height = body.height / rows;
  const cells = checks.map((_, index): Box => {
    const column = index < rows ? left : right;
    return { ...column, y: body.y + (index % rows) * height, height: height - ROW_GAP_MM };
  });
  return makeScene(
    'selfTest',
    joined(
      headerOf(view),
      label(say('selfTest'), title, { size: 6.4, bold: true }),
      ...checks.map((check, index) => checkPart(view, check, cells[index] ?? body)),
      ended ? button('selfTest:repeat', say('selfTestRepeat'), footer, 'primary', 6) : NOTHING,
    ),
  );
};

export const setupScene = (view: View, stage: SetupStage): Scene => {
  const say = sayIn(view.state.locale);
  switch (stage.name) {
    case 'starting':
      return noticeScene(
        view,
        'starting',
        stage.stuck
          ? { title: say('startingStuck'), lines: [say('startingStuckHelp')], tone: 'warning' }
          : { title: say('starting') },
      );
    case 'selfTest':
      return selfTestScene(view, stage);
    case 'ceremony':
      return ceremonyScene(view, stage);
    case 'readyForCeremony':
      return noticeScene(view, 'readyForCeremony', {
        title: say('readyForCeremony'),
        lines: [stage.problem === null ? say('readyForCeremonyHelp') : say('packageExpired')],
        choices: [{ action: 'ceremony:start', words: say('startCeremony'), look: 'primary' }],
        tone: stage.problem === null ? 'calm' : 'warning',
      });
    case 'readyToOpen':
      return noticeScene(view, 'readyToOpen', {
        title: say('readyToOpen'),
        lines: [stage.problem === null ? say('readyToOpenHelp') : say('packageExpired')],
        choices: [
          { action: 'polls:open', words: say('openPolls'), look: 'primary' },
          { action: 'reports:print', words: say('printReports'), look: 'plain' },
        ],
        tone: stage.problem === null ? 'calm' : 'warning',
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
      ? { title: say('printingReport', { report }), lines: [copy] }
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
    lines: [
      states,
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
        ? { title: say('lowPower'), lines: [say('lowPowerHelp')], tone: 'warning' }
        : { title: say('welcome'), lines: [say('welcomeHelp')] };
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
        ? show({ title: say('awaitingTotals') })
        : checkScene(view, 'awaitingTotals', stage.check, false);
    case 'shares':
      return sharesScene(view, stage);
    case 'counting':
      return show({
        title: say('counting'),
        lines: [say('countingProgress', { opened: stage.opened, ballots: stage.ballots })],
      });
    case 'writingResult':
      return show({ title: say('writingResult') });
    case 'finishing':
      return show({ title: say('finishing') });
    case 'finished':
      return show({
        title: say('finished'),
        lines: [say('finishedHelp', { copies: stage.copies, votes: view.state.votes })],
        choices: [{ action: 'tally:copy', words: say('tallyCopy'), look: 'plain' }],
      });
  }
};
