/**
 * A USB device of ours on a local socket, where QEMU's `-chardev socket,path=…,reconnect=1` finds it and
 * `-device usb-redir` plugs it into the guest. Unplugged nobody listens there, and the guest sees it go.
 */
import type { Clock } from '#hal/clock.ts';
import { openPeerSocket } from '../devices/peer-socket.ts';
import type { UsbFunction } from './usb/function.ts';
import { makeRedirSession, type RedirSession } from './usbredir/session.ts';

export type RedirectedDevice = {
  readonly path: string;
  unplug(): void;
  plug(): void;
  close(): void;
};

/** Listens once it resolves. `onProblem`: why a connection was given up. */
export const openRedirectedDevice = async (
  path: string,
  device: UsbFunction,
  clock: Clock,
  onProblem: (problem: string) => void = () => undefined,
): Promise<RedirectedDevice> => {
  let session: RedirSession | null = null;
  const leave = (): void => {
    session?.end();
    session = null;
  };
  const socket = await openPeerSocket(
    { path },
    {
      joined: () => {
        leave();
        session = makeRedirSession(device, clock, (bytes) => void socket.peer()?.write(bytes));
      },
      left: leave,
      bytes: (chunk) => {
        const problem = session?.bytes(chunk) ?? null;
        if (problem === null) return;
        onProblem(`${path}: ${problem}`);
        leave();
        socket.peer()?.destroy();
      },
    },
  );
  return {
    path,
    unplug: () => {
      leave();
      socket.unplug();
    },
    plug: socket.plug,
    close: () => {
      leave();
      socket.close();
    },
  };
};
