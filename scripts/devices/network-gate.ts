/**
 * The network of the rack's unit: an interface that is switched as the kernel's are (a flags file in the rack's
 * sysfs), and behind it a line to whoever is to be reached, as a TCP port on loopback. While the interface is
 * down, or the cable out, nobody is there. It carries bytes that it can not read, and cuts them where told to.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';

export const GATE_FAULTS = [
  /** The cable is out. */
  'noCarrier',
  /** The line ends in the middle of the message. */
  'cutInMessage',
  /** The message is through, the answer is not. */
  'answerLost',
  /** Nothing comes back, and nobody says so. */
  'silent',
] as const;
export type GateFault = (typeof GATE_FAULTS)[number];

const LOOPBACK = '127.0.0.1';
const INTERFACE = 'eth0';
const IFF_UP = 0x1;
/** BROADCAST and MULTICAST, as an Ethernet interface begins. */
const DOWN = '0x1002\n';
/** A client's side of a handshake is shorter than this (RFC 8446: two flights, one small certificate). */
const HANDSHAKE_BYTES = 2_600;
const ETHERNET = '1\n';

export type NetworkGate = {
  /** Where the unit reaches whoever is at the other end. */
  readonly port: number;
  readonly interface: string;
  isUp(): boolean;
  fail(fault: GateFault): void;
  heal(): void;
  /** The unit has no power: the interface is down, what was on the line is cut. */
  goDark(): void;
  close(): void;
};

export type NetworkGateOptions = {
  /** Root of the rack's tree. */
  readonly sysfs: string;
  /** 0: a free one. */
  readonly port: number;
  /** A port on loopback; null: nobody is there. Asked at each connection. */
  readonly target: () => Promise<number | null>;
};

export const openNetworkGate = async (options: NetworkGateOptions): Promise<NetworkGate> => {
  const folder = join(options.sysfs, 'class', 'net', INTERFACE);
  const flags = join(folder, 'flags');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'type'), ETHERNET);
  const setDown = (): void => writeFileSync(flags, DOWN);
  setDown();
  let fault: GateFault | null = null;
  const sockets = new Set<Socket>();
  const isUp = (): boolean => (Number.parseInt(readFileSync(flags, 'latin1'), 16) & IFF_UP) !== 0;
  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // Ends of either side are the other's to see.
    socket.on('error', () => undefined);
  };
  const joinBoth = (unit: Socket, far: Socket): void => {
    let sent = 0;
    const end = (): void => {
      unit.destroy();
      far.destroy();
    };
    unit.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      if (fault === 'cutInMessage' && sent > HANDSHAKE_BYTES) end();
      else far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      const answers = sent > HANDSHAKE_BYTES;
      if (answers && fault === 'answerLost') end();
      else if (!(answers && fault === 'silent')) unit.write(chunk);
    });
    unit.on('close', end);
    far.on('close', end);
  };

  const server = createServer({ pauseOnConnect: true }, (unit) => {
    keep(unit);
    const carry = async (): Promise<void> => {
      const port = isUp() && fault !== 'noCarrier' ? await options.target() : null;
      if (port === null) {
        unit.resetAndDestroy();
        return;
      }
      const far = connect(port, LOOPBACK);
      keep(far);
      joinBoth(unit, far);
      unit.resume();
    };
    carry().catch(() => unit.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, LOOPBACK, resolve);
  });

  return {
    port: (server.address() as AddressInfo).port,
    interface: INTERFACE,
    isUp,
    fail: (next) => {
      fault = next;
      if (next === 'noCarrier') cutAll();
    },
    heal: () => {
      fault = null;
    },
    goDark: () => {
      setDown();
      cutAll();
    },
    close: () => {
      cutAll();
      server.close();
    },
  };
};
