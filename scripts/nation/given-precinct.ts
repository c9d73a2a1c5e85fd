/**
 * What people of a precinct hold on the day, taken from the folder that provisioning wrote: the signed
 * package, the pollbook's key, the codes in the sealed envelope. Test elections only, whose authority's
 * keys lie there too.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILES } from '#boot/supervisor/delivery.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { CODE_DIGITS, type CodeKind, decodePollbook } from '#firmware/desk/pollbook.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { decryptPollbook, openElectionPackage } from '#firmware/vault/election-package.ts';
import {
  ed25519PublicKey,
  KEY_BYTES,
  privateKeyFromPem,
  x25519PrivateKeyFromPem,
  x25519PublicKey,
} from '#firmware/vault/keys.ts';
import { makeOfficerKits, makeTechnician, type Provision } from '../day/provision.ts';
import { DELIVERIES, SECRET, SECRET_FOLDERS } from './provision-folder.ts';
import { AUTHORITY_SECRET, ESCROW_SECRET } from './provision-keys.ts';

const there = <T>(value: T | null, what: string): T => {
  if (value === null) throw new Error(`${what} is not what provisioning wrote`);
  return value;
};

const CODE = new RegExp(`\\b[0-9]{${CODE_DIGITS}}\\b`, 'g');

/** `root`: of the provisioning; `seed`: of the officers' PINs. Throws where something is not as provisioned. */
export const givenPrecinct = (root: string, precinct: string, seed: number): Provision => {
  const text = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');
  const signing = there(privateKeyFromPem(text(SECRET, AUTHORITY_SECRET)), AUTHORITY_SECRET);
  const escrow = there(x25519PrivateKeyFromPem(text(SECRET, ESCROW_SECRET)), ESCROW_SECRET);
  const [pollingPlaceCode = '', precinctNumber = ''] = precinct.split('.');
  const packageBytes = new Uint8Array(
    readFileSync(join(root, DELIVERIES, precinct, DELIVERY_FILES.package)),
  );
  const publicKey = ed25519PublicKey(signing);
  const expected = { pollingPlaceCode, precinctNumber };
  const opened = openElectionPackage(packageBytes, publicKey, expected, null);
  if (!opened.ok) throw new Error(`the package of ${precinct}: ${opened.error.kind}`);
  const { definition } = opened.value;
  const keyText = text(SECRET, SECRET_FOLDERS.pollbookKeys, precinct);
  const pollbookKey = there(bytesOfHex(keyText, KEY_BYTES), "the pollbook's key");
  const sealed = decryptPollbook(opened.value, pollbookKey);
  const pollbook = decodePollbook(there(sealed.ok ? sealed.value : null, 'the pollbook'));
  if (!pollbook.ok) throw new Error(`the pollbook of ${precinct}: ${pollbook.error.detail}`);
  const codesOn = (paper: string): readonly string[] =>
    text(SECRET, SECRET_FOLDERS.envelopes, paper).match(CODE) ?? [];
  const codes: Readonly<Record<CodeKind, readonly string[]>> = {
    authorisation: codesOn(`${precinct}.txt`),
    support: codesOn(`${precinct}.support.txt`),
  };
  return {
    definition,
    pollbook: pollbook.value,
    packageBytes,
    pollbookKey,
    authority: {
      signing: { privateKey: signing, publicKey },
      escrow: { privateKey: escrow, publicKey: x25519PublicKey(escrow) },
    },
    technician: makeTechnician(seed),
    officers: makeOfficerKits(definition, makeSeededEntropy(seed, `tokens of ${precinct}`)),
    codes,
  };
};
