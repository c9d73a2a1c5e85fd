/** The unit's inventory: sysfs under a limit. */
import { existsSync } from 'node:fs';
import type { Clock } from '#hal/clock.ts';
import {
  INVENTORY_LIMIT_MS,
  type Inventory,
  type InventoryFault,
  MAX_NETWORKS,
  MAX_PARTS,
  type NetworkInterface,
  type Part,
} from '#hal/inventory.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { LATE, makeTurns } from '../storage/turns.ts';
import { readSysfsNetworks, readSysfsParts } from './sysfs.ts';

export type SysfsInventoryOptions = {
  readonly clock: Clock;
  /** The tree, `/sys` on a unit. */
  readonly sysfs: string;
};

const fault = (kind: InventoryFault['kind'], detail: string): Result<never, InventoryFault> =>
  err({ device: 'inventory', kind, detail });

export const makeSysfsInventory = ({ clock, sysfs }: SysfsInventoryOptions): Inventory => {
  const turns = makeTurns(clock, INVENTORY_LIMIT_MS);
  const take = async <T>(
    what: string,
    most: number,
    read: (root: string) => Promise<readonly T[]>,
  ): Promise<Result<readonly T[], InventoryFault>> => {
    if (!turns.stuck() && !existsSync(sysfs)) return fault('absent', `there is no ${sysfs}`);
    const found = await turns.take(() => read(sysfs));
    if (found === LATE) return fault('timeout', `no answer in ${INVENTORY_LIMIT_MS} ms`);
    if (found.length > most) return fault('garbled', `${found.length} ${what}`);
    return ok(found);
  };
  return {
    read: () => take<Part>('parts', MAX_PARTS, readSysfsParts),
    networks: () => take<NetworkInterface>('networks', MAX_NETWORKS, readSysfsNetworks),
  };
};
