/**
 * The identity keys that flashed units send back: `<precinct>.json` of the unit that goes there,
 * `<precinct>.spare-N.json` of a spare that may take its place. Each is the unit's request as it wrote it,
 * `{"machineKey","machineCode"}` in hex and in machine-code.ts's spelling; the code may be missing, where
 * the unit had no package yet.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import type { Report } from '#firmware/election/decoder.ts';
import type { RegisteredMachine, RegisteredPrecinct } from '#firmware/nation/register.ts';
import { bytesOfHex, jsonObject, toHex } from '#firmware/vault/bytes.ts';
import { encodeFormerMachines, MOST_FORMER_MACHINES } from '#firmware/vault/former-machines.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { machineCode, readMachineCode } from '#firmware/vault/machine-code.ts';
import { certifyKey } from '../day/provision.ts';
import { readText } from './election-folder.ts';
import { DELIVERIES, PRIVATE_FOLDER } from './provision-folder.ts';

const MAX_IDENTITY_BYTES = 4096;
const MAX_IDENTITIES = 200_000;
const NAME = /^([0-9]{9}\.[0-9]{2})(\.spare-[1-9][0-9]?)?\.json$/;

/** A unit's place in the country, and what it said. */
export type Identity = {
  readonly precinct: string;
  /** The folder of its delivery: the precinct, and for a spare `.spare-N` behind. */
  readonly delivery: string;
  readonly machineKey: Uint8Array;
  /** What it computed from what it runs; null: it did not say. */
  readonly machineCode: string | null;
};

const readIdentity = (
  folder: string,
  file: string,
  known: ReadonlySet<string>,
  report: Report,
): Identity | null => {
  const [, precinct, spare = ''] = NAME.exec(file) ?? [];
  if (precinct === undefined) {
    report(file, 'must be named like 201301006.01.json or 201301006.01.spare-1.json');
    return null;
  }
  if (!known.has(precinct)) report(file, `${precinct} is no precinct that has a package`);
  const text = readText(folder, file, MAX_IDENTITY_BYTES, report);
  if (text === null) return null;
  const content = jsonObject(text);
  const machineKey = bytesOfHex(content?.machineKey, KEY_BYTES);
  if (machineKey === null) {
    report(file, `machineKey must be ${KEY_BYTES} bytes in lower-case hex`);
    return null;
  }
  const said = content?.machineCode;
  const code = typeof said === 'string' ? readMachineCode(said) : null;
  if (said !== undefined && (code === null || code !== said)) {
    report(file, 'machineCode is not a machine code');
    return null;
  }
  return { precinct, delivery: `${precinct}${spare}`, machineKey, machineCode: code };
};

/** All identities of a folder, the unit of a precinct before its spares. */
export const readIdentities = (
  folder: string,
  known: ReadonlySet<string>,
  report: Report,
): readonly Identity[] => {
  if (!existsSync(folder)) {
    report(folder, 'is missing');
    return [];
  }
  const files = readdirSync(folder).sort();
  if (files.length > MAX_IDENTITIES) {
    report(folder, `holds ${files.length} files, at most ${MAX_IDENTITIES} are read`);
    return [];
  }
  const found = files.flatMap((file) => readIdentity(folder, file, known, report) ?? []);
  const owners = new Map<string, string>();
  for (const { delivery, machineKey } of found) {
    const key = toHex(machineKey);
    const other = owners.get(key);
    if (other !== undefined)
      report(`${delivery}.json`, `has the same machine key as ${other}.json`);
    owners.set(key, delivery);
  }
  return found.sort((a, b) => (a.delivery < b.delivery ? -1 : a.delivery > b.delivery ? 1 : 0));
};

export type Certifying = {
  /** The folder of the provisioning. */
  readonly root: string;
  readonly election: string;
  readonly releaseDigest: Uint8Array;
  readonly authorityKey: Uint8Array;
};

/** A unit with the code that the authority computes for it, ready to be certified. */
export type Examined = Identity & { readonly code: string };

