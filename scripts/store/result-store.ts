/**
 * Where a receiving centre keeps the packages it took: append-only, each precinct's first one and, beside
 * it, whatever else came in that precinct's name. Every implementation passes the same tests
 * (test/contracts/result-store.ts); what stands here is what they hold.
 *
 * A store judges nothing: who puts a package in has verified it. It is opened by any number of receivers
 * at once, in one process or several.
 */
import { MAX_RESULT_BYTES } from '#firmware/vault/result-package.ts';

export type ReceivedPackage = {
  /** Nine digits, a point, two digits. */
  readonly precinct: string;
  /** At most 4 MiB. */
  readonly bytes: Uint8Array;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
};

export type StoredPackage = ReceivedPackage & {
  /** SHA-256 of the bytes, hex. */
  readonly digest: string;
  /** It came before any other of its precinct. */
  readonly first: boolean;
};

export type Kept =
  /** The precinct's first. */
  | 'kept'
  /** It was there already, to the last byte. Nothing is written. */
  | 'same'
  /** The precinct has another. Both are kept, and none is the right one: an alarm. */
  | 'different';

export type StoreCounts = {
  readonly precincts: number;
  /** Precincts with packages that differ. */
  readonly conflicts: number;
  /** Of all packages, without what the store itself adds. */
  readonly bytes: number;
};

export type ResultStore = {
  /**
   * Durable when it resolves: neither kill -9 nor a power cut after that loses it. Of any number of
   * packages of one precinct that are put at once, by whomever, exactly one is `kept`. Rejects, and keeps
   * nothing, when the store itself fails.
   */
  readonly put: (received: ReceivedPackage) => Promise<Kept>;
  /** Everything, in the order of precinct and digest; one at a time, however many there are. */
  readonly packages: () => AsyncIterable<StoredPackage>;
  /** What came in a precinct's name, the first one first. */
  readonly of: (precinct: string) => Promise<readonly StoredPackage[]>;
  readonly counts: () => Promise<StoreCounts>;
  /** How many packages each precinct has, one at least; read without their bytes. */
  readonly packagesOfEach: () => Promise<ReadonlyMap<string, number>>;
  /** What the packages take where they are kept, with all that the store itself adds: what a budget is held against. */
  readonly bytesOnDisk: () => Promise<number>;
  /** Closing again does nothing. */
  readonly close: () => Promise<void>;
};

const PRECINCT = /^[0-9]{9}\.[0-9]{2}$/;
const SIGNATURE_BYTES = 64;

/** Throws for what is no package at all: whoever puts it in has a bug. */
export const assertReceived = ({ precinct, bytes, signature }: ReceivedPackage): void => {
  if (!PRECINCT.test(precinct)) throw new Error(`"${precinct}" is no precinct`);
  if (bytes.length > MAX_RESULT_BYTES) throw new Error(`a package of ${bytes.length} bytes`);
  if (signature.length !== SIGNATURE_BYTES)
    throw new Error(`a signature of ${signature.length} bytes`);
};
