/** The unit's inventory: sysfs under a limit. */
import { existsSync } from 'node:fs';
import type { Clock } from '#hal/clock.ts';
import {
  INVENTORY_LIMIT_MS,
  type Inventory,
  type InventoryFault,
  MAX_PARTS,
  type Part,
} from '#hal/inventory.ts';
import { err, ok, type Result } from '#hal/result.ts';
import { LATE, makeTurns } from '../storage/turns.ts';
import { readSysfsParts } from './sysfs.ts';

export type SysfsInventoryOptions = {
  readonly clock: Clock;
  /** The tree, `/sys` on a unit. */
  readonly sysfs: string;
};

const fault = (kind: InventoryFault['kind'], detail: string): Result<never, InventoryFault> =>
  err({ device: 'inventory', kind, detail });

export const makeSysfsInventory = ({ clock, sysfs }: SysfsInventoryOptions): Inventory => {
  const turns = makeTurns(clock, INVENTORY_LIMIT_MS);
  return {
    read: async (): Promise<Result<readonly Part[], InventoryFault>> => {
      if (!turns.stuck() && !existsSync(sysfs)) return fault('absent', `there is no ${sysfs}`);
      const parts = await turns.take(() => readSysfsParts(sysfs));
      if (parts === LATE) return fault('timeout', `no answer in ${INVENTORY_LIMIT_MS} ms`);
      if (parts.length > MAX_PARTS) return fault('garbled', `${parts.length} parts`);
      return ok(parts);
    },
  };
};
