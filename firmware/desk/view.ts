/**
 * What people see of the desk's state: two lines on the operator's display, a signal on the reader's
 * ring, and the time a mode may last. All three follow from the state alone.
 */
import { type DeskText, deskText } from '#firmware/locale/desk.ts';
import type { TextParams } from '#firmware/locale/text.ts';
import type { RingSignal } from '#hal/fingerprint-reader.ts';
import { admissionGateOf, type Gate, gateOf } from './moves.ts';
import {
  type DeskMode,
  type DeskSettings,
  type DeskState,
  type DeskTimer,
  INPUT_IDLE_MS,
  NOTHING_TYPED,
  NOTICE_MS,
  type Notice,
  type Typed,
} from './state.ts';

type ModeOf<Kind extends DeskMode['kind']> = Extract<DeskMode, { readonly kind: Kind }>;
type Lines = readonly [string, string];
type Say = (key: DeskText, params?: TextParams) => string;

const noPollbookLines = (mode: ModeOf<'noPollbook'>, say: Say): Lines => {
  switch (mode.problem) {
    case null:
      return [say('askKey1'), say('askKey2')];
    case 'wrongKey':
    case 'malformed':
    case 'fileTampered':
      return [say(mode.problem), say('callSupport')];
    case 'noMedium':
      return [say('noMedium'), say('retry')];
  }
};

/** Hours and minutes that the battery will do; null: not on battery, or not known. */
const timeLeft = ({ power }: DeskState): TextParams | null => {
  const { minutesLeft } = power;
  if (minutesLeft === null) return null;
  const minutes = String(minutesLeft % 60).padStart(2, '0');
  return { hours: Math.floor(minutesLeft / 60), minutes };
};

/** The operator may type. On battery the line for it says how long that will do, until something is typed. */
const typingLine = (state: DeskState, typed: Typed, say: Say): string => {
  const empty = typed.digits === '' && typed.prefix === NOTHING_TYPED.prefix;
  if (!empty || state.power.level !== 'battery') return say('typed', typed);
  const left = timeLeft(state);
  return left === null ? say('onBattery') : say('batteryLeft', left);
};

const gateLines = (gate: Exclude<Gate, 'boothBusy'>, state: DeskState, say: Say): Lines => {
  switch (gate) {
    case 'notOpen':
    case 'closed':
    case 'mediumMissing':
      return [say(`${gate}1`), say(`${gate}2`)];
    case 'powerLow': {
      const left = timeLeft(state);
      return [left === null ? say('powerLow1') : say('powerLowLeft', left), say('powerLow2')];
    }
    case 'locked': {
      const later = (state.content?.locksCleared ?? 0) > 0;
      return [say('locked1'), say(later ? 'lockedSupport' : 'lockedOfficer')];
    }
  }
};

const noticeLines = (notice: Notice, say: Say): Lines => {
  switch (notice.text) {
    case 'idMalformed':
      return [say('idMalformed1'), say('idMalformed2')];
    case 'idUnknown':
    case 'alreadyVoted':
    case 'companionTwice':
    case 'companionSelf':
      return [say(notice.text), notice.nationalId];
    case 'noFinger':
      return [say('noFinger'), say('repeatId')];
    case 'notAuthorised':
      return [say('notAuthorised1'), say('notAuthorised2')];
    case 'codeRefused':
      return [say('codeRefused1'), say('repeatId')];
    case 'limitReached':
      return [say('limitReached1'), say('limitReached2')];
    case 'unlocked':
      return [say('unlocked1'), say('askId')];
    case 'finished':
      return [say('finished1'), say('next')];
    case 'released':
      return [say('released1'), say('released2')];
  }
};

const fingerLines = (
  mode: ModeOf<'finger'>,
  state: DeskState,
  settings: DeskSettings,
  say: Say,
): Lines => {
  const { subject, attempt } = mode;
  const first =
    subject.kind === 'officer'
      ? say('officer')
      : (state.roster?.voters[subject.candidate.voter]?.name ?? '');
  if (mode.step === 'loading') return [first, say('wait')];
  if (mode.guidance === 'placeAgain' && attempt > 1)
    return [first, say('again', { n: attempt, of: settings.rules.fingerAttempts })];
  return [first, say(mode.guidance)];
};

const codeLines = (mode: ModeOf<'officerCode'>, say: Say): Lines => {
  const asked = say(mode.dialog.proofs[0] === 'support' ? 'askSupport' : 'askAuthorisation');
  if (mode.operation !== null) return [asked, say('checking')];
  const refused = mode.digits === '' ? mode.refusal : null;
  const first = refused === null ? asked : say(refused === 'used' ? 'codeUsed' : 'codeUnknown');
  return [first, say('code', { digits: mode.digits })];
};

