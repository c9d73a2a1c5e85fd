/**
 * The poll worker at the operator's station, with the voter and the presiding officer beside: reads
 * the two lines of the display as a person does, types on the keypad, sends people to the reader.
 */
import type { Finger } from '#drivers/fingerprint/emulator.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { type DeskText, deskText, PLAIN_DESK_TEXTS } from '#firmware/locale/desk.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { StationKey } from '#hal/operator-station.ts';
import { officerFinger, voterFinger } from '../elections/pollbook.ts';
import type { VoterPlan } from './scenario.ts';

/** What the operator has at hand. */
export type Counter = {
  readonly clock: Clock;
  readonly locale: Locale;
  /** The two lines as a person reads them. */
  readonly screen: () => readonly [string, string];
  readonly press: (key: StationKey) => void;
  readonly placeFinger: (finger: Finger | null) => void;
  readonly presidingOfficerId: string;
  /** The next unused code from the officer's sealed envelope, or told by the support line. */
  readonly nextCode: (kind: 'authorisation' | 'support') => string;
};

export type AdmissionOutcome =
  | { readonly kind: 'atBooth' }
  | { readonly kind: 'refused'; readonly reason: DeskText };

/** A glance at the display every so often; a key every so often; a finger stays this long. */
const GLANCE_MS = 250;
const KEY_MS = 180;
const FINGER_REST_MS = 2_500;
/** Longest an admission may take before the robot gives up: something is wrong then. */
const LOST_AFTER_MS = 15 * 60_000;

const END_OF_ADMISSION: readonly DeskText[] = [
  'idUnknown',
  'alreadyVoted',
  'idMalformed1',
  'companionTwice',
  'companionSelf',
  'noFinger',
  'codeRefused1',
  'notAuthorised1',
  'limitReached1',
  'released1',
];

export const ASKS_FOR_FINGER: readonly DeskText[] = [
  'placeFinger',
  'placeAgain',
  'cleanFinger',
  'moistenFinger',
  'dryFinger',
  'otherFinger',
];

/** The display has few accented letters; people read over that. */
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').trim();

/** Reads the two lines: the keys of their texts; null for a line that is a name or digits. */
export const makeLineReader = (screen: Counter['screen'], locale: Locale) => {
  const byText = new Map(PLAIN_DESK_TEXTS.map((key) => [plain(deskText(locale, key)), key]));
  return (): readonly [DeskText | null, DeskText | null] => {
    const [first, second] = screen();
    return [byText.get(plain(first)) ?? null, byText.get(plain(second)) ?? null];
  };
};

export const makeOperator = (counter: Counter) => {
  const { clock, locale, press, placeFinger } = counter;
  const read = makeLineReader(counter.screen, locale);
  const shows = (key: DeskText): boolean => read().includes(key);

  const until = async (what: string, seen: () => boolean): Promise<void> => {
    const endMs = clock.nowMs() + LOST_AFTER_MS;
    while (!seen()) {
      if (clock.nowMs() > endMs)
        throw new Error(
          `the operator waits for ${what}, but reads "${counter.screen().join(' / ')}"`,
        );
      await wait(clock, GLANCE_MS);
    }
  };

  const type = async (digits: string): Promise<void> => {
    for (const digit of digits) {
      press(digit as StationKey);
      await wait(clock, KEY_MS);
    }
  };

  const typeId = async (nationalId: string, end: 'enter' | 'times'): Promise<void> => {
    if (nationalId.startsWith('E')) press('plus');
    await type(nationalId.slice(2));
    press(end);
  };

  /** A finger for the n-th try of this voter, as planned. */
  const fingerOf = (plan: VoterPlan, tries: number): Finger => {
    const seed = voterFinger(plan.voter.nationalId);
    if (plan.finger === 'neverMatches') return { seed: `${seed} worn ${tries}`, quality: 0.9 };
    return { seed, quality: plan.finger === 'poorThenGood' && tries === 0 ? 0.2 : 0.95 };
  };

  const giveFinger = async (finger: Finger): Promise<void> => {
    await wait(clock, 600);
    placeFinger(finger);
    await wait(clock, FINGER_REST_MS);
    placeFinger(null);
    await wait(clock, 400);
  };

  const giveCode = async (kind: 'authorisation' | 'support'): Promise<void> => {
    await type(counter.nextCode(kind));
    press('enter');
    await wait(clock, 2 * GLANCE_MS);
  };

  /** One thing the display asks for; true when it was done. */
  const attend = async (
    plan: VoterPlan,
    tries: number,
  ): Promise<'finger' | 'other' | 'nothing'> => {
    const [first, second] = read();
    const secondLine = counter.screen()[1];
    const askedAgain = secondLine.startsWith(
      plain(deskText(locale, 'again', { n: '', of: '' }).split('/')[0] ?? ''),
    );
    if ((second !== null && ASKS_FOR_FINGER.includes(second)) || (second === null && askedAgain)) {
      const officer = first === 'officer';
      await giveFinger(
        officer
          ? { seed: officerFinger(counter.presidingOfficerId), quality: 0.95 }
          : fingerOf(plan, tries),
      );
      return officer ? 'other' : 'finger';
    }
    if (first === 'askAuthorisation') await giveCode('authorisation');
    else if (first === 'askSupport') await giveCode('support');
    else if (first === 'askCompanion')
      await typeId(plan.companionId ?? plan.voter.nationalId, 'enter');
    else if (
      second === 'askOfficer' ||
      second === 'lockedOfficer' ||
      second === 'lockedSupport' ||
      second === 'retry'
    )
      press('enter');
    else return 'nothing';
    return 'other';
  };

  /** Clears a lock that stands before an ID can be typed; the voter is not concerned. */
  const makeReady = async (plan: VoterPlan): Promise<void> => {
    const endMs = clock.nowMs() + LOST_AFTER_MS;
    while (!shows('askId')) {
      if (clock.nowMs() > endMs)
        throw new Error(`the operator can not go on: "${counter.screen().join(' / ')}"`);
      const locked =
        shows('locked1') ||
        read()[0] === 'officer' ||
        shows('askSupport') ||
        shows('askAuthorisation');
      if (!locked || (await attend(plan, 0)) === 'nothing') await wait(clock, GLANCE_MS);
    }
  };

  return {
    /** Types an ID and leads the voter through the finger, up to the booth or a refusal. */
    admit: async (
      plan: VoterPlan,
      nationalId: string = plan.voter.nationalId,
    ): Promise<AdmissionOutcome> => {
      await makeReady(plan);
      await typeId(nationalId, plan.companionId === null ? 'enter' : 'times');
      const endMs = clock.nowMs() + LOST_AFTER_MS;
      for (let tries = 0; clock.nowMs() < endMs; ) {
        await wait(clock, GLANCE_MS);
        const [first] = read();
        if (first === 'atBooth1') return { kind: 'atBooth' };
        const end = END_OF_ADMISSION.find((each) => each === first);
        if (end !== undefined) {
          press('clear');
          return { kind: 'refused', reason: end };
        }
        if ((await attend(plan, tries)) === 'finger') tries += 1;
      }
      throw new Error(`an admission hangs at "${counter.screen().join(' / ')}"`);
    },
    /** Waits for the desk to be done with the voter at the booth. */
    awaitEnd: () => until('the end of a vote', () => !shows('atBooth1') && !shows('saving')),
    awaitText: (key: DeskText) => until(key, () => shows(key)),
    shows,
  };
};

export type Operator = ReturnType<typeof makeOperator>;
