/** What provisioning makes of one precinct: the unit's delivery, the roster, and what is kept secret. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import {
  CODE_SALT_BYTES,
  encodePollbook,
  type OfficerEntry,
  type PollbookEntry,
} from '#firmware/desk/pollbook.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { PaperCodeCommitment } from '#firmware/nation/paper-code-list.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { buildElectionPackage } from '#firmware/vault/election-package.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import { makePaperCodes, paperCodesFor } from '#firmware/vault/paper-codes.ts';
import type { Entropy } from '#hal/entropy.ts';
import { chanceOf } from '../elections/names.ts';
import { makeCodes } from '../elections/pollbook.ts';
import { envelopeText } from './envelope.ts';
import {
  DELIVERIES,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  ROSTERS,
  SECRET,
  SECRET_FOLDERS,
  type Terminals,
} from './provision-folder.ts';
import { rosterHtml } from './roster.ts';

export type Authority = {
  /** Ed25519, private; and its public key, which every delivery names. */
  readonly signingKey: Uint8Array;
  readonly publicKey: Uint8Array;
  /** X25519, public: the first key of each event log is sealed to it. */
  readonly escrowKey: Uint8Array;
};

export type PrecinctVoters = {
  readonly voters: readonly PollbookEntry[];
  readonly officers: readonly OfficerEntry[];
  readonly terminals: Terminals;
};

/** The folders that `writePrecinct` writes into. */
export const makePrecinctFolders = (root: string): void => {
  for (const folder of [
    DELIVERIES,
    ROSTERS,
    `${SECRET}/${SECRET_FOLDERS.pollbookKeys}`,
    `${SECRET}/${SECRET_FOLDERS.envelopes}`,
  ])
    mkdirSync(join(root, folder), PRIVATE_FOLDER);
};

/** SHA-256 over codes as a file would hold them, a line each. */
export const commitToCodes = (codes: readonly string[]): string =>
  createHash('sha256')
    .update(codes.map((code) => `${code}\n`).join(''))
    .digest('hex');

/** Writes all of a precinct and returns the commitment to its paper codes. */
export const writePrecinct = (
  root: string,
  definition: ElectionDefinition,
  precinct: string,
  { voters, officers, terminals }: PrecinctVoters,
  authority: Authority,
  releaseDigest: Uint8Array,
  entropy: Entropy,
): PaperCodeCommitment => {
  const put = (file: string, content: string | Uint8Array): void =>
    writeFileSync(join(root, file), content, PRIVATE_FILE);
  const { codeSalt, codes, digits } = makeCodes(
    voters.length,
    chanceOf(entropy),
    entropy.bytes(CODE_SALT_BYTES),
  );
  const pollbookKey = entropy.bytes(KEY_BYTES);
  const paperCodes = makePaperCodes(paperCodesFor(voters.length), entropy);
  const packageBytes = buildElectionPackage(
    {
      definition,
      registered: voters.length,
      pollbook: encodePollbook({ voters, officers, codeSalt, codes }),
      pollbookKey,
      paperCodes,
    },
    authority.signingKey,
    entropy,
  );
  const delivery = `${DELIVERIES}/${precinct}`;
  mkdirSync(join(root, delivery), PRIVATE_FOLDER);
  put(`${delivery}/${DELIVERY_FILES.package}`, packageBytes);
  put(
    `${delivery}/${DELIVERY_FILES.unit}`,
    JSON.stringify({ releaseDigest: toHex(releaseDigest), locale: definition.locale }),
  );
  put(
    `${delivery}/${DELIVERY_FILES.authority}`,
    JSON.stringify({
      signingKey: toHex(authority.publicKey),
      escrowKey: toHex(authority.escrowKey),
      pollingPlaceCode: definition.precinct.pollingPlaceCode,
      precinctNumber: definition.precinct.number,
    }),
  );
  put(`${ROSTERS}/${precinct}.html`, rosterHtml(definition, voters, terminals));
  put(`${SECRET}/${SECRET_FOLDERS.pollbookKeys}/${precinct}`, toHex(pollbookKey));
  pollbookKey.fill(0);
  const envelope = envelopeText(definition, precinct, digits);
  put(`${SECRET}/${SECRET_FOLDERS.envelopes}/${precinct}.txt`, envelope.authorisation);
  put(`${SECRET}/${SECRET_FOLDERS.envelopes}/${precinct}.support.txt`, envelope.support);
  return { id: precinct, count: paperCodes.length, sha256: commitToCodes(paperCodes) };
};
