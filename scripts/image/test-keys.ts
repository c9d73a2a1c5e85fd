/** Keys for a trial: made on the spot, written beside the image, good for no election. */

import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool } from './tools.ts';
import type { ImageSigner } from './uefi/authenticode.ts';

/** Names in the folder of test keys. */
export const TEST_KEY_FILES = {
  release: 'release-key.pem',
  secureBoot: 'secure-boot-key.pem',
  certificate: 'secure-boot.pem',
} as const;

const DAYS = '3650';

/** An RSA key with a certificate of its own: what a machine's firmware takes as platform, exchange and signing key. */
const makeSigner = async (keyFile: string, certificateFile: string): Promise<void> => {
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', keyFile];
  const subject = ['-subj', '/CN=Urna test key, good for no election', '-days', DAYS];
  await runTool('openssl', [
    'req',
    '-x509',
    '-sha256',
    ...key,
    '-out',
    certificateFile,
    ...subject,
  ]);
};

/** Into `folder`; returns the paths. */
export const makeTestKeys = async (
  folder: string,
): Promise<Readonly<Record<keyof typeof TEST_KEY_FILES, string>>> => {
  mkdirSync(folder, { recursive: true });
  const paths = {
    release: join(folder, TEST_KEY_FILES.release),
    secureBoot: join(folder, TEST_KEY_FILES.secureBoot),
    certificate: join(folder, TEST_KEY_FILES.certificate),
  };
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(paths.release, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  await makeSigner(paths.secureBoot, paths.certificate);
  return paths;
};

export const readSigner = (keyFile: string, certificateFile: string): ImageSigner => ({
  privateKeyPem: readFileSync(keyFile, 'utf8'),
  certificatePem: readFileSync(certificateFile, 'utf8'),
});
