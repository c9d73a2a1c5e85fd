/**
 * Provisioning: an election folder becomes a signed package for each precinct, its roster, its secrets, the
 * commitment to its paper codes and the authority's list of precincts and machines. Everything is checked;
 * one mistake anywhere, and nothing is left behind. It is written into a folder beside `out`, which is
 * renamed when it is whole.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DefinitionError } from '#firmware/election/decoder.ts';
import { type NationalOffer, type NationalPrecinct, precinctIdOf } from '#firmware/nation/offer.ts';
import {
  PAPER_CODES_FORMAT,
  type PaperCodeCommitment,
  type PaperCodeList,
  paperCodeListText,
} from '#firmware/nation/paper-code-list.ts';
import { makeOfferIn, precinctDefinition } from '#firmware/nation/precinct-definition.ts';
import {
  REGISTER_FORMAT,
  type Register,
  type RegisteredPrecinct,
  registerText,
} from '#firmware/nation/register.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey, publicKeyPem, sign } from '#firmware/vault/keys.ts';
import type { Entropy } from '#hal/entropy.ts';
import { readAppointments, writeAppointments } from './appoint-receivers.ts';
import {
  collectMistakes,
  type Mistakes,
  pollbookFile,
  type ReadElection,
  readElectionFolder,
} from './election-folder.ts';
import {
  type Certifying,
  checkMachineCounts,
  type Examined,
  examineIdentities,
  readIdentities,
  withMachines,
  writeCertificates,
  writeFormerMachines,
} from './identities.ts';
import { writeSigns } from './lookup.ts';
import { type Authority, makePrecinctFolders, writePrecinct } from './precinct-delivery.ts';
import {
  LOOKUP,
  PRIVATE_FILE,
  PROVISION_FILE,
  PROVISION_FORMAT,
  type PrecinctSign,
  type ProvisionRecord,
  PUBLIC,
  PUBLIC_FILES,
  SECRET,
  SECRET_NOTE,
} from './provision-folder.ts';
import { makeTerminalCheck, readVoters, reportDoubles } from './read-voters.ts';
import { writeVoterIndex } from './voter-index.ts';
import { writeWholeFolder } from './whole-folder.ts';

/** Voters in two pollbooks that are told with their lines. */
const MAX_DOUBLES = 100;

/** What an election is signed and drawn with. */
export type ProvisionKeys = {
  readonly authority: Authority;
  readonly entropy: Entropy;
  /** More files for `secret/`: the keys that were made for a test election. */
  readonly secrets: Readonly<Record<string, string>>;
};

export type ProvisionOptions = {
  readonly folder: string;
  readonly out: string;
  /** Asked once the offer is known to be sound; a test election may have keys made for it. */
  readonly keysFor: (offer: NationalOffer) => ProvisionKeys;
  readonly releaseDigest: Uint8Array;
  /** ISO 8601; null: the end of the packages' validity. */
  readonly keepUntil: string | null;
  /** Precincts without a pollbook are registered and get no package, instead of being mistakes. */
  readonly partly: boolean;
  /** Folder of the units' identity keys. */
  readonly identities: string | null;
  /** Files of the receivers' appointments; none: units are told of them later, or do not transmit. */
  readonly receivers?: readonly string[];
  readonly onProgress?: (words: string, done: number, of: number) => void;
};

export type Provisioned = {
  readonly precincts: readonly string[];
  readonly machineCodes: readonly string[];
  readonly errors: readonly DefinitionError[];
};

/** Signs a file's exact bytes: raw 64 bytes of Ed25519. */
export const putSigned = (
  folder: string,
  file: string,
  signature: string,
  text: string,
  signingKey: Uint8Array,
): void => {
  writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, signature), sign(signingKey, new TextEncoder().encode(text)));
};

/** What the precincts of an election were made into, under `root`. */
type Made = {
  readonly precincts: readonly string[];
  readonly commitments: readonly PaperCodeCommitment[];
  readonly signs: readonly PrecinctSign[];
};

