/**
 * How a machine takes up its event log: the longest sound one on its media, the others brought to it;
 * or a first one when there is none at all.
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { Media } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import type { Entropy } from '#hal/entropy.ts';
import { err, ok, type Result } from '#hal/result.ts';
import type { Medium } from '#hal/storage.ts';
import { toHex, utf8 } from './bytes.ts';
import {
  ESCROW,
  LOG_KEY_BYTES,
  type LogKey,
  type LogState,
  nextLogKey,
  writeHeader,
} from './event-log-format.ts';
import {
  bringInStep,
  type FoundLog,
  faultOf,
  findKey,
  findLog,
  keyFor,
  type LogFault,
  replaceLog,
  writeKey,
} from './event-log-store.ts';
import { sealTo } from './hpke.ts';
import type { KeyPair } from './keys.ts';

export type EventLogOptions = {
  readonly media: Media;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** The machine's Ed25519 identity. */
  readonly identity: KeyPair;
  /** Identity keys of the units whose log this one may continue, after the module moved to it. */
  readonly before?: readonly Uint8Array[];
  readonly electionId: string;
  readonly precinct: string;
  /** X25519 public key of the authority, to which the first log key is escrowed. */
  readonly authorityKey: Uint8Array;
  readonly maxBytes?: number;
};

export const identitiesOf = ({ identity, before }: EventLogOptions): readonly Uint8Array[] => [
  identity.publicKey,
  ...(before ?? []),
];

/** Where a log is taken up. */
export type Start = {
  readonly state: LogState;
  readonly key: LogKey;
  readonly bytes: number;
  readonly inStep: readonly Medium[];
  /** What opening has to say. */
  readonly notes: readonly LogEvent[];
};

/** The first log: line 0 and the first key on every medium that is there. */
export const beginLog = async (
  options: EventLogOptions,
  present: readonly Medium[],
): Promise<Result<Start, LogFault>> => {
  const { entropy, identity, electionId, precinct, authorityKey } = options;
  const key = { epoch: 0, key: entropy.bytes(LOG_KEY_BYTES) };
  const escrow = sealTo(authorityKey, ESCROW.info, ESCROW.associated, key.key, entropy);
  const header = {
    election: electionId,
    precinct,
    identity: toHex(identity.publicKey),
    escrow: toHex(escrow),
  };
  const { line, state } = writeHeader(header);
  const bytes = utf8(line);
  for (const medium of present) {
    // The key first: a log without its key could not be told from one whose key was taken away.
    const written = await writeKey(medium, key);
    const replaced = written.ok ? await replaceLog(medium, bytes) : written;
    if (!replaced.ok) return err(faultOf(replaced.error));
  }
  const note: LogEvent = { id: 'logStarted', fields: { key: toHex(identity.publicKey) } };
  return ok({ state, key, bytes: bytes.length, inStep: present, notes: [note] });
};

/** Finds the log on the media, takes the longest that is sound, and brings the others to it. */
export const resumeLog = async (
  options: EventLogOptions,
  present: readonly Medium[],
): Promise<Result<Start | null, LogFault>> => {
  const identities = identitiesOf(options);
  const keys: LogKey[] = [];
  for (const medium of present) {
    const key = await findKey(medium);
    if (!key.ok) return err(faultOf(key.error));
    if (key.value !== null) keys.push(key.value);
  }
  const oldest = keys.reduce<LogKey | null>(
    (best, key) => (best === null || key.epoch < best.epoch ? key : best),
    null,
  );
  const logs: FoundLog[] = [];
  for (const medium of present) {
    const log = await findLog(medium, identities, oldest);
    if (!log.ok) return err(faultOf(log.error));
    logs.push(log.value);
  }
  const sound = logs.filter((log) => log.read !== null && !log.tampered);
  const best = sound.reduce<FoundLog | null>(
    (one, other) =>
      one === null || (other.read?.entries.length ?? 0) > (one.read?.entries.length ?? 0)
        ? other
        : one,
    null,
  );
  const state = best?.read?.state ?? null;
  if (best === null || state === null || best.bytes === null) {
    const none = logs.every(({ bytes }) => bytes === null);
    // A key alone is what a cut during the very first write leaves.
    if (none && keys.every(({ epoch }) => epoch === 0)) return ok(null);
    return err({ kind: 'tampered', detail: 'no medium holds a sound log' });
  }
  const { header } = best.read ?? {};
  if (header?.election !== options.electionId || header.precinct !== options.precinct)
    return err({ kind: 'tampered', detail: 'the log is of another election or precinct' });
  const key = keyFor(keys, state.checkpoints, nextLogKey);
  if (!key.ok) {
    const detail = key.error === 'none' ? 'the log has no key' : 'the log is older than its key';
    return err({ kind: 'tampered', detail });
  }
  const bytes = best.bytes.slice(0, best.read?.goodBytes ?? 0);
  const resumed: LogEvent = { id: 'logResumed', fields: { entries: state.entries } };
  const notes: LogEvent[] = [resumed];
  const inStep: Medium[] = [];
  for (const log of logs) {
    const brought = await bringInStep(log, bytes, key.value);
    if (!brought.ok && brought.error.kind === 'notSynced') return err(faultOf(brought.error));
    if (!brought.ok) continue;
    notes.push(...brought.value);
    inStep.push(log.medium);
  }
  return ok({ state, key: key.value, bytes: bytes.length, inStep, notes });
};
