/**
 * What a part says of itself, made fit to be shown and logged: whoever builds a device writes its
 * strings, control codes for a terminal included.
 */
import { MAX_PART_TEXT, type Part } from '#hal/inventory.ts';

/** Printable ASCII, at most `MAX_PART_TEXT` characters; null for nothing. */
export const partText = (text: string | null): string | null => {
  const plain = (text ?? '')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, MAX_PART_TEXT)
    .trimEnd();
  return plain === '' ? null : plain;
};

/** Four hexadecimal digits in lower case, from `046d`, `0x8086` or `0000046D`; null for anything else. */
export const hexId = (text: string | null | undefined): string | null => {
  const digits = /^(?:0x)?0*([0-9a-f]{1,4})$/i.exec(text ?? '')?.[1];
  return digits === undefined ? null : digits.toLowerCase().padStart(4, '0');
};

/** Who a part says it is. */
export type Identity = Pick<Part, 'vendor' | 'product' | 'serial' | 'name'>;

/** A HID device's uevent file: who it says it is, and where it hangs. */
export const hidIdentity = (
  uevent: string,
): { readonly identity: Identity; readonly path: string | null } => {
  const field = (name: string): string | null =>
    new RegExp(`^${name}=(.+)$`, 'm').exec(uevent)?.[1] ?? null;
  const [, vendor, product] = (field('HID_ID') ?? '').split(':');
  return {
    identity: {
      vendor: hexId(vendor),
      product: hexId(product),
      serial: partText(field('HID_UNIQ')),
      name: partText(field('HID_NAME')),
    },
    path: field('HID_PHYS'),
  };
};
