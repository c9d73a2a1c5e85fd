/**
 * What a disk may hold when the power goes: every write that a finished flush covers, and of those after it
 * any, each whole or torn between its sectors. The disk's own order binds nothing (virtio 1.2, 5.2.6: without
 * a flush no write is sure; no order among them).
 */
import type { LogEntry } from './write-log.ts';

const SECTOR = 512;

export type Crash = {
  /** Entries of the log that were there: the power went before the next. */
  readonly at: number;
  /** Writes, in order, to be laid over the disk that the first `durable` entries left. */
  readonly durable: number;
  readonly loose: readonly { readonly entry: number; readonly bytes: number }[];
};

/** Entries that are sure when `at` were done: up to the last flush among them. */
export const durableAt = (entries: readonly LogEntry[], at: number): number =>
  entries.slice(0, at).findLastIndex(({ kind }) => kind === 'flush') + 1;

const writesIn = (entries: readonly LogEntry[], from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, place) => from + place).filter((entry) => {
    const { kind } = entries[entry]!;
    return kind === 'write' || kind === 'discard';
  });

/**
 * A crash after `at` entries. `chance`: below the number it is given. A write is lost, whole, or torn, each
 * about as often; now and then all of them are lost, or none. `from`: entries before this one are sure.
 */
export const crashAt = (
  entries: readonly LogEntry[],
  at: number,
  chance: (below: number) => number,
  from: number = durableAt(entries, at),
): Crash => {
  const open = writesIn(entries, from, at);
  const way = chance(4);
  const loose = open.flatMap((entry) => {
    const each = entries[entry]!;
    const length = each.kind === 'write' || each.kind === 'discard' ? each.length : 0;
    const sure = each.kind === 'write' && each.durable;
    if (sure || way === 0) return [{ entry, bytes: length }];
    if (way === 1) return [];
    const fate = chance(3);
    if (fate === 0) return [];
    if (fate === 1) return [{ entry, bytes: length }];
    return [{ entry, bytes: SECTOR * chance(Math.ceil(length / SECTOR)) }];
  });
  return { at, durable: from, loose };
};
