/**
 * The booth in words: everything it can be doing (`Stage`), everything that can happen to it
 * (`BoothEvent`), everything it can ask for (`BoothEffect`) and everything that can be touched on its
 * screen (`BoothAction`). The booth is the machine that takes WHAT is voted, from installation to the
 * signed tally report; it never learns who votes.
 */

import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { Locale } from '#firmware/election/definition.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type {
  AuthenticationTotals,
  BoothToDesk,
  DeskToBooth,
  PowerState,
} from '#firmware/messages/catalogue.ts';
import type { PrinterFaultKind, PrinterStatus, PrintProgress } from '#hal/receipt-printer.ts';
import type { MediumName } from '#hal/storage.ts';

// ---------------------------------------------------------------- what can be touched

export type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/**
 * The name of a touch target of a scene. Contests and options by their index on the ballot, cards by
 * their id.
 */
export type BoothAction =
  | `language:${Locale}`
  // the ballot
  | `option:${number}:${number}`
  | `all:${string}`
  | `card:${string}`
  | 'card:close'
  | 'page:next'
  | 'page:previous'
  | 'message:dismiss'
  | 'vote'
  | 'review:change'
  | 'review:confirm'
  | 'undervote:complete'
  | 'undervote:vote'
  | 'blank:select'
  | 'blank:null'
  | 'time:more'
  | 'expired:understood'
  // the paper
  | 'paper:taken'
  | 'paper:accept'
  | 'paper:reject'
  | 'paper:tryAgain'
  | 'paper:something'
  | 'paper:nothing'
  | 'paper:folded'
  | 'paper:inBox'
  // officers
  | `pin:${Digit}`
  | 'pin:erase'
  | 'pin:enter'
  | 'officer:cancel'
  | 'voter:left'
  | 'voter:there'
  | 'selfTest:repeat'
  | 'selfTest:accept'
  | 'ceremony:start'
  | 'polls:open'
  | 'polls:close'
  | 'queue:empty'
  | 'queue:waiting'
  | 'media:synchronise'
  | 'tally:copy';

/** Bounds of what is typed on the PIN pad, digits. */
export const PIN_MIN_DIGITS = 4;
export const PIN_MAX_DIGITS = 8;

// ---------------------------------------------------------------- parts of a stage

/** What an officer's token is wanted for. */
export type OfficerPurpose =
  /** Presiding officer opens the polls; gives the pollbook's key. */
  | 'open'
  /** A second officer agrees to open outside the calendar's window or without a trusted clock. */
  | 'openOverride'
  /** Presiding officer after a restart; gives the pollbook's key. */
  | 'resume'
  /** Presiding officer: the voter has left without voting. */
  | 'voterLeft'
  /** Presiding officer: is the voter of a prepared vote still there? */
  | 'confirmVoter'
  /** Presiding officer at the waiting booth: what would you like to do? */
  | 'menu'
  /** A second officer agrees to close before the calendar's end. */
  | 'closeOverride'
  /** Presiding officer lets a medium be brought back in step. */
  | 'synchronise';

export type TokenRefusal =
  | 'wrongPin'
  /** Nothing on it, or not a token of this system. */
  | 'blank'
  /** It is damaged or was altered. */
  | 'forged'
  /** Of another precinct or election. */
  | 'foreign'
  /** Its share was already given, or this officer already took part in this step. */
  | 'repeated'
  /** A good token, but its officer may not do this. */
  | 'wrongOfficer'
  /** It carries no share of the key. */
  | 'noShare'
  /** The slot failed or the token was pulled. */
  | 'unreadable';

/** One token and its PIN: inserted, typed, checked. */
export type OfficerCheck = {
  readonly purpose: OfficerPurpose;
  readonly step: 'insertToken' | 'enterPin' | 'checking';
  /** Digits typed so far; gone as soon as they are checked. */
  readonly pin: string;
  /** Why the last try did not do. */
  readonly refusal: TokenRefusal | null;
};

/** The attempt of one voter. Held in memory alone. */
export type Attempt = {
  /** The ballot this voter sees. */
  readonly ballot: Ballot;
  /** One paper of this voter was rejected: no second rejection. */
  readonly rejectedOnce: boolean;
  /** The voter left: nobody to ask, the record goes folded into the box. */
  readonly left: boolean;
};

