/**
 * Looks through the memory of another process of this user for planted bytes: what a thief of the running
 * unit would do. Reads `/proc/PID/maps` and `/proc/PID/mem` (proc(5)); the process stands still meanwhile.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

export type Needle = { readonly name: string; readonly bytes: Uint8Array };

/** Every place where a needle stands: as the bytes themselves, and as hex, which only text can be. */
export type Sighting = {
  readonly name: string;
  readonly bytes: number;
  readonly hexText: number;
};

type Range = { readonly start: number; readonly end: number };

const WINDOW = 8 * 1024 * 1024;
const PAGE = 4096;
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) rw/;
/** Of an entry of `/proc/PID/pagemap` (kernel: admin-guide/mm/pagemap): present, or swapped out. */
const THERE = 0b1100_0000;
const ENTRY_BYTES = 8;

/** Memory that the process can write: heap, stacks, array buffers; not its program. */
const writableRanges = (pid: number): readonly Range[] =>
  readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, start, end] = MAPPING.exec(line) ?? [];
      return start === undefined || end === undefined
        ? []
        : [{ start: Number.parseInt(start, 16), end: Number.parseInt(end, 16) }];
    });

/** The parts of a range that the process has touched: the rest is nothing but zeros. */
const touchedIn = (pagemap: number, { start, end }: Range): readonly Range[] => {
  const entries = Buffer.alloc(((end - start) / PAGE) * ENTRY_BYTES);
  const read = readSync(pagemap, entries, 0, entries.length, (start / PAGE) * ENTRY_BYTES);
  const touched: Range[] = [];
  let from: number | null = null;
  for (let page = 0; page <= read / ENTRY_BYTES; page++) {
    const there = ((entries[page * ENTRY_BYTES + ENTRY_BYTES - 1] ?? 0) & THERE) !== 0;
    if (there) from ??= page;
    else if (from !== null) {
      touched.push({ start: start + from * PAGE, end: start + page * PAGE });
      from = null;
    }
  }
  return touched;
};

const countIn = (window: Buffer, needle: Buffer): number => {
  let found = 0;
  for (let at = window.indexOf(needle); at >= 0; at = window.indexOf(needle, at + 1)) found++;
  return found;
};

/** Stops the process, looks, and lets it go on. `scannedBytes` says how much was looked at. */
export const scanMemory = (
  pid: number,
  needles: readonly Needle[],
): { readonly scannedBytes: number; readonly sightings: readonly Sighting[] } => {
  const forms = needles.map(({ name, bytes }) => ({
    name,
    raw: Buffer.from(bytes),
    hex: Buffer.from(Buffer.from(bytes).toString('hex'), 'latin1'),
    bytes: 0,
    hexText: 0,
  }));
  const overlap = Math.max(0, ...forms.map(({ hex }) => hex.length - 1));
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  const window = Buffer.alloc(WINDOW + overlap);
  let scannedBytes = 0;
  try {
    const touched = writableRanges(pid).flatMap((range) => touchedIn(pagemap, range));
    for (const { start, end } of touched) {
      let kept = 0;
      for (let at = start; at < end; ) {
        const wanted = Math.min(WINDOW, end - at);
        let read = 0;
        try {
          read = readSync(memory, window, kept, wanted, at);
        } catch {
          // A guard page, or memory of a device: nobody reads it.
        }
        if (read === 0) break;
        const seen = window.subarray(0, kept + read);
        // What began in the window before is counted there: only what ends in the new part counts.
        const before = window.subarray(0, kept);
        for (const form of forms) {
          form.bytes += countIn(seen, form.raw) - countIn(before, form.raw);
          form.hexText += countIn(seen, form.hex) - countIn(before, form.hex);
        }
        kept = Math.min(overlap, seen.length);
        seen.copy(window, 0, seen.length - kept);
        at += read;
        scannedBytes += read;
      }
    }
  } finally {
    closeSync(memory);
    closeSync(pagemap);
    process.kill(pid, 'SIGCONT');
  }
  return {
    scannedBytes,
    sightings: forms.map(({ name, bytes, hexText }) => ({ name, bytes, hexText })),
  };
};
