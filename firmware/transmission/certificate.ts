/**
 * An Ed25519 key as TLS asks for it: a self-signed X.509 certificate (RFC 5280, section 4.1; RFC 8410) of
 * the first version, without extensions. Nobody is to trust it: both sides look for its key in what the
 * authority signed (the register, the appointment of the receiver), as one would with a raw public key
 * (RFC 7250), which the TLS of Node does not speak. That the peer holds the key is proven by TLS 1.3
 * itself (RFC 8446, 4.4.3), with a context of its own, so that no such signature is good for anything else.
 */
import { concatBytes, utf8 } from '#firmware/vault/bytes.ts';
import { type KeyPair, privateKeyPem, sign } from '#firmware/vault/keys.ts';

const TAG = {
  integer: 0x02,
  bits: 0x03,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
};
const COMMON_NAME = Uint8Array.of(0x55, 0x04, 0x03);
const ED25519 = Uint8Array.of(0x2b, 0x65, 0x70);
const SERIAL = Uint8Array.of(1);
/** No clock decides whether a machine may report: from before any, to what RFC 5280, 4.1.2.5 writes for "never". */
const VALIDITY = [
  [TAG.utcTime, '200101000000Z'],
  [TAG.generalizedTime, '99991231235959Z'],
] as const;
const BASE64_LINE = 64;

/** Lengths as DER writes them (X.690, 10.1); a certificate of these has less than 64 KiB. */
const lengthOf = (length: number): Uint8Array => {
  if (length < 0x80) return Uint8Array.of(length);
  return length < 0x100
    ? Uint8Array.of(0x81, length)
    : Uint8Array.of(0x82, length >> 8, length & 0xff);
};

const der = (tag: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.of(tag), lengthOf(content.length), content);
};

/** No unused bits in the last byte. */
const bitString = (bytes: Uint8Array): Uint8Array => der(TAG.bits, Uint8Array.of(0), bytes);
const algorithm = der(TAG.sequence, der(TAG.oid, ED25519));
const nameOf = (commonName: string): Uint8Array =>
  der(
    TAG.sequence,
    der(TAG.set, der(TAG.sequence, der(TAG.oid, COMMON_NAME), der(TAG.utf8, utf8(commonName)))),
  );

/** The certificate in DER; the same key and name give the same bytes. `commonName`: 1 to 64 characters. */
export const selfSignedCertificate = (identity: KeyPair, commonName: string): Uint8Array => {
  const name = nameOf(commonName);
  const content = der(
    TAG.sequence,
    der(TAG.integer, SERIAL),
    algorithm,
    name,
    der(TAG.sequence, ...VALIDITY.map(([tag, time]) => der(tag, utf8(time)))),
    name,
    der(TAG.sequence, algorithm, bitString(identity.publicKey)),
  );
  return der(TAG.sequence, content, algorithm, bitString(sign(identity.privateKey, content)));
};

const pem = (bytes: Uint8Array): string => {
  const text = Buffer.from(bytes).toString('base64');
  const lines = text.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

/** What a TLS endpoint is given to prove this key. */
export type TlsIdentity = {
  /** PEM. */
  readonly cert: string;
  /** PKCS #8 in PEM: as secret as the key. */
  readonly key: string;
};

export const tlsIdentity = (identity: KeyPair, commonName: string): TlsIdentity => ({
  cert: pem(selfSignedCertificate(identity, commonName)),
  key: privateKeyPem('ed25519', identity.privateKey),
});
