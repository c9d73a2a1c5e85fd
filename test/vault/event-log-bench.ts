/** A machine's event log on two emulated media, for the tests of the log. */
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { type EventLog, openEventLog } from '#firmware/vault/event-log.ts';
import { openEscrow, type ReadLog, readHeader } from '#firmware/vault/event-log-format.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';

export const LOG_FILE = 'event-log/log.jsonl';
export const KEY_FILES = ['event-log/key-a', 'event-log/key-b'] as const;
export const START_MS = Date.UTC(2026, 11, 6, 10, 3, 27);

export const makeLogBench = (seed: number, maxBytes?: number) => {
  const clock = makeVirtualClock(START_MS);
  const entropy = makeSeededEntropy(seed, 'event log');
  const identity = makeEd25519KeyPair(entropy);
  const authority = makeX25519KeyPair(entropy);
  const hook: { afterOperation: () => void } = { afterOperation: () => undefined };
  const afterOperation = (): void => hook.afterOperation();
  const fixed = makeEmulatedMedium({ name: 'fixed', clock, afterOperation });
  const removable = makeEmulatedMedium({ name: 'removable', clock, afterOperation });
  const open = (unit = identity, before: readonly Uint8Array[] = []) =>
    openEventLog({
      media: { fixed: fixed.connect(), removable: removable.connect() },
      clock,
      entropy,
      identity: unit,
      before,
      electionId: 'AN-2020',
      precinct: '201301006.01',
      authorityKey: authority.publicKey,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    });
  const opened = async (): Promise<EventLog> => {
    const log = await open();
    if (!log.ok) throw new Error(`${log.error.kind}: ${log.error.detail}`);
    return log.value;
  };
  const bytes = (from: typeof fixed): Uint8Array => from.files().get(LOG_FILE) ?? new Uint8Array(0);
  const text = (from: typeof fixed): string => new TextDecoder().decode(bytes(from));
  const firstKey = (): Uint8Array => {
    const read = readHeader(text(fixed).split('\n')[0] ?? '');
    const key = !read.ok ? null : openEscrow(read.value.header, authority.privateKey);
    if (key === null) throw new Error('no escrow');
    return key;
  };
  /** The one log key that stands on the fixed medium. */
  const logKey = (): { readonly epoch: number; readonly key: string } => {
    const whole = KEY_FILES.flatMap((path) => {
      const content = new TextDecoder().decode(fixed.files().get(path));
      return content.startsWith('{') ? [JSON.parse(content)] : [];
    });
    if (whole.length !== 1) throw new Error(`${whole.length} log keys`);
    return whole[0];
  };
  return {
    hook,
    logKey,
    clock,
    entropy,
    identity,
    authority,
    fixed,
    removable,
    open,
    opened,
    bytes,
    text,
    firstKey,
  };
};

export type LogBench = ReturnType<typeof makeLogBench>;
export const idsOf = (read: Pick<ReadLog, 'entries'>): readonly string[] =>
  read.entries.map(({ id }) => id);
