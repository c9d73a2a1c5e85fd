/**
 * The machine's identity: an Ed25519 key pair, made once on the unit and kept on its fixed medium. It
 * signs papers, checkpoints of the log and the result package. The authority certifies its public
 * key, so that who has the authority's key alone can check a photographed report.
 */
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { Medium, MediumFault } from '#hal/storage.ts';
import {
  bytesOfHex,
  concatBytes,
  equalBytes,
  jsonBytes,
  jsonObject,
  textOf,
  toHex,
  utf8,
} from './bytes.ts';
import {
  ed25519PublicKey,
  KEY_BYTES,
  type KeyPair,
  makeEd25519KeyPair,
  sign,
  verify,
} from './keys.ts';
import { replaceWholeFile } from './whole-file.ts';

export const IDENTITY_PATH = 'identity';
const VERSION = 1;
const CERTIFICATE = utf8('urna machine certificate v1\0');

export type IdentityFault =
  | { readonly kind: 'medium'; readonly fault: MediumFault }
  /** A file is there, and it holds no key pair: never replaced by itself, since a machine has one identity. */
  | { readonly kind: 'damaged' };

/** The identity on the medium; null when none was made yet. */
export const readIdentity = async (
  fixed: Medium,
): Promise<Result<KeyPair | null, IdentityFault>> => {
  const found = await fixed.read(IDENTITY_PATH);
  if (!found.ok) return err({ kind: 'medium', fault: found.error });
  if (found.value === null) return ok(null);
  const content = jsonObject(textOf(found.value) ?? '');
  const privateKey = bytesOfHex(content?.privateKey, KEY_BYTES);
  const publicKey = bytesOfHex(content?.publicKey, KEY_BYTES);
  if (content?.version !== VERSION || privateKey === null || publicKey === null)
    return err({ kind: 'damaged' });
  if (!equalBytes(ed25519PublicKey(privateKey), publicKey)) return err({ kind: 'damaged' });
  return ok({ privateKey, publicKey });
};

/** The machine's identity, made now when there is none; durable and read back when it resolves. */
export const openIdentity = async (
  fixed: Medium,
  entropy: Entropy,
): Promise<Result<{ readonly identity: KeyPair; readonly made: boolean }, IdentityFault>> => {
  const found = await readIdentity(fixed);
  if (!found.ok) return found;
  if (found.value !== null) return ok({ identity: found.value, made: false });
  const { privateKey, publicKey } = makeEd25519KeyPair(entropy);
  const bytes = jsonBytes({
    version: VERSION,
    privateKey: toHex(privateKey),
    publicKey: toHex(publicKey),
  });
  const written = await replaceWholeFile(fixed, IDENTITY_PATH, bytes);
  forget(bytes);
  if (!written.ok) return err({ kind: 'medium', fault: written.error });
  const back = await readIdentity(fixed);
  if (!back.ok) return back;
  return back.value === null ? err({ kind: 'damaged' }) : ok({ identity: back.value, made: true });
};

/** What a certificate says: this key is the machine of this precinct in this election. */
export type CertifiedMachine = {
  readonly election: string;
  readonly precinct: string;
  /** Ed25519 public key, 32 bytes. */
  readonly machineKey: Uint8Array;
};

const certified = ({ election, precinct, machineKey }: CertifiedMachine): Uint8Array =>
  concatBytes(CERTIFICATE, jsonBytes([election, precinct, toHex(machineKey)]));

/** The authority's signature over a machine's key: 64 bytes. */
export const certifyMachine = (machine: CertifiedMachine, authorityKey: Uint8Array): Uint8Array =>
  sign(authorityKey, certified(machine));

export const verifyCertificate = (
  machine: CertifiedMachine,
  certificate: Uint8Array,
  authorityPublicKey: Uint8Array,
): boolean => verify(authorityPublicKey, certified(machine), certificate);
