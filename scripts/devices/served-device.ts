/** What any served device is: a path to open, faults, and what a person's hand can do to it. */

import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';

export type ServeOptions = {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly family: ReaderFamily;
  /** The printer at this TCP port instead of a pseudo-terminal; 0: any. */
  readonly port: number | null;
  /** What the device shows to people: paper, lines of a display. */
  readonly show: (text: string) => void;
};

/** Something a hand does, by its word; answers what was wrong with the words after it, or null. */
export type DeviceAction = {
  readonly usage: string;
  readonly act: (words: readonly string[]) => string | null;
};

export type ServedDevice = {
  /** What to open: a serial port's path, a local socket's, or `tcp://host:port`. */
  readonly path: string;
  setFault(name: string, on: boolean): void;
  readonly actions: Readonly<Record<string, DeviceAction>>;
  close(): void;
};

export type DeviceKind = {
  readonly summary: string;
  readonly faults: readonly string[];
  readonly serve: (options: ServeOptions) => Promise<ServedDevice>;
};

/** For emulators that have one fault at a time. */
export const oneAtATime = <T extends string>(
  names: readonly T[],
  device: { fail(fault: T): void; heal(): void },
): ((name: string, on: boolean) => void) => {
  let current: T | null = null;
  return (name, on) => {
    const fault = names.find((each) => each === name);
    if (fault === undefined) return;
    if (on) device.fail(fault);
    else if (current === fault) device.heal();
    current = on ? fault : current === fault ? null : current;
  };
};

export const injected = <T extends string>(
  table: Readonly<Record<T, string>>,
  device: { inject(fault: T): void; clear(fault: T): void },
): ((name: string, on: boolean) => void) => {
  const isFault = (name: string): name is T => Object.hasOwn(table, name);
  return (name, on) => {
    if (!isFault(name)) return;
    if (on) device.inject(name);
    else device.clear(name);
  };
};

export const numberOf = (word: string | undefined): number | null =>
  word !== undefined && /^\d{1,6}(\.\d{1,3})?$/.test(word) ? Number(word) : null;
