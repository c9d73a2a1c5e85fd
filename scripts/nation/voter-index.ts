/**
 * Where each voter of the country votes, in a file that is asked without reading it: 20 million voters
 * are 166 MB there, and never in memory. It also finds who is in two pollbooks.
 *
 * A record is a 64-bit float, little endian, of a whole number: the national ID (as a number, E- with 2^30
 * more), times 2^17, plus the precinct's index. Records lie in 256 sections by the ID's lowest byte,
 * ascending in each; before them stand 8 bytes of magic and the index of each section's first record and of
 * the end, 257 32-bit numbers.
 */
import { closeSync, mkdirSync, openSync, readFileSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_PRECINCTS } from '#firmware/nation/limits.ts';

export const INDEX_FILE = 'voters';
const PARTS_FOLDER = 'parts';
const MAGIC = Buffer.from('URNAVOT1', 'latin1');
const SECTIONS = 256;
const RECORD_BYTES = 8;
const HEAD_BYTES = MAGIC.length + 4 * (SECTIONS + 1);
const PRECINCT_SPAN = 2 ** 17;
const FOREIGN = 2 ** 30;
/** Records of a section that are held until they are written. */
const HELD = 1024;

if (MAX_PRECINCTS > PRECINCT_SPAN) throw new Error('a precinct has no index');

/** A canonical national ID as a number below 2^31. */
const numberOf = (nationalId: string): number =>
  Number(nationalId.slice(2)) + (nationalId.startsWith('E') ? FOREIGN : 0);

const sectionOf = (number: number): number => number % SECTIONS;

export type DoubleVoter = {
  readonly nationalId: string;
  readonly precincts: readonly [number, number];
};

export type VoterIndexWriter = {
  readonly add: (nationalId: string, precinct: number) => void;
  /** Writes the file; returns who was added twice, at most `most` of them, and how often that was in all. */
  readonly finish: (most: number) => {
    readonly doubles: readonly DoubleVoter[];
    readonly count: number;
  };
};

const idOf = (number: number): string =>
  number >= FOREIGN ? `E-${number - FOREIGN}` : `V-${number}`;

/** Into a folder of its own, which is made. */
export const writeVoterIndex = (folder: string): VoterIndexWriter => {
  const parts = join(folder, PARTS_FOLDER);
  mkdirSync(parts, { recursive: true, mode: 0o700 });
  const partOf = (section: number): string => join(parts, String(section));
  const held = Array.from({ length: SECTIONS }, () => new Float64Array(HELD));
  const counts = new Uint32Array(SECTIONS);
  // A section has a file from its first full block on: a small country needs none.
  const files = new Map<number, number>();
  const flush = (section: number): void => {
    const file = files.get(section) ?? openSync(partOf(section), 'w', 0o600);
    files.set(section, file);
    writeSync(file, new Uint8Array(held[section]!.buffer));
    counts[section] = 0;
  };
  const takeSection = (section: number): Float64Array => {
    const file = files.get(section);
    const last = held[section]!.subarray(0, counts[section]);
    if (file === undefined) return last.sort();
    closeSync(file);
    const bytes = readFileSync(partOf(section));
    const records = new Float64Array(bytes.length / RECORD_BYTES + last.length);
    new Uint8Array(records.buffer).set(bytes);
    records.set(last, bytes.length / RECORD_BYTES);
    return records.sort();
  };
  return {
    add: (nationalId, precinct) => {
      const number = numberOf(nationalId);
      const section = sectionOf(number);
      const at = counts[section]!;
      held[section]![at] = number * PRECINCT_SPAN + precinct;
      counts[section] = at + 1;
      if (at + 1 === HELD) flush(section);
    },
    finish: (most) => {
      const doubles: DoubleVoter[] = [];
      let count = 0;
      const head = new Uint32Array(SECTIONS + 1);
      const file = openSync(join(folder, INDEX_FILE), 'w', 0o600);
      let position = HEAD_BYTES;
      for (let section = 0; section < SECTIONS; section++) {
        const records = takeSection(section);
        records.forEach((record, at) => {
          const number = Math.floor(record / PRECINCT_SPAN);
          const before = records[at - 1] ?? -1;
          if (Math.floor(before / PRECINCT_SPAN) !== number) return;
          count += 1;
          if (doubles.length < most)
            doubles.push({
              nationalId: idOf(number),
              precincts: [before % PRECINCT_SPAN, record % PRECINCT_SPAN],
            });
        });
        head[section + 1] = head[section]! + records.length;
        const bytes = new Uint8Array(records.buffer, records.byteOffset, records.byteLength);
        writeSync(file, bytes, 0, bytes.length, position);
        position += records.byteLength;
      }
      writeSync(file, Buffer.concat([MAGIC, new Uint8Array(head.buffer)]), 0, HEAD_BYTES, 0);
      closeSync(file);
      rmSync(parts, { recursive: true });
      return { doubles, count };
    },
  };
};

/** The index of the voter's precinct; null: no voter. Throws where the file is no such index. */
export const findVoter = (folder: string, nationalId: string): number | null => {
  const file = openSync(join(folder, INDEX_FILE), 'r');
  try {
    const read = (position: number, length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      if (readSync(file, bytes, 0, length, position) !== length) throw new Error('is cut short');
      return bytes;
    };
    const head = read(0, HEAD_BYTES);
    if (!head.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error('is no index of voters');
    const wanted = numberOf(nationalId);
    const bound = (section: number): number => head.readUInt32LE(MAGIC.length + 4 * section);
    let low = bound(sectionOf(wanted));
    let high = bound(sectionOf(wanted) + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const record = read(HEAD_BYTES + middle * RECORD_BYTES, RECORD_BYTES).readDoubleLE(0);
      const number = Math.floor(record / PRECINCT_SPAN);
      if (number === wanted) return record % PRECINCT_SPAN;
      if (number < wanted) low = middle + 1;
      else high = middle;
    }
    return null;
  } finally {
    closeSync(file);
  }
};
