/**
 * The desk in words: what it can be doing (`DeskMode`), what can happen to it (`DeskEvent`) and what
 * it can ask for (`DeskEffect`). The desk is the machine that decides WHO may vote; what is voted, it
 * never learns.
 *
 * Refusals: every event is answered in every state; where it does not apply the answer is a `refuse`
 * with its reason. Answers to effects carry the number of what they answer, so that a late one (of a
 * finger wait that was cancelled, say) is refused as stale.
 */
import type { Locale, Rules } from '#firmware/election/definition.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type {
  BoothToDesk,
  DeskToBooth,
  PollsPhase,
  PowerState,
} from '#firmware/messages/catalogue.ts';
import type { FingerGuidance, FingerOutcome, RingSignal } from '#hal/fingerprint-reader.ts';
import type { StationKey } from '#hal/operator-station.ts';
import type { MediumName } from '#hal/storage.ts';
import {
  contentFlaw,
  type DeskContent,
  type LimitedOutcome,
  type Outcome,
} from './desk-content.ts';
import type { IdPrefix, NationalId } from './national-id.ts';
import type { CodeKind, PollbookEntry } from './pollbook.ts';

/** What of the election and the unit the desk goes by. */
export type DeskSettings = {
  readonly rules: Rules;
  readonly locale: Locale;
  /** Characters on a line of the operator's display: 16 or 20. */
  readonly columns: number;
};

/** The pollbook without its prints: those stay with the runtime. */
export type Roster = {
  readonly voters: readonly (Pick<
    PollbookEntry,
    'nationalId' | 'name' | 'ballotStyleId' | 'hasUpperLimbs'
  > & { readonly hasPrint: boolean })[];
  readonly indexOf: ReadonlyMap<NationalId, number>;
  /** The presiding officer has a stored print; otherwise a support code stands in for it. */
  readonly officerHasPrint: boolean;
};

/** Wrong tries of a single-use code before the dialog ends. */
export const CODE_TRIES_MAX = 5;
/** How long a notice stands. */
export const NOTICE_MS = 4_000;
/** A dialog nobody uses goes back to the ID. */
export const INPUT_IDLE_MS = 60_000;

// ---------------------------------------------------------------- what it can be doing

/** A national ID being typed. */
export type Typed = { readonly prefix: IdPrefix; readonly digits: string };

/** A voter of this precinct who has not voted, in front of the desk. */
export type Candidate = { readonly voter: number; readonly companion: NationalId | null };

export type Notice =
  | { readonly text: 'idMalformed' | 'noFinger' | 'notAuthorised' | 'codeRefused' }
  | { readonly text: 'idUnknown' | 'alreadyVoted'; readonly nationalId: NationalId }
  | { readonly text: 'companionTwice' | 'companionSelf'; readonly nationalId: NationalId }
  | { readonly text: 'limitReached' | 'unlocked' | 'finished' | 'released' };

/** What a presiding officer's dialog is for. */
export type Purpose =
  | { readonly kind: 'authorise'; readonly candidate: Candidate; readonly outcome: LimitedOutcome }
  | { readonly kind: 'clearLock' };

/** The presiding officer's own print, or a single-use code of a kind. */
export type Proof = 'print' | CodeKind;

/** Proofs are given in order; `codes` are those given so far, used up only with what they are for. */
export type Dialog = {
  readonly purpose: Purpose;
  /** The first is asked for now. Never empty. */
  readonly proofs: readonly Proof[];
  readonly codes: readonly number[];
};

/** Who is at the reader. */
export type Subject =
  | { readonly kind: 'voter'; readonly candidate: Candidate }
  | { readonly kind: 'officer'; readonly dialog: Dialog };

/** All is proved; the admission waits until it may be recorded. */
export type Proved = {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
  /** Codes of the officer who authorised it; null: the voter's own print did. */
  readonly authorisedWith: readonly number[] | null;
};

export type PollbookProblem = 'wrongKey' | 'malformed' | 'noMedium' | 'fileTampered';

