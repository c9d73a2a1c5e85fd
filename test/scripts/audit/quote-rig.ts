/**
 * A quote by a key that is no TPM's, byte for byte as a TPM makes one: what nobody can tell apart who does not know the
 * key from before. Everything in it can be another.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  ATTESTATION_TEMPLATE,
  digestOfRegisters,
  fingerprintOf,
  qualifiedNameOf,
} from '#drivers/tpm/attestation.ts';
import { sized, u16, u32 } from '#drivers/tpm/codec.ts';
import { selection } from '#drivers/tpm/object-codec.ts';
import type { QuoteText } from '#firmware/messages/console-catalogue.ts';

export const hexOf = (bytes: Iterable<number>): string => Buffer.from([...bytes]).toString('hex');

export type Signer = { readonly key: KeyObject; readonly publicArea: Uint8Array };

export const makeSigner = (): Signer => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = [x, y].flatMap((each) => sized(Buffer.from(each, 'base64url')));
  // The template ends with the two lengths of a point that is not there yet.
  const publicArea = Uint8Array.from([...ATTESTATION_TEMPLATE.subarray(0, -4), ...point]);
  return { key: privateKey, publicArea };
};

export const keyOf = ({ publicArea }: Signer): string => hexOf(fingerprintOf(publicArea));

export type Told = {
  readonly signer: Signer;
  readonly nonce: Uint8Array;
  readonly registers: ReadonlyMap<number, Uint8Array>;
  /** TPM_GENERATED_VALUE and TPM_ST_ATTEST_QUOTE, as a rule. */
  readonly begins?: readonly number[];
  readonly name?: Uint8Array;
};

export const makeQuote = ({ signer, nonce, registers, begins, name }: Told): QuoteText => {
  const values = [...registers].sort(([a], [b]) => a - b);
  const attest = Uint8Array.from([
    ...(begins ?? [...u32(0xff544347), ...u16(0x8018)]),
    ...sized(name ?? qualifiedNameOf(signer.publicArea)),
    ...sized(nonce),
    // 7 starts, 1 of them after a suspension; a clock and a version of nothing.
    ...[...new Uint8Array(8), ...u32(7), ...u32(1), 1, ...new Uint8Array(8)],
    ...selection(values.map(([pcr]) => pcr)),
    ...sized(digestOfRegisters(values.map(([, value]) => value))),
  ]);
  const rs = sign('sha256', attest, { key: signer.key, dsaEncoding: 'ieee-p1363' });
  const signature = [
    ...[...u16(0x0018), ...u16(0x000b)],
    ...[...sized(rs.subarray(0, 32)), ...sized(rs.subarray(32))],
  ];
  return {
    attest: hexOf(attest),
    signature: hexOf(signature),
    publicArea: hexOf(signer.publicArea),
    registers: values.map(([pcr, value]) => ({ pcr, sha256: hexOf(value) })),
  };
};

/** What a register may hold. */
export const measured = (what: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(what).digest());
