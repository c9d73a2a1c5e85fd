import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type PartKind = 'usb' | 'serial' | 'block' | 'network' | 'hid';

/** Something attached to the unit, by what it says of itself; `null` where it says nothing. */
export type Part = {
  readonly kind: PartKind;
  /** Where it is plugged in, for example `1-1.4` for USB: it stays the same over restarts. */
  readonly path: string;
  /** Four hexadecimal digits. */
  readonly vendor: string | null;
  readonly product: string | null;
  readonly serial: string | null;
  readonly name: string | null;
};

export type InventoryFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'busy'>;

/** What is attached to the unit, all of it, whether it is known or not. */
export interface Inventory {
  read(): Promise<Result<readonly Part[], InventoryFault>>;
}
