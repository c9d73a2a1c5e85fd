/**
 * Results for the precincts of a made-up country in which no machine ran, so that it can be added up in its
 * real size. Their keys are drawn from the seed and put into the register; that they are made up stands
 * there too, so that everything that follows from it says so.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import type { RegisteredPrecinct } from '#firmware/nation/register.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import { type KeyPair, makeEd25519KeyPair, publicKeyPem } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import {
  encodeResultPackage,
  RESULT_FILES,
  signResultPackage,
} from '#firmware/vault/result-package.ts';
import { makeSyntheticResults } from './synthetic-results.ts';

export type Rest = {
  readonly offer: NationalOffer;
  readonly seed: number;
  readonly releaseDigest: Uint8Array;
  readonly authorityKey: Uint8Array;
  readonly packages: string;
};

/** Nothing was given to a machine that does not exist. */
const NO_PACKAGE = new Uint8Array(32);

/** Writes a result for every precinct without a machine; returns the register's precincts with all machines. */
export const synthesiseRest = (
  { offer, seed, releaseDigest, authorityKey, packages }: Rest,
  precincts: readonly RegisteredPrecinct[],
  onPrecinct: (done: number, of: number) => void,
): readonly RegisteredPrecinct[] => {
  const resultOf = makeSyntheticResults(offer, seed);
  const of = precincts.filter(({ machines }) => machines.length === 0).length;
  let done = 0;
  const synthesise = (precinct: RegisteredPrecinct): RegisteredPrecinct => {
    const pair: KeyPair = makeEd25519KeyPair(makeSeededEntropy(seed, `no machine ${precinct.id}`));
    const key = toHex(pair.publicKey);
    const code = machineCode({
      releaseDigest,
      packageDigest: NO_PACKAGE,
      identityPublicKey: pair.publicKey,
    });
    const machine = { election: offer.id, precinct: precinct.id, machineKey: pair.publicKey };
    const certificate = toHex(certifyMachine(machine, authorityKey));
    const bytes = encodeResultPackage(resultOf(precinct, { code, key, certificate }));
    const folder = join(packages, precinct.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, RESULT_FILES.package), bytes);
    writeFileSync(join(folder, RESULT_FILES.signature), signResultPackage(bytes, pair));
    writeFileSync(join(folder, RESULT_FILES.machineKey), publicKeyPem(pair.publicKey));
    done += 1;
    onPrecinct(done, of);
    return { ...precinct, machines: [{ code, key }], madeUp: true };
  };
  return precincts.map((precinct) =>
    precinct.machines.length > 0 ? precinct : synthesise(precinct),
  );
};
