/**
 * A day as people live it: they look at screen, display, papers and switch, do one thing after the
 * other, and begin anew with what they see whenever something else has happened.
 */

import type { KeyPair } from '#firmware/vault/keys.ts';
import { wait } from '#hal/clock.ts';
import type { MediumName } from '#hal/storage.ts';
import { LostError } from '../../day/hands.ts';
import { drawScenario } from '../../day/scenario.ts';
import { instant } from '../../day/world.ts';
import type { Nature } from '../nature.ts';
import type { Site } from '../site.ts';
import { attendBallot, BALLOT_TARGETS } from './at-ballot.ts';
import { attendPaper, dropPaper } from './at-paper.ts';
import { makeTable, type Table } from './at-table.ts';
import { type Company, makeCompany } from './company.ts';
import { attendCeremony, attendToken, showToken, takeTokenOut } from './officers.ts';
import { makeVisitor, noMarks, type Visitor } from './visitor.ts';

/** A day in which nothing goes forward for so long hangs. */
export const HANG_MS = 3 * 3_600_000;
/** Looks around in a day; a machine that keeps people busy with nothing hangs too. */
export const turnsMost = (voters: number): number => 20_000 + 3_000 * voters;
const GLANCE_MS = 300;
const SLOW_GLANCE_MS = 20_000;
/** Until somebody switches on what went off; until a unit that stands still is switched off and on. */
const SWITCH_MS = 5_000;
const PARKED_MS = 15_000;
const STARTS_MOST = 8;
/** Officers look at the last screen for so long before they touch it again. */
const SENDING_PATIENCE_MS = 8_000;

/** The unit is dark, does not start, or stands still: people switch it on, or off and on. */
const attendSwitch = async (company: Company): Promise<boolean> => {
  const { site, hands, displays } = company;
  const { clock } = site;
  switch (site.supply()) {
    case 'off':
      await wait(clock, SWITCH_MS + site.random.below(20_000));
      if (site.supply() === 'off' && site.mains) site.switchOn();
      return true;
    case 'failed':
      await wait(clock, PARKED_MS);
      if (site.supply() !== 'failed') return true;
      site.switchOff();
      // Switched off and on in vain: a board that does not start is replaced.
      if (site.failedStarts() >= STARTS_MOST) site.moveToSpare();
      return true;
    case 'starting':
      await wait(clock, GLANCE_MS);
      return true;
    case 'on':
      break;
  }
  if (hands.sceneName() !== 'parked' && !displays('parked1')) return false;
  const { life } = site;
  const before = life();
  await wait(clock, PARKED_MS);
  if (life() === before && site.supply() === 'on') site.switchOff();
  return true;
};

/** Officers take reports along, cut or not. Returns how many. */
const takeReports = ({ room, board }: Site): number => {
  if (board.devices.printer.hanging() !== null) board.devices.printer.tearOff();
  return room.takeReports().length;
};

/** Everybody is through with it, or comes again. */
const conclude = (company: Company, visitor: Visitor): void => {
  const { site } = company;
  dropPaper(company);
  company.visitor = null;
  company.last = visitor;
  visitor.believed = null;
  visitor.fingers = 0;
  visitor.typedAtMs = Number.NEGATIVE_INFINITY;
  if (visitor.confirmed === null && visitor.there) {
    site.story.tell(`voter ${visitor.number} has not voted, and comes again`);
    visitor.place = 'queue';
    visitor.there = false;
    company.queue.push(visitor);
    return;
  }
  visitor.there = false;
  company.done.add(visitor);
  company.progress();
  site.story.tell(`voter ${visitor.number} ${visitor.confirmed === null ? 'went away' : 'voted'}`);
  if (visitor.plan.behaviour === 'blank' && visitor.confirmed !== null)
    site.count('voter.votesBlank');
  if (!visitor.plan.triesTwice || visitor.again || visitor.confirmed === null) return;
  const again = makeVisitor(site, { ...visitor.plan, triesTwice: false }, visitor.number);
  again.again = true;
  company.queue.unshift(again);
};

const wantsToClose = (company: Company): boolean =>
  (company.stage === 'voting' || company.stage === 'closing') &&
  company.queue.length === 0 &&
  company.visitor === null &&
  (company.closesEarly ||
    company.site.clock.calendarMs() >
      instant(company.site.options.definition.calendar.closesAt) + 60_000);

