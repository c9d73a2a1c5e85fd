/** What the table of the sending is made of: its events, its effects in words, what makes its states different. */
import { makeDispatch } from '#firmware/dispatch/dispatch.ts';
import {
  type DispatchEffect,
  type DispatchEvent,
  type DispatchState,
  MAX_STARTS,
} from '#firmware/dispatch/state.ts';
import type { Subject } from './answers.ts';

const RECEIPT = '3F2A-91BC';

/** Every event of the machine, with each value that makes a difference. */
export const DISPATCH_EVENTS: readonly (readonly [string, DispatchEvent])[] = [
  ['pollsCounted', { kind: 'pollsCounted' }],
  ['resultFound, no receipt', { kind: 'resultFound', receipt: null, printed: false }],
  ['resultFound, receipt kept', { kind: 'resultFound', receipt: RECEIPT, printed: false }],
  ['resultFound, receipt printed', { kind: 'resultFound', receipt: RECEIPT, printed: true }],
  ['resultNotFound', { kind: 'resultNotFound' }],
  ['attemptBegan', { kind: 'attemptBegan', attempt: 2 }],
  ['notSent', { kind: 'notSent', attempt: 3, why: 'unreachable' }],
  ['receiptVerified', { kind: 'receiptVerified', receipt: RECEIPT }],
  ['packageRefused', { kind: 'packageRefused', code: 'conflict' }],
  ['gaveUp', { kind: 'gaveUp', why: 'unreachable' }],
  ['senderEnded', { kind: 'senderEnded', why: 'senderFailed' }],
  ['receiptKept', { kind: 'receiptKept' }],
  ['receiptNotKept', { kind: 'receiptNotKept' }],
  ['receiptPrinted', { kind: 'receiptPrinted' }],
  ['receiptNotPrinted', { kind: 'receiptNotPrinted', fault: 'paperEnd' }],
  ['waited', { kind: 'waited' }],
  ['tryAgain', { kind: 'tryAgain' }],
  ['printAgain', { kind: 'printAgain' }],
];

const words = (effect: DispatchEffect): string => {
  switch (effect.kind) {
    case 'log':
      return `log ${effect.event.id}`;
    case 'logResult':
      return `log ${effect.id}`;
    case 'look':
    case 'startSender':
    case 'hurrySender':
    case 'keepReceipt':
    case 'printReceipt':
    case 'wait':
    case 'stopWaiting':
      return effect.kind;
  }
};

/** The last start in a row, which no event of the alphabet leads to in a few steps. */
const SEEDS: readonly DispatchState[] = [
  { name: 'sending', starts: MAX_STARTS, attempt: 1 },
  { name: 'unappointed' },
];

export const dispatchSubject = (): Subject<DispatchState, DispatchEvent, DispatchEffect> => ({
  machine: makeDispatch(true),
  alphabet: DISPATCH_EVENTS.map(([each, event]) => ({ words: each, event })),
  seeds: SEEDS,
  nameOf: ({ name }) => name,
  kindOf: (state) =>
    `${state.name} ${'again' in state ? state.again : ''} ${'fault' in state ? state.fault : ''}`,
  wordsOf: words,
});
