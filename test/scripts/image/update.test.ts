/** An update of a unit's disk: what is refused, and that a cut at any sector leaves a unit that starts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashAt } from '#scripts/crash/blocks/states.ts';
import type { LogEntry } from '#scripts/crash/blocks/write-log.ts';
import { makeChance } from '#scripts/elections/names.ts';
import type { BuiltImage } from '#scripts/image/build-image.ts';
import { type Disk, openDisk } from '#scripts/image/disk/disk.ts';
import { readPrimary, SECTOR_BYTES } from '#scripts/image/disk/gpt.ts';
import {
  ESP_BYTES,
  extentOf,
  FIRST_PARTITION_OFFSET,
  IMAGE_BYTES,
} from '#scripts/image/disk/layout.ts';
import { applyWrites, type Write } from '#scripts/image/disk/write.ts';
import { TRIES, ukiPath } from '#scripts/image/esp.ts';
import { addFile, removeFile } from '#scripts/image/fat/change.ts';
import { contentOf, readTree } from '#scripts/image/fat/volume.ts';
import { readImage } from '#scripts/image/flash/read-image.ts';
import { planUpdate, type Release } from '#scripts/image/flash/update-plan.ts';
import {
  bootOrder,
  type DiskUki,
  isSlotWhole,
  type OurDisk,
  readOurDisk,
  readStart,
} from '#scripts/image/read-disk.ts';
import { makeTestSigner } from '#scripts/image/test-keys.ts';
import { type TinyRelease, testSigner, tinyImage, writeTinyImage } from './tiny-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'urna-update-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const releaseOf = (version: string, given: Partial<TinyRelease> = {}): Release => {
  const file = at(`${version}.img`);
  writeTinyImage(file, tinyImage({ version, rollbackIndex: 3, signer: testSigner(), ...given }));
  const image = readImage(file);
  if (!image.ok) throw new Error(image.error);
  return image.value;
};

const CUTS = 1_000;
/** Whose writes stand in no file of a log. */
const IN_NO_LOG = { data: 0, end: 0, durable: false } as const;

/** The table and the file system at the start are looked at again and again: they are kept in memory. */
const inMemory = (disk: Disk): Disk => {
  const start = disk.read(0, FIRST_PARTITION_OFFSET + ESP_BYTES);
  return {
    ...disk,
    read: (offset, bytes) =>
      offset + bytes <= start.length
        ? start.subarray(offset, offset + bytes)
        : disk.read(offset, bytes),
    write: (offset, bytes) => {
      if (offset + bytes.length <= start.length) start.set(bytes, offset);
      else disk.write(offset, bytes);
    },
  };
};

const onDisk = <T>(file: string, look: (disk: Disk) => T): T => {
  const disk = openDisk(file, IMAGE_BYTES, 'write');
  try {
    return look(inMemory(disk));
  } finally {
    disk.close();
  }
};

const oursOn = (disk: Disk): OurDisk => {
  const ours = readOurDisk(disk);
  if (!ours.ok) throw new Error(ours.error);
  return ours.value;
};

const plan = (disk: Disk, release: Release) => planUpdate(disk, oursOn(disk), release);
const stepsOf = (disk: Disk, release: Release): readonly (readonly Write[])[] => {
  const planned = plan(disk, release);
  if (!planned.ok) throw new Error(planned.error);
  return planned.value.steps;
};

/** What the unit would start now; a reason where it would start nothing. */
const started = (disk: Disk): DiskUki | string => {
  const ours = readOurDisk(disk);
  if (!ours.ok) return ours.error;
  const [first] = bootOrder(ours.value.ukis);
  if (first === undefined) return 'nothing to start';
  if (first.signer === null) return `${first.path} is not signed`;
  if (first.slot === null) return `${first.path} has no slot`;
  return isSlotWhole(disk, ours.value.gpt, first.slot, first)
    ? first
    : `slot ${first.slot} is torn`;
};

/** Writes sector by sector, as a disk takes them. */
const sectorsOf = (writes: readonly Write[]): readonly Write[] =>
  writes.flatMap(({ offset, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / SECTOR_BYTES) }, (_, index) => ({
      offset: offset + index * SECTOR_BYTES,
      bytes: bytes.subarray(index * SECTOR_BYTES, (index + 1) * SECTOR_BYTES),
    })),
  );

/**
 * What the unit starts after power cuts, and how often, at instants spread over an update whose every step ends
 * in a flush: of the writes after the last one any may be lost, or torn between its sectors.
 */
