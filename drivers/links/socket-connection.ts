/** A connected stream socket, TCP or local, as a connection of a link. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Connection, ConnectionEvents } from './reopening-byte-link.ts';

/** TCP asks after a silent peer from this on, so that one that vanished is noticed. */
const KEEP_ALIVE_MS = 1_000;

/** Takes over a socket that is connected. Its bytes and its end are told from now on. */
export const overSocket = (socket: Socket, events: ConnectionEvents): Connection => {
  socket.on('data', (chunk: Buffer) => events.bytes(new Uint8Array(chunk)));
  socket.on('error', () => undefined);
  // The other side has nothing more to say: a cable has no half-open state.
  socket.on('end', () => socket.destroy());
  socket.on('close', () => events.gone());
  return {
    write: (bytes) =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve(false);
        else socket.write(bytes, (error) => resolve(error === null || error === undefined));
      }),
    close: () => {
      socket.removeAllListeners('data');
      socket.destroy();
    },
  };
};

/** Connects; null when nobody is there. */
export const connectSocket = (
  where: NetConnectOpts,
  events: ConnectionEvents,
): Promise<Connection | null> =>
  new Promise((resolve) => {
    const socket = connect({
      ...where,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_MS,
    });
    socket.once('error', () => {
      socket.destroy();
      resolve(null);
    });
    socket.once('connect', () => resolve(overSocket(socket, events)));
  });
