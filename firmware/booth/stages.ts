/**
 * Everything the booth can be doing, from installation to the signed tally report: one variant a
 * stage, with exactly what that stage knows. Marks exist in one of them alone (`ballot`).
 */
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { MarkRefusal } from '#firmware/election/contest-rules.ts';
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';
import type { VaultFailure } from './events.ts';

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
  | 'synchronise'
  /** Any officer agrees to what a technician asks for at the field console (no stage of its own). */
  | 'console';

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
      readonly why: Pick<MarkRefusal, 'kind' | 'contestIndex' | 'positions' | 'otherCardId'>;
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

export type CeremonyProblem =
  | 'pinsDiffer'
  | 'pinTooShort'
  | 'pinWeak'
  | 'notWritten'
  | 'alreadyUsed'
  /** A token was in the slot before anybody was asked for one; whose, nobody can say. */
  | 'leftInSlot';

/** Installation to the zero report. */
export type SetupStage =
  /** vault.recover() is under way; `stuck`: no medium is there to start from. */
  | { readonly name: 'starting'; readonly stuck: boolean }
  | {
      readonly name: 'selfTest';
      readonly checks: readonly SelfCheckResult[];
      readonly ended: boolean;
    }
  /** Every part passed its self-test; officers start the ceremony. */
  | { readonly name: 'readyForCeremony'; readonly problem: 'expired' | null }
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
      readonly problem: CeremonyProblem | null;
    }
  /** Readiness and zero report printed: the unit may be switched off until the day. */
  | { readonly name: 'readyToOpen'; readonly problem: 'expired' | null };

/** A report is on its way to paper. */
export type ReportStage = {
  readonly name: 'report';
  readonly report: ReportName;
  /** 1 is the original; above `of`: a copy on demand. */
  readonly copy: number;
  readonly of: number;
  readonly fault: PrinterFaultKind | null;
  readonly next: 'zero' | 'rest' | 'open' | 'nextCopy' | 'finished';
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
      /** Why the last try to synchronise did not do. */
      readonly failed: VaultFailure | null;
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
      /** Of the cards. */
      readonly page: number;
      /** Of a card or a review that is longer than the screen. */
      readonly part: number;
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
  | { readonly name: 'preparing'; readonly attempt: Attempt; readonly left: boolean };

/**
 * The vote is PREPARED: it will be finished, whatever happens. `attempt` is null when the unit
 * restarted in between and nothing is left in memory; `left`: the voter has left, so that the record
 * goes folded, unread, into the box by an officer's hand.
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
  | { readonly name: 'settling'; readonly left: boolean };

/** Between votes and after disturbances. */
export type RecoveryStage =
  /**
   * recover() after a medium went away during a call. `printed`: what is known of the paper of the
   * vote under way; null: nothing. `stuck`: no medium is left in step; waits for both.
   */
  | {
      readonly name: 'recovering';
      readonly attempt: Attempt | null;
      readonly left: boolean;
      readonly printed: boolean | null;
      readonly stuck: boolean;
    }
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
  /**
   * The desk is asked for the authentication totals. `asked`: how often in vain, TOTALS_PATIENCE at most; from
   * there on the officers are told, and the desk is asked on: it may be mended, or back after a restart.
   */
  | {
      readonly name: 'awaitingTotals';
      readonly check: OfficerCheck | null;
      readonly asked: number;
    }
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
  | { readonly name: 'finished'; readonly copies: number };

/** Nothing more is done until officers or technicians act. */
export type ParkedStage =
  /** Power is critical: everything is durable, the booth rests until power is back. */
  | { readonly name: 'resting'; readonly until: StageOf<'ballot' | 'waiting'> }
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