const startedAfterCuts = (
  disk: Disk,
  steps: readonly (readonly Write[])[],
): ReadonlyMap<string, number> => {
  const log = steps.flatMap((step) => [...step, null]);
  const entries = log.map(
    (write): LogEntry =>
      write === null
        ? { kind: 'flush', end: 0 }
        : { kind: 'write', offset: write.offset, length: write.bytes.length, ...IN_NO_LOG },
  );
  const write = (each: Write | null | undefined, bytes?: number): void => {
    if (each != null) disk.write(each.offset, each.bytes.subarray(0, bytes));
  };
  const { below } = makeChance(1, 'power cuts of an update');
  const seen = new Map<string, number>();
  let sure = 0;
  for (let cut = 0; cut < CUTS; cut++) {
    const at = Math.floor(((cut + 0.5) * (entries.length + 1)) / CUTS);
    const { durable, loose } = crashAt(entries, at, below);
    for (; sure < durable; sure++) write(log[sure]);
    const before = loose.flatMap(({ entry }) => {
      const { offset, bytes } = log[entry] ?? { offset: 0, bytes: Buffer.alloc(0) };
      return [{ offset, bytes: Buffer.from(disk.read(offset, bytes.length)) }];
    });
    for (const { entry, bytes } of loose) write(log[entry], bytes);
    const now = started(disk);
    const what = typeof now === 'string' ? now : now.version;
    seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const each of before.toReversed()) write(each);
  }
  return seen;
};

/** A release in the other slot shows that it runs, as a unit says so: its name loses the count. */
const markGood = (disk: Disk): void => {
  const { gpt, esp, ukis } = oursOn(disk);
  const [first] = bootOrder(ukis);
  const file = readTree(esp).files.find(({ path }) => path === first!.path)!;
  const content = contentOf(esp, file);
  applyWrites(esp, removeFile(esp, first!.path));
  applyWrites(esp, addFile(esp, ukiPath({ number: first!.name.number, triesLeft: null }), content));
  disk.write(extentOf(gpt, 'urna-esp').offset, esp);
};

let first: BuiltImage;
let old: Release;
let next: Release;
const fresh = (): string => {
  writeTinyImage(at('unit.img'), first);
  return at('unit.img');
};

beforeAll(() => {
  first = tinyImage({ version: '1.0.0', rollbackIndex: 3, signer: testSigner() });
  old = releaseOf('1.0.0');
  next = releaseOf('1.1.0', { rollbackIndex: 4, blocks: 23 });
});

