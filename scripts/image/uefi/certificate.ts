/** A certificate of a key for itself (X.509 version 3, RFC 5280): what a unit's firmware takes as a signer. */
import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { der, objectIdentifier, TAG, tagged } from './der.ts';

const OID = { sha256WithRsa: '1.2.840.113549.1.1.11', commonName: '2.5.4.3' } as const;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
/** Firmware does not look at these when it starts (UEFI Specification 32.5.3.3, note); something must stand there. */
const VALID = ['200101000000Z', '491231235959Z'] as const;

const ALGORITHM = der(TAG.sequence, objectIdentifier(OID.sha256WithRsa), der(TAG.null));

const nameOf = (name: string): Buffer =>
  der(
    TAG.sequence,
    der(
      TAG.set,
      der(TAG.sequence, objectIdentifier(OID.commonName), der(UTF8_STRING, Buffer.from(name))),
    ),
  );

/** PEM. `serial`: at least one byte, the first one from 1 to 127. */
export const selfSigned = (privateKey: KeyObject, name: string, serial: Uint8Array): string => {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const body = der(
    TAG.sequence,
    tagged(0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    ALGORITHM,
    nameOf(name),
    der(TAG.sequence, ...VALID.map((each) => der(UTC_TIME, Buffer.from(each)))),
    nameOf(name),
    publicKey,
  );
  const signature = sign('sha256', body, privateKey);
  const whole = der(TAG.sequence, body, ALGORITHM, der(TAG.bitString, Buffer.from([0]), signature));
  return new X509Certificate(whole).toString();
};
