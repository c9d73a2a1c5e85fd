/**
 * What a part says of itself, made fit to be shown and logged: whoever builds a device writes its
 * strings, control codes for a terminal included.
 */
import { MAX_PART_TEXT } from '#hal/inventory.ts';

/** Printable ASCII, at most `MAX_PART_TEXT` characters; null for nothing. */
export const partText = (text: string | null): string | null => {
  const plain = (text ?? '')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, MAX_PART_TEXT);
  return plain === '' ? null : plain;
};
