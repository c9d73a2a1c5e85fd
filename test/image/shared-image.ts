/**
 * The image that the files of this suite start, change and look into: built once, by the first that asks for it.
 * The files run one at a time. Whoever changes it changes a copy.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { inject } from 'vitest';
import { type BuiltImage, buildImage } from '#scripts/image/build-image.ts';
import { type Signatures, signWith } from '#scripts/image/signatures.ts';
import { makeTestSigner } from '#scripts/image/test-keys.ts';
import { type WrittenImage, writeImage } from '#scripts/image/write-image.ts';

/** Ed25519: whose releases the image takes. */
export const RELEASE_KEY = Buffer.alloc(32, 7);

export type SharedImage = {
  readonly built: BuiltImage;
  readonly written: WrittenImage;
  readonly signer: ReturnType<typeof makeTestSigner>;
  /** Disk, kernel and signatures as files, and their names as `writeImage` gives them. */
  readonly folder: string;
};

/** From this clone, as it is now. */
export const buildAnImage = (signatures: Signatures): Promise<BuiltImage> =>
  buildImage({ arch: 'x64', board: 'virtual-x64', signatures, tell: () => undefined });

export const sharedImage = async (): Promise<SharedImage> => {
  const shared = inject('sharedFolder');
  const kept = join(shared, 'built');
  if (!existsSync(kept)) {
    const signer = makeTestSigner();
    const signatures = signWith(RELEASE_KEY, signer);
    const built = await buildAnImage(signatures);
    const folder = join(shared, 'image');
    const written = await writeImage(folder, built, signatures);
    const image: SharedImage = { built, written, signer, folder };
    writeFileSync(`${kept}.new`, serialize(image));
    renameSync(`${kept}.new`, kept);
  }
  return deserialize(readFileSync(kept)) as SharedImage;
};
