import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type MediumFault = Fault<
  'absent' | 'timeout' | 'full' | 'notSynced' | 'unreadable' | 'readOnly'
>;

export type MediumName = 'fixed' | 'removable';

/**
 * One of the two media, as primitive operations, because what is durable after which call is what
 * the vault's protocol stands on. Paths are relative, `/` between parts, parents made as needed.
 *
 * Durable means: survives a power cut at any later moment.
 * - `write`, `append`: content is durable only after `sync(path)`; until then any mix of old and new
 *   512-byte sectors may be left.
 * - A new name, `rename` and `remove` are durable only after `syncFolder(folder of path)`. `rename`
 *   is atomic: after a cut the old or the new file stands under the name, never neither.
 * - `notSynced` from `sync` or `syncFolder`: the caller stops and parks; it never tries again.
 */
export interface Medium {
  readonly name: MediumName;
  present(): boolean;
  onPresence(listener: (present: boolean) => void): () => void;
  /** The whole file; null when there is none. At most 64 MiB. */
  read(path: string): Promise<Result<Uint8Array | null, MediumFault>>;
  /** Replaces the content of `path` in place (creates it). */
  write(path: string, bytes: Uint8Array): Promise<Result<void, MediumFault>>;
  append(path: string, bytes: Uint8Array): Promise<Result<void, MediumFault>>;
  sync(path: string): Promise<Result<void, MediumFault>>;
  rename(from: string, to: string): Promise<Result<void, MediumFault>>;
  /** Removing what is not there is fine. */
  remove(path: string): Promise<Result<void, MediumFault>>;
  syncFolder(folder: string): Promise<Result<void, MediumFault>>;
  /** Names of the files directly in `folder`, sorted; none when there is no such folder. */
  list(folder: string): Promise<Result<readonly string[], MediumFault>>;
  /** What is left of the medium's budget, bytes. */
  freeBytes(): Promise<Result<number, MediumFault>>;
}
