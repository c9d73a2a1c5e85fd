/** One end of a private channel: messages of its catalogue out and in. What else arrives is told as garbage. */
import { encodeUnitFrame, makeUnitFrameReader } from '#firmware/messages/frame.ts';
import type { ByteLink } from '#hal/byte-link.ts';

export type Channel<Out> = {
  /** Resolves when the wire took it, or is gone: that is told by its presence. */
  readonly send: (message: Out) => Promise<void>;
  /** Listens no more; the link stays as it is. */
  readonly leave: () => void;
};

export type ChannelOptions<In> = {
  readonly link: ByteLink;
  /** The door of the catalogue of what arrives (firmware/messages/read-unit-message.ts). */
  readonly read: (json: unknown) => In | null;
  readonly onMessage: (message: In) => void;
  readonly onGarbage: (detail: string) => void;
  /** The other side is gone. */
  readonly onClosed?: () => void;
};

export const openChannel = <Out extends { readonly kind: string }, In>(
  options: ChannelOptions<In>,
): Channel<Out> => {
  const { link, read, onMessage, onGarbage, onClosed } = options;
  let left = false;
  const take = makeUnitFrameReader(
    read,
    (message) => {
      if (!left) onMessage(message);
    },
    onGarbage,
  );
  const stops = [
    link.onBytes(take),
    link.onPresence((present) => {
      if (!present && !left) onClosed?.();
    }),
  ];
  return {
    send: async (message) => {
      await link.write(encodeUnitFrame(message));
    },
    leave: () => {
      left = true;
      for (const stop of stops) stop();
    },
  };
};
