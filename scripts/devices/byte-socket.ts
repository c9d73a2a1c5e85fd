/** An emulated device behind a socket that carries plain bytes: a printer at a TCP port, a voice. */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Fault } from '#hal/fault.ts';
import { listen } from '#hal/listen.ts';
import { done, err } from '#hal/result.ts';
import { openPeerSocket, type SocketAddress } from './peer-socket.ts';

export type ByteSocket = {
  /** The device's end. */
  readonly link: ByteLink;
  readonly port: number | null;
  unplug(): void;
  plug(): void;
  close(): void;
};

const ABSENT: Fault = { device: 'link', kind: 'absent', detail: 'the socket is closed' };

/** Listens at `address`; what the device sends while nobody is connected is lost. */
export const openByteSocket = async (address: SocketAddress): Promise<ByteSocket> => {
  const onBytes = new Set<(chunk: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  const socket = await openPeerSocket(address, {
    bytes: (chunk) => {
      for (const listener of [...onBytes]) listener(chunk);
    },
  });
  const announce = (present: boolean): void => {
    for (const listener of [...onPresence]) listener(present);
  };
  const link: ByteLink = {
    present: socket.plugged,
    write: (bytes) => {
      if (!socket.plugged()) return Promise.resolve(err(ABSENT));
      const peer = socket.peer();
      if (peer === null) return Promise.resolve(done);
      return new Promise((resolve) => {
        peer.write(bytes.slice(), () => resolve(socket.plugged() ? done : err(ABSENT)));
      });
    },
    onBytes: (listener) => listen(onBytes, listener),
    onPresence: (listener) => listen(onPresence, listener),
    close: socket.close,
  };
  return {
    link,
    port: socket.port(),
    unplug: () => {
      if (!socket.plugged()) return;
      socket.unplug();
      announce(false);
    },
    plug: () => {
      if (socket.plugged()) return;
      socket.plug();
      announce(true);
    },
    close: socket.close,
  };
};
