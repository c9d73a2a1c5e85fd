/** Officers with their tokens, at whatever asks for one; they err when the day wants them to. */
import { makeEmulatedToken } from '#drivers/storage/emulator-token.ts';
import { PIN_MAX_DIGITS } from '#firmware/booth/state.ts';
import { screenText } from '#firmware/locale/screen.ts';
import type { OfficerKit } from '../../day/provision.ts';
import type { Company } from './company.ts';

/** From pocket to slot and back. */
const HANDLE_MS = 1_200;
const BLANK = makeEmulatedToken('blank');

const wrongPin = (pin: string): string => `${pin.slice(0, -1)}${(Number(pin.at(-1)) + 1) % 10}`;

const kitOf = ({ site }: Company, officerId: string): OfficerKit => {
  const kit = site.given.officers.find((each) => each.officerId === officerId);
  if (kit === undefined) throw new Error(`no kit for officer ${officerId}`);
  return kit;
};

/** Whom the screen asks for. */
const asked = (company: Company): OfficerKit => {
  const { site, says, hands } = company;
  const { officers } = site.options.definition;
  const presiding = officers.find(({ role }) => role === 'presidingOfficer')?.id ?? '';
  const second = officers.find(({ id }) => id !== presiding)?.id ?? '';
  if (hands.sceneName() === 'shares') {
    const holders = officers.filter(({ holdsShare }) => holdsShare);
    return kitOf(company, holders[company.share++ % holders.length]?.id ?? '');
  }
  const needsSecond = says('purpose.openOverride') || says('purpose.closeOverride');
  return kitOf(company, needsSecond ? second : presiding);
};

export const takeTokenOut = async ({ site, pause }: Company): Promise<void> => {
  await pause(HANDLE_MS);
  site.board.devices.tokens.remove();
};

/** The token of whoever is asked for, with its PIN; then it is taken out again. */
export const showToken = async (company: Company): Promise<void> => {
  const { site, hands, pause, says } = company;
  const { tokens } = site.board.devices;
  if (tokens.present()) await takeTokenOut(company);
  const kit = asked(company);
  const mistake = site.habits.token;
  site.habits.token = null;
  if (mistake !== null) site.story.tell(`an officer errs: ${mistake}`);
  await pause(HANDLE_MS);
  const others = site.given.officers.filter(({ officerId }) => officerId !== kit.officerId);
  const other = others[others.length - 1] ?? kit;
  if (mistake === 'blankToken') tokens.insert(BLANK);
  else tokens.insert(mistake === 'wrongToken' ? other.token : kit.token);
  const { pin } = mistake === 'wrongToken' ? other : kit;
  await hands.awaitTarget(['pin:enter']);
  await hands.typePin(mistake === 'wrongPin' ? wrongPin(pin) : pin);
  for (let look = 0; look < 60 && says('checkingToken'); look++) await pause(250);
  // What may be done next goes away with the token.
  await pause(250);
  if (!hands.sees('polls:close') && !hands.sees('voter:left')) await takeTokenOut(company);
};

/** A token is asked for, typed for, or to be taken out. */
export const attendToken = async (company: Company, wanted: boolean): Promise<void> => {
  const { hands, says, pause } = company;
  if (says('checkingToken')) return pause(500);
  if (says('removeToken')) return takeTokenOut(company);
  if (wanted || !hands.sees('officer:cancel')) return showToken(company);
  await takeTokenOut(company);
  if (hands.sees('officer:cancel')) await hands.press('officer:cancel');
};

/** Friday: each officer in turn gets a token under a PIN of their own. */
export const attendCeremony = async (company: Company): Promise<void> => {
  const { site, hands, pause } = company;
  const { tokens } = site.board.devices;
  const { locale } = site;
  if (company.says('removeToken')) return takeTokenOut(company);
  for (const { id, name } of site.options.definition.officers) {
    const kit = kitOf(company, id);
    if (hands.hears(screenText(locale, 'ceremonyInsert', { name }))) {
      if (tokens.present()) await takeTokenOut(company);
      await pause(HANDLE_MS);
      tokens.insert(kit.token);
      return pause(500);
    }
    if (hands.hears(screenText(locale, 'ceremonyRemove', { name }))) return takeTokenOut(company);
  }
  if (!hands.sees('pin:enter')) return pause(500);
  const kit = site.given.officers.find(({ token }) => token === tokens.inserted());
  await choosePin(company, kit?.pin ?? '');
};

/** Whoever chooses a PIN counts the dots: digits that were lost or doubled on the way are taken back. */
const choosePin = async ({ site, hands }: Company, pin: string): Promise<void> => {
  const typed = (count: number): boolean =>
    hands.hears(screenText(site.locale, 'pinDigits', { count }));
  for (let erased = 0; erased < PIN_MAX_DIGITS && !typed(0); erased++)
    await hands.press('pin:erase');
  for (const digit of pin) await hands.press(`pin:${digit}`);
  if (typed(pin.length)) await hands.press('pin:enter');
};
