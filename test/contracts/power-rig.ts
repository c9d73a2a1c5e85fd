/**
 * What the contract suites of the power board share: a rig of drivers and emulated board on some link,
 * in the rig's own time, and ways to hold limits in it.
 */
import { expect, test } from 'vitest';
import type { PowerBoard } from '#drivers/power/driver.ts';
import type { PowerBoardEmulator, PowerFaultName } from '#drivers/power/emulator.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type { Fault } from '#hal/fault.ts';
import type { Result } from '#hal/result.ts';

/** A device on a cable, whatever it is. */
export type Rig = {
  readonly clock: Clock;
  readonly cable: { unplug(): void; plug(): void };
  /** How much later than its limit something may end: what the machine itself needs, ms. */
  readonly slackMs: number;
  /** Runs to its end in the rig's own time. */
  play<T>(scene: Promise<T>): Promise<T>;
  close(): void;
};

export type PowerRig = Rig & { readonly board: PowerBoard; readonly emulator: PowerBoardEmulator };

/** Rigs are made for one test each. `plugged` false: the cable is out from the start. */
export type MakeRig<R extends Rig> = (plugged?: boolean) => R | Promise<R>;

/** What a call may say while a fault lasts; `reading`: it succeeds all the same. */
export type Expected = 'reading' | Fault['kind'] | 'reading or timeout';

/** Usable again this long after a device's return, hal contracts. */
export const RETURN_LIMIT_MS = 2_000;
/** The longest a read may take: 4 s while its board starts, 2.5 s for a first report. */
export const READ_LIMIT_MS = 6_500;
/** Longer than it takes to find that a board says nothing any more. */
export const SILENCE_MS = 3_000;
/** The sooner-than-any-wait that "at once" means here. */
const AT_ONCE_MS = 50;

/** A test of one sentence of a contract. */
export const contract = <R extends Rig>(
  name: string,
  makeRig: MakeRig<R>,
  scene: (rig: R) => Promise<void>,
  plugged = true,
): void => {
  test(name, async () => {
    const rig = await makeRig(plugged);
    try {
      await rig.play(scene(rig));
    } finally {
      rig.close();
    }
  });
};

/** What `call` gives; it has to end within `limitMs`. */
export const within = async <T>(
  { clock, slackMs }: Rig,
  limitMs: number,
  call: () => Promise<T>,
): Promise<T> => {
  const beganMs = clock.nowMs();
  const value = await call();
  expect(clock.nowMs() - beganMs).toBeLessThanOrEqual(limitMs + slackMs);
  return value;
};

export const atOnce = <T>(rig: Rig, call: () => Promise<T>): Promise<T> =>
  within(rig, AT_ONCE_MS, call);

/** Waits until `holds`, at most `limitMs`; looks often. Fails when it never does. */
export const until = async (
  { clock, slackMs }: Rig,
  limitMs: number,
  what: string,
  holds: () => boolean | Promise<boolean>,
): Promise<void> => {
  const endMs = clock.nowMs() + limitMs + slackMs;
  while (!(await holds())) {
    if (clock.nowMs() > endMs) throw new Error(`within ${limitMs} ms ${what} did not come about`);
    await wait(clock, 25);
  }
};

/** The kind of a failure; a success is 'reading'. */
export const kindOf = (result: Result<unknown, Fault<string>>): string =>
  result.ok ? 'reading' : result.error.kind;

export const holds = (expected: Expected, kind: string): boolean =>
  expected === 'reading or timeout' ? kind === 'reading' || kind === 'timeout' : kind === expected;

/** Until every part of the machine has seen a fault, and no call waits for the start any more. */
const SUFFER_MS = 4_000;

/** Injects a fault and lets it last. */
export const suffer = async (rig: PowerRig, fault: PowerFaultName): Promise<void> => {
  rig.emulator.inject(fault);
  await wait(rig.clock, SUFFER_MS + rig.slackMs);
};
