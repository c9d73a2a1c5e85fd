/** What is plugged in while the unit runs: authorised or refused, given to its process, mounted, taken away. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardFile } from '#drivers/board-file.ts';
import type { ListedPart, PartsList } from '#firmware/parts/parts-list.ts';
import type { Clock } from '#hal/clock.ts';
import type { Part } from '#hal/inventory.ts';
import { grantDevices, grantsOf } from './grants.ts';
import { isMounted, watchMedia } from './media.ts';
import { ownedFolders } from './places.ts';
import type { RunTool } from './run-tool.ts';
import { takeDelivery } from './take-delivery.ts';
import type { UnitFile } from './unit-file.ts';
import { authoriseUsb } from './usb.ts';

/** Between two looks. */
export const LOOK_MS = 1_000;
/** Looks after which a device that is not there is said to be missing: the kernel takes its time to find each. */
const MISSING_LOOKS = 10;

export type DeviceWatchOptions = {
  readonly unit: UnitFile;
  readonly board: BoardFile;
  readonly list: PartsList;
  readonly clock: Clock;
  readonly run: RunTool;
  readonly say: (text: string) => void;
  /** Before the first delivery is taken: an election is being set up. False: not now. */
  readonly onDelivery: () => Promise<boolean>;
  /** The first delivery is there. */
  readonly onTaken: () => void;
  readonly sysfs: string;
  readonly dev: string;
};

const named = ({ path, vendor, product, name }: Part): string =>
  `USB ${path} ${vendor}:${product} ${name ?? ''} is not on the list: no driver takes it`;

const namedMissing = ({ label, path = '', vendor = '', product = '' }: ListedPart): string =>
  `USB ${path} ${vendor}:${product} is missing: ${label}`;

/** Tells of each part once, when it was missing for so many looks on end; again only after it came back. */
export const watchMissing = (
  say: (text: string) => void,
): ((missing: PartsList['parts']) => void) => {
  let looks = new Map<string, number>();
  return (missing) => {
    looks = new Map(missing.map(({ label }) => [label, (looks.get(label) ?? 0) + 1]));
    for (const part of missing)
      if (looks.get(part.label) === MISSING_LOOKS) say(namedMissing(part));
  };
};

/** Looks for which the kernel is believed that nothing came or went. */
export const QUIET_LOOKS = 10;

/**
 * Whether anything may have come or gone since it was asked last. The kernel counts what it tells of its devices
 * (Linux kernel/ksysfs.c, lib/kobject_uevent.c), and counts when they can be seen: asked before a look, it has what
 * comes during the look counted for the next. Where it counts nothing, something always may have.
 */
export const watchKernelEvents = (sysfs: string): (() => boolean) => {
  let counted: string | null = null;
  let quiet = 0;
  const count = (): string | null => {
    try {
      return readFileSync(join(sysfs, 'kernel', 'uevent_seqnum'), 'latin1');
    } catch {
      return null;
    }
  };
  return () => {
    const now = count();
    quiet = now !== null && now === counted ? quiet + 1 : 0;
    counted = now;
    return quiet % QUIET_LOOKS === 0;
  };
};

/** Resolves after the first look; goes on as long as the unit runs. */
export const watchDevices = async (options: DeviceWatchOptions): Promise<void> => {
  const { unit, board, list, clock, run, say, sysfs, dev } = options;
  const { users } = unit;
  const grants = grantsOf(board);
  const folders = ownedFolders(unit, board);
  const media = watchMedia({ media: unit.media, folders, users, sysfs, dev, run, say });
  const stick = unit.media.find(({ owner }) => owner === 'supervisor')?.place;
  const tellMissing = watchMissing(say);
  const somethingCame = watchKernelEvents(sysfs);
  let told = new Set<string>();
  let absent: PartsList['parts'] = [];
  /** A look at everything came to no end. */
  let unsettled = false;
  const settle = async (): Promise<void> => {
    const { refused, missing } = await authoriseUsb(sysfs, list);
    for (const part of refused) if (!told.has(named(part))) say(named(part));
    told = new Set(refused.map(named));
    absent = missing;
    if (users !== null) grantDevices(grants, users, sysfs, dev);
    await media.look();
  };
  const look = async (): Promise<void> => {
    if (somethingCame() || unsettled) {
      unsettled = true;
      await settle();
      unsettled = false;
    }
    tellMissing(absent);
    if (stick !== undefined && isMounted(stick))
      if (await takeDelivery(stick, unit.delivery, users?.supervisor ?? null, options.onDelivery))
        options.onTaken();
  };
  const turn = async (): Promise<void> => {
    try {
      await look();
    } catch (error) {
      // Something went in the middle of it.
      say(`devices: ${error instanceof Error ? error.message : 'unknown'}`);
    }
    clock.after(LOOK_MS, () => void turn());
  };
  await turn();
};
