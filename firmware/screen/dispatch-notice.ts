/**
 * The last screen of the day: the tabulation is finished, and how the sending of its result stands: what is
 * under way, what came of it, and what officers do where the network does not carry it.
 */
import type { DispatchState } from '#firmware/dispatch/state.ts';
import { sayIn, type View } from './frame.ts';
import type { Choice, Notice } from './notice.ts';

/** Reasons of which the screen says more than the code. */
const EXPLAINED = [
  'unreachable',
  'otherPeer',
  'timeout',
  'cut',
  'garbled',
  'wrongReceipt',
  'medium',
  'conflict',
  'unlistedMachine',
  'storageFull',
  'busy',
] as const;
type Explained = (typeof EXPLAINED)[number];

type Telling = Pick<Notice, 'lines' | 'status' | 'tone' | 'sign'> & {
  readonly title: string | null;
  readonly choices: readonly Choice[];
};

const reasonIn = (view: View, why: string): string => {
  const say = sayIn(view.state.locale);
  const known = EXPLAINED.find((each): each is Explained => each === why);
  return known === undefined ? say('dispatchCode', { code: why }) : say(`dispatch.${known}`);
};

const tellingOf = (view: View, state: DispatchState): Telling => {
  const say = sayIn(view.state.locale);
  const again: Choice = { action: 'result:send', words: say('dispatchAgain'), look: 'primary' };
  const carry = say('dispatchCarry');
  const plain = { title: null, choices: [] } as const;
  const warning = { tone: 'warning', sign: 'alert', choices: [again] } as const;
  switch (state.name) {
    case 'held':
      return plain;
    case 'unappointed':
      return { ...plain, lines: [say('dispatchNone'), carry] };
    case 'looking':
    case 'starting':
      return { ...plain, status: [say('dispatchStarting')] };
    case 'sending':
      return { ...plain, status: [say('dispatchSending', { attempt: state.attempt })] };
    case 'waiting':
      return {
        title: say('dispatchWaiting'),
        lines: [reasonIn(view, state.why), say('dispatchNext', { attempt: state.attempt }), carry],
        sign: 'wait',
        choices: [again],
      };
    case 'keeping':
    case 'printing':
      return { ...plain, status: [say('dispatchReceipt', { receipt: state.receipt })] };
    case 'acknowledged':
      return {
        title: say('dispatchDone'),
        lines: [
          say('dispatchReceipt', { receipt: state.receipt }),
          state.fault === null ? '' : say('dispatchNotPrinted'),
        ],
        choices: [{ action: 'result:receipt', words: say('dispatchPrint'), look: 'plain' }],
      };
    case 'refused':
      return {
        ...warning,
        title: say('dispatchRefused'),
        lines: [reasonIn(view, state.code), carry],
      };
    case 'noResult':
      return { ...warning, title: say('dispatchFailed'), lines: [say('dispatchNoResult')] };
    case 'failed':
      return {
        ...warning,
        title: say('dispatchFailed'),
        lines: [reasonIn(view, state.why), carry],
      };
  }
};

/** `copies`: of the tally report that are printed. */
export const finishedNotice = (view: View, copies: number): Notice => {
  const say = sayIn(view.state.locale);
  const { title, lines = [], choices, ...telling } = tellingOf(view, view.dispatch);
  return {
    sign: 'done',
    ...telling,
    title: title ?? say('finished'),
    lines: [say('finishedHelp', { copies, votes: view.state.votes }), ...lines],
    choices: [...choices, { action: 'tally:copy', words: say('tallyCopy'), look: 'plain' }],
  };
};