/** Computes each unit's code from what it is given; one that says another runs something else. */
export const examineIdentities = (
  { root, releaseDigest }: Certifying,
  identities: readonly Identity[],
  report: Report,
): readonly Examined[] => {
  const digests = new Map<string, Uint8Array>();
  const digestOf = (precinct: string): Uint8Array => {
    const known = digests.get(precinct);
    if (known !== undefined) return known;
    const bytes = readFileSync(join(root, DELIVERIES, precinct, DELIVERY_FILES.package));
    const digest = new Uint8Array(createHash('sha256').update(bytes).digest());
    digests.set(precinct, digest);
    return digest;
  };
  return identities.map((identity) => {
    const code = machineCode({
      releaseDigest,
      packageDigest: digestOf(identity.precinct),
      identityPublicKey: identity.machineKey,
    });
    if (identity.machineCode !== null && identity.machineCode !== code)
      report(
        `${identity.delivery}.json`,
        `says ${identity.machineCode}, must be ${code}: it runs another release or package`,
      );
    return { ...identity, code };
  });
};

/** Writes each unit's certificates into its delivery; a spare gets the whole of the precinct's. */
export const writeCertificates = (
  { root, election, authorityKey }: Certifying,
  examined: readonly Examined[],
  reportIds: ReadonlyMap<string, string>,
): void => {
  for (const { precinct, delivery, machineKey, code } of examined) {
    const folder = join(root, DELIVERIES, delivery);
    if (delivery !== precinct) {
      mkdirSync(folder, PRIVATE_FOLDER);
      for (const file of ['package', 'authority', 'unit'] as const)
        copyFileSync(
          join(root, DELIVERIES, precinct, DELIVERY_FILES[file]),
          join(folder, DELIVERY_FILES[file]),
        );
    }
    const { report, key } = certifyKey(
      {
        electionId: election,
        reportId: reportIds.get(precinct) ?? '',
        precinct,
        machineKey,
        machineCode: code,
      },
      authorityKey,
    );
    writeFileSync(
      join(folder, DELIVERY_FILES.certificates),
      JSON.stringify({ machineCode: code, report: toHex(report), key: toHex(key) }),
    );
  }
};

/**
 * Gives the spares of these precincts the authority's list of whose day they may continue: every other
 * machine of the precinct. Written anew whenever one is added, so that all of them know all.
 */
export const writeFormerMachines = (
  { root, election, authorityKey }: Certifying,
  precincts: readonly RegisteredPrecinct[],
  examined: readonly Examined[],
): void => {
  const added = new Set(examined.map(({ precinct }) => precinct));
  const deliveries = readdirSync(join(root, DELIVERIES));
  for (const { id, machines } of precincts) {
    if (!added.has(id) || machines.length < 2) continue;
    for (const spare of deliveries.filter((name) => name.startsWith(`${id}.spare-`))) {
      const folder = join(root, DELIVERIES, spare);
      const path = join(folder, DELIVERY_FILES.certificates);
      const own = jsonObject(readFileSync(path, 'utf8'))?.machineCode;
      const keys = machines
        .filter(({ code }) => code !== own)
        .flatMap(({ key }) => bytesOfHex(key, KEY_BYTES) ?? []);
      writeFileSync(
        join(folder, DELIVERY_FILES.formerMachines),
        encodeFormerMachines({ election, precinct: id, keys }, authorityKey),
      );
    }
  }
};

/** Reports precincts with more machines than one of them may continue the day of. */
export const checkMachineCounts = (
  precincts: readonly RegisteredPrecinct[],
  report: Report,
): void => {
  for (const { id, machines } of precincts)
    if (machines.length > MOST_FORMER_MACHINES + 1)
      report(id, `has ${machines.length} machines, at most ${MOST_FORMER_MACHINES + 1}`);
};

/** The register's precincts with the machines that were certified; those listed before stay, once. */
export const withMachines = (
  precincts: readonly RegisteredPrecinct[],
  examined: readonly Examined[],
): readonly RegisteredPrecinct[] => {
  const byPrecinct = Map.groupBy(examined, ({ precinct }) => precinct);
  return precincts.map((precinct) => {
    const added = (byPrecinct.get(precinct.id) ?? []).map(
      ({ code, machineKey }): RegisteredMachine => ({ code, key: toHex(machineKey) }),
    );
    const fresh = added.filter(({ key }) => !precinct.machines.some((each) => each.key === key));
    return { ...precinct, machines: [...precinct.machines, ...fresh] };
  });
};
