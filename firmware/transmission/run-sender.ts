/**
 * Performs what the sender asks for: posts the package over the unit's network, verifies the answer against
 * the receiver that the authority appointed, waits, has the receipt kept.
 */
import { runMachine } from '#firmware/runtime/runner.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { Network } from '#hal/network.ts';
import type { Appointment } from './appointment.ts';
import { isReceiptFor, openReceipt } from './receipt.ts';
import { type SenderEffect, type SenderEvent, type SenderState, senderMachine } from './sender.ts';
import { MAX_ANSWER_BYTES, readRefusal, SUBMISSION_PATH, writeSubmission } from './submission.ts';

const OK = 200;
/** Below it and from 400 the fault lies in what was sent (RFC 9110, 15.5); from it on in the receiver. */
const SERVER_ERRORS = 500;
const CLIENT_ERRORS = 400;

export type ClosedPrecinct = {
  readonly election: string;
  /** Nine digits, a point, two digits. */
  readonly precinct: string;
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
};

export type SenderOptions = {
  readonly network: Network;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly closed: ClosedPrecinct;
  /** At least one; tried in turn. */
  readonly receivers: readonly Appointment[];
  /** Makes the receipt durable; false: it could not be. */
  readonly keepReceipt: (receipt: Uint8Array) => Promise<boolean>;
  readonly onState: (state: SenderState) => void;
  readonly onPark: (code: string) => void;
};

export type Sender = {
  readonly post: (event: SenderEvent) => void;
  readonly state: () => SenderState;
  readonly stop: () => void;
};

/** Whether these bytes are a receipt of exactly this package by one of these receivers. */
export const acknowledges = (
  receipt: Uint8Array,
  closed: ClosedPrecinct,
  receivers: readonly Pick<Appointment, 'key'>[],
): boolean =>
  receivers.some(({ key }) => {
    const opened = openReceipt(receipt, key);
    return opened !== null && isReceiptFor(opened, closed);
  });

export const runSender = (options: SenderOptions): Sender => {
  const { network, clock, entropy, closed, receivers, keepReceipt, onState, onPark } = options;
  const message = writeSubmission(closed);
  let receipt: Uint8Array | null = null;
  let cancelWait = (): void => undefined;

  const notSent = (why: string): SenderEvent => {
    const [high = 0, low = 0] = entropy.bytes(2);
    return { kind: 'notSent', why, chance: ((high << 8) | low) / 0x1_0000 };
  };

  const attemptAt = async (receiver: Appointment): Promise<SenderEvent> => {
    const peer = { url: `${receiver.url}${SUBMISSION_PATH}`, key: receiver.key };
    const answer = await network.post(peer, message, MAX_ANSWER_BYTES);
    if (!answer.ok) return notSent(answer.error.kind);
    const { status, body } = answer.value;
    if (status === OK) {
      if (!acknowledges(body, closed, [receiver])) return notSent('wrongReceipt');
      receipt = body;
      return { kind: 'receiptVerified' };
    }
    const refusal = readRefusal(body);
    if (refusal === null) return notSent('garbled');
    return status >= CLIENT_ERRORS && status < SERVER_ERRORS
      ? { kind: 'packageRefused', ...refusal }
      : notSent(refusal.code);
  };

  const keep = async (): Promise<SenderEvent> => {
    if (receipt === null) throw new Error('no receipt to keep');
    return { kind: (await keepReceipt(receipt)) ? 'receiptKept' : 'receiptNotKept' };
  };

  const perform = (effect: SenderEffect): void => {
    const later = (work: Promise<SenderEvent>): void => runner.guard(work.then(runner.post));
    switch (effect.kind) {
      case 'send': {
        const receiver = receivers[effect.attempt % receivers.length];
        if (receiver === undefined) throw new Error('no receiver is appointed');
        later(attemptAt(receiver));
        return;
      }
      case 'wait':
        cancelWait = clock.after(effect.delayMs, () => runner.post({ kind: 'waited' }));
        return;
      case 'stopWaiting':
        cancelWait();
        return;
      case 'keepReceipt':
        later(keep());
        return;
    }
  };

  const runner = runMachine<SenderState, SenderEvent, SenderEffect>({
    machine: senderMachine,
    perform,
    onPark,
    onState,
  });
  return {
    post: runner.post,
    state: runner.state,
    stop: () => {
      cancelWait();
      runner.stop();
    },
  };
};
