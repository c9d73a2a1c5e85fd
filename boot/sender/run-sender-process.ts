/**
 * The sender's process: lives for one sending. The signed package, the machine's identity for mutual TLS and
 * the receivers' appointments come over its channel; how it goes, and a receiver's receipt, go back. It knows
 * nothing else of the unit, holds no medium, and ends with its job or with whoever started it.
 */
import { readToSender } from '#firmware/messages/read-unit-message.ts';
import type { FromSender, ToSender } from '#firmware/messages/unit-catalogue.ts';
import { type TlsIdentity, tlsIdentity } from '#firmware/transmission/certificate.ts';
import { appointmentOf, type Sending, sendOver } from '#firmware/transmission/sending.ts';
import { readSubmission } from '#firmware/transmission/submission.ts';
import { secretOfHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey, KEY_BYTES } from '#firmware/vault/keys.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import type { Network } from '#hal/network.ts';
import { openChannel } from '../process/channel.ts';
import { makeCollector } from '../process/portions.ts';

export type SenderProcessOptions = {
  readonly link: ByteLink;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Over which the machine proves this identity. */
  readonly openNetwork: (identity: TlsIdentity) => Network;
  readonly onEnd: () => void;
};

type Begin = Extract<ToSender, { readonly kind: 'beginSending' }>;

/** After its last word: until it is on the wire. */
const isLast = ({ kind }: FromSender): boolean => kind === 'packageRefused' || kind === 'gaveUp';

export const runSenderProcess = (options: SenderProcessOptions): void => {
  const { link, clock, entropy, openNetwork, onEnd } = options;
  let collect: ReturnType<typeof makeCollector> | null = null;
  let sending: Sending | null = null;
  let ended = false;

  const end = (): void => {
    if (ended) return;
    ended = true;
    sending?.stop();
    channel.leave();
    onEnd();
  };
  const say = async (word: FromSender): Promise<void> => {
    await channel.send(word);
    if (isLast(word)) end();
  };
  const begin = (work: Begin, message: Uint8Array): void => {
    const submission = readSubmission(message);
    const privateKey = secretOfHex(work.privateKey, KEY_BYTES);
    const receivers = work.receivers.flatMap((each) => appointmentOf(work.election, each) ?? []);
    // It left the supervisor as a sound one: what arrives otherwise came to harm on the way.
    if (submission === null || privateKey === null || receivers.length === 0) {
      end();
      return;
    }
    const { election, precinct } = work;
    const identity = { privateKey, publicKey: ed25519PublicKey(privateKey) };
    const start = sendOver({
      network: openNetwork(tlsIdentity(identity, precinct)),
      clock,
      entropy,
      receivers,
      onDone: end,
    });
    sending = start({ election, precinct, ...submission }, (word) => {
      if (word.kind === 'senderEnded') end();
      else void say(word).catch(end);
    });
  };
  const take = (message: ToSender): void => {
    switch (message.kind) {
      case 'beginSending':
        if (collect !== null) {
          end();
          return;
        }
        collect = makeCollector(message.messageBytes, (bytes) => begin(message, bytes));
        return;
      case 'portion':
        // More than was announced: whoever sends is not the supervisor that was meant.
        if (collect === null || !collect(message)) end();
        return;
      case 'receiptKept':
        sending?.receiptKept(message.kept);
        return;
      case 'hurry':
        sending?.hurry();
        return;
    }
  };
  const channel = openChannel<FromSender, ToSender>({
    link,
    read: readToSender,
    onMessage: take,
    onGarbage: end,
    onClosed: end,
  });
};
