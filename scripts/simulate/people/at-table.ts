/**
 * The table: the operator reads the two lines of the display and does what they ask, with the voter
 * and the presiding officer beside.
 */
import type { Finger } from '#drivers/fingerprint/emulator.ts';
import { type DeskText, deskText } from '#firmware/locale/desk.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { ASKS_FOR_FINGER, plain } from '../../day/operator.ts';
import { officerFinger, voterFinger } from '../../elections/pollbook.ts';
import type { Company } from './company.ts';
import type { Visitor } from './visitor.ts';

const KEY_MS = 180;
const FINGER_REST_MS = 2_500;
/** A number that was typed is waited for so long before it is typed again. */
const ANSWER_MS = 4_000;
/** Sent away more often than this, a voter comes later. */
const TRIES_MOST = 6;
const NO_CODE = '00000000';

/** Notices that end an admission; the voter may come again. */
const TURNED_AWAY: readonly DeskText[] = [
  'idUnknown',
  'idMalformed1',
  'companionTwice',
  'companionSelf',
  'noFinger',
  'codeRefused1',
  'notAuthorised1',
  'limitReached1',
  'released1',
];

export const makeTable = (company: Company) => {
  const { site, pause } = company;
  const { keypad, reader, lcd } = site.board.devices;
  const used = { authorisation: 0, support: 0 };

  const type = async (digits: string): Promise<void> => {
    for (const digit of digits) {
      keypad.press(digit as StationKey);
      await pause(KEY_MS);
    }
  };
  const press = async (key: StationKey): Promise<void> => {
    keypad.press(key);
    await pause(KEY_MS);
  };
  /** What was typed stands there, or is taken back. */
  const typeAndCheck = async (
    digits: string,
    expected: string,
    end: StationKey,
  ): Promise<boolean> => {
    await type(digits);
    await pause(KEY_MS);
    const good = plain(lcd.screen()[1]) === plain(expected);
    await press(good ? end : 'clear');
    return good;
  };
  const typeId = async (nationalId: string, end: StationKey): Promise<boolean> => {
    const [prefix = 'V', digits = ''] = nationalId.split('-');
    if (prefix === 'E') await press('plus');
    const shown = deskText(site.locale, 'typed', { prefix, digits });
    return typeAndCheck(digits, shown, end);
  };
  const giveFinger = async (finger: Finger): Promise<void> => {
    await pause(600);
    reader.placeFinger(finger);
    await pause(FINGER_REST_MS);
    reader.placeFinger(null);
    await pause(400);
  };
  const fingerOf = ({ plan, fingers }: Visitor): Finger => {
    const seed = voterFinger(plan.voter.nationalId);
    if (plan.finger === 'neverMatches') return { seed: `${seed} worn ${fingers}`, quality: 0.9 };
    return { seed, quality: plan.finger === 'poorThenGood' && fingers === 0 ? 0.2 : 0.95 };
  };
  const officerId =
    site.options.definition.officers.find(({ role }) => role === 'presidingOfficer')?.id ?? '';
  const giveCode = async (kind: 'authorisation' | 'support'): Promise<void> => {
    const digits = site.given.codes[kind][used[kind]] ?? NO_CODE;
    if (await typeAndCheck(digits, deskText(site.locale, 'code', { digits }), 'enter')) {
      used[kind]++;
      await pause(800);
    }
  };

  const sendAway = (visitor: Visitor): void => {
    visitor.tries++;
    visitor.fingers = 0;
    visitor.typedAtMs = Number.NEGATIVE_INFINITY;
    if (visitor.tries % TRIES_MOST !== 0) return;
    company.visitor = null;
    visitor.place = 'queue';
    company.queue.push(visitor);
  };

  const beginAdmission = async (visitor: Visitor): Promise<void> => {
    if (site.clock.nowMs() - visitor.typedAtMs < ANSWER_MS) return pause(250);
    if (visitor.typedAtMs > 0) sendAway(visitor);
    if (company.visitor !== visitor) return;
    const { nationalId } = visitor.plan.voter;
    const errs = visitor.mistyped || site.habits.typo;
    visitor.mistyped = false;
    site.habits.typo = false;
    const last = (Number(nationalId.at(-1)) + 1) % 10;
    const typed = errs ? `${nationalId.slice(0, -1)}${last}` : nationalId;
    site.story.tell(
      `at the table: ${nationalId}, voter ${visitor.number}, ${visitor.plan.behaviour}`,
    );
    const end = visitor.companionId === null ? 'enter' : 'times';
    if (await typeId(typed, end)) visitor.typedAtMs = site.clock.nowMs();
  };

  const turnedAway = async (visitor: Visitor | null, why: DeskText): Promise<void> => {
    if (visitor?.place === 'table') {
      if (why === 'companionTwice' || why === 'companionSelf') visitor.companionId = null;
      sendAway(visitor);
    }
    await press('clear');
  };

  /** The pollbook says that this voter has voted. */
  const hasVoted = async (visitor: Visitor | null): Promise<void> => {
    await press('clear');
    if (visitor?.place !== 'table') return;
    company.visitor = null;
    company.done.add(visitor);
    if (visitor.again) site.count('voter.comesTwice');
    else if (visitor.confirmed === null)
      site.findings.push(`voter ${visitor.number} has not voted and is told so`);
  };

  const atFinger = async (first: DeskText | null, visitor: Visitor | null): Promise<void> => {
    if (first === 'officer') return giveFinger({ seed: officerFinger(officerId), quality: 0.95 });
    if (visitor === null) return pause(1_000);
    const { plan } = visitor;
    if (plan.finger === 'neverMatches' && visitor.fingers === 0)
      site.count('voter.fingerDoesNotMatch');
    await giveFinger(fingerOf(visitor));
    visitor.fingers++;
  };

  /** Somebody is admitted and nothing of a vote was stored: goes on, or has gone. */
  const choose = async (): Promise<void> => {
    const visitor = company.visitor ?? company.last;
    if (visitor === null) return press('2');
    company.visitor = visitor;
    company.done.delete(visitor);
    company.queue = company.queue.filter((each) => each !== visitor);
    visitor.place = 'booth';
    visitor.confirmed = null;
    visitor.believed = null;
    const wrong = site.habits.answer;
    site.habits.answer = false;
    await press(visitor.there !== wrong ? '1' : '2');
  };

  /** True when the display asked for something. */
  const attend = async (): Promise<boolean> => {
    const [first, second] = company.lines();
    const { visitor } = company;
    const again = plain(deskText(site.locale, 'again', { n: '', of: '' }).split('/')[0] ?? '');
    const asksFinger =
      (second !== null && ASKS_FOR_FINGER.includes(second)) ||
      (second === null && again !== '' && plain(lcd.screen()[1]).startsWith(again));
    if (first === 'choose1') await choose();
    else if (first === 'confirmLeft1')
      await press(company.visitor?.there === true ? 'clear' : 'enter');
    else if (asksFinger) await atFinger(first, visitor);
    else if (first === 'alreadyVoted') await hasVoted(visitor);
    else if (first !== null && TURNED_AWAY.includes(first)) await turnedAway(visitor, first);
    else if (first === 'askAuthorisation' || first === 'codeUnknown' || first === 'codeUsed')
      await giveCode('authorisation');
    else if (first === 'askSupport') await giveCode('support');
    else if (first === 'askCompanion')
      await typeId(visitor?.companionId ?? visitor?.plan.voter.nationalId ?? '', 'enter');
    else if (
      second === 'askOfficer' ||
      second === 'lockedOfficer' ||
      second === 'lockedSupport' ||
      second === 'retry'
    )
      await press('enter');
    else if (first === 'askId' && visitor?.place === 'table') await beginAdmission(visitor);
    else return false;
    return true;
  };

  return { attend, press };
};

export type Table = ReturnType<typeof makeTable>;
