/**
 * Does a unit run what was audited? Its files against the signed release, its machine code made anew from
 * release, election package and identity key, that code on the authority's list and certified, its parts
 * against the signed list.
 */
import { createHash } from 'node:crypto';
import {
  RELEASE_PURPOSE,
  type ReleaseDifferences,
  type ReleaseManifest,
  readManifest,
} from '#boot/release/manifest.ts';
import { openRelease, releaseDigestOf } from '#boot/release/verify.ts';
import type { Delivery } from '#boot/supervisor/delivery.ts';
import type { Register } from '#firmware/nation/register.ts';
import { compareParts, PARTS_LIST_PURPOSE, readPartsList } from '#firmware/parts/parts-list.ts';
import { equalBytes, toHex } from '#firmware/vault/bytes.ts';
import { openElectionPackage } from '#firmware/vault/election-package.ts';
import { verifyCertificate } from '#firmware/vault/identity.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import { precinctId } from '#firmware/vault/result-package.ts';
import { openSignedFile } from '#firmware/vault/signed-file.ts';
import type { Part } from '#hal/inventory.ts';
import type { Finding } from '../finding.ts';
import { type Phrase, says } from '../words/phrase.ts';

export type UnitInput = {
  readonly delivery: Delivery;
  /** The authority's key as the technician has it. */
  readonly authorityKey: Uint8Array;
  /** The unit's identity key. */
  readonly machineKey: Uint8Array;
  /** How the unit's files differ from the release. */
  readonly compareFiles: (manifest: ReleaseManifest) => Promise<ReleaseDifferences>;
  /** Codes as the unit shows them on screen and paper. */
  readonly codes: readonly string[];
  /** The authority's list; null: not at hand. */
  readonly register: Register | null;
  /** The authority's signature over the unit's key (`certificates.json`, of this code); null: none is there. */
  readonly certificateOf: (code: string) => Promise<Uint8Array | null>;
  /** What is attached; null: nobody looked. */
  readonly parts: readonly Part[] | null;
};

export type UnitAudit = {
  readonly machineCode: string;
  readonly precinct: string;
  /** Of the election in the package; null: it could not be opened. */
  readonly election: string | null;
  readonly release: string;
  readonly findings: readonly Finding[];
  /** Files of the release; parts of the list; 0: not known. */
  readonly files: number;
  readonly parts: number;
};

export const UNIT_CODES = {
  authority: ['unit.authority'],
  package: ['unit.package'],
  manifest: ['unit.manifest'],
  files: ['unit.fileMissing', 'unit.fileChanged', 'unit.fileExtra'],
  code: ['unit.code'],
  listed: ['unit.listed'],
  certificate: ['unit.certificate'],
  partsList: ['unit.partsList'],
  parts: ['unit.partMissing', 'unit.partExtra'],
} as const;

type Code = (typeof UNIT_CODES)[keyof typeof UNIT_CODES][number];
type Find = (code: Code, subject: string, message: Phrase) => void;

/** A part as it says of itself. */
export const partName = ({ kind, path, name }: Part): string =>
  `${kind} ${path}${name === null ? '' : ` (${name})`}`;

/** Entries of the list that were compared. */
const checkParts = ({ delivery, authorityKey, parts }: UnitInput, find: Find): number => {
  if (delivery.partsList === null) {
    find('unit.partsList', 'parts-list', says('unit.notDelivered'));
    return 0;
  }
  const opened = openSignedFile(PARTS_LIST_PURPOSE, delivery.partsList, authorityKey);
  const list = opened === null ? null : readPartsList(opened.json);
  if (list === null || !list.ok) {
    find(
      'unit.partsList',
      'parts-list',
      says(list === null ? 'unit.partsList.notSigned' : 'unit.partsList.malformed'),
    );
    return 0;
  }
  if (parts === null) return 0;
  const { missing, extra } = compareParts(list.value, parts);
  for (const { label, kind } of missing)
    find('unit.partMissing', label, says('unit.partMissing', { kind }));
  for (const part of extra) find('unit.partExtra', partName(part), says('unit.partExtra'));
  return list.value.parts.length;
};

