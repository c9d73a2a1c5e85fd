/**
 * At the start: is what is attached to the unit what the authority's signed list says? Anything that is
 * missing or too much is named in the log. It stops nothing: a part that is not listed is never read,
 * and one that is missing is missed by whoever needs it.
 */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { partEvents } from '#firmware/parts/part-events.ts';
import {
  compareParts,
  PARTS_LIST_PURPOSE,
  type PartsList,
  readPartsList,
} from '#firmware/parts/parts-list.ts';
import { openSignedFile } from '#firmware/vault/signed-file.ts';
import { faultCode } from '#hal/fault.ts';
import type { Inventory } from '#hal/inventory.ts';
import type { Delivery } from './delivery.ts';

const fault = (code: string): LogEvent => ({
  id: 'deviceFault',
  fields: { code: asWord(code) },
});

/** Null: not signed by the authority, or not a list. */
const listIn = (bytes: Uint8Array, authorityKey: Uint8Array): PartsList | null => {
  const opened = openSignedFile(PARTS_LIST_PURPOSE, bytes, authorityKey);
  const read = opened === null ? null : readPartsList(opened.json);
  return read?.ok === true ? read.value : null;
};

/** Nothing is compared where no list was delivered. */
export const checkParts = async (
  inventory: Inventory,
  { partsList, authorityKey }: Pick<Delivery, 'partsList' | 'authorityKey'>,
  log: (event: LogEvent) => void,
): Promise<void> => {
  if (partsList === null) return;
  const list = listIn(partsList, authorityKey);
  if (list === null) return log(fault('inventory.garbled'));
  const found = await inventory.read();
  if (!found.ok) return log(fault(faultCode(found.error)));
  for (const event of partEvents(compareParts(list, found.value), found.value.length)) log(event);
};
