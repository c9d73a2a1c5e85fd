/** Each link of bytes over what carries it on a unit: a pseudo-terminal, TCP, local sockets. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectLocalSocket, listenLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { openTcpLink } from '#drivers/links/tcp-link.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import { openByteSocket } from '#scripts/devices/byte-socket.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { eventually } from '../devices/rig.ts';
import { describeEveryByteLink } from './every-byte-link.ts';

/** Not a rate that anything is paced by here, and the highest that Linux names. */
const FAST_BAUD = 4_000_000;

const otherSide = (link: ByteLink) => {
  const chunks: Uint8Array[] = [];
  link.onBytes((chunk) => chunks.push(chunk));
  return { received: () => new Uint8Array(Buffer.concat(chunks)), send: link.write };
};

const folder = () => {
  const path = mkdtempSync(join(tmpdir(), 'urna-link-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

describeEveryByteLink('a serial port', async () => {
  const pty = openPty();
  const link = openSerialLink(pty.path, FAST_BAUD, systemClock);
  return { link, ...otherSide(pty.link), unplug: pty.unplug, plug: pty.plug, end: pty.close };
});

describeEveryByteLink('TCP', async () => {
  const socket = await openByteSocket({ host: '127.0.0.1', port: 0 });
  const link = openTcpLink('127.0.0.1', socket.port ?? 0, systemClock);
  const { unplug, plug, close } = socket;
  return { link, ...otherSide(socket.link), unplug, plug, end: close };
});

describeEveryByteLink('the connecting side of a local socket', async () => {
  const own = folder();
  const socket = await openByteSocket({ path: join(own.path, 's') });
  const link = connectLocalSocket(join(own.path, 's'), systemClock);
  const end = (): void => {
    socket.close();
    own.remove();
  };
  return { link, ...otherSide(socket.link), unplug: socket.unplug, plug: socket.plug, end };
});

describeEveryByteLink('the listening side of a local socket', async () => {
  const own = folder();
  const path = join(own.path, 's');
  const link = listenLocalSocket(path, systemClock);
  const chunks: Uint8Array[] = [];
  const connect = (): ByteLink => {
    const other = connectLocalSocket(path, systemClock);
    other.onBytes((chunk) => chunks.push(chunk));
    return other;
  };
  let other = connect();
  return {
    link,
    received: () => new Uint8Array(Buffer.concat(chunks)),
    send: async (bytes) => {
      await eventually('the other side', () => (other.present() ? true : null));
      return other.write(bytes);
    },
    // The other process dies, and another one is started.
    unplug: () => other.close(),
    plug: () => {
      other = connect();
    },
    end: () => {
      other.close();
      own.remove();
    },
  };
});

test('another user may connect who may enter the folder: desk and booth of a unit are two users', async () => {
  const own = folder();
  const path = join(own.path, 's');
  const listening = listenLocalSocket(path, systemClock);
  const mode = await eventually('the socket', () =>
    existsSync(path) && (statSync(path).mode & 0o222) === 0o222 ? statSync(path).mode : null,
  );
  expect(mode & 0o222).toBe(0o222);
  listening.close();
  own.remove();
});

test('a second process that connects to a taken local socket is sent away until it is free', async () => {
  const own = folder();
  const path = join(own.path, 's');
  const listening = listenLocalSocket(path, systemClock);
  const first = connectLocalSocket(path, systemClock);
  const heard: number[] = [];
  listening.onBytes((chunk) => heard.push(...chunk));
  await eventually('the first', () => (listening.present() && first.present() ? true : null));
  const second = connectLocalSocket(path, systemClock);
  void second.write(Uint8Array.of(2));
  expect(await first.write(Uint8Array.of(1))).toEqual({ ok: true });
  await eventually('one byte', () => (heard.length > 0 ? true : null));
  first.close();
  await eventually('the second gets through', async () => {
    await second.write(Uint8Array.of(3));
    return heard.includes(3) ? true : null;
  });
  expect(heard.filter((byte) => byte !== 3)).toEqual([1]);
  for (const link of [second, listening]) link.close();
  own.remove();
});

test('a program that takes nothing makes a write time out, and is let go', async () => {
  const own = folder();
  const path = join(own.path, 's');
  // Connected and never read: `openByteSocket` reads, so a bare server.
  const { createServer } = await import('node:net');
  const server = createServer({ pauseOnConnect: true }).listen(path);
  const link = connectLocalSocket(path, systemClock);
  await eventually('the link', () => (link.present() ? true : null));
  const written = await link.write(new Uint8Array(2_000));
  expect(written).toEqual({ ok: true });
  const [large, after] = await Promise.all([
    link.write(new Uint8Array(400_000)),
    link.write(Uint8Array.of(1)),
  ]);
  expect(large).toMatchObject({ ok: false, error: { kind: 'timeout' } });
  expect(after).toMatchObject({ ok: false, error: { kind: 'absent' } });
  link.close();
  server.close();
  own.remove();
}, 60_000);
