/**
 * Two processes of one unit joined by a local socket. One listens, the other connects and connects
 * again; the listening side has one partner at a time, because a cable has two ends: who comes
 * second is sent away.
 */
import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { type Connector, makeReopeningByteLink } from './reopening-byte-link.ts';
import { connectSocket, overSocket } from './socket-connection.ts';

/** 100 kB/s, from a partner that has much else to do. */
const MS_PER_BYTE = 0.01;

/** `sun_path` of unix(7) has 108 bytes, with a zero at its end. */
const MAX_PATH_BYTES = 107;

/** The side that connects to the socket at `path`. */
export const connectLocalSocket = (path: string, clock: Clock): ByteLink =>
  makeReopeningByteLink(clock, (events) => connectSocket({ path }, events), {
    name: path,
    msPerByte: MS_PER_BYTE,
  });

/** A listening socket that holds at most one partner. */
const listenAt = (path: string) => {
  let waiting: Socket | null = null;
  let taken = false;
  let wake = (): void => undefined;
  const server = createServer((socket) => {
    if (taken || waiting !== null) {
      socket.destroy();
      return;
    }
    socket.pause();
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (waiting === socket) waiting = null;
    });
    waiting = socket;
    const wakeOnce = wake;
    wake = () => undefined;
    wakeOnce();
  });
  if (Buffer.byteLength(path) > MAX_PATH_BYTES)
    throw new Error(`${path} is longer than the path of a local socket may be`);
  // What a process that was killed left behind.
  rmSync(path, { force: true });
  server.on('error', () => undefined);
  // Two processes of a unit are two users: who may enter the folder decides who may connect.
  server.listen({ path, writableAll: true });
  return {
    take: (): Socket | null => {
      const socket = waiting;
      waiting = null;
      if (socket !== null) taken = true;
      return socket;
    },
    onArrival: (listener: () => void): void => {
      wake = listener;
    },
    release: (): void => {
      taken = false;
    },
    close: (): void => {
      waiting?.destroy();
      server.close();
      rmSync(path, { force: true });
    },
  };
};

/**
 * The side that listens at `path` (which is replaced). It is listening once the event loop has turned;
 * who connects earlier tries again.
 */
export const listenLocalSocket = (path: string, clock: Clock): ByteLink => {
  const listening = listenAt(path);
  const connect: Connector = async (events) => {
    const socket = await arrival(listening);
    if (socket === null) return null;
    const connection = overSocket(socket, {
      bytes: events.bytes,
      gone: () => {
        listening.release();
        events.gone();
      },
    });
    socket.resume();
    return connection;
  };
  const link = makeReopeningByteLink(clock, connect, {
    name: path,
    msPerByte: MS_PER_BYTE,
    listens: true,
  });
  return {
    ...link,
    close: () => {
      link.close();
      listening.close();
    },
  };
};

/** The partner that is there, or the next one. */
const arrival = (listening: ReturnType<typeof listenAt>): Promise<Socket | null> =>
  new Promise((resolve) => {
    const here = listening.take();
    if (here !== null) return resolve(here);
    listening.onArrival(() => resolve(listening.take()));
  });
