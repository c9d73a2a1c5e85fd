/** The audit of a medium: a release and nothing else is found so, and whatever was done to it is named. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditImage } from '#scripts/audit/image/check-image.ts';
import { imageReport } from '#scripts/audit/image/image-report.ts';
import { tellReport, uncheckedCodes } from '#scripts/audit/report.ts';
import { tell } from '#scripts/audit/words/phrase.ts';
import { type Disk, openDisk } from '#scripts/image/disk/disk.ts';
import { backupTable, type GptPartition, primaryTable } from '#scripts/image/disk/gpt.ts';
import { extentOf, IMAGE_BYTES, layoutOf, type PartitionName } from '#scripts/image/disk/layout.ts';
import { applyWrites } from '#scripts/image/disk/write.ts';
import { addFile, removeFile } from '#scripts/image/fat/change.ts';
import { contentOf, readTree } from '#scripts/image/fat/volume.ts';
import { type GivenImage, readImage } from '#scripts/image/flash/read-image.ts';
import { planUpdate } from '#scripts/image/flash/update-plan.ts';
import { readOurDisk } from '#scripts/image/read-disk.ts';
import { testSigner, tinyImage, writeTinyImage } from '../image/tiny-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'urna-audit-image-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const release = (version: string) => tinyImage({ version, rollbackIndex: 1, signer: testSigner() });
const first = release('1.0.0');
let image: GivenImage;
let other: GivenImage;

const imageOf = (name: string, built: ReturnType<typeof release>): GivenImage => {
  writeTinyImage(at(name), built);
  const read = readImage(at(name));
  if (!read.ok) throw new Error(read.error);
  return read.value;
};

beforeAll(() => {
  image = imageOf('first.img', first);
  other = imageOf('second.img', release('1.1.0'));
});

const on = <T>(look: (disk: Disk) => T): T => {
  writeTinyImage(at('medium.img'), first);
  const disk = openDisk(at('medium.img'), IMAGE_BYTES, 'write');
  try {
    return look(disk);
  } finally {
    disk.close();
  }
};

const codesAfter = (change: (disk: Disk) => void): readonly string[] =>
  on((disk) => {
    change(disk);
    const audit = auditImage(disk, image, null);
    // Every finding belongs to a check of the report, and is told in it.
    const report = imageReport('medium', image, null, audit, 'again');
    expect(uncheckedCodes(report)).toEqual([]);
    for (const locale of ['es', 'en'] as const)
      for (const { message } of audit.findings)
        expect(tellReport(report, locale)).toContain(tell(locale, message));
    return [...new Set(audit.findings.map(({ code }) => code))].sort();
  });

const plain = layoutOf('x64', IMAGE_BYTES, { a: null, b: null });
const placeOf = (name: PartitionName, bytes: number): number =>
  extentOf(plain, name).offset + bytes;
const flip = (disk: Disk, offset: number): void => {
  const [byte = 0] = disk.read(offset, 1);
  disk.write(offset, Buffer.from([byte ^ 1]));
};
const changeEsp = (disk: Disk, change: (esp: Buffer) => void): void => {
  const { offset, bytes } = extentOf(plain, 'urna-esp');
  const esp = disk.read(offset, bytes);
  change(esp);
  disk.write(offset, esp);
};
const withPartitions = (disk: Disk, partitions: readonly GptPartition[]): void => {
  const gpt = { ...layoutOf('x64', IMAGE_BYTES, { a: image.rootHash, b: null }), partitions };
  const backup = backupTable(gpt);
  disk.write(0, primaryTable(gpt));
  disk.write(IMAGE_BYTES - backup.length, backup);
};
const replaceUki = (disk: Disk, uki: Uint8Array): void =>
  changeEsp(disk, (esp) => {
    applyWrites(esp, removeFile(esp, 'EFI/Linux/urna-1.efi'));
    applyWrites(esp, addFile(esp, 'EFI/Linux/urna-1.efi', uki));
  });

describe('a medium', () => {
  test('that was just flashed is that release and nothing else', () => {
    on((disk) => {
      const audit = auditImage(disk, image, null);
      expect(audit).toMatchObject({ findings: [], slot: 'a', files: 3 });
      expect(audit.partitions.map(({ what }) => tell('en', what))).toEqual([
        ...['release 1.0.0', 'release 1.0.0', 'release 1.0.0', 'empty', 'empty'],
        'empty at its start',
      ]);
    });
  });

  test('that was updated is both releases, when both are named', () => {
    on((disk) => {
      const ours = readOurDisk(disk);
      const planned = ours.ok ? planUpdate(disk, ours.value, other) : ours;
      if (!planned.ok) throw new Error(planned.error);
      for (const { offset, bytes } of planned.value.steps.flat()) disk.write(offset, bytes);
      expect(auditImage(disk, other, image)).toMatchObject({ findings: [], slot: 'b' });
      const alone = auditImage(disk, other, null).findings.map(({ code }) => code);
      expect(alone).toContain('image.otherSlot');
      expect(auditImage(disk, image, other).findings).toMatchObject([
        { code: 'image.notStarted', subject: 'EFI/Linux/urna-2+3.efi' },
      ]);
    });
  });

  test('whose data partition is in use is not judged by it', () => {
    expect(codesAfter((disk) => disk.write(placeOf('urna-data', 0), Buffer.from('LUKS')))).toEqual(
      [],
    );
  });

  test.each<[string, (disk: Disk) => void, readonly string[]]>([
    ['one bit of the root', (disk) => flip(disk, placeOf('urna-root-a', 50_000)), ['image.root']],
    [
      'one bit of the hash tree',
      (disk) => flip(disk, placeOf('urna-verity-a', 4_100)),
      ['image.root'],
    ],
    ['behind the root', (disk) => flip(disk, placeOf('urna-verity-a', -1)), ['image.slack']],
    ['in the empty slot', (disk) => flip(disk, placeOf('urna-root-b', 7)), ['image.otherSlot']],
    ['before the first partition', (disk) => flip(disk, 40_000), ['image.gap']],
    ['behind the last partition', (disk) => flip(disk, IMAGE_BYTES - 17_000), ['image.gap']],
    ['the table at the start', (disk) => flip(disk, 1_100), ['image.table']],
    ['the table at the end', (disk) => flip(disk, IMAGE_BYTES - 100), ['image.table']],
    ['the code of a boot sector', (disk) => flip(disk, 3), ['image.table']],
    [
      'a partition more',
      (disk) => {
        const gpt = layoutOf('x64', IMAGE_BYTES, { a: image.rootHash, b: null });
        const more = { ...gpt.partitions[0]!, name: 'more', firstSector: 100, sectors: 50 };
        withPartitions(disk, [...gpt.partitions, more]);
      },
      ['image.partitionExtra', 'image.table'],
    ],
    [
      'a partition less',
      (disk) => withPartitions(disk, plain.partitions.slice(0, -1)),
      ['image.partitionMissing'],
    ],
    [
      'a file more',
      (disk) =>
        changeEsp(disk, (esp) =>
          applyWrites(esp, addFile(esp, 'EFI/BOOT/more.efi', Buffer.from('x'))),
        ),
      ['image.fileExtra'],
    ],
    [
      'a file less',
      (disk) => changeEsp(disk, (esp) => applyWrites(esp, removeFile(esp, 'loader/loader.conf'))),
      ['image.fileMissing'],
    ],
    [
      'another setting of the boot loader',
      (disk) =>
        changeEsp(disk, (esp) => {
          applyWrites(esp, removeFile(esp, 'loader/loader.conf'));
          applyWrites(esp, addFile(esp, 'loader/loader.conf', Buffer.from('timeout 9\n')));
        }),
      ['image.fileChanged'],
    ],
    [
      'one letter of the command line',
      (disk) => {
        const uki = Buffer.from(image.uki);
        uki.write('panic=99', uki.indexOf('panic=10'), 'latin1');
        replaceUki(disk, uki);
      },
      ['image.fileChanged', 'image.fileMissing'],
    ],
    [
      'what starts another release',
      (disk) => replaceUki(disk, other.uki),
      ['image.fileChanged', 'image.fileMissing', 'image.notStarted'],
    ],
    [
      'free room that is not empty',
      (disk) => flip(disk, placeOf('urna-root-a', -5_000)),
      ['image.slack'],
    ],
    [
      'something behind the end of a file',
      (disk) =>
        changeEsp(disk, (esp) => {
          const file = readTree(esp).files.find(({ path }) => path === 'loader/loader.conf')!;
          const content = contentOf(esp, file);
          const start = esp.indexOf(content);
          esp.write('hidden', start + content.length + 10, 'latin1');
        }),
      ['image.slack'],
    ],
    [
      'the name of a file that was deleted',
      (disk) =>
        changeEsp(disk, (esp) => {
          applyWrites(esp, addFile(esp, 'loader/old.txt', Buffer.alloc(0)));
          const file = readTree(esp).files.find(({ path }) => path === 'loader/old.txt')!;
          for (const entry of file.entries) esp[entry] = 0xe5;
        }),
      ['image.slack'],
    ],
  ])('%s is found', (_, change, codes) => {
    expect(codesAfter(change)).toEqual(codes);
  });
});
