/**
 * The log that QEMU's `blklogwrites` keeps of a disk: every write and every flush in the order in which they
 * were done. Its format is the kernel's (Documentation/admin-guide/device-mapper/log-writes.rst; the structures
 * in drivers/md/dm-log-writes.c): a sector that says what the log is, then an entry a sector with its data after it.
 */
import { err, ok, type Result } from '#hal/result.ts';

const MAGIC = 0x6a_73_66_77_73_68_72n;
const VERSION = 1n;
const FLAGS = { flush: 1n, fua: 2n, discard: 4n, mark: 8n, metadata: 16n } as const;
const KNOWN = Object.values(FLAGS).reduce((all, flag) => all | flag, 0n);
/** A log of a voting guest has some thousands. */
export const MAX_ENTRIES = 1_000_000;

export type LogEntry = {
  /** Bytes of the log up to the end of this entry: who looks at the log's length knows what is in it. */
  readonly end: number;
} & (
  | { readonly kind: 'flush' | 'mark' }
  | {
      readonly kind: 'write' | 'discard';
      /** Of the disk, bytes. */
      readonly offset: number;
      readonly length: number;
      /** Of the log: where the data stands; a discard has none, and reads as zeros afterwards. */
      readonly data: number;
      /** Durable by itself ("force unit access"). */
      readonly durable: boolean;
    }
);

const asNumber = (value: bigint): number | null =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;

/** Entries that stand whole in `log`; what comes after the last whole one is not there yet. */
export const readWriteLog = (log: Uint8Array): Result<readonly LogEntry[], string> => {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  if (log.byteLength < 28) return err('too short for a log of writes');
  if (view.getBigUint64(0, true) !== MAGIC) return err('no log of writes');
  if (view.getBigUint64(8, true) !== VERSION) return err('a log of another version');
  const sector = view.getUint32(24, true);
  if (sector < 512 || sector > 65_536 || (sector & (sector - 1)) !== 0)
    return err(`sectors of ${sector} bytes`);
  const entries: LogEntry[] = [];
  for (let at = sector; at + sector <= log.byteLength; ) {
    const [first, count, flags, dataLength] = [0, 8, 16, 24].map((field) =>
      view.getBigUint64(at + field, true),
    ) as [bigint, bigint, bigint, bigint];
    const [start, sectors, extra] = [first, count, dataLength].map(asNumber);
    if (start == null || sectors == null || extra == null || (flags & ~KNOWN) !== 0n)
      return err(`no entry at ${at}`);
    // A log that QEMU is about to write has room, all zeros, and an entry of nothing at its end.
    if (flags === 0n && sectors === 0) break;
    if (entries.length === MAX_ENTRIES) return err(`more than ${MAX_ENTRIES} entries`);
    const [offset, length, data] = [start * sector, sectors * sector, at + sector];
    const discard = (flags & FLAGS.discard) !== 0n;
    const end =
      data +
      (discard ? 0 : length) +
      ((flags & FLAGS.mark) === 0n ? 0 : Math.ceil(extra / sector) * sector);
    if (!Number.isSafeInteger(offset + length) || !Number.isSafeInteger(end))
      return err(`no entry at ${at}`);
    if (end > log.byteLength) break;
    // A flush comes before the data of its entry.
    if ((flags & FLAGS.flush) !== 0n) entries.push({ kind: 'flush', end });
    if ((flags & FLAGS.mark) !== 0n) entries.push({ kind: 'mark', end });
    else if (sectors > 0)
      entries.push({
        kind: discard ? 'discard' : 'write',
        offset,
        length,
        data,
        durable: (flags & FLAGS.fua) !== 0n,
        end,
      });
    at = end;
  }
  return ok(entries);
};
