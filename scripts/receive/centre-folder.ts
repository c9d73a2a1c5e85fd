/**
 * A receiving centre's own folder: its key, the authority's appointment of that key, the store and the
 * anomalies. Made when it is not there; the key is made once and never leaves it.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import type { Nation } from '#firmware/nation/judge-package.ts';
import { type Appointment, openAppointment } from '#firmware/transmission/appointment.ts';
import { equalBytes } from '#firmware/vault/bytes.ts';
import {
  ed25519PublicKey,
  type KeyPair,
  makeEd25519KeyPair,
  privateKeyFromPem,
  privateKeyPem,
  publicKeyPem,
} from '#firmware/vault/keys.ts';
import { UsageError } from '../commands/options.ts';
import { openOrMakeStore } from '../store/open-store.ts';
import type { ResultStore } from '../store/result-store.ts';
import { type AnomalyBook, openAnomalyBook } from './anomalies.ts';
import { openArrivalBook } from './arrivals.ts';
import { makeReception, type Reception } from './reception.ts';

export const CENTRE_FILES = {
  key: 'receiver-private-key.pem',
  publicKey: 'receiver-key.pem',
  appointment: 'receiver.signed',
  store: 'results.sqlite',
  anomalies: 'anomalies.jsonl',
  arrivals: 'arrivals.jsonl',
} as const;

export type Centre = {
  readonly identity: KeyPair;
  /** Null: none lies there yet. */
  readonly appointment: Appointment | null;
  readonly store: ResultStore;
  readonly anomalies: AnomalyBook;
  readonly reception: Reception;
  readonly close: () => Promise<void>;
};

const makeKey = (folder: string): void => {
  const { privateKey, publicKey } = makeEd25519KeyPair(systemEntropy);
  // Never over another one, and for its owner alone.
  const file = openSync(join(folder, CENTRE_FILES.key), 'wx', 0o600);
  writeFileSync(file, privateKeyPem('ed25519', privateKey));
  fsyncSync(file);
  closeSync(file);
  writeFileSync(join(folder, CENTRE_FILES.publicKey), publicKeyPem(publicKey));
};

const readIdentity = (folder: string): KeyPair => {
  const path = join(folder, CENTRE_FILES.key);
  if (!existsSync(path)) makeKey(folder);
  const privateKey = privateKeyFromPem(readFileSync(path, 'utf8'));
  if (privateKey === null) throw new UsageError(`${path} holds no Ed25519 private key in PEM`);
  return { privateKey, publicKey: ed25519PublicKey(privateKey) };
};

const readAppointment = (
  folder: string,
  { offer, authorityKey }: Nation,
  identity: KeyPair,
): Appointment | null => {
  const path = join(folder, CENTRE_FILES.appointment);
  if (!existsSync(path)) return null;
  const found = openAppointment(new Uint8Array(readFileSync(path)), authorityKey);
  if (found === null)
    throw new UsageError(`${path} is not signed by the authority of the election`);
  if (found.election !== offer.id) throw new UsageError(`${path} is of ${found.election}`);
  if (!equalBytes(found.key, identity.publicKey))
    throw new UsageError(`${path} appoints another key than ${CENTRE_FILES.publicKey}`);
  return found;
};

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** `storeName`: of the store that this centre shares with others; null: its own, in the folder. */
export const openCentre = async (
  folder: string,
  nation: Nation,
  storeName: string | null,
): Promise<Centre> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const identity = readIdentity(folder);
  const appointment = readAppointment(folder, nation, identity);
  const store = await openOrMakeStore(storeName ?? join(folder, CENTRE_FILES.store));
  const anomalies = openAnomalyBook(join(folder, CENTRE_FILES.anomalies), systemClock);
  const bytesOnDisk = async (): Promise<number> =>
    (await store.bytesOnDisk()) +
    sizeOf(join(folder, CENTRE_FILES.anomalies)) +
    sizeOf(join(folder, CENTRE_FILES.arrivals));
  const receiverKey = identity.privateKey;
  const arrivals = openArrivalBook(join(folder, CENTRE_FILES.arrivals), systemClock);
  const reception = makeReception({
    nation,
    store,
    receiverKey,
    anomalies,
    arrivals,
    bytesOnDisk,
  });
  return { identity, appointment, store, anomalies, reception, close: store.close };
};
