/**
 * The image of a unit: the same bytes twice, a start up to the unit's own stages, and what happens to one that
 * was tampered with: refused where it must be, with what is said there.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditImage } from '#scripts/audit/image/check-image.ts';
import type { BuiltImage } from '#scripts/image/build-image.ts';
import { openDisk } from '#scripts/image/disk/disk.ts';
import { extentOf, IMAGE_BYTES, layoutOf } from '#scripts/image/disk/layout.ts';
import { applyWrites } from '#scripts/image/disk/write.ts';
import { ukiPath } from '#scripts/image/esp.ts';
import { addFile, removeFile } from '#scripts/image/fat/change.ts';
import { readImage } from '#scripts/image/flash/read-image.ts';
import { signaturesIn } from '#scripts/image/signatures.ts';
import { makeTestSigner } from '#scripts/image/test-keys.ts';
import { signImage } from '#scripts/image/uefi/authenticode.ts';
import { attachSignature, detachSignature } from '#scripts/image/uefi/pe.ts';
import { type WrittenImage, writeImage } from '#scripts/image/write-image.ts';
import { hear, whyNoImage } from './image-machine.ts';
import { buildAnImage, type SharedImage, sharedImage } from './shared-image.ts';

const missing = await whyNoImage();

const LIMIT_MS = 150_000;
const STARTED = /urna: start: root ([0-9a-f]{64})/;
const RELEASE_STAGE = /urna: \[2\/\d\] release/;
const PANIC = /Kernel panic - not syncing: .*\n/;

describe.skipIf(missing !== null)('the image', () => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-image-test-'));
  const at = (name: string): string => join(folder, name);
  let image: SharedImage;
  let built: BuiltImage;
  let written: WrittenImage;

  beforeAll(async () => {
    image = await sharedImage();
    ({ built, written } = image);
  }, 400_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const disk = (): string => {
    copyFileSync(written.image, at('disk.img'));
    return at('disk.img');
  };
  const plain = layoutOf('x64', IMAGE_BYTES, { a: null, b: null });
  const changed = (change: (esp: Buffer) => void): string => {
    const file = disk();
    const medium = openDisk(file, IMAGE_BYTES, 'write');
    const { offset, bytes } = extentOf(plain, 'urna-esp');
    const esp = medium.read(offset, bytes);
    change(esp);
    medium.write(offset, esp);
    medium.close();
    return file;
  };
  const replace = (esp: Buffer, path: string, content: Uint8Array): void => {
    applyWrites(esp, removeFile(esp, path));
    applyWrites(esp, addFile(esp, path, content));
  };
  const flipped = (name: Parameters<typeof extentOf>[1], byte: number): string => {
    const file = disk();
    const medium = openDisk(file, IMAGE_BYTES, 'write');
    const { offset } = extentOf(plain, name);
    const [old = 0] = medium.read(offset + byte, 1);
    medium.write(offset + byte, Buffer.from([old ^ 1]));
    medium.close();
    return file;
  };
  const findings = (file: string): readonly string[] => {
    const read = readImage(written.image);
    if (!read.ok) throw new Error(read.error);
    const medium = openDisk(file, IMAGE_BYTES, 'read');
    const audit = auditImage(medium, read.value, null);
    medium.close();
    return audit.findings.map(({ code }) => code);
  };
  const direct = (commandLine: string) =>
    ({ kind: 'direct', folder: join(image.folder, 'direct'), commandLine }) as const;
  const uefi = (certificatePem: string | null) => ({ kind: 'uefi', certificatePem }) as const;
  const run = { work: folder, limitMs: LIMIT_MS } as const;
  const uki = (): Uint8Array => attachSignature(built.uki, built.ukiSignature);

  test('is the same bytes from the published signatures, without a key, and small enough', async () => {
    const published = signaturesIn(join(image.folder, 'signatures'));
    const again = await writeImage(at('again'), await buildAnImage(published), published);
    expect(again.sha256).toBe(written.sha256);
    expect(readFileSync(`${again.image}.zst`).equals(readFileSync(`${written.image}.zst`))).toBe(
      true,
    );
    expect(written.compressedBytes).toBeLessThan(150_000_000);
    expect(findings(written.image)).toEqual([]);
    rmSync(at('again'), { recursive: true });
  }, 400_000);

  test(
    'starts up to the stage in which the unit verifies its release',
    async () => {
      const start = direct(built.commandLine);
      const heard = await hear({ ...run, disk: disk(), start, until: [RELEASE_STAGE, PANIC] });
      expect(heard.text).toMatch(RELEASE_STAGE);
      expect(STARTED.exec(heard.text)?.[1]).toBe(built.verity.rootHash);
    },
    LIMIT_MS + 20_000,
  );

  test(
    'with one bit of the root changed stops at the first block that is not as it was signed',
    async () => {
      const file = flipped('urna-root-a', 8);
      expect(findings(file)).toEqual(['image.root']);
      const start = direct(built.commandLine);
      const heard = await hear({ ...run, disk: file, start, until: [RELEASE_STAGE, PANIC] });
      expect(heard.text).toContain('dm-verity device corrupted');
      expect(heard.text).not.toContain('urna: [1/');
    },
    LIMIT_MS + 20_000,
  );

  test(
    'started with another root hash finds no root, says so, and has no prompt',
    async () => {
      const other = built.verity.rootHash.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      const start = direct(built.commandLine.replace(built.verity.rootHash, other));
      const heard = await hear({ ...run, disk: disk(), start, until: [PANIC] });
      expect(heard.text).toContain(`urna: start: no disk holds the root ${other}`);
      expect(heard.text).toMatch(PANIC);
    },
    LIMIT_MS + 20_000,
  );

  test(
    'starts under Secure Boot with its signer’s certificate',
    async () => {
      const start = uefi(image.signer.certificatePem);
      const heard = await hear({ ...run, disk: disk(), start, until: [STARTED, PANIC] });
      expect(heard.text).toContain('UEFI Secure Boot is enabled');
      expect(heard.text).toMatch(STARTED);
    },
    LIMIT_MS + 20_000,
  );

  test(
    'with one letter of the command line changed is refused by Secure Boot',
    async () => {
      const file = changed((esp) => {
        const bytes = Buffer.from(uki());
        bytes.write('panic=19', bytes.indexOf('panic=10'), 'latin1');
        replace(esp, 'EFI/Linux/urna-1.efi', bytes);
      });
      expect(findings(file)).toContain('image.fileChanged');
      const start = uefi(image.signer.certificatePem);
      const until = [STARTED, /Access denied|Security violation/i];
      const heard = await hear({ ...run, disk: file, start, until });
      expect(heard.text).toMatch(/urna-1\.efi.*(Access denied|Security violation)/is);
      expect(heard.text).not.toMatch(STARTED);
    },
    LIMIT_MS + 20_000,
  );

  test(
    'signed by anybody else is refused before its boot loader runs',
    async () => {
      const other = makeTestSigner();
      const resigned = (signed: Uint8Array): Uint8Array => {
        const { unsigned } = detachSignature(signed)!;
        return attachSignature(unsigned, signImage(unsigned, other));
      };
      const file = changed((esp) => {
        const boot = attachSignature(built.boot, built.bootSignature);
        replace(esp, 'EFI/BOOT/BOOTX64.EFI', resigned(boot));
        replace(esp, 'EFI/Linux/urna-1.efi', resigned(uki()));
      });
      expect(findings(file).filter((code) => code === 'image.fileChanged')).toHaveLength(2);
      const start = uefi(image.signer.certificatePem);
      const until = [STARTED, /Access Denied|Security Violation/i];
      const heard = await hear({ ...run, disk: file, start, until });
      expect(heard.text).toMatch(/failed to load.*(Access Denied|Security Violation)/is);
      expect(heard.text).not.toMatch(STARTED);
    },
    LIMIT_MS + 20_000,
  );

  test(
    'that was updated to a release that can not run goes back to the one before',
    async () => {
      // The new one's root is nowhere: it panics, starts anew, and has no try left.
      const file = changed((esp) => {
        const bytes = Buffer.from(uki());
        const { rootHash } = built.verity;
        bytes.write(`roothash=${'0'.repeat(64)}`, bytes.indexOf(`roothash=${rootHash}`), 'latin1');
        applyWrites(esp, addFile(esp, ukiPath({ number: 2, triesLeft: 1 }), bytes));
      });
      const heard = await hear({
        ...{ ...run, disk: file, start: uefi(null), until: [STARTED], again: true },
      });
      expect(heard.text).toContain(`no disk holds the root ${'0'.repeat(64)}`);
      expect(STARTED.exec(heard.text)?.[1]).toBe(built.verity.rootHash);
    },
    LIMIT_MS + 20_000,
  );
});
