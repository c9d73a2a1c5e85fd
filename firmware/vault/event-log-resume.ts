/**
 * How a machine takes up its event log: the longest sound one on its media, the others brought to it;
 * or a first one when there is none at all.
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import { MAX_COUNT } from '#firmware/events/fields.ts';
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
  type ReadLog,
  writeHeader,
} from './event-log-format.ts';
import {
  bringInStep,
  type FoundLog,
  faultOf,
  type HeldLog,
  isForeign,
  judgeLog,
  keyFor,
  type LogFault,
  readHeld,
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

type Chosen = {
  readonly logs: readonly FoundLog[];
  readonly best: ReadLog;
  readonly bytes: Uint8Array;
  readonly keys: readonly LogKey[];
};

const tampered = (detail: string): Result<never, LogFault> => err({ kind: 'tampered', detail });

/** Reads what stands on the media; one that can not be read stays out of step. */
const readAll = async (
  present: readonly Medium[],
): Promise<Result<readonly HeldLog[], LogFault>> => {
  const held: HeldLog[] = [];
  let failure: LogFault | null = null;
  for (const medium of present) {
    const read = await readHeld(medium);
    if (read.ok) held.push(read.value);
    else failure = faultOf(read.error);
  }
  return held.length === 0 && failure !== null ? err(failure) : ok(held);
};

/** The longest sound log; null when there is none because none was ever begun. */
const chooseLog = (
  held: readonly HeldLog[],
  identities: readonly Uint8Array[],
): Result<Chosen | null, LogFault> => {
  // The key of another unit's module says nothing about our log.
  const keys = held
    .filter((each) => !isForeign(each, identities))
    .flatMap(({ key }) => (key === null ? [] : [key]));
  const oldest = keys.reduce<LogKey | null>(
    (best, key) => (best === null || key.epoch < best.epoch ? key : best),
    null,
  );
  const logs = held.map((each) => judgeLog(each, identities, oldest));
  let best: ReadLog | null = null;
  let bytes: Uint8Array | null = null;
  for (const log of logs) {
    if (log.read === null || log.tampered) continue;
    if (best !== null && log.read.entries.length <= best.entries.length) continue;
    best = log.read;
    bytes = log.bytes;
  }
  if (best !== null && bytes !== null)
    return ok({ logs, best, bytes: bytes.slice(0, best.goodBytes), keys });
  // A key alone is what a cut during the very first write leaves.
  const none = logs.every((log) => log.bytes === null) && keys.every(({ epoch }) => epoch === 0);
  return none ? ok(null) : tampered('no medium holds a sound log');
};

/** Finds the log on the media, takes the longest that is sound, and brings the others to it. Null: there is none yet. */
export const resumeLog = async (
  options: EventLogOptions,
  present: readonly Medium[],
): Promise<Result<Start | null, LogFault>> => {
  const held = await readAll(present);
  if (!held.ok) return held;
  const chosen = chooseLog(held.value, identitiesOf(options));
  if (!chosen.ok || chosen.value === null) return chosen.ok ? ok(null) : chosen;
  const { logs, best, bytes, keys } = chosen.value;
  const { header, state } = best;
  if (header?.election !== options.electionId || header.precinct !== options.precinct)
    return tampered('the log is of another election or precinct');
  if (state === null) return tampered('no medium holds a sound log');
  const key = keyFor(keys, state.checkpoints, nextLogKey);
  if (!key.ok)
    return tampered(key.error === 'none' ? 'the log has no key' : 'the log is older than its key');
  const entries = Math.min(state.entries, MAX_COUNT);
  const notes: LogEvent[] = [{ id: 'logResumed', fields: { entries } }];
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
