/** The log of a disk's writes, and what the disk may hold when the power goes. */
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeReplay } from '#scripts/crash/blocks/replay.ts';
import { crashAt, durableAt } from '#scripts/crash/blocks/states.ts';
import { type LogEntry, readWriteLog } from '#scripts/crash/blocks/write-log.ts';

const SECTOR = 512;
const FLAGS = { flush: 1, fua: 2, discard: 4, mark: 8 } as const;

type Record = { sector: number; sectors: number; flags: number; fill?: number; extra?: number };

/** As the kernel's documentation lays it out: a sector of its own for the log and for each entry. */
const logOf = (records: readonly Record[], version = 1n, sector = SECTOR): Uint8Array => {
  const parts: Uint8Array[] = [];
  const head = new Uint8Array(sector);
  const view = new DataView(head.buffer);
  view.setBigUint64(0, 0x6a736677736872n, true);
  view.setBigUint64(8, version, true);
  view.setBigUint64(16, BigInt(records.length), true);
  view.setUint32(24, sector, true);
  parts.push(head);
  for (const { sector: first, sectors, flags, fill = 0, extra = 0 } of records) {
    const entry = new Uint8Array(sector);
    const fields = new DataView(entry.buffer);
    [first, sectors, flags, extra].forEach((field, at) => {
      fields.setBigUint64(8 * at, BigInt(field), true);
    });
    parts.push(entry);
    if ((flags & FLAGS.discard) === 0) parts.push(new Uint8Array(sectors * sector).fill(fill));
    if (extra > 0) parts.push(new Uint8Array(Math.ceil(extra / sector) * sector));
  }
  return new Uint8Array(Buffer.concat(parts));
};

const read = (log: Uint8Array): readonly LogEntry[] => {
  const entries = readWriteLog(log);
  if (!entries.ok) throw new Error(entries.error);
  return entries.value;
};

const RECORDS: readonly Record[] = [
  { sector: 2, sectors: 2, flags: 0, fill: 1 },
  { sector: 0, sectors: 0, flags: FLAGS.flush },
  { sector: 4, sectors: 1, flags: 0, fill: 2 },
  { sector: 2, sectors: 1, flags: 0, fill: 3 },
  { sector: 6, sectors: 1, flags: FLAGS.fua, fill: 4 },
  { sector: 0, sectors: 0, flags: FLAGS.mark, extra: 10 },
  { sector: 4, sectors: 1, flags: FLAGS.discard },
];
const LOG = logOf(RECORDS);
const ENTRIES = read(LOG);

/** Chance that gives these numbers and then zero. */
const chanceOf =
  (...numbers: number[]) =>
  (below: number): number =>
    (numbers.shift() ?? 0) % below;

describe('a log of writes', () => {
  test('is read in its order, with what each entry is and where it ends', () => {
    expect(ENTRIES.map(({ kind }) => kind)).toEqual([
      'write',
      'flush',
      'write',
      'write',
      'write',
      'mark',
      'discard',
    ]);
    expect(ENTRIES[2]).toMatchObject({ offset: 4 * SECTOR, length: SECTOR, durable: false });
    expect(ENTRIES[4]).toMatchObject({ durable: true });
    expect(ENTRIES.at(-1)?.end).toBe(LOG.length);
  });

  test('that was cut has the entries that are whole', () => {
    for (let length = SECTOR; length < LOG.length; length += 100) {
      const whole = ENTRIES.filter(({ end }) => end <= length);
      expect(read(LOG.subarray(0, length))).toEqual(whole);
    }
  });

  test.each([
    ['is empty', new Uint8Array(0), 'too short for a log of writes'],
    ['is something else', new Uint8Array(SECTOR), 'no log of writes'],
    ['is of a later version', logOf([], 2n), 'a log of another version'],
    [
      'has an entry of an unknown kind',
      logOf([{ sector: 0, sectors: 1, flags: 64 }]),
      'no entry at 512',
    ],
  ])('that %s is refused', (_, log, error) =>
    expect(readWriteLog(log)).toEqual({ ok: false, error }),
  );

  test('of larger sectors counts in them', () => {
    const [entry] = read(logOf([{ sector: 3, sectors: 1, flags: 0 }], 1n, 4096));
    expect(entry).toMatchObject({ offset: 3 * 4096, length: 4096, data: 2 * 4096 });
  });
});

describe('a power cut', () => {
  test('keeps whatever a flush covered', () =>
    expect([0, 1, 2, 4, 7].map((at) => durableAt(ENTRIES, at))).toEqual([0, 0, 2, 2, 2]));

  test('may lose all that was not flushed, or nothing of it', () => {
    expect(crashAt(ENTRIES, 4, chanceOf(1)).loose).toEqual([]);
    expect(crashAt(ENTRIES, 4, chanceOf(0)).loose).toEqual([
      { entry: 2, bytes: SECTOR },
      { entry: 3, bytes: SECTOR },
    ]);
  });

  test('never loses a write that was durable by itself', () =>
    expect(crashAt(ENTRIES, 5, chanceOf(1)).loose).toEqual([{ entry: 4, bytes: SECTOR }]));

  test('tears a write between sectors alone, whatever chance says', () => {
    const entropy = makeSeededEntropy(7, 'tears');
    const chance = (below: number): number => entropy.bytes(1)[0]! % below;
    const open = read(logOf([{ sector: 0, sectors: 8, flags: 0, fill: 1 }]));
    const found = new Set<number>();
    for (let round = 0; round < 300; round++)
      for (const { bytes } of crashAt(open, 1, chance).loose) found.add(bytes);
    expect([...found].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 9 }, (_, sectors) => sectors * SECTOR),
    );
  });

  test('leaves the flushed disk with what is loose laid over it, in order', () => {
    const replay = makeReplay(new Uint8Array(8 * SECTOR), LOG, ENTRIES);
    const first = replay(crashAt(ENTRIES, 1, chanceOf(1)));
    expect(first.every((byte) => byte === 0)).toBe(true);
    const sectors = (disk: Uint8Array) => Array.from({ length: 8 }, (_, at) => disk[at * SECTOR]);
    expect(sectors(replay(crashAt(ENTRIES, 4, chanceOf(1))))).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(sectors(replay(crashAt(ENTRIES, 6, chanceOf(0))))).toEqual([0, 0, 3, 1, 2, 0, 4, 0]);
    expect(sectors(replay(crashAt(ENTRIES, 7, chanceOf(0))))).toEqual([0, 0, 3, 1, 0, 0, 4, 0]);
    expect(() => replay({ at: 0, durable: 0, loose: [] })).toThrow('order of the log');
  });
});
