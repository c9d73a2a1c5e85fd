/** The receiver on real sockets, as machines, strangers and broken networks meet it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeHttpsNetwork } from '#drivers/network/https-network.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { tlsIdentity } from '#firmware/transmission/certificate.ts';
import { isReceiptFor, openReceipt } from '#firmware/transmission/receipt.ts';
import {
  MAX_ANSWER_BYTES,
  readRefusal,
  writeSubmission,
} from '#firmware/transmission/submission.ts';
import { type KeyPair, makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { type Anomaly, openAnomalyBook } from '#scripts/receive/anomalies.ts';
import { RECEIVER_LIMITS } from '#scripts/receive/limits.ts';
import { startPage } from '#scripts/receive/page-server.ts';
import { type ReceiverServer, startReceiver } from '#scripts/receive/receiver-server.ts';
import { type ReceiverState, receiverState } from '#scripts/receive/receiver-state.ts';
import { makeReception } from '#scripts/receive/reception.ts';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import type { ResultStore } from '#scripts/store/result-store.ts';
import { COUNTRY, OFFER, PACKAGES } from '../../nation/country.ts';

const HOST = '127.0.0.1';
const RECEIVER = makeEd25519KeyPair(systemEntropy);
const STRANGER = makeEd25519KeyPair(systemEntropy);
const { precincts } = COUNTRY.register;
const machine = (at: number) => tlsIdentity(COUNTRY.machineOf(at), precincts[at]!.id);

type Rig = {
  readonly server: ReceiverServer;
  readonly store: ResultStore;
  readonly latest: () => readonly Anomaly[];
  readonly state: () => Promise<ReceiverState>;
};
let rig: Rig;
let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'urna-receiver-'));
  const store = openEmbeddedStore(join(root, 'results.sqlite'));
  const anomalies = openAnomalyBook(join(root, 'anomalies.jsonl'), systemClock);
  const { register } = COUNTRY;
  const authorityKey = COUNTRY.authority.publicKey;
  const reception = makeReception({
    nation: { offer: OFFER, register, authorityKey },
    store,
    receiverKey: RECEIVER.privateKey,
    anomalies,
    bytesOnDisk: async () => 0,
  });
  const server = await startReceiver({
    register,
    reception,
    identity: RECEIVER,
    anomalies,
    host: HOST,
    port: 0,
    onTrouble: () => undefined,
  });
  const state = () => receiverState(OFFER, reception, anomalies, server);
  rig = { server, store, latest: anomalies.latest, state };
});
afterEach(async () => {
  await rig.server.close();
  await rig.store.close();
  rmSync(root, { recursive: true });
});

const post = (
  as: { readonly cert: string; readonly key: string },
  message: Uint8Array,
  { key, path }: { readonly key?: Uint8Array; readonly path?: string } = {},
) =>
  makeHttpsNetwork(as, systemClock).post(
    {
      url: `https://${HOST}:${rig.server.port}${path ?? '/packages'}`,
      key: key ?? RECEIVER.publicKey,
    },
    message,
    MAX_ANSWER_BYTES,
  );

const refusalOf = async (posted: ReturnType<typeof post>) => {
  const found = await posted;
  if (!found.ok) return found.error.kind;
  return [found.value.status, readRefusal(found.value.body)?.code];
};

/** The service is there for another machine, whatever happened. */
const serves = async (at = 5): Promise<void> => {
  const found = await post(machine(at), writeSubmission(PACKAGES[at]!));
  expect(found).toMatchObject({ ok: true, value: { status: 200 } });
};

/** A connection made by hand, after its handshake. */
const dial = (as: KeyPair | null, more: ConnectionOptions = {}): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const own = as === null ? {} : tlsIdentity(as, 'x');
    const at = { host: HOST, port: rig.server.port, rejectUnauthorized: false };
    const socket = connect({ ...at, ...own, ...more }, () => resolve(socket));
    socket.on('error', reject);
  });

