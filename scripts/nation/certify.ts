/**
 * Certifying units after provisioning, as their identity keys come back: certificates into the deliveries,
 * machine codes into the register, which is signed anew. All or nothing.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import {
  MAX_REGISTER_BYTES,
  REGISTER_FORMAT,
  type Register,
  registerText,
} from '#firmware/nation/register.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey, KEY_BYTES, sign, verify } from '#firmware/vault/keys.ts';
import { UsageError } from '../commands/options.ts';
import { collectMistakes } from './election-folder.ts';
import {
  type Certifying,
  checkMachineCounts,
  examineIdentities,
  readIdentities,
  withMachines,
  writeCertificates,
  writeFormerMachines,
} from './identities.ts';
import { type Provisioned, readProvisionRecord } from './provision.ts';
import { DELIVERIES, PUBLIC, PUBLIC_FILES } from './provision-folder.ts';

/** The register as this authority signed it: what it signed was made by `registerText`. */
export const readOwnRegister = (root: string, authorityKey: Uint8Array): Register => {
  const at = (file: string): string => join(root, PUBLIC, file);
  const path = at(PUBLIC_FILES.register);
  if (!existsSync(path)) throw new UsageError(`${path} is missing`);
  const bytes = readFileSync(path);
  if (bytes.length > MAX_REGISTER_BYTES) throw new UsageError(`${path} is too large`);
  const signature = readFileSync(at(PUBLIC_FILES.registerSignature));
  if (!verify(ed25519PublicKey(authorityKey), bytes, new Uint8Array(signature)))
    throw new UsageError(`${path} is not signed with --key: another authority's, or changed`);
  const register = JSON.parse(bytes.toString('utf8')) as Register;
  if (register.format !== REGISTER_FORMAT) throw new UsageError(`${path} is of another format`);
  return register;
};

/** The register signed anew, in its place. */
export const replaceSigned = (
  folder: string,
  register: Register,
  authorityKey: Uint8Array,
): void => {
  const text = registerText(register);
  const parts = [
    [PUBLIC_FILES.register, text],
    [PUBLIC_FILES.registerSignature, sign(authorityKey, new TextEncoder().encode(text))],
  ] as const;
  for (const [file, content] of parts) writeFileSync(join(folder, `${file}.new`), content);
  for (const [file] of parts) renameSync(join(folder, `${file}.new`), join(folder, file));
};

/** `root`: a folder that `provision` wrote; `identities`: the folder of units' keys. */
export const certifyUnits = (
  root: string,
  identities: string,
  authorityKey: Uint8Array,
): Provisioned => {
  const record = readProvisionRecord(root);
  const releaseDigest = bytesOfHex(record?.releaseDigest, KEY_BYTES);
  if (record === null || releaseDigest === null)
    throw new UsageError(`${root} is no folder that provision wrote`);
  const register = readOwnRegister(root, authorityKey);
  const mistakes = collectMistakes();
  const packaged = register.precincts
    .map(({ id }) => id)
    .filter((id) => existsSync(join(root, DELIVERIES, id, DELIVERY_FILES.package)));
  const found = readIdentities(identities, new Set(packaged), mistakes.report);
  const certifying: Certifying = { root, election: record.election, releaseDigest, authorityKey };
  const examined =
    mistakes.count() === 0 ? examineIdentities(certifying, found, mistakes.report) : [];
  const precincts = withMachines(register.precincts, examined);
  const owners = new Map<string, string>();
  for (const { id, machines } of precincts)
    for (const { key } of machines) {
      const other = owners.get(key);
      if (other !== undefined && other !== id)
        mistakes.report(`${id}.json`, `its machine key is registered for ${other} already`);
      owners.set(key, id);
    }
  checkMachineCounts(precincts, mistakes.report);
  if (mistakes.count() > 0) return { precincts: [], machineCodes: [], errors: mistakes.list() };
  const reportIds = new Map(register.precincts.map(({ id, reportId }) => [id, reportId]));
  writeCertificates(certifying, examined, reportIds);
  writeFormerMachines(certifying, precincts, examined);
  replaceSigned(join(root, PUBLIC), { ...register, precincts }, authorityKey);
  return {
    precincts: [...new Set(examined.map(({ precinct }) => precinct))],
    machineCodes: examined.map(({ code }) => code),
    errors: [],
  };
};

/** How many precincts have no machine yet. */
export const precinctsWithoutMachine = (root: string): number =>
  readdirSync(join(root, DELIVERIES)).filter(
    (name) => !existsSync(join(root, DELIVERIES, name, DELIVERY_FILES.certificates)),
  ).length;
