/**
 * A mark on the fixed medium while the unit runs: one that is found at the start says that the unit did
 * not end in good order.
 */
import { utf8 } from '#firmware/vault/bytes.ts';
import { replaceWholeFile } from '#firmware/vault/whole-file.ts';
import type { Medium } from '#hal/storage.ts';

export const RUN_MARK_PATH = 'running';

export const makeRunMark = (fixed: Medium) => ({
  /** Sets it; true: it was there already. A medium that fails says nothing, and others report it. */
  set: async (): Promise<boolean> => {
    const found = await fixed.read(RUN_MARK_PATH);
    if (found.ok && found.value === null)
      await replaceWholeFile(fixed, RUN_MARK_PATH, utf8('running'));
    return found.ok && found.value !== null;
  },
  clear: async (): Promise<void> => {
    const removed = await fixed.remove(RUN_MARK_PATH);
    if (removed.ok) await fixed.syncFolder('');
  },
});
