/**
 * Signatures of UEFI images (Microsoft, Windows Authenticode Portable Executable Signature Format, 2008; the
 * structure is PKCS #7 version 1.5, RFC 2315). No time in them: the same key gives the same bytes.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { type DerValue, der, derValues, objectIdentifier, TAG, tagged } from './der.ts';
import { signedParts } from './pe.ts';

const OID = {
  sha256: '2.16.840.1.101.3.4.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  spcIndirectData: '1.3.6.1.4.1.311.2.1.4',
  spcPeImageData: '1.3.6.1.4.1.311.2.1.15',
} as const;

/** Whoever signs: an RSA key and its certificate, both PEM. */
export type ImageSigner = { readonly privateKeyPem: string; readonly certificatePem: string };

const algorithm = (oid: string): Buffer => der(TAG.sequence, objectIdentifier(oid), der(TAG.null));
const ONE = der(TAG.integer, Buffer.from([1]));

/** SHA-256 of an image without its signatures: what Secure Boot looks up and compares. */
export const imageDigest = (unsigned: Uint8Array): Buffer => {
  const hash = createHash('sha256');
  for (const part of signedParts(unsigned)) hash.update(part);
  return hash.digest();
};

/** The file name that the format wants is a fixed text: "<<<Obsolete>>>" in UTF-16, big end first. */
const OBSOLETE = Buffer.from('<<<Obsolete>>>', 'utf16le').swap16();

/** SpcIndirectDataContent: the kind of file, and its digest. */
const indirectData = (digest: Buffer): Buffer =>
  der(
    TAG.sequence,
    der(
      TAG.sequence,
      objectIdentifier(OID.spcPeImageData),
      der(
        TAG.sequence,
        der(TAG.bitString, Buffer.from([0])),
        tagged(0, tagged(2, der(0x80, OBSOLETE))),
      ),
    ),
    der(TAG.sequence, algorithm(OID.sha256), der(TAG.octetString, digest)),
  );

/** IssuerAndSerialNumber, as the certificate itself writes them (RFC 5280, 4.1). */
const issuerAndSerial = (certificate: Buffer): Buffer => {
  const [outer] = derValues(certificate);
  const [body] = derValues(outer!.content);
  const [, serial, , issuer] = derValues(body!.content);
  return der(TAG.sequence, issuer!.whole, serial!.whole);
};

/** Whether the certificate is the key's. */
export const isSignerWhole = ({ privateKeyPem, certificatePem }: ImageSigner): boolean =>
  new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(privateKeyPem));

/** A detached signature (PKCS #7, DER) of an image that has none. */
export const signImage = (
  unsigned: Uint8Array,
  { privateKeyPem, certificatePem }: ImageSigner,
): Uint8Array => {
  const key = createPrivateKey(privateKeyPem);
  if (createPublicKey(key).asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
  const certificate = new X509Certificate(certificatePem).raw;
  const content = indirectData(imageDigest(unsigned));
  const [value] = derValues(content);
  const attribute = (oid: string, given: Buffer): Buffer =>
    der(TAG.sequence, objectIdentifier(oid), der(TAG.set, given));
  const attributes = Buffer.concat([
    attribute(OID.contentType, objectIdentifier(OID.spcIndirectData)),
    attribute(
      OID.messageDigest,
      // Of the value's content, without its tag and length (RFC 2315, 9.3).
      der(TAG.octetString, createHash('sha256').update(value!.content).digest()),
    ),
  ]);
  const signature = sign('sha256', der(TAG.set, attributes), key);
  const signer = der(
    TAG.sequence,
    ONE,
    issuerAndSerial(certificate),
    algorithm(OID.sha256),
    tagged(0, attributes),
    algorithm(OID.rsaEncryption),
    der(TAG.octetString, signature),
  );
  const signedData = der(
    TAG.sequence,
    ONE,
    der(TAG.set, algorithm(OID.sha256)),
    der(TAG.sequence, objectIdentifier(OID.spcIndirectData), tagged(0, content)),
    tagged(0, certificate),
    der(TAG.set, signer),
  );
  return der(TAG.sequence, objectIdentifier(OID.signedData), tagged(0, signedData));
};

/** What a signature says: the digest that it is of, and whose it is. */
type ReadSignature = {
  readonly digest: Buffer;
  readonly attributes: Buffer;
  readonly messageDigest: Buffer;
  readonly content: Buffer;
  readonly signature: Buffer;
};

/** Values below `value`, down a path of positions. Throws a `RangeError` where there is none. */
const below = (value: DerValue, ...path: readonly number[]): DerValue =>
  path.reduce((at, index) => {
    const found = derValues(at.content)[index];
    if (found === undefined) throw new RangeError('not the structure of a signature');
    return found;
  }, value);

/** Of the one form in which `signImage` writes them. */
const readSignature = (signature: Uint8Array): ReadSignature => {
  const [outer] = derValues(Buffer.from(signature));
  const signedData = below(outer!, 1, 0);
  const content = below(signedData, 2, 1, 0);
  const signer = below(signedData, 4, 0);
  const attributes = below(signer, 3);
  const messageDigest = derValues(attributes.content).find((each) =>
    below(each, 0).whole.equals(objectIdentifier(OID.messageDigest)),
  );
  if (messageDigest === undefined) throw new RangeError('no digest of the message');
  return {
    digest: below(content, 1, 1).content,
    attributes: attributes.content,
    messageDigest: below(messageDigest, 1, 0).content,
    content: content.content,
    signature: below(signer, 5).content,
  };
};

/** Whether the signature is of this image and by this certificate's key. Any bytes get an answer. */
export const isSignedImage = (
  unsigned: Uint8Array,
  signature: Uint8Array,
  certificatePem: string,
): boolean => {
  try {
    const read = readSignature(signature);
    return (
      read.digest.equals(imageDigest(unsigned)) &&
      read.messageDigest.equals(createHash('sha256').update(read.content).digest()) &&
      verify(
        'sha256',
        der(TAG.set, read.attributes),
        new X509Certificate(certificatePem).publicKey,
        read.signature,
      )
    );
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
};

/** The certificate that a signature carries, PEM; null: it can not be read. Says nothing of whether it is good. */
export const certificateOf = (signature: Uint8Array): string | null => {
  try {
    const [outer] = derValues(Buffer.from(signature));
    return new X509Certificate(below(below(outer!, 1, 0), 3, 0).whole).toString();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    // What OpenSSL says of bytes that are no certificate.
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_OSSL'))
      return null;
    throw error;
  }
};