export type DeskMode =
  /** Waits for the pollbook's key. `key`: the one to try again with, when only media were missing. */
  | {
      readonly kind: 'noPollbook';
      readonly problem: PollbookProblem | null;
      readonly key: string | null;
    }
  | { readonly kind: 'opening'; readonly key: string }
  /** Waits for an ID; a gate (`gateOf`) may stand in the way. */
  | { readonly kind: 'ready'; readonly typed: Typed }
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'companion'; readonly voter: number; readonly typed: Typed }
  | {
      readonly kind: 'finger';
      readonly subject: Subject;
      readonly operation: number;
      readonly step: 'loading' | 'waiting';
      /** 1 is the first try. */
      readonly attempt: number;
      readonly guidance: FingerGuidance;
    }
  | { readonly kind: 'readerFault'; readonly subject: Subject; readonly attempt: number }
  /** The presiding officer may authorise. */
  | {
      readonly kind: 'needsOfficer';
      readonly candidate: Candidate;
      readonly outcome: LimitedOutcome;
    }
  | {
      readonly kind: 'officerCode';
      readonly dialog: Dialog;
      readonly digits: string;
      readonly wrong: number;
      /** The check under way. */
      readonly operation: number | null;
      readonly refusal: 'unknown' | 'used' | null;
    }
  | { readonly kind: 'held'; readonly proved: Proved }
  /** `content` is on its way to the media; then `next`. */
  | {
      readonly kind: 'recording';
      readonly operation: number;
      readonly content: DeskContent;
      readonly next: DeskMode;
      /** Tell the booth, naming the media. */
      readonly acknowledge: boolean;
      /** What the log is to say once it is durable, and not before. */
      readonly entries: readonly LogEvent[];
    }
  /** Admitted durably; the token has not been sent. */
  | { readonly kind: 'tokenDue' }
  /** The token was sent (or may have been, before a restart). */
  | { readonly kind: 'atBooth' }
  /** The booth is idle and the admission stands: officers renew or release it. */
  | { readonly kind: 'pendingChoice'; readonly confirming: boolean }
  /** Stopped for good; a restart recovers. `code`: see firmware/faults. */
  | { readonly kind: 'parked'; readonly code: string };

export type DeskState = {
  readonly mode: DeskMode;
  readonly phase: PollsPhase;
  readonly power: PowerState;
  /** Media that hold the newest desk file. */
  readonly inStep: readonly MediumName[];
  /** The booth said `idle` on this link, and no token was sent since. */
  readonly idle: boolean;
  /** The turn of the last `idle`. */
  readonly turn: string;
  /** The booth closed and waits for the totals. */
  readonly totalsAsked: boolean;
  /** An outcome that came while something was being recorded. */
  readonly deferred: 'completed' | 'notCompleted' | null;
  readonly roster: Roster | null;
  /** What is durable. */
  readonly content: DeskContent | null;
  /** The last number given to an effect. */
  readonly operations: number;
};

export const NOTHING_TYPED: Typed = { prefix: 'V', digits: '' };
export const READY: DeskMode = { kind: 'ready', typed: NOTHING_TYPED };

export const initialDesk: DeskState = {
  mode: { kind: 'noPollbook', problem: null, key: null },
  phase: 'setup',
  power: { level: 'mains', batteryPercent: null, minutesLeft: null },
  inStep: [],
  idle: false,
  turn: '',
  totalsAsked: false,
  deferred: null,
  roster: null,
  content: null,
  operations: 0,
};

// ---------------------------------------------------------------- what can happen

export type DeskTimer = 'notice' | 'input';

export type DeskEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'keyPressed'; readonly key: StationKey }
  | { readonly kind: 'received'; readonly message: BoothToDesk }
  /** The link went away and came back, or its bytes were garbage: begin anew. */
  | { readonly kind: 'linkRestarted' }
  | { readonly kind: 'powerChanged'; readonly power: PowerState }
  | { readonly kind: 'timerExpired'; readonly timer: DeskTimer }
  /** The desk file that was found (or begun) with the pollbook. */
  | {
      readonly kind: 'pollbookOpened';
      readonly roster: Roster;
      readonly content: DeskContent;
      readonly inStep: readonly MediumName[];
    }
  | { readonly kind: 'pollbookNotOpened'; readonly problem: PollbookProblem }
  /** Durable on these media; none: no medium took it. */
  | {
      readonly kind: 'saved';
      readonly operation: number;
      readonly media: readonly MediumName[];
    }
  /** A medium was lost, or came back and was brought in step. */
  | { readonly kind: 'mediaChanged'; readonly inStep: readonly MediumName[] }
  /** A medium reported an error of synchronisation: nothing may be tried again. */
  | { readonly kind: 'notSynced'; readonly medium: MediumName }
  | { readonly kind: 'printLoaded'; readonly operation: number }
  | { readonly kind: 'fingerGuided'; readonly operation: number; readonly guidance: FingerGuidance }
  | { readonly kind: 'fingerRead'; readonly operation: number; readonly outcome: FingerOutcome }
  /** `badTemplate`: the stored print is not one of this reader's. */
  | {
      readonly kind: 'readerFailed';
      readonly operation: number;
      readonly code: string;
      readonly badTemplate: boolean;
    }
  /** Index of the code in the pollbook; null: there is none such. */
  | { readonly kind: 'codeChecked'; readonly operation: number; readonly index: number | null }
  | { readonly kind: 'stationFailed'; readonly code: string }
  /** Keypad and display are both well again. */
  | { readonly kind: 'stationRecovered' };

