/**
 * The device's end of a TCP connection, for an emulated network printer: a server on the loopback that
 * hands the bytes of its one newest connection to the emulator, and can be pulled out and put back.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Fault } from '#hal/fault.ts';
import { done, err } from '#hal/result.ts';

const ABSENT: Fault = { device: 'link', kind: 'absent', detail: 'the cable is out' };

export type TcpCable = {
  readonly host: string;
  readonly port: number;
  /** The device's end. */
  readonly link: ByteLink;
  /** Pulls the cable: connections end, and none is taken. */
  unplug(): void;
  plug(): void;
  close(): Promise<void>;
};

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });

/** `host`: an address of the loopback; `port` 0: any free one. */
export const openTcpCable = async (host = '127.0.0.1', wantedPort = 0): Promise<TcpCable> => {
  const onBytes = new Set<(chunk: Uint8Array) => void>();
  const onPresence = new Set<(present: boolean) => void>();
  const sockets = new Set<Socket>();
  let plugged = true;
  let newest: Socket | null = null;
  const server = createServer((socket) => {
    if (!plugged) {
      socket.destroy();
      return;
    }
    newest = socket;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      if (plugged) for (const listener of [...onBytes]) listener(Uint8Array.from(chunk));
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      if (newest === socket) newest = null;
    });
  });
  const port = await listen(server, host, wantedPort);
  const subscribe = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    return () => {
      set.delete(listener);
    };
  };
  const setPlugged = (next: boolean): void => {
    if (plugged === next) return;
    plugged = next;
    if (!next) for (const socket of sockets) socket.destroy();
    for (const listener of [...onPresence]) listener(next);
  };
  return {
    host,
    port,
    unplug: () => setPlugged(false),
    plug: () => setPlugged(true),
    link: {
      write: (bytes) => {
        if (!plugged) return Promise.resolve(err(ABSENT));
        const socket = newest;
        // Nobody listens: the bytes are out, and lost.
        if (socket === null || socket.destroyed) return Promise.resolve(done);
        return new Promise((resolve) => {
          socket.write(bytes, () => resolve(done));
        });
      },
      onBytes: (listener) => subscribe(onBytes, listener),
      onPresence: (listener) => subscribe(onPresence, listener),
      present: () => plugged,
      close: () => setPlugged(false),
    },
    close: () =>
      new Promise((resolve) => {
        setPlugged(false);
        server.close(() => resolve());
      }),
  };
};
