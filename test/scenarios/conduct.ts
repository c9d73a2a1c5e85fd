/**
 * People who see only screen, display, papers and printer, and do what these ask of them, whatever it
 * is: the voter at the booth, the presiding officer with the token, the operator at the desk.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { wait } from '#hal/clock.ts';
import type { Hands } from '#scripts/day/hands.ts';
import { makeRandom } from '#scripts/day/random.ts';
import { makeSearch } from '#scripts/day/voter.ts';
import { LOCALE } from './precinct.ts';
import { type Day, type Life, marksInMind, type Person } from './rig.ts';

/** More things than a visit can ask for. */
const TURNS_MAX = 3_000;
const GLANCE_MS = 250;
/** A target that does not come within this is gone: something else happened. */
const PATIENCE_MS = 8_000;

export type Answers = {
  /** What the voter says when asked whether something came out; default: the truth. */
  readonly printed?: 'truth' | 'nothing' | 'something';
  /** At the desk, for an admission that stands: renewed or released. */
  readonly pending?: 'renew' | 'release';
  /** What an officer does about a printer in trouble. */
  readonly mendPrinter?: () => void;
  /** A cutter that does not come back: tear the paper off. */
  readonly tearOff?: boolean;
  /** Each time somebody looks around: what people do besides. */
  readonly meanwhile?: () => void;
  /** Comes to an end here, besides a machine that waits for the next voter. */
  readonly until?: () => boolean;
};

const impatient = (hands: Hands): Hands => ({
  ...hands,
  press: (target) => hands.press(target, PATIENCE_MS),
});

/** Marks and confirms; may be cut short by anything. */
const cast = async (day: Day, { hands, clock }: Life, person: Person): Promise<void> => {
  const quick = impatient(hands);
  const random = makeRandom(makeSeededEntropy(person.plan.voter.nationalId, 'hesitation'));
  const search = makeSearch({ clock, hands: quick, random, mouth: day.room.mouth }, person.ballot);
  for (const choice of person.choices) await search.touchOption(choice);
  await quick.press('vote');
  await hands.awaitTarget(['review:confirm'], PATIENCE_MS);
  // From the touch on the vote may be stored: what follows tells whether it was.
  person.confirmed = marksInMind(person);
  await quick.press('review:confirm');
  await hands.awaitSight('an answer', ({ name }) => (name === 'ballot' ? null : name));
};

/** The presiding officer's token and PIN, for whatever the screen asks them. */
export const showToken = async (day: Day, { hands, clock }: Life): Promise<void> => {
  const [kit] = day.kits;
  if (kit === undefined) throw new Error('no officer');
  const { tokens } = day.board.devices;
  await wait(clock, 1_000);
  if (!tokens.present()) tokens.insert(kit.token);
  await hands.typePin(kit.pin);
  const checking = screenText(LOCALE, 'checkingToken');
  await hands.awaitSight('the check', ({ spoken }) => (spoken.includes(checking) ? null : true));
  await wait(clock, 1_000);
  tokens.remove();
};

const says = (hands: Hands, clue: Parameters<typeof screenText>[1]): boolean =>
  hands.hears(screenText(LOCALE, clue));

/** One thing that screen or display asks for; false: nothing. */
const attendOnce = async (
  day: Day,
  life: Life,
  person: Person,
  answers: Answers,
): Promise<boolean> => {
  const { hands, operator, clock } = life;
  const { room, board } = day;
  const { printer, keypad } = board.devices;
  const quick = impatient(hands);
  const takePaper = (): void => {
    if (room.lying() > 0) room.mouth.dropIntoBox();
  };
  if (operator.shows('choose1')) {
    const renew = answers.pending !== 'release';
    // Nothing was stored: whoever is renewed votes once more, whoever is released comes back.
    person.confirmed = null;
    keypad.press(renew ? '1' : '2');
    await wait(clock, 500);
    return true;
  }
  if (operator.shows('confirmLeft1') || operator.shows('retry')) {
    keypad.press('enter');
    await wait(clock, 500);
    return true;
  }
  if (hands.sees('vote')) {
    person.confirmed = null;
    await cast(day, life, person).catch((error: Error) => {
      if (!/waits for|can not find/.test(error.message)) throw error;
    });
    return true;
  }
  if (hands.sees('message:dismiss')) await quick.press('message:dismiss');
  else if (hands.sees('voter:there'))
    await quick.press(person.there ? 'voter:there' : 'voter:left');
  else if (hands.sees('paper:something')) {
    const { printed = 'truth' } = answers;
    const out = printed === 'truth' ? room.mouth.showsPaper() : printed === 'something';
    await quick.press(out ? 'paper:something' : 'paper:nothing');
  } else if (hands.sees('paper:folded')) {
    if (room.mouth.showsPaper()) room.mouth.foldIntoEnvelope();
    await quick.press('paper:folded');
  } else if (hands.sees('paper:tryAgain')) {
    await wait(clock, 2_000);
    answers.mendPrinter?.();
    if (answers.tearOff === true && hands.sees('paper:taken')) {
      printer.tearOff();
      await quick.press('paper:taken');
      return true;
    }
    // A printer that is itself again goes on by itself.
    await wait(clock, 4_000);
    if (hands.sees('paper:tryAgain')) await quick.press('paper:tryAgain');
  } else if (hands.sees('paper:reject') && person.rejects) {
    person.rejects = false;
    person.confirmed = null;
    await quick.press('paper:reject');
  } else if (hands.sees('paper:accept')) {
    await quick.press('paper:accept');
    takePaper();
  } else if (hands.sees('paper:inBox') || hands.sees('paper:taken')) {
    takePaper();
    await quick.press(hands.sees('paper:inBox') ? 'paper:inBox' : 'paper:taken');
  } else if (hands.sees('media:synchronise')) await quick.press('media:synchronise');
  else if (says(hands, 'insertToken') || hands.sees('pin:enter')) await showToken(day, life);
  else return false;
  return true;
};

/** The machine waits for the next voter. */
export const atRest = ({ hands, operator }: Life): boolean =>
  hands.sceneName() === 'waiting' && operator.shows('askId');

/** Does what is asked until the machine waits for the next voter. */
export const attend = async (day: Day, person: Person, answers: Answers = {}): Promise<void> => {
  const life = day.life();
  for (let turn = 0; turn < TURNS_MAX; turn++) {
    if (answers.until?.() === true) return;
    answers.meanwhile?.();
    if (atRest(life)) {
      // The screen went on by itself: the voter still takes the paper along.
      if (day.room.lying() > 0) day.room.mouth.dropIntoBox();
      person.there = false;
      return;
    }
    if (!(await attendOnce(day, life, person, answers))) await wait(life.clock, GLANCE_MS);
  }
  const { hands } = life;
  throw new Error(
    `nobody knows what to do at "${hands.sceneName()}" and "${day.board.devices.lcd.screen().join('|')}"`,
  );
};

/** From the table into the booth. */
export const admit = async (day: Day, person: Person): Promise<void> => {
  const admission = await day.life().operator.admit(person.plan);
  if (admission.kind !== 'atBooth') throw new Error(`not admitted: ${admission.reason}`);
  person.there = true;
};

/** One voter from the table to the box. */
export const serve = async (day: Day, person: Person, answers: Answers = {}): Promise<void> => {
  await admit(day, person);
  await attend(day, person, answers);
};
