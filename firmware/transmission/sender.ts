/**
 * Sending the result: a machine of its own beside the booth's, which begins when the first tally report is
 * on paper and ends with a verified receipt on the medium. A message that was cut anywhere is simply sent
 * again: the receiver knows a package that it has, and answers with the same receipt.
 */
import type { Machine, Transition } from '#firmware/machine.ts';

export type SenderState =
  /** No tally report is printed: nothing may leave the unit. */
  | { readonly name: 'held' }
  /** `attempt`: which one is under way, from 0. */
  | { readonly name: 'sending'; readonly attempt: number }
  | {
      readonly name: 'waiting';
      /** The next one. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly why: string;
    }
  /** The receipt is good, and on its way to the medium. */
  | { readonly name: 'keeping' }
  | { readonly name: 'acknowledged' }
  /** The receiver does not take this package, and will not when asked again: officers carry the module. */
  | { readonly name: 'refused'; readonly code: string; readonly detail: string }
  /** No receiver for so many attempts, or no medium that takes the receipt. */
  | { readonly name: 'givenUp'; readonly why: string };

/** `chance`: 0 to below 1, drawn anew for each event. */
export type SenderEvent =
  | { readonly kind: 'reportPrinted' }
  /** A receipt of this very package was found on the medium. */
  | { readonly kind: 'receiptFound' }
  | { readonly kind: 'receiptVerified' }
  /** No answer, an answer that is none, or a receiver that has no room now. `why`: a code. */
  | { readonly kind: 'notSent'; readonly why: string; readonly chance: number }
  | { readonly kind: 'packageRefused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'waited' }
  | { readonly kind: 'receiptKept' }
  | { readonly kind: 'receiptNotKept' }
  /** An officer wants it tried now. */
  | { readonly kind: 'tryAgain' };

export type SenderEffect =
  /** To the receiver whose turn it is: the attempt's number modulo how many there are. */
  | { readonly kind: 'send'; readonly attempt: number }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'stopWaiting' }
  | { readonly kind: 'keepReceipt' };

/** The first pause, at most; each one after it is twice as long. */
export const FIRST_PAUSE_MS = 2_000;
export const LONGEST_PAUSE_MS = 300_000;
/** About a day and a half of pauses. */
export const MAX_ATTEMPTS = 500;

/**
 * Half of the pause is certain and half is drawn: thirty thousand machines whose receiver comes back must
 * not come back at once.
 */
export const pauseMs = (attempt: number, chance: number): number => {
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 30));
  return Math.round(most / 2 + (most / 2) * chance);
};

type Step = Transition<SenderState, SenderEffect>;

const send = (attempt: number, ...before: readonly SenderEffect[]): Step => [
  { name: 'sending', attempt },
  [...before, { kind: 'send', attempt }],
];

const notSent = (attempt: number, why: string, chance: number): Step => {
  const next = attempt + 1;
  if (next >= MAX_ATTEMPTS) return [{ name: 'givenUp', why }, []];
  const delayMs = pauseMs(attempt, chance);
  return [{ name: 'waiting', attempt: next, delayMs, why }, [{ kind: 'wait', delayMs }]];
};

/** Null: the event has no place in this state. */
const applied = (state: SenderState, event: SenderEvent): Step | null => {
  switch (state.name) {
    case 'held':
      if (event.kind === 'reportPrinted') return send(0);
      return event.kind === 'receiptFound' ? [{ name: 'acknowledged' }, []] : null;
    case 'sending':
      if (event.kind === 'receiptVerified') return [{ name: 'keeping' }, [{ kind: 'keepReceipt' }]];
      if (event.kind === 'packageRefused')
        return [{ name: 'refused', code: event.code, detail: event.detail }, []];
      return event.kind === 'notSent' ? notSent(state.attempt, event.why, event.chance) : null;
    case 'waiting':
      if (event.kind === 'waited') return send(state.attempt);
      return event.kind === 'tryAgain' ? send(state.attempt, { kind: 'stopWaiting' }) : null;
    case 'keeping':
      if (event.kind === 'receiptKept') return [{ name: 'acknowledged' }, []];
      return event.kind === 'receiptNotKept' ? [{ name: 'givenUp', why: 'medium' }, []] : null;
    case 'refused':
    case 'givenUp':
      return event.kind === 'tryAgain' ? send(0) : null;
    case 'acknowledged':
      return null;
  }
};

const invariant = (state: SenderState): string | null => {
  switch (state.name) {
    case 'sending':
    case 'waiting':
      if (state.attempt < 0 || state.attempt >= MAX_ATTEMPTS) return 'more attempts than there are';
      return state.name === 'waiting' && !(state.delayMs > 0 && state.delayMs <= LONGEST_PAUSE_MS)
        ? 'a pause that is none'
        : null;
    case 'held':
    case 'keeping':
    case 'acknowledged':
    case 'refused':
    case 'givenUp':
      return null;
  }
};

export const senderMachine: Machine<SenderState, SenderEvent, SenderEffect> = {
  initial: { name: 'held' },
  step: (state, event) =>
    applied(state, event) ?? [
      state,
      [{ kind: 'refuse', event: event.kind, reason: `not while ${state.name}` }],
    ],
  invariant,
};

/** Nothing more happens by itself. */
export const isAtRest = ({ name }: SenderState): boolean =>
  name === 'acknowledged' || name === 'refused' || name === 'givenUp';