/** The screen says that the vote is null: as good as a review, should its paper be refused and then taken. */
const castsNull = (visitor: Visitor | null): void => {
  if (visitor === null) return;
  visitor.shown = noMarks(visitor.ballot);
  visitor.confirmed = visitor.shown;
};

/** Officers see to the sending of the result: try again, or have the receipt printed that was not. */
const attendSending = async ({ hands, pause, says }: Company): Promise<boolean> => {
  const target = hands.sees('result:send')
    ? 'result:send'
    : hands.sees('result:receipt') && says('dispatchNotPrinted')
      ? 'result:receipt'
      : null;
  if (target === null) return false;
  await pause(SENDING_PATIENCE_MS);
  if (hands.sees(target)) await hands.press(target);
  return true;
};

/** What is asked of officers and voters by the screen; false: nothing. */
const attendScreen = async (company: Company): Promise<boolean> => {
  const { hands, pause, says, site, visitor } = company;
  const name = hands.sceneName();
  if (hands.sees('settings:close')) await hands.press('settings:close');
  else if (hands.sees('screen:on')) await hands.press('screen:on');
  else if (hands.sees('message:dismiss')) await hands.press('message:dismiss');
  else if (hands.sees('selfTest:repeat')) {
    await pause(5_000);
    await hands.press('selfTest:repeat');
  } else if (hands.sees('ceremony:start')) await hands.press('ceremony:start');
  else if (name === 'ceremony') await attendCeremony(company);
  else if (hands.sees('voter:there'))
    await hands.press(visitor?.there === true ? 'voter:there' : 'voter:left');
  else if (hands.sees('voter:left')) {
    if (visitor?.there === true) await hands.press('officer:cancel');
    else {
      castsNull(visitor);
      await hands.press('voter:left');
    }
  } else if (hands.sees('expired:understood')) {
    castsNull(visitor);
    site.count('voter.letsTimeRunOut');
    await hands.press('expired:understood');
  } else if (await attendPaper(company, visitor)) return true;
  else if (BALLOT_TARGETS.some((target) => hands.sees(target))) {
    if (visitor !== null) visitor.place = 'booth';
    await attendBallot(company, visitor);
  } else if (hands.sees('media:synchronise')) await hands.press('media:synchronise');
  else if (hands.sees('queue:empty')) {
    const wrong = site.habits.answer;
    site.habits.answer = false;
    const empty = wantsToClose(company) && !wrong;
    if (empty) company.stage = 'closing';
    await hands.press(empty ? 'queue:empty' : 'queue:waiting');
  } else if (hands.sees('polls:close'))
    await hands.press(wantsToClose(company) ? 'polls:close' : 'officer:cancel');
  else if (says('insertToken') || hands.sees('pin:enter') || says('removeToken')) {
    const left = name === 'ballot' && visitor?.there !== true;
    const menu = name === 'officer' && (wantsToClose(company) || company.displays('askKey1'));
    await attendToken(company, left || menu || !['ballot', 'officer'].includes(name));
  } else if (name === 'waiting' && company.displays('askKey1')) await showToken(company);
  else return attendSending(company);
  return true;
};

/** Whoever is next, once the time has come. */
const nextOf = ({ site, queue, openedAtMs }: Company): Visitor | undefined => {
  const [first] = queue;
  const dueMs = openedAtMs + (first?.number ?? 0) * (site.options.everyMs ?? 0);
  return site.clock.nowMs() >= dueMs ? queue.shift() : undefined;
};

/** Nothing is asked: the next one comes, somebody is done, or the day goes on. */
const atRest = async (company: Company, nature: Nature): Promise<void> => {
  const { hands, displays, site, pause, visitor } = company;
  const waits = hands.sceneName() === 'waiting';
  if (waits && site.board.devices.tokens.present()) return takeTokenOut(company);
  if (displays('atBooth1') && visitor !== null && visitor.place === 'table') {
    visitor.place = 'booth';
    visitor.there = true;
    if (visitor.again) site.findings.push(`voter ${visitor.number} was admitted twice`);
    return pause(GLANCE_MS);
  }
  const deskReady = displays('askId') || displays('powerLow2') || displays('finished1');
  if (waits && deskReady && visitor?.place === 'booth') {
    await pause(1_500);
    if (hands.sceneName() === 'waiting' && !displays('choose1') && company.visitor === visitor)
      conclude(company, visitor);
    return;
  }
  if (waits && wantsToClose(company)) {
    if (company.stage === 'voting') {
      company.stage = 'closing';
      company.progress();
      nature.begin('closing');
    }
    return showToken(company);
  }
  const next = company.stage === 'voting' && visitor === null ? nextOf(company) : undefined;
  if (next !== undefined) {
    company.visitor = next;
    next.place = 'table';
    next.there = true;
    if (next.tries === 0 && !next.again) nature.begin('voter', next.number);
    return pause(Math.min(next.plan.walkMs, 4_000));
  }
  // Everybody has voted, and it is not the hour yet.
  const idle =
    company.stage === 'voting' && company.queue.length === 0 && visitor === null && waits;
  if (idle) company.progress();
  await pause(idle ? SLOW_GLANCE_MS : GLANCE_MS);
};

