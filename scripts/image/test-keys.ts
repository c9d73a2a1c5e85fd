/** Keys for a trial: made on the spot, written beside the image, good for no election. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageSigner } from './uefi/authenticode.ts';
import { selfSigned } from './uefi/certificate.ts';

/** Names in the folder of test keys. */
export const TEST_KEY_FILES = {
  release: 'release-key.pem',
  secureBoot: 'secure-boot-key.pem',
  certificate: 'secure-boot.pem',
} as const;

const BITS = 2048;
const NAME = 'Urna test key, good for no election';

/** An RSA key with its own certificate: what firmware takes as platform, exchange and signing key. */
export const makeTestSigner = (): ImageSigner => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: BITS });
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  return {
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: selfSigned(privateKey, NAME, serial),
  };
};

/** Into `folder`; returns the paths. */
export const makeTestKeys = (
  folder: string,
): Readonly<Record<keyof typeof TEST_KEY_FILES, string>> => {
  mkdirSync(folder, { recursive: true });
  const paths = {
    release: join(folder, TEST_KEY_FILES.release),
    secureBoot: join(folder, TEST_KEY_FILES.secureBoot),
    certificate: join(folder, TEST_KEY_FILES.certificate),
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = makeTestSigner();
  const secret = { mode: 0o600 };
  writeFileSync(paths.release, privateKey.export({ type: 'pkcs8', format: 'pem' }), secret);
  writeFileSync(paths.secureBoot, signer.privateKeyPem, secret);
  writeFileSync(paths.certificate, signer.certificatePem);
  return paths;
};

export const readSigner = (keyFile: string, certificateFile: string): ImageSigner => ({
  privateKeyPem: readFileSync(keyFile, 'utf8'),
  certificatePem: readFileSync(certificateFile, 'utf8'),
});
