/**
 * A whole made-up country after the vote: its authority, a machine with keys in every precinct, the
 * register of them, and each precinct's signed result, made when asked for. Keys come from the seed: good
 * for tests and measures, and for nothing else.
 */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { type NationalElection, precinctIdOf } from '#firmware/nation/offer.ts';
import { REGISTER_FORMAT, type Register, registerText } from '#firmware/nation/register.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import { type KeyPair, makeEd25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import {
  encodeResultPackage,
  type ResultPackage,
  signResultPackage,
} from '#firmware/vault/result-package.ts';
import { makeSyntheticResults } from './synthetic-results.ts';

const utf8 = new TextEncoder();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export type SignedPackage = { readonly bytes: Uint8Array; readonly signature: Uint8Array };

export type SyntheticCountry = {
  readonly offerBytes: Uint8Array;
  readonly offerSignature: Uint8Array;
  readonly register: Register;
  readonly registerBytes: Uint8Array;
  readonly registerSignature: Uint8Array;
  readonly authority: KeyPair;
  /** By the precinct's place in the register. */
  readonly machineOf: (at: number) => KeyPair;
  readonly resultOf: (at: number) => ResultPackage;
  /** Any figures, signed by that precinct's machine. */
  readonly signAs: (at: number, result: ResultPackage) => SignedPackage;
  readonly packageOf: (at: number) => SignedPackage;
  /** Any bytes at all, signed by that precinct's machine. */
  readonly signBytesAs: (at: number, bytes: Uint8Array) => SignedPackage;
};

export const makeSyntheticCountry = (
  { offer, places, precincts }: NationalElection,
  seed: number,
): SyntheticCountry => {
  const authority = makeEd25519KeyPair(makeSeededEntropy(seed, 'authority'));
  const ids = precincts.map(precinctIdOf);
  const machineOf = (at: number): KeyPair =>
    makeEd25519KeyPair(makeSeededEntropy(seed, `machine of ${ids[at]}`));
  const offerBytes = utf8.encode(`${JSON.stringify(offer, null, 1)}\n`);
  const districtsOf = new Map(places.map(({ code, districtIds }) => [code, districtIds]));
  const register: Register = {
    format: REGISTER_FORMAT,
    election: offer.id,
    test: offer.test,
    offer: sha256Hex(offerBytes),
    precincts: precincts.map(({ pollingPlaceCode, registered, reportId }, at) => {
      const { publicKey } = machineOf(at);
      const code = machineCode({
        releaseDigest: new Uint8Array(32).fill(1),
        packageDigest: new Uint8Array(32).fill(2),
        identityPublicKey: publicKey,
      });
      return {
        id: ids[at]!,
        reportId,
        districtIds: districtsOf.get(pollingPlaceCode) ?? [],
        registered,
        machines: [{ code, key: hex(publicKey) }],
      };
    }),
  };
  const registerBytes = utf8.encode(registerText(register));
  const results = makeSyntheticResults(offer, seed);
  const resultOf = (at: number): ResultPackage => {
    const precinct = register.precincts[at]!;
    const machineKey = machineOf(at).publicKey;
    const certified = { election: offer.id, precinct: precinct.id, machineKey };
    const certificate = hex(certifyMachine(certified, authority.privateKey));
    return results(precinct, { ...precinct.machines[0]!, certificate });
  };
  const signBytesAs = (at: number, bytes: Uint8Array): SignedPackage => ({
    bytes,
    signature: signResultPackage(bytes, machineOf(at)),
  });
  const signAs = (at: number, result: ResultPackage): SignedPackage =>
    signBytesAs(at, encodeResultPackage(result));
  return {
    offerBytes,
    offerSignature: sign(authority.privateKey, offerBytes),
    register,
    registerBytes,
    registerSignature: sign(authority.privateKey, registerBytes),
    authority,
    machineOf,
    resultOf,
    signAs,
    signBytesAs,
    packageOf: (at) => signAs(at, resultOf(at)),
  };
};
