/**
 * A country added up in a process of its own, for its figures; then the bare signature checks of the same
 * packages, with every key made ready. Prints one JSON document (`AddedUp`).
 *
 *     node scripts/measure/nation-added-up.ts FOLDER
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { nationalSeats } from '#firmware/nation/national-seats.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { findPackages, makePackageReader } from '../nation/find-packages.ts';
import { aggregateFolder, keyInFolder, openNationalFolder } from '../nation/national-folder.ts';

export type AddedUp = {
  readonly accepted: number;
  readonly seats: number;
  /** Bytes of a package, on average. */
  readonly packageBytes: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Processor time of two bare checks a package, of its bytes and of a certificate's. */
  readonly floorCpuMs: number;
  readonly peakBytes: number;
  /** Resident memory after a tenth of the packages, and after all of them. */
  readonly earlyBytes: number;
  readonly lateBytes: number;
};

const AT_ONCE = 500;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

type Check = {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly key: KeyObject;
};

/** What the checks of these packages take and nothing else. */
const measureFloor = (folder: string, keys: readonly string[], authority: KeyObject) => {
  const read = makePackageReader();
  const certified = certifyMachine(
    { election: 'x', precinct: 'x', machineKey: new Uint8Array(32) },
    new Uint8Array(32),
  );
  const message = new Uint8Array(200);
  const paths = findPackages(folder);
  let spent = 0;
  let size = 0;
  for (let begin = 0; begin < paths.length; begin += AT_ONCE) {
    const checks = paths.slice(begin, begin + AT_ONCE).map((path, at): Check => {
      const found = read(path);
      if (!found.ok) throw new Error(`${path}: ${found.detail}`);
      const pem = publicKeyPem(new Uint8Array(Buffer.from(keys[begin + at]!, 'hex')));
      return {
        bytes: found.bytes.slice(),
        signature: found.signature.slice(),
        key: createPublicKey(pem),
      };
    });
    const began = cpuMs();
    for (const { bytes, signature, key } of checks) {
      verify(null, message, authority, certified);
      if (!verify(null, bytes, key, signature)) throw new Error('a package does not verify');
    }
    spent += cpuMs() - began;
    size += checks.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  return { floorCpuMs: spent, packageBytes: size / paths.length };
};

const measure = (folder: string): AddedUp => {
  const key = keyInFolder(folder);
  if (key === null) throw new Error('no key');
  const wall = performance.now();
  const began = cpuMs();
  const opened = openNationalFolder(folder, key);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error.slice(0, 3)));
  let earlyBytes = 0;
  const { aggregation } = aggregateFolder(opened.value, folder, (done, of) => {
    if (done === Math.ceil(of / 10)) earlyBytes = process.memoryUsage.rss();
  });
  const lateBytes = process.memoryUsage.rss();
  const { offer, register } = opened.value;
  const sums = aggregation.sums();
  const seats = nationalSeats(offer, sums.contests);
  const spent = { wallMs: performance.now() - wall, cpuMs: cpuMs() - began };
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  // Packages are found in the order of their folders' names, which are the precincts'.
  const inOrder = [...register.precincts].sort((a, b) => (a.id < b.id ? -1 : 1));
  const keys = inOrder.map(({ machines }) => machines[0]!.key);
  return {
    accepted: sums.accepted,
    seats: seats.reduce((sum, { elected }) => sum + elected.length, 0),
    ...spent,
    peakBytes,
    earlyBytes,
    lateBytes,
    ...measureFloor(folder, keys, createPublicKey(publicKeyPem(key))),
  };
};

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('nation-added-up FOLDER');
process.stdout.write(JSON.stringify(measure(folder)));
