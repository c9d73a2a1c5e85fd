/**
 * Words that the stages share: how a stage answers an event, and the small moves that several of them
 * make. A handler that answers null refuses the event.
 */
import type { Ballot } from '#firmware/election/ballot.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import type { EventId, LogEvent, LogFields } from '#firmware/events/catalogue.ts';
import type { Transition } from '#firmware/machine.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import type { PrinterStatus } from '#hal/receipt-printer.ts';
import type {
  BoothEffect,
  BoothEvent,
  BoothState,
  PollsKnown,
  Stage,
  StageName,
  StageOf,
  VaultFailure,
} from './state.ts';

/** What does not change while the booth runs. */
export type BoothFacts = {
  readonly definition: ElectionDefinition;
  /** The language of the screen between voters. */
  readonly locale: Locale;
  /** The ballot of each style. */
  readonly ballots: ReadonlyMap<string, Ballot>;
};

export type Step = Transition<BoothState, BoothEffect>;

/** How a stage answers an event; null: it does not apply here. */
export type Handler<Name extends StageName> = (
  facts: BoothFacts,
  state: BoothState,
  stage: StageOf<Name>,
  event: BoothEvent,
) => Step | null;

export type Handlers<Name extends StageName> = { readonly [Each in Name]: Handler<Each> };

/** To another stage. */
export const go = (state: BoothState, stage: Stage, ...effects: readonly BoothEffect[]): Step => [
  { ...state, stage },
  effects,
];

/** Stays, with nothing to do: the event was expected and changes nothing. */
export const stay = (state: BoothState, ...effects: readonly BoothEffect[]): Step => [
  state,
  effects,
];

export const log = <Id extends EventId>(id: Id, fields: LogFields<Id>): BoothEffect => ({
  kind: 'log',
  event: { id, fields } as LogEvent,
});

export const also = ([state, effects]: Step, ...more: readonly BoothEffect[]): Step => [
  state,
  [...more, ...effects],
];

/** Safe mode: nothing goes on; `code` is what screen, log and console show. */
export const park = (state: BoothState, code: string): Step =>
  go(
    { ...state, idleTold: false },
    { name: 'parked', code },
    log('machineParked', { reason: code }),
    { kind: 'park', code },
  );

/** A failure after which nobody may go on, whatever the stage. Null: the stage decides. */
export const fatalCode = (failure: VaultFailure): string | null => {
  switch (failure) {
    case 'notSynced':
      return 'vault.notSynced';
    case 'tampered':
      return 'vault.tampered';
    case 'full':
      return 'vault.full';
    case 'cellNotTrusted':
      return 'vault.cellNotTrusted';
    case 'noCodes':
      return 'vault.noCodes';
    case 'mediumLost':
    case 'empty':
    case 'notEmpty':
    case 'foreign':
      return null;
  }
};

/** What the desk hears of the precinct's day. */
export const phaseOf = (polls: PollsKnown): PollsPhase => {
  switch (polls) {
    case 'none':
      return 'setup';
    case 'ready':
      return 'readyToOpen';
    case 'open':
    case 'closed':
    case 'counted':
      return polls;
  }
};

export const tellPhase = (state: BoothState): BoothEffect => ({
  kind: 'send',
  message: { kind: 'phaseChanged', phase: phaseOf(state.polls) },
});

/** A turn as the messages carry it. */
export const turnText = (turn: number): string =>
  (turn >>> 0).toString(16).padStart(TURN_DIGITS, '0');
const TURN_DIGITS = 8;

/** The printer can print now. */
export const canPrint = (status: PrinterStatus): boolean =>
  status.online && !status.coverOpen && status.paper !== 'end' && status.fault === null;

/** How often a printer in trouble is asked whether it can go on, ms. */
export const PRINTER_AGAIN_MS = 3_000;
export const askPrinterLater: BoothEffect = {
  kind: 'startTimer',
  timer: 'printerAgain',
  delayMs: PRINTER_AGAIN_MS,
};
export const dropPrinterTimer: BoothEffect = { kind: 'stopTimer', timer: 'printerAgain' };

/**
 * What a stage that waits for a printer in trouble does: asks it again and again; `retry` is what to do
 * once it says that it can print, or when somebody touches TRY AGAIN.
 */
export const whenPrinterIsBack = (
  state: BoothState,
  event: BoothEvent,
  retry: () => Step,
): Step | null => {
  if (event.kind === 'timerExpired' && event.timer === 'printerAgain')
    return stay(state, { kind: 'recoverPrinter' }, askPrinterLater);
  if (event.kind === 'printerStatus' && canPrint(event.status))
    return also(retry(), dropPrinterTimer, log('printRecovered', {}));
  if (event.kind === 'touched' && event.action === 'paper:tryAgain')
    return also(retry(), dropPrinterTimer);
  return null;
};
