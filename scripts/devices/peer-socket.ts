/**
 * The device's end of a cable that is a socket: it listens, serves one program at a time, and can be
 * pulled out (nobody listens any more) and put back at the same address.
 */
import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';

export type SocketAddress =
  | { readonly path: string }
  | { readonly host: string; readonly port: number };

export type PeerEvents = {
  /** A program is connected from now on. */
  joined?(): void;
  /** It is connected no more. */
  left?(): void;
  bytes(chunk: Uint8Array): void;
};

export type PeerSocket = {
  /** Null while nobody is connected. */
  peer(): Socket | null;
  plugged(): boolean;
  unplug(): void;
  plug(): void;
  /** The port it listens at; null for a local socket. */
  port(): number | null;
  close(): void;
};

/** Longest path of a local socket: `sun_path` of unix(7). */
const MAX_PATH_BYTES = 107;

/** Listens once it resolves. */
export const openPeerSocket = async (
  address: SocketAddress,
  events: PeerEvents,
): Promise<PeerSocket> => {
  if ('path' in address && Buffer.byteLength(address.path) > MAX_PATH_BYTES)
    throw new Error(`${address.path} is longer than the path of a local socket may be`);
  let server: Server | null = null;
  let peer: Socket | null = null;
  let port: number | null = null;

  const serve = (socket: Socket): void => {
    // One device, one cable.
    if (peer !== null) return void socket.destroy();
    peer = socket;
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => events.bytes(new Uint8Array(chunk)));
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (peer !== socket) return;
      peer = null;
      events.left?.();
    });
    events.joined?.();
  };
  const listen = (): Promise<void> => {
    if ('path' in address) rmSync(address.path, { force: true });
    const fresh = createServer(serve);
    server = fresh;
    return new Promise((resolve, reject) => {
      fresh.once('error', reject);
      const listening = (): void => {
        const at = fresh.address();
        port = typeof at === 'object' && at !== null ? at.port : null;
        resolve();
      };
      if ('path' in address) fresh.listen(address.path, listening);
      // Back at the port it had, also where any would do at first.
      else fresh.listen(port ?? address.port, address.host, listening);
    });
  };
  const stop = (): void => {
    const leaving = peer;
    peer = null;
    leaving?.destroy();
    server?.close();
    server = null;
    if ('path' in address) rmSync(address.path, { force: true });
  };

  await listen();
  return {
    peer: () => peer,
    plugged: () => server !== null,
    unplug: stop,
    plug: () => {
      if (server !== null) return;
      // The address was ours a moment ago: what goes wrong here is a bug, and told as one.
      void listen();
    },
    port: () => port,
    close: stop,
  };
};