/** Which of what a release's manifest must be it is not. */
const manifestPhrase = (bytes: Uint8Array, authorityKey: Uint8Array): Phrase => {
  const signed = openSignedFile(RELEASE_PURPOSE, bytes, authorityKey);
  if (signed === null) return says('unit.manifest.notSigned');
  const read = readManifest(signed.json);
  return read.ok
    ? says('unit.manifest.otherRelease', { digest: toHex(releaseDigestOf(read.value)) })
    : says('unit.manifest.malformed');
};

const checkFiles = async (
  { delivery, authorityKey, compareFiles }: UnitInput,
  find: Find,
): Promise<number> => {
  if (delivery.releaseManifest === null) {
    find('unit.manifest', 'release-manifest', says('unit.notDelivered'));
    return 0;
  }
  const manifest = openRelease(delivery.releaseManifest, authorityKey, delivery.releaseDigest);
  if (!manifest.ok) {
    find(
      'unit.manifest',
      'release-manifest',
      manifestPhrase(delivery.releaseManifest, authorityKey),
    );
    return 0;
  }
  const { missing, changed, extra } = await compareFiles(manifest.value);
  for (const path of missing) find('unit.fileMissing', path, says('unit.fileMissing'));
  for (const path of changed) find('unit.fileChanged', path, says('unit.fileChanged'));
  for (const path of extra) find('unit.fileExtra', path, says('unit.fileExtra'));
  return manifest.value.files.length;
};

const checkListed = (
  { register, machineKey }: UnitInput,
  precinct: string,
  code: string,
  find: Find,
): void => {
  if (register === null) return;
  const found = register.precincts.find(({ id }) => id === precinct);
  if (found === undefined) find('unit.listed', precinct, says('unit.notInRegister'));
  else if (!found.machines.some((each) => each.code === code && each.key === toHex(machineKey)))
    find('unit.listed', code, says('unit.listed', { precinct }));
};

export const auditUnit = async (input: UnitInput): Promise<UnitAudit> => {
  const { delivery, authorityKey, machineKey, codes, certificateOf } = input;
  const findings: Finding[] = [];
  const find: Find = (code, subject, message) => {
    findings.push({ code, subject, message });
  };
  const { packageBytes, releaseDigest, pollingPlaceCode, precinctNumber } = delivery;
  const precinct = precinctId({ pollingPlaceCode, precinctNumber });
  if (!equalBytes(delivery.authorityKey, authorityKey))
    find('unit.authority', 'authority.json', says('unit.authority'));
  const place = { pollingPlaceCode, precinctNumber };
  const opened = openElectionPackage(packageBytes, authorityKey, place, null);
  if (!opened.ok)
    find('unit.package', 'election-package', says(`unit.package.${opened.error.kind}`));
  const files = await checkFiles(input, find);
  const code = machineCode({
    releaseDigest,
    packageDigest: new Uint8Array(createHash('sha256').update(packageBytes).digest()),
    identityPublicKey: machineKey,
  });
  for (const shown of codes)
    if (shown !== code) find('unit.code', shown, says('unit.code', { code }));
  checkListed(input, precinct, code, find);
  const election = opened.ok ? opened.value.definition.id : null;
  const certificate = await certificateOf(code);
  if (certificate === null) find('unit.certificate', code, says('unit.noCertificate'));
  else if (
    election !== null &&
    !verifyCertificate({ election, precinct, machineKey }, certificate, authorityKey)
  )
    find('unit.certificate', code, says('unit.certificate'));
  const parts = checkParts(input, find);
  return {
    machineCode: code,
    precinct,
    election,
    release: toHex(releaseDigest),
    findings,
    files,
    parts,
  };
};
