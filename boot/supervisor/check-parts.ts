/**
 * Is what is attached to the unit what the authority's signed list says? Looked at when the unit starts
 * and again every `LOOK_MS`: whoever plugs something in at noon is named too. What is missing or too
 * much is named in the log once, as it comes, and calls an officer (firmware/alarm). It stops nothing: a
 * part that is not listed is never read, and one that is missing is missed by whoever needs it.
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
import type { Clock } from '#hal/clock.ts';
import { faultCode } from '#hal/fault.ts';
import type { Inventory } from '#hal/inventory.ts';
import type { Delivery } from './delivery.ts';

/** Between two looks, ms. */
export const LOOK_MS = 10_000;

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

const lookOnce = async (inventory: Inventory, list: PartsList): Promise<readonly LogEvent[]> => {
  const found = await inventory.read();
  return found.ok
    ? partEvents(compareParts(list, found.value), found.value.length)
    : [fault(faultCode(found.error))];
};

export type PartsWatch = {
  /** No further look; one under way says nothing any more. */
  readonly stop: () => void;
};

export type PartsWatchOptions = {
  readonly clock: Clock;
  readonly inventory: Inventory;
  readonly delivery: Pick<Delivery, 'partsList' | 'authorityKey'>;
  readonly log: (event: LogEvent) => void;
  /** Minds work that nobody awaits. */
  readonly guard: (work: Promise<unknown>) => void;
};

const NOTHING_TO_WATCH: PartsWatch = { stop: () => undefined };

/** Nothing is compared where no list was delivered. */
export const watchParts = (options: PartsWatchOptions): PartsWatch => {
  const { clock, inventory, delivery, log, guard } = options;
  if (delivery.partsList === null) return NOTHING_TO_WATCH;
  const list = listIn(delivery.partsList, delivery.authorityKey);
  if (list === null) {
    log(fault('inventory.garbled'));
    return NOTHING_TO_WATCH;
  }
  let told: ReadonlySet<string> = new Set();
  let stopped = false;
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    const events = await lookOnce(inventory, list);
    if (stopped) return;
    for (const event of events) if (!told.has(JSON.stringify(event))) log(event);
    told = new Set(events.map((event) => JSON.stringify(event)));
    cancel = clock.after(LOOK_MS, () => guard(look()));
  };
  guard(look());
  return {
    stop: () => {
      stopped = true;
      cancel();
    },
  };
};