const turn = async (company: Company, table: Table, nature: Nature): Promise<void> => {
  if (await attendSwitch(company)) return;
  const name = company.hands.sceneName();
  const { stage, site } = company;
  if (stage === 'opening' && company.hands.sees('polls:open'))
    return company.hands.press('polls:open');
  if (stage === 'opening' && name === 'waiting' && company.displays('askId')) {
    takeReports(site);
    company.stage = 'voting';
    company.openedAtMs = site.clock.nowMs();
    company.progress();
    return;
  }
  if (await attendScreen(company)) return;
  if (await table.attend()) return;
  await atRest(company, nature);
};

/** Does one thing after the other until `ended`. */
const goOn = async (
  company: Company,
  table: Table,
  nature: Nature,
  ended: () => boolean,
): Promise<void> => {
  const { site } = company;
  const most = turnsMost(site.options.voters);
  for (let turns = 0; !ended(); turns++) {
    const now = `"${company.hands.sceneName()}" and "${site.board.devices.lcd.screen().join('|')}"`;
    if (turns > most) throw new Error(`the day hangs at ${now} after ${turns} looks`);
    if (site.clock.nowMs() - company.progressedAtMs() > HANG_MS)
      throw new Error(`the day hangs at ${now}: nothing went forward for three hours`);
    const beganMs = site.clock.nowMs();
    try {
      await turn(company, table, nature);
    } catch (error) {
      if (!(error instanceof LostError)) throw error;
    }
    // A thing that took no time is not done again at once.
    if (site.clock.nowMs() === beganMs) await wait(site.clock, GLANCE_MS);
  }
};

export type Lived = {
  readonly company: Company;
  /** Of the unit that counted. */
  readonly identity: KeyPair;
  /** The media on which the event log was in step in the end. */
  readonly logOn: readonly MediumName[];
};

/** From Friday's ceremony to the receipt of the receiving centre; the unit is off in the end. */
export const liveDay = async (site: Site, nature: Nature): Promise<Lived> => {
  const company = makeCompany(site);
  const table = makeTable(company);
  const { definition, voters } = site.options;
  const sees = (target: string): boolean => site.supply() === 'on' && company.hands.sees(target);

  nature.begin('ceremony');
  await goOn(company, table, nature, () => sees('polls:open') && !nature.busy());
  takeReports(site);
  await site.shutDown();
  await wait(
    site.clock,
    Math.max(0, instant(definition.calendar.opensAt) + 60_000 - site.clock.calendarMs()),
  );

  company.stage = 'opening';
  company.progress();
  const plans = drawScenario(site.random, site.given.pollbook.voters, site.locale);
  company.queue = plans.map((plan, number) => makeVisitor(site, plan, number));
  if (company.queue.length !== voters) throw new Error('not everybody came');
  site.switchOn();
  nature.begin('opening');
  await goOn(company, table, nature, () => sees('tally:copy') && !nature.busy());
  nature.rest();
  // A fault that ended may have left something to be seen to.
  await goOn(company, table, nature, () => sees('tally:copy'));
  if (takeReports(site) === 0) throw new Error('no tally report was printed');
  const isReceived = (): boolean => sees('result:receipt') && !company.says('dispatchNotPrinted');
  await goOn(company, table, nature, isReceived);
  takeReports(site);
  const unit = site.unit();
  if (unit === null) throw new Error('the unit went off in the end');
  const logOn = unit.log.inStep();
  await site.shutDown();
  return { company, identity: unit.identity, logOn };
};