/** Reads every pollbook and, as long as nothing is wrong anywhere, writes what its precinct is given. */
const makePrecincts = (
  root: string,
  election: ReadElection,
  mistakes: Mistakes,
  keys: ProvisionKeys | null,
  options: ProvisionOptions,
): Made => {
  const { folder, releaseDigest, partly, onProgress } = options;
  const { offer, places, precincts } = election;
  const { report } = mistakes;
  const offerHere = makeOfferIn(offer);
  const placeOf = new Map(places.map((place) => [place.code, place]));
  const index = writeVoterIndex(join(root, LOOKUP));
  const checkTerminals = makeTerminalCheck(report);
  const made: string[] = [];
  const commitments: PaperCodeCommitment[] = [];
  const signs: PrecinctSign[] = [];
  const takePrecinct = (precinct: NationalPrecinct, at: number): void => {
    const id = precinctIdOf(precinct);
    const place = placeOf.get(precinct.pollingPlaceCode);
    const { name = '', address = '' } = place ?? {};
    const sign: PrecinctSign = { precinct: id, name, address, terminals: [0, 99] };
    signs[at] = sign;
    if (place === undefined || (partly && !existsSync(join(folder, pollbookFile(id))))) return;
    const here = offerHere(place.districtIds);
    const styles = new Set(here.ballotStyles.map((style) => style.id));
    const found = readVoters(folder, precinct, styles, report);
    if (found === null) return;
    checkTerminals(precinct, found.voters);
    for (const { nationalId } of found.voters) if (nationalId !== '') index.add(nationalId, at);
    signs[at] = { ...sign, terminals: found.terminals };
    if (keys === null || mistakes.count() > 0) return;
    const definition = precinctDefinition(offer, here, place, precinct);
    const { authority, entropy } = keys;
    commitments.push(writePrecinct(root, definition, id, found, authority, releaseDigest, entropy));
    made.push(id);
  };
  makePrecinctFolders(root);
  precincts.forEach((precinct, at) => {
    takePrecinct(precinct, at);
    onProgress?.('precincts', at + 1, precincts.length);
  });
  onProgress?.('looking for voters in two pollbooks', 0, 0);
  reportDoubles(folder, precincts, index.finish(MAX_DOUBLES), report);
  return { precincts: made, commitments, signs };
};

/** Every precinct as the register lists it before any machine is known. */
const registered = ({ places, precincts }: ReadElection): readonly RegisteredPrecinct[] => {
  const districtsOf = new Map(places.map(({ code, districtIds }) => [code, districtIds]));
  return precincts.map((precinct) => ({
    id: precinctIdOf(precinct),
    reportId: precinct.reportId,
    districtIds: districtsOf.get(precinct.pollingPlaceCode) ?? [],
    registered: precinct.registered,
    machines: [],
  }));
};

type Certified = {
  readonly precincts: readonly RegisteredPrecinct[];
  readonly examined: readonly Examined[];
};

/** Certifies the units whose keys came back; nothing where one of them is wrong. */
const certify = (
  root: string,
  election: ReadElection,
  made: readonly string[],
  mistakes: Mistakes,
  { authority }: ProvisionKeys,
  { identities, releaseDigest }: ProvisionOptions,
): Certified => {
  const none: Certified = { precincts: registered(election), examined: [] };
  if (identities === null) return none;
  const found = readIdentities(identities, new Set(made), mistakes.report);
  if (mistakes.count() > 0) return none;
  const certifying: Certifying = {
    root,
    election: election.offer.id,
    releaseDigest,
    authorityKey: authority.signingKey,
  };
  const examined = examineIdentities(certifying, found, mistakes.report);
  const precincts = withMachines(none.precincts, examined);
  checkMachineCounts(precincts, mistakes.report);
  if (mistakes.count() > 0) return none;
  writeCertificates(
    certifying,
    examined,
    new Map(precincts.map(({ id, reportId }) => [id, reportId])),
  );
  writeFormerMachines(certifying, precincts, examined);
  return { precincts, examined };
};

