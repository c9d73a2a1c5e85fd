/**
 * A country's machines at a receiving centre: so many at once send over real TLS, each with the sender of the
 * firmware, while the centre's process is killed again and again. What counts is that no package is lost of
 * which a receipt was given.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeHttpsNetwork } from '#drivers/network/https-network.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { tlsIdentity } from '#firmware/transmission/certificate.ts';
import { runSender } from '#firmware/transmission/run-sender.ts';
import { isAtRest } from '#firmware/transmission/sender.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { ROOT } from '../commands/run-tool.ts';
import { makeNationalElection } from '../nation/made-up.ts';
import { makeSyntheticCountry, type SyntheticCountry } from '../nation/synthetic-country.ts';
import { writeElectionFiles } from '../nation/write-country.ts';
import { CENTRE_FILES } from '../receive/centre-folder.ts';
import { openEmbeddedStore } from '../store/embedded-store.ts';
import { withFullBallots } from './full-ballots.ts';

const SEED = 1;
/** A receiver is killed this long after a count of receipts at most, ms. */
const KILL_SPREAD_MS = 100;
const KB = 1024;

export type ReceivingOptions = {
  /** Empty; is left as it is. */
  readonly folder: string;
  readonly precincts: number;
  readonly clients: number;
  readonly kills: number;
  readonly onProgress: (words: string, done: number, of: number) => void;
};

export type ReceivingOutcome = {
  /** Verified receipts. */
  readonly acknowledged: number;
  /** Receipts whose package is not in the store, to the last byte, as its precinct's first. */
  readonly lost: number;
  /** Packages in the store that nobody has a receipt of. */
  readonly unacknowledged: number;
  readonly conflicts: number;
  readonly kills: number;
  /** Messages that were sent: more than there are packages, by those that were cut. */
  readonly attempts: number;
  readonly wallMs: number;
  /** The largest resident memory of any life of the receiver. */
  readonly peakBytes: number;
};

type Ready = { readonly url: string; readonly key: string };

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** The most that a living process had in memory (proc(5), VmHWM). */
const peakOf = ({ pid }: ChildProcess): number => {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) * KB;
};

/** The command itself, at one port whenever it lives. */
const makeReceiver = (folder: string, centre: string, port: number) => {
  let child: ChildProcess | null = null;
  let peakBytes = 0;
  const start = (): Promise<Ready> =>
    new Promise((resolve, reject) => {
      const args = ['scripts/main.ts', 'receive', folder, '--centre', centre, '--json'];
      const ports = ['--port', String(port), '--page-port', '0'];
      const started = spawn(process.execPath, [...args, ...ports], {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      let words = '';
      started.stderr.on('data', (part: Buffer) => {
        words += part.toString();
      });
      createInterface({ input: started.stdout }).once('line', (line) =>
        resolve(JSON.parse(line) as Ready),
      );
      started.once('exit', (code) => {
        if (code !== null) reject(new Error(`the receiver ended with ${code}: ${words}`));
      });
    });
  const end = (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> =>
    new Promise((resolve) => {
      if (child === null) throw new Error('no receiver runs');
      peakBytes = Math.max(peakBytes, peakOf(child));
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  return { start, end, peakBytes: () => peakBytes };
};

/** One machine, until it has its receipt; resolves to the attempts that it took. */
const sendOne = (
  country: SyntheticCountry,
  at: number,
  receiver: { readonly url: string; readonly key: Uint8Array },
): Promise<number> =>
  new Promise((resolve, reject) => {
    const { id } = country.register.precincts[at]!;
    const { election } = country.register;
    let attempts = 0;
    const sender = runSender({
      network: makeHttpsNetwork(tlsIdentity(country.machineOf(at), id), systemClock),
      clock: systemClock,
      entropy: systemEntropy,
      closed: { election, precinct: id, ...country.packageOf(at) },
      receivers: [{ ...receiver, election }],
      keepReceipt: async () => true,
      onState: (state) => {
        if (state.name === 'sending') attempts += 1;
        if (state.name === 'acknowledged') resolve(attempts);
        else if (isAtRest(state)) reject(new Error(`${id}: ${JSON.stringify(state)}`));
      },
      onPark: (code) => reject(new Error(code)),
    });
    sender.post({ kind: 'reportPrinted' });
  });

const compare = async (country: SyntheticCountry, file: string, acknowledged: Set<number>) => {
  const store = openEmbeddedStore(file);
  const places = new Map(country.register.precincts.map(({ id }, at) => [id, at]));
  const found = new Set<number>();
  for await (const { precinct, first, digest } of store.packages()) {
    const at = places.get(precinct) ?? -1;
    if (first && digest === sha256Hex(country.packageOf(at).bytes)) found.add(at);
  }
  const { conflicts } = await store.counts();
  await store.close();
  return {
    lost: [...acknowledged].filter((at) => !found.has(at)).length,
    unacknowledged: [...found].filter((at) => !acknowledged.has(at)).length,
    conflicts,
  };
};

export const runReceiving = async (options: ReceivingOptions): Promise<ReceivingOutcome> => {
  const { folder, precincts, clients, kills, onProgress } = options;
  onProgress('making a country up', 0, 0);
  const made = withFullBallots(makeNationalElection(SEED, precincts));
  const country = makeSyntheticCountry(made, SEED);
  const election = join(folder, 'election');
  const centre = join(folder, 'centre');
  mkdirSync(centre, { recursive: true });
  writeElectionFiles(election, country);
  const receiver = makeReceiver(election, centre, await freePort());
  const ready = await receiver.start();
  const key = bytesOfHex(ready.key, KEY_BYTES);
  if (key === null) throw new Error('the receiver tells no key');
  const chance = makeSeededEntropy(SEED, 'kills of the receiver');
  const acknowledged = new Set<number>();
  let attempts = 0;
  let killed = 0;
  let restarting: Promise<unknown> = Promise.resolve();
  const killLater = async (): Promise<void> => {
    await new Promise((resolve) =>
      setTimeout(resolve, (KILL_SPREAD_MS * chance.bytes(1)[0]!) / 0x100),
    );
    await receiver.end('SIGKILL');
    await receiver.start();
  };
  const onReceipt = (at: number): void => {
    acknowledged.add(at);
    onProgress('packages received', acknowledged.size, precincts);
    if (killed >= kills || acknowledged.size < ((killed + 1) * precincts) / (kills + 1)) return;
    killed += 1;
    restarting = restarting.then(killLater);
  };
  const began = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    for (let at = next++; at < precincts; at = next++) {
      const took = await sendOne(country, at, { url: ready.url, key });
      attempts += took;
      onReceipt(at);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const wallMs = performance.now() - began;
  await restarting;
  await receiver.end('SIGTERM');
  const found = await compare(country, join(centre, CENTRE_FILES.store), acknowledged);
  return {
    acknowledged: acknowledged.size,
    ...found,
    kills: killed,
    attempts,
    wallMs,
    peakBytes: receiver.peakBytes(),
  };
};