// ---------------------------------------------------------------- what it can ask for

export type DeskEffect =
  | {
      readonly kind: 'send';
      readonly message: Exclude<DeskToBooth, { readonly kind: 'admission' }>;
    }
  /** Draws a token and sends it. */
  | { readonly kind: 'sendAdmission'; readonly ballotStyleId: string; readonly turn: string }
  /** Answer: `pollbookOpened` or `pollbookNotOpened`. */
  | { readonly kind: 'openPollbook'; readonly key: string }
  /** Answer: `saved`, or `notSynced`. */
  | { readonly kind: 'save'; readonly operation: number; readonly content: DeskContent }
  /** Answer: `printLoaded` or `readerFailed`. */
  | {
      readonly kind: 'loadPrint';
      readonly operation: number;
      readonly of:
        | { readonly kind: 'voter'; readonly voter: number }
        | { readonly kind: 'officer' };
    }
  /** Answer: `fingerGuided` any number of times, then `fingerRead` or `readerFailed`. */
  | { readonly kind: 'verifyFinger'; readonly operation: number; readonly limitMs: number }
  | { readonly kind: 'cancelFinger' }
  /** Answer: `codeChecked`. */
  | {
      readonly kind: 'checkCode';
      readonly operation: number;
      readonly code: CodeKind;
      readonly digits: string;
    }
  | { readonly kind: 'display'; readonly first: string; readonly second: string }
  | { readonly kind: 'light'; readonly signal: RingSignal }
  | { readonly kind: 'startTimer'; readonly timer: DeskTimer; readonly delayMs: number }
  | { readonly kind: 'stopTimer'; readonly timer: DeskTimer }
  | { readonly kind: 'log'; readonly event: LogEvent };

// ---------------------------------------------------------------- what must hold

/** Modes in which somebody is admitted. */
const ADMITTED_MODES: readonly DeskMode['kind'][] = ['tokenDue', 'atBooth', 'pendingChoice'];

const modeFlaw = (mode: DeskMode, content: DeskContent): string | null => {
  if (mode.kind === 'parked') return null;
  if (mode.kind === 'recording') {
    if (mode.next.kind === 'recording') return 'a recording after a recording';
    return contentFlaw(mode.content) ?? modeFlaw(mode.next, mode.content);
  }
  const admitted = content.admission !== null;
  if (ADMITTED_MODES.includes(mode.kind) !== admitted)
    return `${mode.kind} with${admitted ? '' : 'out'} an admission`;
  if (mode.kind === 'officerCode' && mode.dialog.proofs.length === 0)
    return 'no proof is asked for';
  return null;
};

/** Null when the state is sound. */
export const deskInvariant = (state: DeskState): string | null => {
  const { mode, content, roster } = state;
  if ((content === null) !== (roster === null)) return 'pollbook and desk file go together';
  if (content === null || roster === null)
    return ['noPollbook', 'opening', 'parked'].includes(mode.kind)
      ? null
      : `${mode.kind} without a pollbook`;
  if (['noPollbook', 'opening'].includes(mode.kind)) return `${mode.kind} with a pollbook`;
  if (content.voters.length !== roster.voters.length)
    return 'pollbook and desk file differ in length';
  if (state.idle && mode.kind === 'atBooth') return 'the booth is idle and a voter is at it';
  if (!state.idle && mode.kind === 'pendingChoice') return 'a choice before the booth was heard';
  if (state.deferred !== null && mode.kind !== 'recording') return 'an outcome waits for nothing';
  return contentFlaw(content) ?? modeFlaw(mode, content);
};