/** What lies over the ballot or stands instead of it. */
export type BallotView =
  | { readonly kind: 'cards' }
  | { readonly kind: 'card'; readonly cardId: string }
  | { readonly kind: 'review' }
  /** USTED DEJÓ DE SELECCIONAR N CARGOS */
  | { readonly kind: 'undervote'; readonly positions: number }
  /** USTED NO HA SELECCIONADO NINGÚN CARGO */
  | { readonly kind: 'blank' }
  /** No more positions in this contest. */
  | {
      readonly kind: 'refused';
      readonly contestIndex: number;
      readonly under:
        | { readonly kind: 'cards' }
        | { readonly kind: 'card'; readonly cardId: string };
    };

export type SelfCheck =
  | 'touchscreen'
  | 'printer'
  | 'tokenSlot'
  | 'fixedMedium'
  | 'removableMedium'
  | 'boardCell'
  | 'moduleCell'
  | 'deskLink';

export const SELF_CHECKS = [
  'touchscreen',
  'printer',
  'tokenSlot',
  'fixedMedium',
  'removableMedium',
  'boardCell',
  'moduleCell',
  'deskLink',
] as const satisfies readonly SelfCheck[];

/** `pending`, `ok`, or the code of the fault (`printer.coverOpen`). */
export type SelfCheckResult = { readonly check: SelfCheck; readonly result: string };

export type ReportName = 'readiness' | 'zero' | 'tally';

/** Where the calendar stands; `untrusted`: the clock is dead or not to be believed. */
export type CalendarPosition =
  | 'beforeOpening'
  | 'duringVoting'
  | 'afterClosing'
  | 'expired'
  | 'untrusted';

// ---------------------------------------------------------------- stages

/** Installation to the zero report. */
export type SetupStage =
  /** vault.recover() is under way. */
  | { readonly name: 'starting' }
  | {
      readonly name: 'selfTest';
      readonly checks: readonly SelfCheckResult[];
      readonly ended: boolean;
    }
  /** The readiness report came out; officers read it and start the ceremony. */
  | { readonly name: 'readyForCeremony' }
  | {
      readonly name: 'ceremony';
      readonly step:
        | 'makingKeys'
        | 'insertToken'
        | 'choosePin'
        | 'repeatPin'
        | 'writing'
        | 'removeToken'
        | 'storing';
      /** Officers whose tokens are written, in this order. */
      readonly officerIds: readonly string[];
      readonly officer: number;
      readonly pin: string;
      readonly firstPin: string;
      readonly problem: 'pinsDiffer' | 'pinTooShort' | 'notWritten' | null;
    }
  /** Zero report printed: the unit may be switched off until the day. */
  | { readonly name: 'readyToOpen'; readonly problem: 'expired' | null };

/** A report is on its way to paper. */
export type ReportStage = {
  readonly name: 'report';
  readonly report: ReportName;
  /** 1 is the original; above `of`: a copy on demand. */
  readonly copy: number;
  readonly of: number;
  readonly fault: PrinterFaultKind | null;
  readonly printing: boolean;
  readonly next: 'readyForCeremony' | 'readyToOpen' | 'open' | 'finish' | 'finished';
};

export type OpeningStage =
  | { readonly name: 'opening'; readonly check: OfficerCheck; readonly position: CalendarPosition }
  /** The clock is being asked. */
  | { readonly name: 'openingClock' }
  /** vault.setPolls('open') is under way. */
  | { readonly name: 'openingStored' };

/** Open, nobody at the booth. */
export type OpenStage =
  | { readonly name: 'waiting' }
  /** After a restart: the desk wants the pollbook's key. */
  | { readonly name: 'resuming'; readonly check: OfficerCheck }
  /** A medium is missing or out of step. */
  | {
      readonly name: 'suspended';
      readonly check: OfficerCheck | null;
      readonly synchronising: boolean;
      readonly failed: boolean;
    }
  | { readonly name: 'officer'; readonly check: OfficerCheck }
  | { readonly name: 'officerMenu' };