/** What comes back until the other side closes. */
const hear = (socket: TLSSocket): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    socket.on('data', (part: Buffer) => {
      heard += part.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
describe('the receiver', () => {
  test('takes a package from its machine, with a receipt, and again the same', async () => {
    const message = writeSubmission(PACKAGES[0]!);
    const first = await post(machine(0), message);
    const again = await post(machine(0), message);
    if (!first.ok || !again.ok) throw new Error('not taken');
    expect(first.value.status).toBe(200);
    expect(Buffer.compare(first.value.body, again.value.body)).toBe(0);
    const receipt = openReceipt(first.value.body, RECEIVER.publicKey)!;
    const { bytes } = PACKAGES[0]!;
    expect(isReceiptFor(receipt, { election: OFFER.id, precinct: precincts[0]!.id, bytes })).toBe(
      true,
    );
    expect((await rig.store.counts()).precincts).toBe(1);
  });

  test('tells a second package of a precinct as a conflict', async () => {
    const other = COUNTRY.signAs(0, { ...COUNTRY.resultOf(0), reprints: 9 });
    await post(machine(0), writeSubmission(PACKAGES[0]!));
    expect(await refusalOf(post(machine(0), writeSubmission(other)))).toEqual([409, 'conflict']);
    expect(rig.latest()[0]).toMatchObject({ code: 'conflict', precinct: precincts[0]!.id });
  });

  test('hears nobody whose key is not in the register', async () => {
    const message = writeSubmission(PACKAGES[0]!);
    const stranger = tlsIdentity(STRANGER, precincts[0]!.id);
    expect(await refusalOf(post(stranger, message))).toEqual([403, 'unlistedMachine']);
    expect(await refusalOf(post(machine(1), message))).toEqual([403, 'otherMachine']);
    expect((await rig.store.counts()).precincts).toBe(0);
    await serves();
  });

  test('hears nobody without a certificate', async () => {
    const socket = await dial(null);
    const heard = hear(socket);
    socket.write('POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    expect(await heard).toContain('noCertificate');
    await serves();
  });

  test('speaks no TLS older than 1.3, and no HTTP without it', async () => {
    await expect(dial(COUNTRY.machineOf(0), { maxVersion: 'TLSv1.2' })).rejects.toThrow();
    const plain = connectPlain(rig.server.port, HOST);
    const closed = new Promise((resolve) => plain.on('close', resolve));
    plain.on('error', () => undefined);
    plain.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    expect(rig.latest().map(({ code }) => code)).toEqual(['tls', 'tls']);
    await serves();
  });

  test('is not trusted by a machine when it proves another key than the appointed one', async () => {
    const message = writeSubmission(PACKAGES[0]!);
    expect(await refusalOf(post(machine(0), message, { key: STRANGER.publicKey }))).toBe(
      'otherPeer',
    );
    expect((await rig.store.counts()).precincts).toBe(0);
  });

  test.each<[string, number, string, string]>([
    [
      'another path',
      404,
      'notFound',
      'POST /other HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n',
    ],
    ['another method', 405, 'notAllowed', 'GET /packages HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'no length',
      411,
      'lengthRequired',
      'POST /packages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
    ],
    [
      'too much',
      413,
      'huge',
      `POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: ${RECEIVER_LIMITS.bytesOfMessage + 1}\r\n\r\n`,
    ],
    [
      'half a signature',
      400,
      'malformed',
      'POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc',
    ],
  ])('names %s, and goes on', async (_, status, code, request) => {
    const socket = await dial(COUNTRY.machineOf(0));
    const heard = hear(socket);
    socket.write(request);
    const words = await heard;
    expect(words.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    expect(words).toContain(`"code":"${code}"`);
    expect(rig.latest()[0]).toMatchObject({ code, precinct: precincts[0]!.id });
    await serves();
  });

  test('closes on what is no HTTP, and on headers without an end', async () => {
    for (const [rubbish, status] of [
      ['\x00\x01\x02\r\n\r\n', '400'],
      [`GET / HTTP/1.1\r\nX: ${'x'.repeat(9000)}`, '431'],
    ] as const) {
      const socket = await dial(COUNTRY.machineOf(0));
      const heard = hear(socket);
      socket.write(rubbish);
      const words = await heard;
      expect(words.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
      expect(words).toContain('"code":"http"');
      expect(rig.latest()[0]).toMatchObject({ code: 'http', origin: HOST });
    }
    await serves();
  });

  test('forgets a message that is cut in the middle, and what it had reserved for it', async () => {
    const socket = await dial(COUNTRY.machineOf(0));
    const { length } = writeSubmission(PACKAGES[0]!);
    socket.write(`POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\nabc`);
    await expect.poll(() => rig.server.bytesInFlight()).toBe(length);
    socket.destroy();
    await expect.poll(() => rig.server.bytesInFlight()).toBe(0);
    await expect.poll(() => rig.server.sockets()).toBe(0);
    expect((await rig.store.counts()).precincts).toBe(0);
    await serves(0);
  });

  test('has a bound for the memory of all messages at once, and takes the next when there is room', async () => {
    const most = Math.floor(RECEIVER_LIMITS.bytesInFlight / RECEIVER_LIMITS.bytesOfMessage);
    const open: TLSSocket[] = [];
    for (let at = 0; at < most; at++) {
      const socket = await dial(COUNTRY.machineOf(at % precincts.length));
      socket.on('error', () => undefined);
      socket.write(
        `POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: ${RECEIVER_LIMITS.bytesOfMessage}\r\n\r\nabc`,
      );
      open.push(socket);
    }
    await expect
      .poll(async () => (await rig.state()).inFlight.bytes)
      .toBe(most * RECEIVER_LIMITS.bytesOfMessage);
    const full = writeSubmission({ signature: new Uint8Array(64), bytes: new Uint8Array(4 << 20) });
    const posted = await refusalOf(post(machine(11), full));
    // Told before all of it was sent: the machine hears it, or that it was cut off; it comes again either way.
    expect([[503, 'busy'], 'cut']).toContainEqual(posted);
    expect(rig.latest()[0]?.code).toBe('busy');
    for (const socket of open) socket.destroy();
    await expect.poll(async () => (await rig.state()).inFlight.bytes).toBe(0);
    await serves();
  });

  test('gives no machine more than its few connections', async () => {
    const sockets: TLSSocket[] = [];
    for (let at = 0; at <= RECEIVER_LIMITS.socketsOfOneMachine; at++)
      sockets.push(await dial(COUNTRY.machineOf(0)));
    const last = sockets.at(-1)!;
    const heard = hear(last);
    last.write('POST /packages HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
    expect(await heard).toContain('"code":"busy"');
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => rig.server.sockets()).toBe(0);
    await serves(0);
  });

  test('says so when its store fails, acknowledges nothing, and goes on', async () => {
    await rig.store.close();
    const message = writeSubmission(PACKAGES[0]!);
    expect(await refusalOf(post(machine(0), message))).toEqual([500, 'internal']);
    expect(await refusalOf(post(machine(0), message))).toEqual([500, 'internal']);
  });

  test('shows how far it is, to people and to programs on this computer alone', async () => {
    await serves(0);
    const page = await startPage(rig.state, 'es', 0);
    try {
      const state = (await (await fetch(`${page.url}state`)).json()) as ReceiverState;
      expect(state).toMatchObject({ precincts: 12, received: 1, storage: { budget: 64e9 } });
      const html = await fetch(page.url);
      expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
      // None is kept open, so none is asked on while it is being closed.
      expect(html.headers.get('connection')).toBe('close');
      expect(await html.text()).toContain('1 de 12');
      expect((await fetch(`${page.url}other`)).status).toBe(404);
      expect((await fetch(page.url, { method: 'POST', body: 'x' })).status).toBe(405);
    } finally {
      await page.close();
    }
  });
});
