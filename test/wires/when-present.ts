/** Waits until a link that opens by itself has found its device. */
import type { ByteLink } from '#hal/byte-link.ts';

const PRESENT_LIMIT_MS = 5_000;

export const whenPresent = (link: ByteLink): Promise<void> =>
  new Promise((resolve, reject) => {
    if (link.present()) return resolve();
    const limit = setTimeout(
      () => reject(new Error('the link does not come up')),
      PRESENT_LIMIT_MS,
    );
    const stop = link.onPresence((present) => {
      if (!present) return;
      clearTimeout(limit);
      stop();
      resolve();
    });
  });