/** One voter at the booth; journal: ACTIVE. */
export type VotingStage =
  /** S1 */
  | { readonly name: 'activating'; readonly attempt: Attempt }
  | {
      readonly name: 'ballot';
      readonly attempt: Attempt;
      readonly marks: Marks;
      readonly page: number;
      readonly view: BallotView;
      /** The warning was given; `extended`: the voter had more time. */
      readonly time: 'running' | 'warned';
      readonly extended: boolean;
      /** An officer's token is in: has the voter left? */
      readonly officer: OfficerCheck | 'confirmLeft' | null;
    }
  /** EL TIEMPO PARA VOTAR HA EXPIRADO, SU VOTO ES NULO */
  | { readonly name: 'expired'; readonly attempt: Attempt }
  /** S2 and S3 */
  | { readonly name: 'preparing'; readonly attempt: Attempt };

/**
 * The vote is PREPARED: it will be finished, whatever happens. `attempt` is null when the unit
 * restarted in between and nothing is left in memory.
 */
export type StoringStage =
  | {
      readonly name: 'confirmVoter';
      readonly attempt: Attempt | null;
      readonly check: OfficerCheck | 'ask';
    }
  /** S4: STARTED is being made durable. */
  | { readonly name: 'startingPrint'; readonly attempt: Attempt | null; readonly left: boolean }
  | { readonly name: 'printing'; readonly attempt: Attempt | null; readonly left: boolean }
  /** Nothing came out: fix the printer and it goes on by itself. */
  | {
      readonly name: 'printFault';
      readonly attempt: Attempt | null;
      readonly left: boolean;
      readonly fault: PrinterFaultKind;
    }
  /** The officer asks the voter whether something came out: only asks, never looks. */
  | {
      readonly name: 'askPrinted';
      readonly attempt: Attempt | null;
      readonly left: boolean;
      readonly fault: PrinterFaultKind | null;
    }
  | { readonly name: 'markingPartial'; readonly attempt: Attempt | null; readonly left: boolean }
  /** A part came out: the voter folds it into the envelope. */
  | { readonly name: 'foldPartial'; readonly attempt: Attempt | null; readonly left: boolean }
  | { readonly name: 'markingDone'; readonly attempt: Attempt | null; readonly left: boolean }
  | {
      readonly name: 'cutting';
      readonly attempt: Attempt | null;
      readonly left: boolean;
      readonly fault: PrinterFaultKind | null;
    }
  /** S4': VERIFY is on. */
  | {
      readonly name: 'verifying';
      readonly attempt: Attempt | null;
      readonly left: boolean;
      readonly canReject: boolean;
    }
  | { readonly name: 'confirming'; readonly attempt: Attempt | null; readonly left: boolean }
  | { readonly name: 'spoiling'; readonly attempt: Attempt | null }
  | { readonly name: 'foldSpoiled'; readonly attempt: Attempt | null }
  | { readonly name: 'finishingSpoil'; readonly attempt: Attempt | null }
  /** TOME SU COMPROBANTE: the voter takes the paper to the box. */
  | { readonly name: 'takePaper'; readonly left: boolean }
  /** S5 to S7 */
  | { readonly name: 'committing'; readonly left: boolean }
  /** S8: `completed` is repeated until an acknowledgement names every medium in step. */
  | { readonly name: 'telling'; readonly check: OfficerCheck | null; readonly left: boolean }
  | { readonly name: 'settling' };

/** Between votes and after disturbances. */
export type RecoveryStage =
  /** recover() after a medium went away during a call. */
  | { readonly name: 'recovering'; readonly attempt: Attempt | null; readonly left: boolean }
  /** ACTIVE is given up. */
  | { readonly name: 'discarding' }
  /** clean() at IDLE. */
  | { readonly name: 'cleaning' };

export type ClosingStage =
  | { readonly name: 'closingClock' }
  | { readonly name: 'closingOverride'; readonly check: OfficerCheck }
  | { readonly name: 'closingQueue' }
  /** vault.setPolls('closed') is under way. */
  | { readonly name: 'closingStored' }
  /** The desk is asked for the authentication totals. */
  | { readonly name: 'awaitingTotals' }
  | {
      readonly name: 'shares';
      readonly step: 'insertToken' | 'enterPin' | 'checking' | 'removeToken';
      readonly pin: string;
      readonly given: number;
      readonly needed: number;
      readonly refusal: TokenRefusal | null;
    }
  | { readonly name: 'counting'; readonly opened: number; readonly ballots: number }
  | { readonly name: 'writingResult' }
  /** vault.setPolls('counted') is under way. */
  | { readonly name: 'finishing' }
  | { readonly name: 'finished'; readonly copies: number; readonly resultWritten: boolean };

