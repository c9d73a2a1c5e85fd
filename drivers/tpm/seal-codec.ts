/**
 * TPM 2.0 commands that seal a few bytes to the state of the platform, as bytes. Pure. After the TCG's
 * "Trusted Platform Module Library", family 2.0, level 00, revision 01.38: Part 2 (12.2.3.6 TPMT_PUBLIC, 11.1.15
 * sensitive data), Part 3 (12.1, 12.2, 12.7, 11.1, 23.7).
 */
import { command, makeReader, OWNER, type Response, SHA256, sized, u16, u32 } from './codec.ts';
import {
  ALG,
  ATTRIBUTE,
  createPrimary,
  NIST_P256,
  NO_AUTH,
  NOTHING_NOTED,
  selection,
} from './object-codec.ts';

/** Part 2, 7.4 TPM_RH_NULL. */
const NOBODY = 0x40000007;
/** Part 2, 6.11 TPM_SE. */
const SESSION_KIND = { policy: 0x01, trial: 0x03 } as const;
const FIXED = ATTRIBUTE.fixedTpm | ATTRIBUTE.fixedParent;
const STORAGE_KEY =
  FIXED |
  ATTRIBUTE.noLockout |
  ATTRIBUTE.sensitiveDataOrigin |
  ATTRIBUTE.userWithAuth |
  ATTRIBUTE.restricted |
  ATTRIBUTE.decrypt;
/** Opened by its policy alone: no password of a user does. */
const SEALED = FIXED | ATTRIBUTE.noLockout;

/**
 * The owner's storage key. The template is the TCG's ("TCG EK Credential Profile" and tpm2-tools' default for
 * ECC P-256).
 */
export const createStorageKey = (): Uint8Array =>
  createPrimary(OWNER, [
    ...u16(ALG.ecc),
    ...u16(SHA256),
    ...u32(STORAGE_KEY),
    ...u16(0),
    ...[...u16(ALG.aes), ...u16(128), ...u16(ALG.cfb)],
    ...[...u16(ALG.none), ...u16(NIST_P256), ...u16(ALG.none)],
    ...[...u16(0), ...u16(0)],
  ]);

/** `policy`: the digest that opens it again. */
export const createSealed = (parent: number, secret: Uint8Array, policy: Uint8Array): Uint8Array =>
  command('create', [parent], NO_AUTH, [
    ...sized([...u16(0), ...sized(secret)]),
    ...sized([
      ...u16(ALG.keyedHash),
      ...u16(SHA256),
      ...u32(SEALED),
      ...sized(policy),
      ...u16(ALG.none),
      ...u16(0),
    ]),
    ...NOTHING_NOTED,
  ]);

/** What only this TPM can load again: both parts, each with its length. */
export type SealedBlob = { readonly private: Uint8Array; readonly public: Uint8Array };

/** Null: cut off. */
export const decodeCreated = ({ parameters }: Response): SealedBlob | null => {
  const reader = makeReader(parameters);
  const blob = { private: reader.sized().slice(), public: reader.sized().slice() };
  return reader.short() ? null : blob;
};

export const load = (parent: number, blob: SealedBlob): Uint8Array =>
  command('load', [parent], NO_AUTH, [...sized(blob.private), ...sized(blob.public)]);

/** `trial`: it only reckons the digest of a policy. `nonce`: 16 fresh bytes. */
export const startPolicy = (kind: keyof typeof SESSION_KIND, nonce: Uint8Array): Uint8Array =>
  command('startAuthSession', [NOBODY, NOBODY], null, [
    ...sized(nonce),
    ...u16(0),
    SESSION_KIND[kind],
    ...u16(ALG.none),
    ...u16(SHA256),
  ]);

/** The registers as they are now. */
export const policyPcr = (session: number, pcrs: readonly number[]): Uint8Array =>
  command('policyPcr', [session], null, [...u16(0), ...selection(pcrs)]);
export const policyDigest = (session: number): Uint8Array =>
  command('policyGetDigest', [session], null, []);
export const unseal = (item: number, policySession: number): Uint8Array =>
  command('unseal', [item], { policySession }, []);
