/**
 * One end of the link between desk and booth: frames out, messages of their catalogue in, and the word
 * that both directions begin anew, whenever something may have been lost on the way: the link was away,
 * garbage arrived, or the wire did not take a frame. What matters is then said again by the machines.
 */
import type { Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';

/** After a frame that a link which is there did not take: so often it begins anew at most. */
export const BEGIN_ANEW_MS = 1_000;

export type PeerLinkOptions = {
  readonly link: ByteLink;
  readonly clock: Clock;
  readonly onMessage: (message: Message) => void;
  readonly onRestart: () => void;
  /** Minds work that nobody awaits (runner.ts). */
  readonly guard: (work: Promise<unknown>) => void;
};

export type PeerLink = {
  readonly send: (message: Message) => void;
  /** Listens no more. */
  readonly leave: () => void;
};

export const joinPeer = (options: PeerLinkOptions): PeerLink => {
  const { link, clock, onMessage, onRestart, guard } = options;
  const freshReader = () => makeFrameReader(onMessage, onRestart);
  let read = freshReader();
  let cancel: (() => void) | null = null;

  const beginAnewLater = (): void => {
    cancel ??= clock.after(BEGIN_ANEW_MS, () => {
      cancel = null;
      // One that is away begins anew when it is back.
      if (link.present()) onRestart();
    });
  };
  const stops = [
    link.onBytes((chunk) => read(chunk)),
    link.onPresence((present) => {
      read = freshReader();
      if (present) onRestart();
    }),
  ];
  return {
    send: (message) =>
      guard(
        link.write(encodeFrame(message)).then((taken) => {
          if (!taken.ok) beginAnewLater();
        }),
      ),
    leave: () => {
      cancel?.();
      for (const stop of stops) stop();
    },
  };
};
