/**
 * What the authority delivers for a unit, as files of one folder: the election package, its own keys,
 * the machine's certificates and, until the setup ceremony is over, the pollbook's key. A machine that
 * has no certificate yet leaves a request there.
 */
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuessCost } from '#firmware/messages/unit-catalogue.ts';
import { bytesOfHex, jsonObject, toHex } from '#firmware/vault/bytes.ts';
import {
  type ConsoleKeys,
  readTechnicians,
  TECHNICIANS_PURPOSE,
} from '#firmware/vault/console-keys.ts';
import { MAX_PACKAGE_BYTES } from '#firmware/vault/election-package.ts';
import { KEY_BYTES, SIGNATURE_BYTES } from '#firmware/vault/keys.ts';
import { MAX_SIGNED_BYTES, openSignedFile } from '#firmware/vault/signed-file.ts';
import { err, ok, type Result } from '#hal/result.ts';

/** The files' names. */
export const DELIVERY_FILES = {
  package: 'election-package',
  /** `{"signingKey","escrowKey","pollingPlaceCode","precinctNumber"}`, keys in hex. */
  authority: 'authority.json',
  /** `{"releaseDigest","locale"}`, and `"pinCost"` where it is not the usual one. */
  unit: 'unit.json',
  /** `{"machineCode","report","key"}`, signatures in hex. */
  certificates: 'certificates.json',
  /** `{"machineCode","machineKey"}`: what is to be certified. */
  request: 'certificate-request.json',
  /** The signed manifest of the release that is to run (boot/release). */
  release: 'release-manifest',
  /** The signed list of the unit's parts (firmware/parts); a bench has none. */
  parts: 'parts-list',
  /** Signed: whose day this unit, a spare, may continue (firmware/vault/former-machines.ts); a rule: none. */
  formerMachines: 'former-machines',
  /** A folder of the receivers' appointments (firmware/transmission/appointment.ts), `*.signed`; none: no transmission. */
  receivers: 'receivers',
  /** Who may log in at the field console (firmware/vault/console-keys.ts), signed; none: nobody. */
  technicians: 'technicians',
  /** 64 hex digits: what support by telephone reckons its codes with; none: no such support. */
  supportKey: 'support-key',
  /** 64 hex digits. */
  pollbookKey: 'pollbook-key',
} as const;

const SMALL_FILE_BYTES = 65_536;
/** Receivers that a unit is told of at most. */
export const MAX_RECEIVERS = 8;
const RECEIVER_FILE = /^[\w.-]{1,80}\.signed$/;

export type Delivery = {
  readonly packageBytes: Uint8Array;
  /** Ed25519. */
  readonly authorityKey: Uint8Array;
  /** X25519: the first key of the event log is sealed to it. */
  readonly escrowKey: Uint8Array;
  readonly pollingPlaceCode: string;
  readonly precinctNumber: string;
  /** SHA-256 of the release's manifest. */
  readonly releaseDigest: Uint8Array;
  readonly locale: 'es' | 'en';
  readonly pinCost: GuessCost | null;
  /** As delivered, not looked at yet; null: none. */
  readonly partsList: Uint8Array | null;
  /** As delivered, not looked at yet; null: none. */
  readonly releaseManifest: Uint8Array | null;
  /** As delivered, not looked at yet; null: none. */
  readonly formerMachines: Uint8Array | null;
  /** By their files' names, as delivered, not looked at yet; in the order in which they are tried. */
  readonly receivers: ReadonlyMap<string, Uint8Array>;
};

export type CertificateRequest = { readonly machineCode: string; readonly machineKey: Uint8Array };
export type Certificates = { readonly report: Uint8Array; readonly key: Uint8Array };

export type DeliveryDoor = {
  /** Error: what is missing or wrong, for the console. */
  readonly read: () => Promise<Result<Delivery, string>>;
  /** Null: not there, or of another machine code. */
  readonly certificates: (machineCode: string) => Promise<Certificates | null>;
  readonly request: (request: CertificateRequest) => Promise<void>;
  /** Read anew at each call; null: no authority is known whose list it could be. */
  readonly consoleKeys: () => Promise<ConsoleKeys | null>;
  /** The pollbook's key; null: not delivered, or erased. */
  readonly pollbookKey: () => Uint8Array | null;
  /** Overwritten and removed, or not there. False: it could not be. */
  readonly erasePollbookKey: () => boolean;
};

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';

const bytesAt = async (path: string, most: number): Promise<Result<Uint8Array, string>> => {
  try {
    if (statSync(path).size > most) return err(`${path} is longer than ${most} bytes`);
    return ok(new Uint8Array(await readFile(path)));
  } catch (error) {
    return err(`${path}: ${codeOf(error)}`);
  }
};

const objectAt = async (
  path: string,
): Promise<Result<Readonly<Record<string, unknown>>, string>> => {
  const bytes = await bytesAt(path, SMALL_FILE_BYTES);
  if (!bytes.ok) return bytes;
  const content = jsonObject(new TextDecoder().decode(bytes.value));
  return content === null ? err(`${path} holds no JSON object`) : ok(content);
};

const wholeIn = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= most;

