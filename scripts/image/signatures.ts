/**
 * What is signed of an image, and the signatures beside it. Whoever has no key builds with the signatures that
 * were published, and gets the same bytes as whoever signed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestText, RELEASE_PURPOSE, type ReleaseManifest } from '#boot/release/manifest.ts';
import { openRelease, releaseDigestOf } from '#boot/release/verify.ts';
import { bytesOfHex, toHex } from '#firmware/vault/bytes.ts';
import { ed25519PublicKey, KEY_BYTES } from '#firmware/vault/keys.ts';
import { signFile } from '#firmware/vault/signed-file.ts';
import { UsageError } from '../commands/options.ts';
import { type ImageSigner, isSignedImage, signImage } from './uefi/authenticode.ts';

/** Names in the folder of signatures. */
export const SIGNATURE_FILES = {
  manifest: 'release-manifest',
  releaseKey: 'release-key',
  certificate: 'secure-boot.pem',
  uki: 'uki.p7s',
  boot: 'boot.p7s',
} as const;

export type Signatures = {
  readonly manifest: (manifest: ReleaseManifest) => Uint8Array;
  /** Ed25519, hex. */
  readonly releaseKey: string;
  readonly certificatePem: string;
  /** PKCS #7 over an image that is not signed yet. */
  readonly image: (which: 'uki' | 'boot', unsigned: Uint8Array) => Uint8Array;
};

/** `releaseKey`: Ed25519, 32 bytes. */
export const signWith = (releaseKey: Uint8Array, signer: ImageSigner): Signatures => ({
  manifest: (manifest) => signFile(RELEASE_PURPOSE, manifest, releaseKey),
  releaseKey: toHex(ed25519PublicKey(releaseKey)),
  certificatePem: signer.certificatePem,
  image: (_, unsigned) => signImage(unsigned, signer),
});

const fileIn = (folder: string, name: string): Buffer => {
  try {
    return readFileSync(join(folder, name));
  } catch (cause) {
    throw new UsageError(
      `--signatures ${folder}: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
};

const releaseKeyIn = (folder: string): Uint8Array => {
  const key = bytesOfHex(
    fileIn(folder, SIGNATURE_FILES.releaseKey).toString('latin1').trim(),
    KEY_BYTES,
  );
  if (key === null)
    throw new UsageError(`--signatures ${folder}: ${SIGNATURE_FILES.releaseKey} is no key`);
  return key;
};

/** The release that the signatures in `folder` are of, as its key says. Throws a usage error where none is. */
export const signedReleaseIn = (folder: string): ReleaseManifest => {
  const opened = openRelease(
    new Uint8Array(fileIn(folder, SIGNATURE_FILES.manifest)),
    releaseKeyIn(folder),
    null,
  );
  if (!opened.ok) throw new UsageError(`${folder}: ${opened.error}`);
  return opened.value;
};

/** The published ones; a usage error tells which of them is of something else than what was built. */
export const signaturesIn = (folder: string): Signatures => {
  const publicKey = releaseKeyIn(folder);
  const certificatePem = fileIn(folder, SIGNATURE_FILES.certificate).toString('latin1');
  return {
    releaseKey: toHex(publicKey),
    certificatePem,
    manifest: (manifest) => {
      const signed = new Uint8Array(fileIn(folder, SIGNATURE_FILES.manifest));
      const opened = openRelease(signed, publicKey, releaseDigestOf(manifest));
      if (!opened.ok)
        throw new UsageError(
          `--signatures ${folder}: this clone is not the release that was signed: ${opened.error}`,
        );
      if (manifestText(opened.value) !== manifestText(manifest))
        throw new Error('two manifests of one digest');
      return signed;
    },
    image: (which, unsigned) => {
      const name = SIGNATURE_FILES[which];
      const signature = fileIn(folder, name);
      if (!isSignedImage(unsigned, signature, certificatePem))
        throw new UsageError(
          `--signatures ${folder}: ${name} is not of what was built here: another lock, another tool or another source`,
        );
      return signature;
    },
  };
};
