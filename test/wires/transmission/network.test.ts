/** What a unit's network says of peers that are not there, not the right ones, or not in their senses. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { makeHttpsNetwork, POST_LIMIT_MS } from '#drivers/network/https-network.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { tlsIdentity } from '#firmware/transmission/certificate.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import type { Clock } from '#hal/clock.ts';

const [UNIT, PEER] = [makeEd25519KeyPair(systemEntropy), makeEd25519KeyPair(systemEntropy)];
const MOST_BYTES = 100;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A peer that proves its key and then does as it likes. */
const listen = (onSocket: (socket: TLSSocket) => void): Promise<string> =>
  new Promise((resolve) => {
    const server = createServer(
      { ...tlsIdentity(PEER, 'peer'), requestCert: true, rejectUnauthorized: false },
      (socket) => {
        socket.on('error', () => undefined);
        onSocket(socket);
      },
    );
    servers.push(server);
    server.listen(0, '127.0.0.1', () =>
      resolve(`https://127.0.0.1:${(server.address() as AddressInfo).port}/packages`),
    );
  });

const post = (url: string, clock: Clock = systemClock) =>
  makeHttpsNetwork(tlsIdentity(UNIT, 'unit'), clock).post(
    { url, key: PEER.publicKey },
    new Uint8Array(1000),
    MOST_BYTES,
  );
const says = (text: string) => (socket: TLSSocket) => {
  socket.once('data', () => socket.end(text));
};

/** Real time, save that the driver's own limit has passed at once. */
const impatient: Clock = {
  ...systemClock,
  after: (delayMs, task) => systemClock.after(delayMs === POST_LIMIT_MS ? 0 : delayMs, task),
};

describe("a unit's network", () => {
  test('has the whole answer, also that of a peer that is at no well-known port', async () => {
    const url = await listen(says('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc'));
    const body = new TextEncoder().encode('abc');
    expect(await post(url)).toEqual({ ok: true, value: { status: 200, body } });
  });

  test('nobody listens: unreachable', async () => {
    expect(await post('https://127.0.0.1:9/packages')).toMatchObject({
      error: { kind: 'unreachable' },
    });
  });

  test.each<[string, string, (socket: TLSSocket) => void]>([
    ['hangs up after the handshake', 'cut', (socket) => socket.destroy()],
    [
      'hangs up in the middle of its answer',
      'cut',
      says('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc'),
    ],
    ['speaks something else', 'garbled', says('SSH-2.0-OpenSSH_9.2\r\n\r\n')],
    [
      'answers without an end',
      'garbled',
      says(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(MOST_BYTES + 1)}`),
    ],
  ])('a peer that %s: %s', async (_, kind, behave) => {
    expect(await post(await listen(behave))).toMatchObject({ ok: false, error: { kind } });
  });

  test('a peer that says nothing: timeout', async () => {
    const url = await listen(() => undefined);
    expect(await post(url, impatient)).toMatchObject({ error: { kind: 'timeout' } });
  });
});
