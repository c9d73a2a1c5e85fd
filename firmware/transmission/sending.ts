/**
 * A sending as whoever has it done holds it: given a signed package it says how it goes, in the words of
 * firmware/messages, and is told what became of the receipt. On a unit a process stands between the two
 * (boot/sender); in a virtual day nothing does.
 */
import type { FromSender, Receiver } from '#firmware/messages/unit-catalogue.ts';
import { bytesOfHex, toHex } from '#firmware/vault/bytes.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { Network } from '#hal/network.ts';
import type { Appointment } from './appointment.ts';
import { type ClosedPrecinct, runSender } from './run-sender.ts';
import type { SenderState } from './sender.ts';

/** What is heard of a sending; `senderEnded`: nothing more will be. */
export type SendingWord = FromSender | { readonly kind: 'senderEnded'; readonly why: string };

export type Sending = {
  /** Answers `receiptCame`; with true the sending is over. */
  readonly receiptKept: (kept: boolean) => void;
  /** Not to wait for the end of its pause. */
  readonly hurry: () => void;
  /** Nothing is sent, and nothing heard, any more. */
  readonly stop: () => void;
};

/** Begins at once. `hear` is never called from within. */
export type StartSending = (closed: ClosedPrecinct, hear: (word: SendingWord) => void) => Sending;

/** Characters of a refusal's reason that are passed on. */
const DETAIL_CHARACTERS = 300;

export const receiverOf = ({ url, key }: Appointment): Receiver => ({ url, key: toHex(key) });

/** Null: its key is none. */
export const appointmentOf = (election: string, { url, key }: Receiver): Appointment | null => {
  const bytes = bytesOfHex(key, KEY_BYTES);
  return bytes === null ? null : { election, url, key: bytes };
};

const wordOf = (state: SenderState): FromSender | null => {
  switch (state.name) {
    case 'sending':
      return { kind: 'attemptBegan', attempt: state.attempt + 1 };
    case 'waiting':
      return { kind: 'notSent', attempt: state.attempt + 1, why: state.why };
    case 'refused': {
      const detail = [...state.detail].slice(0, DETAIL_CHARACTERS).join('');
      return { kind: 'packageRefused', code: state.code, detail };
    }
    case 'givenUp':
      return { kind: 'gaveUp', why: state.why };
    case 'held':
    case 'keeping':
    case 'acknowledged':
      return null;
  }
};

export type SendOverOptions = {
  readonly network: Network;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** At least one. */
  readonly receivers: readonly Appointment[];
  /** The receipt is kept: the sending is over. */
  readonly onDone?: () => void;
};

export const sendOver =
  ({ network, clock, entropy, receivers, onDone }: SendOverOptions): StartSending =>
  (closed, hear) => {
    let stopped = false;
    let answer = (_kept: boolean): void => undefined;
    const say = (word: SendingWord): void => {
      if (!stopped) hear(word);
    };
    const sender = runSender({
      network,
      clock,
      entropy,
      closed,
      receivers,
      keepReceipt: (receipt) =>
        new Promise((resolve) => {
          answer = resolve;
          say({ kind: 'receiptCame', receipt: Buffer.from(receipt).toString('base64') });
        }),
      onState: (state) => {
        const word = wordOf(state);
        if (word !== null) say(word);
        if (state.name === 'acknowledged') onDone?.();
      },
      onPark: (code) => say({ kind: 'senderEnded', why: code }),
    });
    clock.after(0, () => {
      if (!stopped) sender.post({ kind: 'reportPrinted' });
    });
    return {
      receiptKept: (kept) => answer(kept),
      hurry: () => {
        if (sender.state().name === 'waiting') sender.post({ kind: 'tryAgain' });
      },
      stop: () => {
        stopped = true;
        sender.stop();
      },
    };
  };