/** Nothing more is done until officers or technicians act. */
export type ParkedStage =
  /** Power is critical: everything is durable, the booth rests until power is back. */
  | { readonly name: 'resting'; readonly until: Stage }
  /** Safe mode. `code`: what screen, log and console show. */
  | { readonly name: 'parked'; readonly code: string };

export type Stage =
  | SetupStage
  | ReportStage
  | OpeningStage
  | OpenStage
  | VotingStage
  | StoringStage
  | RecoveryStage
  | ClosingStage
  | ParkedStage;

export type StageName = Stage['name'];
export type StageOf<Name extends StageName> = Extract<Stage, { readonly name: Name }>;

// ---------------------------------------------------------------- the state

export type MediaState = Readonly<Record<MediumName, 'inStep' | 'outOfStep' | 'absent'>>;

export type PollsKnown = 'none' | 'ready' | 'open' | 'closed' | 'counted';

export type BoothState = {
  readonly stage: Stage;
  /** Language of the screen now; back to the election's after each voter. */
  readonly locale: Locale;
  /** What is durable of the precinct's day; `none`: nothing was set up here. */
  readonly polls: PollsKnown;
  readonly power: PowerState;
  readonly media: MediaState;
  /** What the printer last said; null: nothing yet. */
  readonly printer: PrinterStatus | null;
  readonly tokenPresent: boolean;
  /** `idle` was said on this link and no token consumed since. */
  readonly idleTold: boolean;
  /** The desk restarted since it was last given the pollbook's key. */
  readonly deskWantsKey: boolean;
  /** Officers who took part in the step under way, so that a second officer is a second one. */
  readonly officers: readonly string[];
  /** Votes in the urn (the epoch) and papers in the envelope. */
  readonly votes: number;
  readonly reprints: number;
  readonly spoils: number;
  readonly authentication: AuthenticationTotals | null;
};

// ---------------------------------------------------------------- what can happen

export type VaultCall =
  | 'recover'
  | 'setUp'
  | 'clean'
  | 'activate'
  | 'prepare'
  | 'markStarted'
  | 'markPartial'
  | 'markDone'
  | 'markConfirmed'
  | 'spoil'
  | 'finishSpoil'
  | 'discard'
  | 'commit'
  | 'settle'
  | 'synchronise'
  | 'openPolls'
  | 'closePolls'
  | 'countPolls';

/** What the vault says of itself with each answer. */
export type VaultView = {
  readonly phase: 'OUTCOME' | 'IDLE' | 'ACTIVE' | 'PREPARED' | 'SPOILED';
  readonly print: 'NONE' | 'STARTED' | 'PARTIAL' | 'DONE' | 'CONFIRMED';
  readonly epoch: number;
  readonly reprints: number;
  readonly spoils: number;
  readonly inStep: readonly MediumName[];
  readonly polls: 'ready' | 'open' | 'closed' | 'counted';
};

export type VaultFailure =
  | 'mediumLost'
  | 'notSynced'
  | 'full'
  | 'tampered'
  | 'empty'
  | 'cellNotTrusted';

export type BoothTimer =
  /** Ends at the warning. */
  | 'votingWarning'
  | 'votingEnd'
  /** The expiry message, the paper, the thanks stand at most this long. */
  | 'message'
  | 'paper'
  /** `completed` is said again. */
  | 'tellAgain'
  /** The desk is asked again, the printer is looked at again. */
  | 'totalsAgain'
  | 'printerAgain'
  /** An officer's PIN pad nobody uses. */
  | 'officerIdle';