/** Why an admission waits, as the second line. */
const waitLine = (state: DeskState, say: Say): string => {
  const gate = admissionGateOf(state);
  if (gate === null || gate === 'boothBusy') return say('boothBusy');
  return gate === 'mediumMissing' ? say('mediumMissing2') : gateLines(gate, state, say)[0];
};

const rawLines = (state: DeskState, settings: DeskSettings, say: Say): Lines => {
  const { mode } = state;
  switch (mode.kind) {
    case 'noPollbook':
      return noPollbookLines(mode, say);
    case 'opening':
      return [say('opening1'), say('opening2')];
    case 'ready': {
      const gate = gateOf(state);
      return gate === null
        ? [say('askId'), typingLine(state, mode.typed, say)]
        : gateLines(gate, state, say);
    }
    case 'notice':
      return noticeLines(mode.notice, say);
    case 'companion':
      return [say('askCompanion'), say('typed', mode.typed)];
    case 'finger':
      return fingerLines(mode, state, settings, say);
    case 'readerFault':
      return [say('readerFault'), say('retry')];
    case 'needsOfficer':
      return [say(mode.outcome), say('askOfficer')];
    case 'officerCode':
      return codeLines(mode, say);
    case 'held':
      return [
        say(mode.proved.authorisedWith === null ? 'matched' : 'authorised'),
        waitLine(state, say),
      ];
    case 'recording':
      return [say('saving'), say('wait')];
    case 'tokenDue':
      return [say('authorised'), waitLine(state, say)];
    case 'atBooth':
      return [say('atBooth1'), say('atBooth2')];
    case 'pendingChoice':
      return mode.confirming
        ? [say('confirmLeft1'), say('confirmLeft2')]
        : [say('choose1'), say('choose2')];
    case 'parked':
      return [say('parked1'), mode.code];
  }
};

/** The two lines, none longer than the display. */
export const linesOf = (state: DeskState, settings: DeskSettings): Lines => {
  const say: Say = (key, params) => deskText(settings.locale, key, params);
  const [first, second] = rawLines(state, settings, say);
  const cut = (line: string): string => [...line].slice(0, settings.columns).join('');
  return [cut(first), cut(second)];
};

const noticeLight = (notice: Notice): RingSignal => {
  switch (notice.text) {
    case 'finished':
    case 'unlocked':
      return 'accepted';
    case 'idMalformed':
    case 'idUnknown':
    case 'alreadyVoted':
    case 'companionTwice':
    case 'companionSelf':
    case 'noFinger':
    case 'notAuthorised':
    case 'codeRefused':
    case 'limitReached':
    case 'released':
      return 'refused';
  }
};

const fingerLight = ({ step, guidance }: ModeOf<'finger'>): RingSignal => {
  if (step === 'loading') return 'working';
  return guidance === 'placeFinger' ? 'placeFinger' : 'tryAgain';
};

/** What the ring around the reader says. */
export const lightOf = (state: DeskState): RingSignal => {
  const { mode } = state;
  switch (mode.kind) {
    case 'ready':
      return gateOf(state) === null ? 'ready' : 'off';
    case 'notice':
      return noticeLight(mode.notice);
    case 'finger':
      return fingerLight(mode);
    case 'needsOfficer':
    case 'readerFault':
      return 'refused';
    case 'held':
    case 'tokenDue':
    case 'atBooth':
      return 'accepted';
    case 'recording':
      return 'working';
    case 'noPollbook':
    case 'opening':
    case 'companion':
    case 'officerCode':
    case 'pendingChoice':
    case 'parked':
      return 'off';
  }
};

/** How long the mode may last before the desk is ready for the next ID; null: as long as it takes. */
export const timerOf = (
  state: DeskState,
): { readonly timer: DeskTimer; readonly delayMs: number } | null => {
  const { mode } = state;
  const input = { timer: 'input', delayMs: INPUT_IDLE_MS } as const;
  switch (mode.kind) {
    case 'notice':
      return { timer: 'notice', delayMs: NOTICE_MS };
    case 'ready':
      return mode.typed.digits === '' && mode.typed.prefix === 'V' ? null : input;
    case 'companion':
    case 'needsOfficer':
    case 'readerFault':
      return input;
    case 'officerCode':
      return mode.operation === null ? input : null;
    case 'noPollbook':
    case 'opening':
    case 'finger':
    case 'held':
    case 'recording':
    case 'tokenDue':
    case 'atBooth':
    case 'pendingChoice':
    case 'parked':
      return null;
  }
};