const registerOf = (
  { offer, offerText }: ReadElection,
  precincts: readonly RegisteredPrecinct[],
): Register => ({
  format: REGISTER_FORMAT,
  election: offer.id,
  test: offer.test,
  offer: createHash('sha256').update(offerText).digest('hex'),
  precincts,
});

const provisionInto = (root: string, options: ProvisionOptions): Provisioned => {
  const { folder, releaseDigest, keysFor, onProgress } = options;
  const mistakes = collectMistakes();
  const failed = (): Provisioned => ({ precincts: [], machineCodes: [], errors: mistakes.list() });
  onProgress?.('reading the election', 0, 0);
  const election = readElectionFolder(folder, mistakes.report);
  if (election === null) return failed();
  const keys = mistakes.count() === 0 ? keysFor(election.offer) : null;
  const made = makePrecincts(root, election, mistakes, keys, options);
  if (keys === null || mistakes.count() > 0) return failed();
  const appointments = readAppointments(
    options.receivers ?? [],
    election.offer.id,
    keys.authority.publicKey,
    mistakes.report,
  );
  if (mistakes.count() > 0) return failed();
  writeAppointments(root, appointments);
  const { precincts, examined } = certify(root, election, made.precincts, mistakes, keys, options);
  if (mistakes.count() > 0) return failed();
  const { offer, offerText } = election;
  const record: ProvisionRecord = {
    format: PROVISION_FORMAT,
    election: offer.id,
    precincts: made.precincts.length,
    releaseDigest: toHex(releaseDigest),
    keepUntil: options.keepUntil ?? offer.calendar.validUntil,
  };
  writePublic(
    root,
    offerText,
    registerOf(election, precincts),
    { format: PAPER_CODES_FORMAT, election: offer.id, precincts: made.commitments },
    keys.authority.signingKey,
  );
  writeSigns(join(root, LOOKUP), made.signs);
  writeFileSync(join(root, SECRET, 'READ-ME.txt'), SECRET_NOTE, PRIVATE_FILE);
  for (const [file, text] of Object.entries(keys.secrets))
    writeFileSync(join(root, SECRET, file), text, PRIVATE_FILE);
  writeFileSync(
    join(root, PROVISION_FILE),
    `${JSON.stringify(record)}
`,
  );
  return {
    precincts: made.precincts,
    machineCodes: examined.map(({ code }) => code),
    errors: [],
  };
};

const writePublic = (
  root: string,
  offerText: string,
  register: Register,
  codes: PaperCodeList,
  signingKey: Uint8Array,
): void => {
  const folder = join(root, PUBLIC);
  mkdirSync(folder, { recursive: true });
  const put = (
    file: keyof typeof PUBLIC_FILES,
    signature: keyof typeof PUBLIC_FILES,
    text: string,
  ) => putSigned(folder, PUBLIC_FILES[file], PUBLIC_FILES[signature], text, signingKey);
  put('offer', 'offerSignature', offerText);
  put('register', 'registerSignature', registerText(register));
  put('paperCodes', 'paperCodesSignature', paperCodeListText(codes));
  writeFileSync(
    join(folder, PUBLIC_FILES.authorityKey),
    publicKeyPem(ed25519PublicKey(signingKey)),
  );
};

/** All or nothing: with errors, `out` is as it was. */
export const provisionElection = (options: ProvisionOptions): Provisioned => {
  let provisioned: Provisioned = { precincts: [], machineCodes: [], errors: [] };
  writeWholeFolder(options.out, (folder) => {
    provisioned = provisionInto(folder, options);
    return provisioned.errors.length === 0;
  });
  return provisioned;
};

/** The record of a folder that `provision` made; null: it is none. */
export const readProvisionRecord = (root: string): ProvisionRecord | null => {
  try {
    const record: unknown = JSON.parse(readFileSync(join(root, PROVISION_FILE), 'utf8'));
    return typeof record === 'object' &&
      record !== null &&
      'format' in record &&
      record.format === PROVISION_FORMAT
      ? // Written by `provision` alone, in this shape.
        (record as ProvisionRecord)
      : null;
  } catch {
    return null;
  }
};
