/**
 * The copies of one log held against each other. A medium that was lost in time holds the beginning; the
 * log that a day's folder has of its own was written whole at the end, and has to reach as far as any.
 */
import { equalBytes } from '#firmware/vault/bytes.ts';
import { auditLog, type LogAuditOptions } from './check-log.ts';
import type { Finding } from './finding.ts';
import { says } from './words/phrase.ts';

const isMedium = (path: string): boolean => path.endsWith('.jsonl');

/** Findings of every copy but the longest, by its path. `logs`: what stands where. */
export const copyFindings = (
  logs: ReadonlyMap<string, Uint8Array>,
  options: LogAuditOptions,
): readonly Finding[] => {
  const [longest, ...others] = [...logs].sort(([, a], [, b]) => b.length - a.length);
  if (longest === undefined) return [];
  const [where, whole] = longest;
  return others.flatMap(([path, bytes]): readonly Finding[] => {
    const isBeginning = equalBytes(whole.subarray(0, bytes.length), bytes);
    if (isBeginning && (bytes.length === whole.length || isMedium(path))) return [];
    const alone = auditLog(bytes, { ...options, witnessed: [] });
    const last = alone.entries.at(-1)?.number ?? 0;
    const message = isBeginning
      ? says('log.copyEnds', { path, last, whole: where })
      : says('log.copyDiffers', { path, whole: where });
    return [
      { code: 'log.copies', subject: path, message },
      ...alone.findings.map((found) => ({
        ...found,
        message: says('log.ofCopy', { path, what: found.message }),
      })),
    ];
  });
};
