/** What an image is made of, judged by the programs that everybody else uses for it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { BEFORE_SETUP, LABEL } from '#boot/unit/data.ts';
import { backupTable, primaryTable } from '#scripts/image/disk/gpt.ts';
import { IMAGE_BYTES, layoutOf } from '#scripts/image/disk/layout.ts';
import { applyWrites } from '#scripts/image/disk/write.ts';
import { addFile, makeVolume, removeFile } from '#scripts/image/fat/change.ts';
import { setupMarkOf } from '#scripts/image/flash/setup-mark.ts';
import { makeTestSigner } from '#scripts/image/test-keys.ts';
import { findTool, type Tool } from '#scripts/image/tools.ts';
import { signImage } from '#scripts/image/uefi/authenticode.ts';
import { attachSignature, withSections } from '#scripts/image/uefi/pe.ts';
import { verityOf } from '#scripts/image/verity.ts';
import { tinyProgram } from '../scripts/image/tiny-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'urna-formats-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const has = (tool: Tool): boolean => {
  const found = findTool(tool) !== null;
  if (!found) process.stderr.write(`skipped: ${tool} is not installed\n`);
  return found;
};
const ask = (tool: Tool, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(findTool(tool) ?? tool, args, { encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
};
const pattern = (bytes: number): Buffer =>
  Buffer.from(Uint8Array.from({ length: bytes }, (_, i) => i * 31 + (i >> 8)));

describe.skipIf(!has('veritysetup'))('veritysetup', () => {
  test.each([2, 3, 128, 129, 1_000, 16_385])('makes the same tree of %d blocks', (blocks) => {
    const salt = pattern(32);
    const uuid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    const root = pattern(blocks * 4096);
    const { tree, rootHash } = verityOf(root, salt, uuid);
    writeFileSync(at('root'), root);
    writeFileSync(at('tree'), tree);
    expect(ask('veritysetup', 'verify', at('root'), at('tree'), rootHash).status).toBe(0);
    const wrong = `${rootHash.slice(0, -1)}${rootHash.endsWith('0') ? '1' : '0'}`;
    expect(ask('veritysetup', 'verify', at('root'), at('tree'), wrong).status).not.toBe(0);
  });
});

describe.skipIf(!has('sfdisk'))('sfdisk', () => {
  test('finds no error in the table, and the partitions where they are', () => {
    const gpt = layoutOf('arm64', IMAGE_BYTES, { a: 'ab'.repeat(32), b: null });
    const disk = Buffer.alloc(IMAGE_BYTES);
    disk.set(primaryTable(gpt));
    const backup = backupTable(gpt);
    disk.set(backup, disk.length - backup.length);
    writeFileSync(at('disk'), disk);
    expect(ask('sfdisk', '--verify', at('disk')).said).toContain('No errors detected');
    const { partitiontable } = JSON.parse(ask('sfdisk', '--json', at('disk')).said);
    expect(
      partitiontable.partitions.map(
        (each: { name: string; start: number; size: number; uuid: string; type: string }) => [
          ...[each.name, each.start, each.size, each.uuid.toLowerCase(), each.type.toLowerCase()],
        ],
      ),
    ).toEqual(
      gpt.partitions.map((each) => [each.name, each.firstSector, each.sectors, each.id, each.type]),
    );
  });
});

describe.skipIf(!has('fsck.vfat') || !has('mdir'))('fsck.vfat and mtools', () => {
  const look = (volume: Buffer) => {
    writeFileSync(at('volume'), volume);
    const check = ask('fsck.vfat', '-n', at('volume'));
    expect([check.status, check.said]).toEqual([0, check.said]);
    return ask('mdir', '-i', at('volume'), '-/', '-b', '::')
      .said.split('\n')
      .filter((line) => line !== '' && !line.endsWith('/'));
  };

  test('find a sound volume with the files in it, after each change', () => {
    const files = [
      ['EFI/BOOT/BOOTX64.EFI', pattern(5)],
      ['EFI/Linux/urna-1.efi', pattern(300_001)],
      ['loader/loader.conf', pattern(0)],
    ] as const;
    const volume = makeVolume(128 * 1024 * 1024, new Map(files));
    expect(look(volume)).toEqual(files.map(([path]) => `::/${path}`));
    applyWrites(volume, addFile(volume, 'EFI/Linux/urna-2+3.efi', pattern(70_000)));
    expect(look(volume)).toContain('::/EFI/Linux/urna-2+3.efi');
    applyWrites(volume, removeFile(volume, 'EFI/Linux/urna-1.efi'));
    expect(look(volume)).not.toContain('::/EFI/Linux/urna-1.efi');
  });
});

describe.skipIf(!has('sbverify'))('sbverify', () => {
  const signer = makeTestSigner();
  const image = withSections(tinyProgram(1), [{ name: '.linux', content: pattern(10_001) }]);
  const signed = attachSignature(image, signImage(image, signer));
  const verdict = (bytes: Uint8Array, certificate: string) => {
    writeFileSync(at('image.efi'), bytes);
    writeFileSync(at('certificate.pem'), certificate);
    return ask('sbverify', '--cert', at('certificate.pem'), at('image.efi')).status;
  };

  test('takes a signature of ours, and no other', () => {
    expect(verdict(signed, signer.certificatePem)).toBe(0);
    expect(verdict(signed, makeTestSigner().certificatePem)).not.toBe(0);
    const changed = Buffer.from(signed);
    changed[0x900]! ^= 1;
    expect(verdict(changed, signer.certificatePem)).not.toBe(0);
  });
});

describe.skipIf(!has('cryptsetup') || !has('mkfs.ext4'))(
  'the mark of a unit that was not set up',
  () => {
    const file = at('data');
    const markIn = (): string => {
      const bytes = readFileSync(file);
      return setupMarkOf((offset, length) => bytes.subarray(offset, offset + length));
    };
    const zeros = (): void => writeFileSync(file, Buffer.alloc(40 * 1024 * 1024));

    test('is read from a header that cryptsetup wrote, and its absence too', () => {
      zeros();
      expect(markIn()).toBe('beforeSetup');
      writeFileSync(at('key'), pattern(32));
      const quick = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000', '--batch-mode'];
      const made = ask('cryptsetup', 'luksFormat', '--type', 'luks2', ...quick, file, at('key'));
      expect(made).toEqual({ status: 0, said: made.said });
      expect(markIn()).toBe('setUp');
      writeFileSync(at('token'), JSON.stringify({ type: BEFORE_SETUP, keyslots: [] }));
      expect(
        ask('cryptsetup', 'token', 'import', '--token-id', '1', '--json-file', at('token'), file)
          .status,
      ).toBe(0);
      expect(markIn()).toBe('beforeSetup');
      expect(ask('cryptsetup', 'token', 'remove', '--token-id', '1', file).status).toBe(0);
      expect(markIn()).toBe('setUp');
    });

    test.each([
      [LABEL.beforeSetup, 'beforeSetup'],
      [LABEL.afterSetup, 'setUp'],
    ])('is read from the label %s of a file system', (label, mark) => {
      zeros();
      expect(ask('mkfs.ext4', '-q', '-F', '-L', label, file).status).toBe(0);
      expect(markIn()).toBe(mark);
    });
  },
);
