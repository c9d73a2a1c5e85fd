/**
 * USB by the parts list alone. The kernel leaves every device without a driver (`usbcore.authorized_default=0`,
 * Linux Documentation/usb/authorization.rst) until somebody writes 1 to its `authorized`; that is done here for
 * what the list names, and undone for what it does not. What a device says of itself it may make up: the
 * list keeps out what was plugged in by mistake or in haste, and names it; the seals keep out the rest.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPluggedUsb } from '#drivers/inventory/sysfs.ts';
import { compareParts, type ListedPart, type PartsList } from '#firmware/parts/parts-list.ts';
import type { Part } from '#hal/inventory.ts';

export type UsbDecision = {
  readonly authorised: readonly Part[];
  readonly refused: readonly Part[];
  /** Listed, not optional, and not attached. */
  readonly missing: readonly ListedPart[];
};

/** `found`: everything that is plugged in. Each entry of the list is good for one device. */
export const decideUsb = (list: Pick<PartsList, 'parts'>, found: readonly Part[]): UsbDecision => {
  const listed = list.parts.filter(({ kind }) => kind === 'usb');
  const { extra: refused, missing } = compareParts({ parts: listed }, found);
  return { authorised: found.filter((part) => !refused.includes(part)), refused, missing };
};

const setAuthorised = async (sysfs: string, { path }: Part, on: boolean): Promise<void> => {
  const file = join(sysfs, 'bus', 'usb', 'devices', path, 'authorized');
  const wanted = on ? '1' : '0';
  try {
    if ((await readFile(file, 'latin1')).trim() !== wanted) await writeFile(file, wanted);
  } catch {
    // It was pulled out meanwhile, or takes no configuration: the next look tells.
  }
};

/** One look: what is attached is compared, and each device told. */
export const authoriseUsb = async (
  sysfs: string,
  list: Pick<PartsList, 'parts'>,
): Promise<UsbDecision> => {
  const decision = decideUsb(list, await readPluggedUsb(sysfs));
  for (const part of decision.refused) await setAuthorised(sysfs, part, false);
  for (const part of decision.authorised) await setAuthorised(sysfs, part, true);
  return decision;
};
