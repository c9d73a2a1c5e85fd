/** Many bytes over a private channel: cut into portions of base64, and put together again. */
import { PORTION_BYTES } from '#firmware/messages/read-unit-message.ts';
import type { Portion } from '#firmware/messages/unit-catalogue.ts';

export const portionsOf = (bytes: Uint8Array): readonly Portion[] =>
  Array.from({ length: Math.ceil(bytes.length / PORTION_BYTES) }, (_, index) => ({
    kind: 'portion',
    data: Buffer.from(bytes.subarray(index * PORTION_BYTES, (index + 1) * PORTION_BYTES)).toString(
      'base64',
    ),
  }));

/**
 * Takes portions until `count` bytes are there; then, once, all of them go to `onWhole`. False: there
 * is one too many, or one that is too long.
 */
export const makeCollector = (
  count: number,
  onWhole: (bytes: Uint8Array) => void,
): ((portion: Portion) => boolean) => {
  const whole = new Uint8Array(count);
  let filled = 0;
  return ({ data }) => {
    const bytes = Buffer.from(data, 'base64');
    if (filled === count || filled + bytes.length > count) return false;
    whole.set(bytes, filled);
    filled += bytes.length;
    if (filled === count) onWhole(whole);
    return true;
  };
};