const pinCostIn = (value: unknown): GuessCost | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { N, r, p } = value as Readonly<Record<string, unknown>>;
  return wholeIn(N, 2 ** 17) && wholeIn(r, 8) && wholeIn(p, 4) ? { N, r, p } : null;
};

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/** Without the folder: none. What lies in it is read whole, or the delivery is not. */
const receiversAt = async (
  folder: string,
): Promise<Result<ReadonlyMap<string, Uint8Array>, string>> => {
  const found = new Map<string, Uint8Array>();
  let names: readonly string[];
  try {
    names = (await readdir(folder)).sort();
  } catch (error) {
    return isMissing(error) ? ok(found) : err(`${folder}: ${codeOf(error)}`);
  }
  if (names.length > MAX_RECEIVERS)
    return err(`${folder} holds ${names.length} files, ${MAX_RECEIVERS} at most`);
  for (const name of names) {
    if (!RECEIVER_FILE.test(name)) return err(`${folder}/${name}: not a name like caracas.signed`);
    const bytes = await bytesAt(join(folder, name), SMALL_FILE_BYTES);
    if (!bytes.ok) return bytes;
    found.set(name, bytes.value);
  }
  return ok(found);
};

const readDelivery = async (at: (file: keyof typeof DELIVERY_FILES) => string) => {
  const [bytes, authority, unit, parts, manifest, former, receivers] = await Promise.all([
    bytesAt(at('package'), MAX_PACKAGE_BYTES),
    objectAt(at('authority')),
    objectAt(at('unit')),
    bytesAt(at('parts'), MAX_SIGNED_BYTES),
    bytesAt(at('release'), MAX_SIGNED_BYTES),
    bytesAt(at('formerMachines'), MAX_SIGNED_BYTES),
    receiversAt(at('receivers')),
  ]);
  if (!bytes.ok) return bytes;
  if (!authority.ok) return authority;
  if (!unit.ok) return unit;
  if (!receivers.ok) return receivers;
  const { signingKey, escrowKey, pollingPlaceCode, precinctNumber } = authority.value;
  const { releaseDigest, locale, pinCost } = unit.value;
  const [authorityKey, escrow, release] = [signingKey, escrowKey, releaseDigest].map((hex) =>
    bytesOfHex(hex, KEY_BYTES),
  );
  if (authorityKey == null || escrow == null) return err(`${at('authority')}: not two keys in hex`);
  if (typeof pollingPlaceCode !== 'string' || typeof precinctNumber !== 'string')
    return err(`${at('authority')}: no precinct`);
  if (release == null) return err(`${at('unit')}: releaseDigest is not 32 bytes in hex`);
  if (locale !== 'es' && locale !== 'en') return err(`${at('unit')}: locale is not es or en`);
  return ok<Delivery>({
    packageBytes: bytes.value,
    authorityKey,
    escrowKey: escrow,
    pollingPlaceCode,
    precinctNumber,
    releaseDigest: release,
    locale,
    pinCost: pinCostIn(pinCost),
    partsList: parts.ok ? parts.value : null,
    releaseManifest: manifest.ok ? manifest.value : null,
    formerMachines: former.ok ? former.value : null,
    receivers: receivers.value,
  });
};

const readConsoleKeys = async (
  at: (file: keyof typeof DELIVERY_FILES) => string,
): Promise<ConsoleKeys | null> => {
  const [authority, list, support] = await Promise.all([
    objectAt(at('authority')),
    bytesAt(at('technicians'), MAX_SIGNED_BYTES),
    bytesAt(at('supportKey'), SMALL_FILE_BYTES),
  ]);
  const signingKey = authority.ok ? bytesOfHex(authority.value.signingKey, KEY_BYTES) : null;
  if (signingKey === null) return null;
  const opened = list.ok ? openSignedFile(TECHNICIANS_PURPOSE, list.value, signingKey) : null;
  return {
    technicians: opened === null ? [] : (readTechnicians(opened.json) ?? []),
    support: support.ok
      ? bytesOfHex(new TextDecoder().decode(support.value).trim(), KEY_BYTES)
      : null,
  };
};

export const openDelivery = (folder: string): DeliveryDoor => {
  const at = (file: keyof typeof DELIVERY_FILES): string => join(folder, DELIVERY_FILES[file]);
  return {
    read: () => readDelivery(at),
    certificates: async (machineCode) => {
      const found = await objectAt(at('certificates'));
      if (!found.ok || found.value.machineCode !== machineCode) return null;
      const report = bytesOfHex(found.value.report, SIGNATURE_BYTES);
      const key = bytesOfHex(found.value.key, SIGNATURE_BYTES);
      return report === null || key === null ? null : { report, key };
    },
    request: async ({ machineCode, machineKey }) => {
      const content = JSON.stringify({ machineCode, machineKey: toHex(machineKey) });
      // Whoever waits for it never sees half of it.
      await writeFile(`${at('request')}.new`, content);
      await rename(`${at('request')}.new`, at('request'));
    },
    consoleKeys: () => readConsoleKeys(at),
    pollbookKey: () => {
      try {
        return bytesOfHex(readFileSync(at('pollbookKey'), 'utf8').trim(), KEY_BYTES);
      } catch {
        return null;
      }
    },
    erasePollbookKey: () => {
      try {
        const file = openSync(at('pollbookKey'), 'r+');
        try {
          writeSync(file, '0'.repeat(2 * KEY_BYTES), 0);
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
        rmSync(at('pollbookKey'));
        return true;
      } catch (error) {
        return codeOf(error) === 'ENOENT';
      }
    },
  };
};
