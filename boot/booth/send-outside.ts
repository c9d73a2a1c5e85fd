/**
 * A sending as the booth holds it on a unit: the package goes to the supervisor, which switches the network
 * on and starts the sender; what that says comes back the same way. One at a time.
 */
import type { FromBooth, FromSender } from '#firmware/messages/unit-catalogue.ts';
import type { StartSending } from '#firmware/transmission/sending.ts';
import { writeSubmission } from '#firmware/transmission/submission.ts';
import { portionsOf } from '../process/portions.ts';

export type SendOutside = {
  readonly start: StartSending;
  /** Of the supervisor: what the sender says. */
  readonly heard: (
    word: FromSender | { readonly kind: 'senderEnded'; readonly why: string },
  ) => void;
};

export const makeSendOutside = (say: (message: FromBooth) => void): SendOutside => {
  let hear: Parameters<StartSending>[1] | null = null;
  return {
    heard: (word) => hear?.(word),
    start: (closed, listener) => {
      hear = listener;
      const message = writeSubmission(closed);
      say({ kind: 'sendResult', messageBytes: message.length });
      for (const portion of portionsOf(message)) say(portion);
      return {
        receiptKept: (kept) => say({ kind: 'receiptKept', kept }),
        hurry: () => say({ kind: 'hurry' }),
        stop: () => {
          if (hear !== listener) return;
          hear = null;
          say({ kind: 'endSending' });
        },
      };
    },
  };
};
