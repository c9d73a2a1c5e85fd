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

/** A look at everything takes at most this, ms; longer is `timeout`. */
export const INVENTORY_LIMIT_MS = 5_000;

/** Parts that are told at most; a unit with more is `garbled`: something pretends to be many. */
export const MAX_PARTS = 256;

/** Characters of what a part says of itself. The rest is cut, what is not printable ASCII is `?`. */
export const MAX_PART_TEXT = 80;

/** A network interface, of hardware or of software only (a tunnel); the loopback is none. */
export type NetworkInterface = {
  /** As the system calls it: `eth0`. */
  readonly name: string;
  /** It is switched on: what comes in is taken. */
  readonly up: boolean;
  /** There is a cable, or a radio partner, at its other end. */
  readonly carrier: boolean;
};

/** Interfaces that are told at most; more is `garbled`. */
export const MAX_NETWORKS = 16;

/**
 * What is attached to the unit, all of it, whether it is known or not. What a part says of itself is
 * a claim: it tells parts apart, it proves nothing. Anybody may call at any time, each call looks
 * anew. `absent`: the system tells nothing. Sorted by kind, path and name.
 */
export interface Inventory {
  read(): Promise<Result<readonly Part[], InventoryFault>>;
  /** Sorted by name; within the same limit and with the same faults. */
  networks(): Promise<Result<readonly NetworkInterface[], InventoryFault>>;
}
