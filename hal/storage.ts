import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type MediumFault = Fault<
  'absent' | 'timeout' | 'full' | 'notSynced' | 'unreadable' | 'readOnly'
>;

export type MediumName = 'fixed' | 'removable';

/** An operation that takes longer is `timeout`. Twice what the longest file takes on slow flash, ms. */
export const MEDIUM_LIMIT_MS = 10_000;

/** A medium that comes or goes is noticed within this, ms. */
export const MEDIUM_NOTICE_MS = 1_000;

/**
 * One of the two media, as primitive operations, because what is durable after which call is what
 * the vault's protocol stands on. Paths are relative, `/` between parts, parents made as needed. A
 * path is the program's own text: one that is not (`..`, empty parts, a leading dot, over 240 bytes or
 * 8 parts) is a bug and throws, as does a file beyond 64 MiB.
 *
 * Anybody may call at any time; nothing is ever `busy`. Calls are worked off in the order they were
 * made. What a call is given is taken as it was at the call: the caller may overwrite its bytes after.
 *
 * Durable means: survives a power cut at any later moment.
 * - `write`, `append`: content is durable only after `sync(path)`; until then any mix of old and new
 *   512-byte sectors may be left.
 * - A new name, `rename` and `remove` are durable only after `syncFolder(folder of path)`. `rename`
 *   is atomic: after a cut the old or the new file stands under the name, never neither.
 * - `notSynced` from `sync` or `syncFolder`: the caller stops and parks; it never tries again.
 *
 * Faults. Where several apply, the first of these is told: `absent`, `timeout`, `readOnly`, `full`,
 * `notSynced`, `unreadable`. After `absent` or `full` nothing was changed by that call, or, for a call
 * under way when the medium went, what was not synced is unsure. After `timeout` nothing is known of that
 * call, and it may still take effect; until it has ended, every call is `timeout` at once and none is
 * begun. After the medium's return, or the end of the late call, the next call works: no restart.
 */
export interface Medium {
  readonly name: MediumName;
  /** Whether it is in. */
  present(): boolean;
  /** Calls `listener` at each change, within `MEDIUM_NOTICE_MS`. Returns how to stop. */
  onPresence(listener: (present: boolean) => void): () => void;
  /** The whole file; null when there is none. At most 64 MiB. */
  read(path: string): Promise<Result<Uint8Array | null, MediumFault>>;
  /** Replaces the content of `path` in place (creates it). */
  write(path: string, bytes: Uint8Array): Promise<Result<void, MediumFault>>;
  /** Adds at the end of `path` (creates it). */
  append(path: string, bytes: Uint8Array): Promise<Result<void, MediumFault>>;
  /** Makes the content of `path` durable. */
  sync(path: string): Promise<Result<void, MediumFault>>;
  /** Moves a file, over another one if there is one. `unreadable` when there is none to move. */
  rename(from: string, to: string): Promise<Result<void, MediumFault>>;
  /** Removing what is not there is fine. */
  remove(path: string): Promise<Result<void, MediumFault>>;
  /** Makes the names in `folder` durable, and its own. The empty name is the medium's root. */
  syncFolder(folder: string): Promise<Result<void, MediumFault>>;
  /** Names of the files directly in `folder`, sorted; none when there is no such folder. */
  list(folder: string): Promise<Result<readonly string[], MediumFault>>;
  /** What is left of the medium's budget, bytes. */
  freeBytes(): Promise<Result<number, MediumFault>>;
}
