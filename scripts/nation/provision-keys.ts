/** The authority's keys of an election: from files, or made for one that is only a test. */
import { readFileSync } from 'node:fs';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import type { NationalOffer } from '#firmware/nation/offer.ts';
import {
  ed25519PublicKey,
  makeEd25519KeyPair,
  makeX25519KeyPair,
  privateKeyPem,
  x25519PublicKeyFromPem,
} from '#firmware/vault/keys.ts';
import type { Entropy } from '#hal/entropy.ts';
import { UsageError } from '../commands/options.ts';
import { readPrivateKey } from '../evidence/read-key.ts';
import type { ProvisionKeys } from './provision.ts';

export type KeyOptions = {
  /** PEM of the authority's Ed25519 private key. */
  readonly key: string | null;
  /** PEM of the X25519 public key to which event logs' first keys are sealed. */
  readonly escrow: string | null;
  /** Test elections only: everything is drawn from it. */
  readonly seed: string | null;
};

export const AUTHORITY_SECRET = 'authority-private-key.pem';
export const ESCROW_SECRET = 'escrow-private-key.pem';

/** Bytes drawn from the system at a time: a code takes ten, and a call more than drawing them. */
const DRAWN_AT_ONCE = 4096;

/** The same chance in fewer calls; what was handed out is forgotten here. */
export const inBlocks = (entropy: Entropy): Entropy => {
  let block = new Uint8Array(0);
  let used = 0;
  return {
    bytes: (count) => {
      if (count > DRAWN_AT_ONCE) return entropy.bytes(count);
      if (used + count > block.length) {
        block.fill(0);
        block = Uint8Array.from(entropy.bytes(DRAWN_AT_ONCE));
        used = 0;
      }
      const drawn = new Uint8Array(count);
      // A loop, since most draws are of one or two bytes.
      for (let at = 0; at < count; at++) {
        drawn[at] = block[used + at]!;
        block[used + at] = 0;
      }
      used += count;
      return drawn;
    },
  };
};

const readEscrowKey = (file: string): Uint8Array => {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UsageError(`--escrow ${file}: ${cause instanceof Error ? cause.message : cause}`);
  }
  const key = x25519PublicKeyFromPem(pem);
  if (key === null) throw new UsageError(`--escrow ${file} holds no X25519 public key in PEM`);
  return key;
};

const HOW = {
  key: 'openssl genpkey -algorithm ed25519 -out authority.pem',
  escrow:
    'openssl genpkey -algorithm x25519 -out escrow.pem; openssl pkey -in escrow.pem -pubout -out escrow-public.pem',
} as const;

/** A real election has keys of its own and the system's chance; a usage error says what is missing. */
export const keysFor =
  ({ key, escrow, seed }: KeyOptions) =>
  ({ test }: NationalOffer): ProvisionKeys => {
    if (!test && seed !== null)
      throw new UsageError('--seed is for test elections; a real one draws from the system');
    if (!test && key === null)
      throw new UsageError(`a real election needs the authority's key: --key FILE (${HOW.key})`);
    if (!test && escrow === null)
      throw new UsageError(
        `a real election needs the key that event logs are escrowed to: --escrow FILE (${HOW.escrow})`,
      );
    const entropy =
      seed === null ? inBlocks(systemEntropy) : makeSeededEntropy(seed, 'provisioning');
    const signing = makeEd25519KeyPair(entropy);
    const escrowed = makeX25519KeyPair(entropy);
    const signingKey = key === null ? signing.privateKey : readPrivateKey(key);
    return {
      entropy,
      authority: {
        signingKey,
        publicKey: ed25519PublicKey(signingKey),
        escrowKey: escrow === null ? escrowed.publicKey : readEscrowKey(escrow),
      },
      secrets: {
        ...(key === null && { [AUTHORITY_SECRET]: privateKeyPem('ed25519', signingKey) }),
        ...(escrow === null && { [ESCROW_SECRET]: privateKeyPem('x25519', escrowed.privateKey) }),
      },
    };
  };
