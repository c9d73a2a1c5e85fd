/** Every link to something real, under the contracts of links: pseudo-terminals, TCP, local sockets. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { connectLocalSocket } from '#drivers/links/local-socket-link.ts';
import { encodeReportFrame, makeReportFrameDecoder } from '#drivers/links/report-frames.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { openSocketReportLink } from '#drivers/links/socket-report-link.ts';
import { openTcpLink } from '#drivers/links/tcp-link.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { type ByteLinkRig, describeByteLink } from '#test/contracts/byte-link.ts';
import { describeClock } from '#test/contracts/clock.ts';
import { describeReportLink, type ReportLinkRig } from '#test/contracts/report-link.ts';

const LOOK_EVERY_MS = 5;
/** A machine with both cores busy may be this much slower than the contract's own limits, ms. */
const BUSY_MS = 3_000;
const START_MS = 10_000;

const scratch = mkdtempSync(join(tmpdir(), 'urna-links-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let sockets = 0;
const freshSocket = (): string => join(scratch, `${sockets++}.sock`);

const clock: Clock = systemClock;
const until = async (holds: () => boolean, limitMs: number): Promise<void> => {
  const limit = clock.nowMs() + limitMs + BUSY_MS;
  while (!holds()) {
    if (clock.nowMs() > limit) throw new Error(`not so within ${limitMs} ms`);
    await wait(clock, LOOK_EVERY_MS);
  }
};
const time = {
  until,
  pass: (ms: number): Promise<void> => wait(clock, ms),
  end: <T>(operation: Promise<T>): Promise<T> => operation,
};

const ptyRig = async (): Promise<ByteLinkRig> => {
  const baud = 115_200;
  const pty = openPty({ baud });
  const heard: number[] = [];
  pty.link.onBytes((chunk) => heard.push(...chunk));
  const link = openSerialLink(pty.path, baud, clock);
  await until(() => link.present() && pty.opened() && pty.link.present(), START_MS);
  return {
    ...time,
    link,
    reply: (bytes) => void pty.link.write(bytes),
    heard: () => heard,
    unplug: pty.unplug,
    plug: pty.plug,
    close: pty.close,
  };
};

type Place = { readonly path: string } | { readonly host: string; readonly port: number };

/** A device behind a socket: one host at a time; unplugged, nobody listens. */
const makeSocketDevice = async (
  place: Place,
  onBytes: (chunk: Uint8Array) => void,
  greeting: Uint8Array | null,
) => {
  let socket: Socket | null = null;
  let server: Server;
  let at: Place = place;
  const listen = (): Promise<void> =>
    new Promise((resolve) => {
      server = createServer((arrived) => {
        socket = arrived;
        arrived.on('error', () => undefined);
        arrived.on('data', (chunk: Buffer) => onBytes(Uint8Array.from(chunk)));
        if (greeting !== null) arrived.write(greeting);
      });
      server.listen(at, () => {
        const found = server.address();
        if (typeof found === 'object' && found !== null)
          at = { host: '127.0.0.1', port: found.port };
        resolve();
      });
    });
  await listen();
  return {
    place: () => at,
    connected: () => socket !== null && !socket.destroyed,
    write: (bytes: Uint8Array) => void socket?.write(bytes.slice()),
    unplug: () => {
      server.close();
      socket?.destroy();
      socket = null;
    },
    plug: () => void listen(),
    close: () => {
      server.close();
      socket?.destroy();
    },
  };
};

const socketRig =
  (place: () => Place, open: (at: Place) => ByteLinkRig['link']) =>
  async (): Promise<ByteLinkRig> => {
    const heard: number[] = [];
    const device = await makeSocketDevice(place(), (chunk) => heard.push(...chunk), null);
    const link = open(device.place());
    await until(() => link.present() && device.connected(), START_MS);
    return {
      ...time,
      link,
      reply: device.write,
      heard: () => heard,
      unplug: device.unplug,
      plug: device.plug,
      close: device.close,
    };
  };

const reportRig = async (): Promise<ReportLinkRig> => {
  const descriptor = Uint8Array.of(5, 1, 9, 6);
  const path = freshSocket();
  const outputs: number[][] = [];
  const decode = makeReportFrameDecoder();
  const device = await makeSocketDevice(
    { path },
    (chunk) => {
      for (const frame of decode(chunk) ?? []) outputs.push([...frame]);
    },
    encodeReportFrame(descriptor),
  );
  const link = openSocketReportLink(path, clock);
  await until(() => link.present() && device.connected(), START_MS);
  return {
    ...time,
    link,
    descriptor,
    report: (bytes) => device.write(encodeReportFrame(bytes)),
    outputs: () => outputs,
    unplug: device.unplug,
    plug: device.plug,
    close: device.close,
  };
};

describeByteLink('a serial port over a pseudo-terminal', ptyRig);
describeByteLink(
  'TCP',
  socketRig(
    () => ({ host: '127.0.0.1', port: 0 }),
    (at) => openTcpLink('127.0.0.1', 'port' in at ? at.port : 0, clock),
  ),
);
describeByteLink(
  'a local socket',
  socketRig(
    () => ({ path: freshSocket() }),
    (at) => connectLocalSocket('path' in at ? at.path : '', clock),
  ),
);
describeReportLink('a HID device behind a local socket', reportRig);
describeClock("the system's time", () => ({ clock, end: (operation) => operation }));
