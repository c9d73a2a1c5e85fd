/**
 * The machine that has the result sent, keeps the receiver's receipt and prints it. Whatever is cut, it
 * begins anew by looking at the media: a receipt that is there is not asked for again, a package that
 * the receiver has already is answered with the same receipt.
 */
import type { PrinterFaultKind } from '#hal/receipt-printer.ts';
import { asWord, type EventId, type LogEvent, type LogFields } from '../events/catalogue.ts';
import type { Machine, Transition } from '../machine.ts';
import {
  type DispatchEffect,
  type DispatchEvent,
  type DispatchName,
  type DispatchState,
  MAX_STARTS,
  START_AGAIN_MS,
} from './state.ts';

type Step = Transition<DispatchState, DispatchEffect>;
type StateOf<Name extends DispatchName> = Extract<DispatchState, { readonly name: Name }>;
/** Null: the event has no place in this state. */
type Handler<Name extends DispatchName> = (
  state: StateOf<Name>,
  event: DispatchEvent,
) => Step | null;

const log = <Id extends EventId>(id: Id, fields: LogFields<Id>): DispatchEffect => ({
  kind: 'log',
  event: { id, fields } as LogEvent,
});
const failedLog = (why: string): DispatchEffect =>
  log('transmissionFailed', { reason: asWord(why) });

const start = (starts: number, ...before: readonly DispatchEffect[]): Step => [
  { name: 'starting', starts },
  [...before, { kind: 'startSender' }],
];

/** A sender that is gone comes again by itself, so often. */
const senderGone = (starts: number, why: string): Step => {
  const again = starts < MAX_STARTS;
  return [
    { name: 'failed', starts, why, again },
    [failedLog(why), ...(again ? [{ kind: 'wait' as const, delayMs: START_AGAIN_MS }] : [])],
  ];
};

const sent: DispatchEffect = { kind: 'logResult', id: 'resultsSent' };
const acknowledged: DispatchEffect = { kind: 'logResult', id: 'resultsAcknowledged' };

const print = (receipt: string, ...before: readonly DispatchEffect[]): Step => [
  { name: 'printing', receipt },
  [...before, { kind: 'printReceipt' }],
];

type UnderWay = StateOf<'starting' | 'sending' | 'waiting'>;

/** What the sender says while its job is not done. */
const underWay = (state: UnderWay, event: DispatchEvent): Step | null => {
  const { starts } = state;
  switch (event.kind) {
    case 'attemptBegan':
      return [{ name: 'sending', starts, attempt: event.attempt }, []];
    case 'notSent': {
      const { attempt, why } = event;
      // A reason that stays the same is told once.
      const known = state.name === 'waiting' && state.why === why;
      return [{ name: 'waiting', starts, attempt, why }, known ? [] : [failedLog(why)]];
    }
    case 'receiptVerified':
      return [{ name: 'keeping', receipt: event.receipt }, [sent, { kind: 'keepReceipt' }]];
    case 'packageRefused':
      return [{ name: 'refused', code: event.code }, [sent, failedLog(event.code)]];
    case 'gaveUp':
      return [{ name: 'failed', starts, why: event.why, again: false }, [failedLog(event.why)]];
    case 'senderEnded':
      return senderGone(starts, event.why);
    case 'pollsCounted':
    case 'resultFound':
    case 'resultNotFound':
    case 'receiptKept':
    case 'receiptNotKept':
    case 'receiptPrinted':
    case 'receiptNotPrinted':
    case 'waited':
    case 'tryAgain':
    case 'printAgain':
      return null;
  }
};

const found = (event: Extract<DispatchEvent, { readonly kind: 'resultFound' }>): Step => {
  const { receipt, printed } = event;
  if (receipt === null) return start(1);
  return printed ? [{ name: 'acknowledged', receipt, fault: null }, []] : print(receipt);
};

const notPrinted = (receipt: string, fault: PrinterFaultKind): Step => [
  { name: 'acknowledged', receipt, fault },
  [log('printFault', { code: asWord(`printer.${fault}`) })],
];

const HANDLERS: { readonly [Name in DispatchName]: Handler<Name> } = {
  /** With nobody to send to, `appointed` below answers. */
  held: (_state, event) =>
    event.kind === 'pollsCounted' ? [{ name: 'looking' }, [{ kind: 'look' }]] : null,
  unappointed: () => null,
  looking: (_state, event) => {
    if (event.kind === 'resultFound') return found(event);
    return event.kind === 'resultNotFound' ? [{ name: 'noResult' }, [failedLog('noResult')]] : null;
  },
  noResult: (_state, event) =>
    event.kind === 'tryAgain' ? [{ name: 'looking' }, [{ kind: 'look' }]] : null,
  starting: underWay,
  sending: underWay,
  waiting: (state, event) =>
    event.kind === 'tryAgain' ? [state, [{ kind: 'hurrySender' }]] : underWay(state, event),
  keeping: ({ receipt }, event) => {
    if (event.kind === 'receiptKept') return print(receipt, acknowledged);
    return event.kind === 'receiptNotKept'
      ? [{ name: 'failed', starts: 1, why: 'medium', again: false }, [failedLog('medium')]]
      : null;
  },
  printing: ({ receipt }, event) => {
    if (event.kind === 'receiptPrinted')
      return [{ name: 'acknowledged', receipt, fault: null }, [log('receiptPrinted', {})]];
    return event.kind === 'receiptNotPrinted' ? notPrinted(receipt, event.fault) : null;
  },
  acknowledged: ({ receipt }, event) => (event.kind === 'printAgain' ? print(receipt) : null),
  refused: (_state, event) => (event.kind === 'tryAgain' ? start(1) : null),
  failed: ({ starts, again }, event) => {
    if (event.kind === 'waited') return again ? start(starts + 1) : null;
    if (event.kind !== 'tryAgain') return null;
    return start(1, ...(again ? [{ kind: 'stopWaiting' as const }] : []));
  },
};

const invariant = (state: DispatchState): string | null => {
  switch (state.name) {
    case 'starting':
    case 'sending':
    case 'waiting':
    case 'failed':
      if (state.starts < 1 || state.starts > MAX_STARTS) return 'more senders than there are';
      return 'attempt' in state && state.attempt < 1 ? 'an attempt before the first' : null;
    case 'keeping':
    case 'printing':
    case 'acknowledged':
      return state.receipt === '' ? 'a receipt without a number' : null;
    case 'held':
    case 'unappointed':
    case 'looking':
    case 'noResult':
    case 'refused':
      return null;
  }
};

const refuse = (state: DispatchState, event: DispatchEvent): Step => [
  state,
  [{ kind: 'refuse', event: event.kind, reason: `not while ${state.name}` }],
];

/** `appointed`: the unit has a receiver and a way to it. */
export const makeDispatch = (
  appointed: boolean,
): Machine<DispatchState, DispatchEvent, DispatchEffect> => ({
  initial: { name: 'held' },
  step: (state, event) => {
    if (!appointed && state.name === 'held' && event.kind === 'pollsCounted')
      return [{ name: 'unappointed' }, []];
    const handler = HANDLERS[state.name] as Handler<DispatchName>;
    return handler(state, event) ?? refuse(state, event);
  },
  invariant,
});