describe('an update', () => {
  test('writes the other slot, leaves the running one, and is tried first', () => {
    onDisk(fresh(), (disk) => {
      const { gpt } = oursOn(disk);
      const slot = extentOf(gpt, 'urna-root-a');
      const before = disk.read(slot.offset, old.root.length);
      for (const { offset, bytes } of stepsOf(disk, next).flat()) disk.write(offset, bytes);
      expect(started(disk)).toMatchObject({
        version: '1.1.0',
        slot: 'b',
        name: { number: 2, triesLeft: TRIES },
      });
      expect(disk.read(slot.offset, old.root.length).equals(before)).toBe(true);
      expect(
        oursOn(disk)
          .ukis.map(({ version }) => version)
          .sort(),
      ).toEqual(['1.0.0', '1.1.0']);
    });
  });

  test('goes back to the first slot the next time, once the new release has shown that it runs', () => {
    onDisk(fresh(), (disk) => {
      for (const { offset, bytes } of stepsOf(disk, next).flat()) disk.write(offset, bytes);
      markGood(disk);
      const third = releaseOf('1.2.0', { rollbackIndex: 4, blocks: 5 });
      const planned = plan(disk, third);
      expect(planned).toMatchObject({ ok: true, value: { slot: 'a', kept: { version: '1.1.0' } } });
      for (const { offset, bytes } of stepsOf(disk, third).flat()) disk.write(offset, bytes);
      expect(started(disk)).toMatchObject({ version: '1.2.0', slot: 'a', name: { number: 3 } });
      // What was longer before is not left behind the shorter root.
      const { gpt } = oursOn(disk);
      const { offset } = extentOf(gpt, 'urna-root-a');
      const behind = disk.read(offset + third.root.length, old.root.length - third.root.length);
      expect(behind.every((each) => each === 0)).toBe(true);
    });
  });

  test('that was never seen to run is written over by the next one', () => {
    onDisk(fresh(), (disk) => {
      for (const { offset, bytes } of stepsOf(disk, next).flat()) disk.write(offset, bytes);
      expect(plan(disk, releaseOf('1.3.0', { rollbackIndex: 4 }))).toMatchObject({
        ok: true,
        value: { slot: 'b', kept: { version: '1.0.0' } },
      });
    });
  });

  test('cut at any sector, leaves a unit that starts one of the two, and takes the update again', () => {
    onDisk(fresh(), (disk) => {
      const sectors = sectorsOf(stepsOf(disk, next).flat());
      expect(sectors.length).toBeGreaterThan(300);
      const seen = new Map<string, number>();
      for (const { offset, bytes } of sectors) {
        const now = started(disk);
        const version = typeof now === 'string' ? now : now.version;
        seen.set(version, (seen.get(version) ?? 0) + 1);
        disk.write(offset, bytes);
      }
      // The new one is the one from the very last sector on, and until then it is the old one.
      expect([...seen]).toEqual([['1.0.0', sectors.length]]);
      expect(started(disk)).toMatchObject({ version: '1.1.0' });
    });
  });

  test.each([0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99])(
    'cut after %f of its sectors, is done whole by a second attempt, and nothing is lost',
    (share) => {
      onDisk(fresh(), (disk) => {
        const sectors = sectorsOf(stepsOf(disk, next).flat());
        for (const { offset, bytes } of sectors.slice(0, Math.floor(sectors.length * share)))
          disk.write(offset, bytes);
        for (const { offset, bytes } of stepsOf(disk, next).flat()) disk.write(offset, bytes);
        expect(started(disk)).toMatchObject({ version: '1.1.0' });
        expect(readTree(oursOn(disk).esp).problems).toEqual([]);
      });
    },
  );

  test('cut in 1,000 ways, any write since the last flush lost or torn, leaves a unit that starts one of the two', () => {
    onDisk(fresh(), (disk) => {
      const seen = startedAfterCuts(disk, stepsOf(disk, next));
      expect([...seen.keys()].sort()).toEqual(['1.0.0', '1.1.0']);
      expect(seen.get('1.0.0')).toBeGreaterThan(CUTS / 2);
    });
  });

  test('that never flushes is found out by such cuts', () => {
    onDisk(fresh(), (disk) => {
      const seen = startedAfterCuts(disk, [stepsOf(disk, next).flat()]);
      expect([...seen.keys()].filter((each) => !/^\d/.test(each))).not.toEqual([]);
    });
  });

  test('leaves a table at the start that is torn to the one at the end, which is whole then', () => {
    onDisk(fresh(), (disk) => {
      const steps = stepsOf(disk, next);
      for (const { offset, bytes } of steps.slice(0, 3).flat()) disk.write(offset, bytes);
      const [primary] = sectorsOf(steps[3]!);
      disk.write(primary!.offset, primary!.bytes);
      expect(readPrimary(readStart(disk)).ok).toBe(false);
      expect(started(disk)).toMatchObject({ version: '1.0.0', slot: 'a' });
    });
  });

  test('in the wrong order would be seen: the name before the content', () => {
    onDisk(fresh(), (disk) => {
      const steps = stepsOf(disk, next);
      for (const { offset, bytes } of [...steps[0]!, ...steps[4]!, ...steps[5]!])
        disk.write(offset, bytes);
      expect(started(disk)).toContain('has no slot');
    });
  });
});

describe('an update is refused', () => {
  const refusal = (release: Release, change: (disk: Disk) => void = () => undefined): string =>
    onDisk(fresh(), (disk) => {
      change(disk);
      const planned = plan(disk, release);
      return planned.ok ? 'taken' : planned.error;
    });

  test('when it is older', () => {
    expect(refusal(releaseOf('0.9.0', { rollbackIndex: 2 }))).toContain('rollback index 2');
  });
  test('when it is signed by somebody else', () => {
    expect(refusal(releaseOf('1.4.0', { signer: makeTestSigner() }))).toContain(
      'not signed by whoever',
    );
  });
  test('when it is the release that is there', () => {
    expect(refusal(old)).toContain('already');
  });
  test('when the unit was set up, or something unknown lies in its data partition', () => {
    const write = (disk: Disk): void =>
      disk.write(extentOf(oursOn(disk).gpt, 'urna-data').offset + 4_096, Buffer.from([1]));
    expect(refusal(next, write)).toContain('set up for an election');
  });
  test('when the release that is there is torn, so that nothing would be left to go back to', () => {
    const tear = (disk: Disk): void =>
      disk.write(extentOf(oursOn(disk).gpt, 'urna-root-a').offset + 5_000, Buffer.from([1]));
    expect(refusal(next, tear)).toContain('no whole release');
  });
});