export type BoothEvent =
  | { readonly kind: 'started' }
  | { readonly kind: 'touched'; readonly action: string }
  | { readonly kind: 'timerExpired'; readonly timer: BoothTimer }
  | { readonly kind: 'received'; readonly message: DeskToBooth }
  | { readonly kind: 'powerChanged'; readonly power: PowerState }
  | { readonly kind: 'mediumLost'; readonly medium: MediumName }
  | { readonly kind: 'mediumReturned'; readonly medium: MediumName }
  | { readonly kind: 'printerStatus'; readonly status: PrinterStatus }
  | { readonly kind: 'tokenInserted' }
  | { readonly kind: 'tokenRemoved' }
  // answers to effects
  | { readonly kind: 'vaultDone'; readonly call: VaultCall; readonly view: VaultView }
  | {
      readonly kind: 'vaultFailed';
      readonly call: VaultCall;
      readonly failure: VaultFailure;
      readonly inStep: readonly MediumName[];
    }
  | { readonly kind: 'selfCheckDone'; readonly check: SelfCheck; readonly result: string }
  | { readonly kind: 'reportPrinted' }
  | { readonly kind: 'reportNotPrinted'; readonly fault: PrinterFaultKind }
  | { readonly kind: 'recordPrinted' }
  | {
      readonly kind: 'recordNotPrinted';
      readonly fault: PrinterFaultKind;
      readonly progress: PrintProgress;
    }
  | { readonly kind: 'paperCut' }
  | { readonly kind: 'paperNotCut'; readonly fault: PrinterFaultKind }
  | { readonly kind: 'calendarRead'; readonly position: CalendarPosition }
  | {
      readonly kind: 'tokenChecked';
      readonly officerId: string;
      readonly presiding: boolean;
    }
  | { readonly kind: 'tokenRefused'; readonly refusal: TokenRefusal }
  | { readonly kind: 'keysMade' }
  | { readonly kind: 'tokenWritten' }
  | { readonly kind: 'tokenNotWritten' }
  | { readonly kind: 'shareGiven'; readonly given: number }
  | { readonly kind: 'shareRefused'; readonly refusal: TokenRefusal }
  | { readonly kind: 'ballotsOpened'; readonly opened: number; readonly ballots: number }
  | { readonly kind: 'counted' }
  /** What is in the urn does not add up or does not open: `code` names it. */
  | { readonly kind: 'notCounted'; readonly code: string }
  | { readonly kind: 'resultWritten'; readonly written: boolean };

// ---------------------------------------------------------------- what it asks for

export type BoothEffect =
  | { readonly kind: 'startTimer'; readonly timer: BoothTimer; readonly delayMs: number }
  | { readonly kind: 'stopTimer'; readonly timer: BoothTimer }
  | { readonly kind: 'log'; readonly event: LogEvent }
  | { readonly kind: 'send'; readonly message: BoothToDesk }
  /** Every call but `prepare` and `setUp`, which carry what is stored. */
  | { readonly kind: 'vault'; readonly call: Exclude<VaultCall, 'prepare' | 'setUp'> }
  /** S2 and S3: encodes ballot and paper record, `vault.prepare`. `marks` null: wholly null. */
  | {
      readonly kind: 'prepareVote';
      readonly ballot: Ballot;
      readonly marks: Marks | null;
      readonly locale: Locale;
    }
  | { readonly kind: 'runSelfTest' }
  /** Prints and cuts. */
  | {
      readonly kind: 'printReport';
      readonly report: ReportName;
      readonly copy: number;
      readonly of: number;
    }
  /** Prints the pending record under its code, uncut. */
  | { readonly kind: 'printRecord' }
  | { readonly kind: 'cutPaper' }
  /** Asks a printer in trouble whether it can go on; answered by `printerStatus`. */
  | { readonly kind: 'recoverPrinter' }
  | { readonly kind: 'readCalendar' }
  | {
      readonly kind: 'checkToken';
      readonly purpose: OfficerPurpose;
      readonly pin: string;
    }
  /** Hands the pollbook's key, got with the last token that was checked, to the desk, and forgets it. */
  | { readonly kind: 'givePollbookKey' }
  | { readonly kind: 'forgetPollbookKey' }
  /** The precinct's key pair and its shares, in memory alone. */
  | { readonly kind: 'makeKeys' }
  | { readonly kind: 'writeToken'; readonly officerId: string; readonly pin: string }
  /** All tokens are written: erases the private key, `setUpVault` with the public one. */
  | { readonly kind: 'setUpVault' }
  | { readonly kind: 'giveShare'; readonly pin: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'writeResult' }
  | { readonly kind: 'beep'; readonly durationMs: number }
  /** Safe mode. */
  | { readonly kind: 'park'; readonly code: string };
