/** The near end of a field console's line: a serial port, or the local socket of a unit in a virtual machine. */
import { statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type OpenedSerialPort, openSerialPort } from '#drivers/links/serial-port.ts';

export type ConsolePort = Pick<OpenedSerialPort, 'read' | 'write' | 'close'>;

const CONSOLE_BAUD = 115_200;

const isSocket = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isSocket() === true;

const connected = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ path });
    // What goes wrong later ends the reading, and is told there.
    socket.on('error', reject);
    socket.once('connect', () => resolve(socket));
  });

const overSocket = (socket: Socket): ConsolePort => {
  const chunks = socket[Symbol.asyncIterator]();
  return {
    read: async () => {
      const next = await chunks.next().catch(() => null);
      return next === null || next.done === true ? null : new Uint8Array(next.value as Buffer);
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (socket.destroyed) resolve(false);
        else socket.write(bytes, (error) => resolve(error == null));
      }),
    close: () => void socket.destroy(),
  };
};

/** Rejects when nobody is there, or the port is in use. */
export const openConsolePort = async (path: string): Promise<ConsolePort> =>
  isSocket(path) ? overSocket(await connected(path)) : openSerialPort(path, CONSOLE_BAUD);
