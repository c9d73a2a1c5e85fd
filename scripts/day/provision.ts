/**
 * What the authority does before the day: its keys, the pollbook, the signed election package of one
 * precinct, blank tokens and sealed envelopes for its officers. All of it drawn from the seed.
 */
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { type EmulatedToken, makeEmulatedToken } from '#drivers/storage/emulator-token.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { isWeakPin } from '#firmware/booth/weak-pin.ts';
import { encodePollbook, type Pollbook } from '#firmware/desk/pollbook.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { machineKeyCertificateBytes } from '#firmware/paper/qr-payloads.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { buildElectionPackage } from '#firmware/vault/election-package.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import {
  ed25519PublicKey,
  KEY_BYTES,
  type KeyPair,
  makeEd25519KeyPair,
  makeX25519KeyPair,
  sign,
} from '#firmware/vault/keys.ts';
import type { Entropy } from '#hal/entropy.ts';
import { makePollbook } from '../elections/pollbook.ts';

/** An officer's pocket: a token, and the PIN this officer will choose. */
export type OfficerKit = {
  readonly officerId: string;
  readonly token: EmulatedToken;
  readonly pin: string;
};

export type Provision = {
  readonly definition: ElectionDefinition;
  readonly pollbook: Pollbook;
  readonly packageBytes: Uint8Array;
  readonly pollbookKey: Uint8Array;
  readonly authority: { readonly signing: KeyPair; readonly escrow: KeyPair };
  readonly officers: readonly OfficerKit[];
  /** Who looks after units: the key on the laptop, and what support by telephone reckons with. */
  readonly technician: {
    readonly id: string;
    readonly key: KeyPair;
    readonly supportKey: Uint8Array;
  };
  /** Digits of the single-use codes, in the order of the envelope. */
  readonly codes: Readonly<Record<'authorisation' | 'support', readonly string[]>>;
};

const PIN_DIGITS = 6;

/** Blank tokens, and the PINs that their officers will choose. */
export const makeOfficerKits = (
  { officers }: Pick<ElectionDefinition, 'officers'>,
  entropy: Entropy,
): readonly OfficerKit[] => {
  const drawPin = (): string => {
    let pin: string;
    do pin = Array.from(entropy.bytes(PIN_DIGITS), (byte) => String(byte % 10)).join('');
    while (isWeakPin(pin));
    return pin;
  };
  return officers.map(({ id }) => ({
    officerId: id,
    token: makeEmulatedToken(id),
    pin: drawPin(),
  }));
};

export const makeTechnician = (seed: number): Provision['technician'] => {
  const entropy = makeSeededEntropy(seed, 'technician');
  return { id: 'tec-1', key: makeEd25519KeyPair(entropy), supportKey: entropy.bytes(KEY_BYTES) };
};

/** `voters` invented voters for an election's precinct. */
export const provision = (
  definition: ElectionDefinition,
  voters: number,
  seed: number,
  family: ReaderFamily,
): Provision => {
  const entropy = makeSeededEntropy(seed, 'authority');
  const signing = makeEd25519KeyPair(entropy);
  const escrow = makeX25519KeyPair(entropy);
  const pollbookKey = entropy.bytes(32);
  const { pollbook, codes } = makePollbook(definition, voters, seed, (finger) =>
    templateOf(finger, family),
  );
  const contents = {
    definition,
    registered: voters,
    pollbook: encodePollbook(pollbook),
    pollbookKey,
  };
  return {
    definition,
    pollbook,
    packageBytes: buildElectionPackage(contents, signing.privateKey, entropy),
    pollbookKey,
    authority: { signing, escrow },
    technician: makeTechnician(seed),
    officers: makeOfficerKits(definition, entropy),
    codes,
  };
};

export type CertificateSubject = {
  readonly electionId: string;
  readonly reportId: string;
  /** As `precinctId` spells it. */
  readonly precinct: string;
  readonly machineKey: Uint8Array;
  readonly machineCode: string;
};

/** The authority's two signatures of a machine's key: for the tally report and for the result package. */
export const certifyKey = (
  { electionId, reportId, precinct, machineKey, machineCode }: CertificateSubject,
  authorityKey: Uint8Array,
): { readonly report: Uint8Array; readonly key: Uint8Array } => ({
  report: sign(
    authorityKey,
    machineKeyCertificateBytes({ electionId, reportId, machineCode, machineKey }),
  ),
  key: certifyMachine({ election: electionId, precinct, machineKey }, authorityKey),
});

export const certify = (
  { definition, authority }: Provision,
  machineKey: Uint8Array,
  machineCode: string,
): ReturnType<typeof certifyKey> =>
  certifyKey(
    {
      electionId: definition.id,
      reportId: definition.precinct.reportId,
      precinct: precinctOf(definition),
      machineKey,
      machineCode,
    },
    authority.signing.privateKey,
  );

export const authorityPublicKey = ({ authority }: Provision): Uint8Array =>
  ed25519PublicKey(authority.signing.privateKey);
