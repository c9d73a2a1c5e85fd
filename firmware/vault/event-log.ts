/**
 * The event log of a machine: append-only, on both media, each entry durable before anything builds
 * on it. Opening continues a log after any cut; a log that is older than its key, or broken further
 * back than a cut can reach, is tampering. One process writes it.
 */
import { asWord, eventProblem, type LogEvent } from '#firmware/events/catalogue.ts';
import { listen } from '#hal/listen.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { Medium, MediumFault, MediumName } from '#hal/storage.ts';
import { concatBytes, toHex, utf8 } from './bytes.ts';
import { entryTime, type LogState, nextLogKey, writeEntry } from './event-log-format.ts';
import { makeRateLimits } from './event-log-limits.ts';
import {
  beginLog,
  type EventLogOptions,
  identitiesOf,
  resumeLog,
  type Start,
} from './event-log-resume.ts';
import {
  appendLines,
  bringInStep,
  faultOf,
  judgeLog,
  LOG_PATH,
  type LogFault,
  MAX_BATCH_BYTES,
  readHeld,
  writeKey,
} from './event-log-store.ts';

export type { EventLogOptions, LogFault };

/** The log's budget on each medium, bytes: some 60,000 entries; a day of 1,000 voters takes 10,000. */
export const MAX_LOG_BYTES = 16 * 1024 * 1024;
/** Kept for the last words (parking, a checkpoint): at least this, and a 256th of the budget. */
export const MIN_RESERVE_BYTES = 4096;
/** A checkpoint is signed by itself after so many entries. */
export const CHECKPOINT_EVERY = 256;
/** Events that may wait for the media. */
export const MAX_WAITING = 1000;
const NEARLY_FULL_PERCENT = 90;

export interface EventLog {
  /** Resolves when the event is durable on every medium in step. After `full` or `notSynced` every further call fails alike. */
  record(event: LogEvent): Promise<Result<void, LogFault>>;
  /** Signs the head, replaces the log key and erases the one before. Resolves to the head, hex. */
  checkpoint(): Promise<Result<string, LogFault>>;
  /** The chain value of the last durable entry, hex: what papers print. */
  head(): string;
  entries(): number;
  /** What opening it had to say: resumed, torn, copied, another log set aside. All of it is recorded. */
  opening(): readonly LogEvent[];
  usedBytes(): number;
  inStep(): readonly MediumName[];
  /** Called when a medium in step goes away; the log goes on with the other. */
  onLoss(listener: (medium: MediumName) => void): () => void;
  /** Brings a medium that is back, or fresh, into step. What it holds that is not ours is kept aside. */
  synchronise(medium: MediumName): Promise<Result<void, LogFault>>;
}

const LAST_WORDS: readonly LogEvent['id'][] = [
  'machineParked',
  'machineStopped',
  'checkpointSigned',
];
const NO_SOURCE: MediumFault = { device: 'medium', kind: 'absent', detail: 'no medium in step' };

type Waiting = {
  readonly event: LogEvent;
  readonly settle: (result: Result<void, LogFault>) => void;
};

const makeEventLog = (options: EventLogOptions, start: Start): EventLog => {
  const { clock, identity, media } = options;
  const maxBytes = options.maxBytes ?? MAX_LOG_BYTES;
  const reserveBytes = Math.max(MIN_RESERVE_BYTES, maxBytes / 256);
  const limits = makeRateLimits();
  const losses = new Set<(medium: MediumName) => void>();
  let { state, key, bytes } = start;
  let inStep: readonly Medium[] = start.inStep;
  let waiting: Waiting[] = [];
  let running: Promise<void> | null = null;
  let broken: LogFault | null = null;
  let warned = false;
  let signedHead = '';
  let sinceCheckpoint = 0;

  const lose = (lost: readonly Medium[]): void => {
    inStep = inStep.filter((medium) => !lost.includes(medium));
    for (const { name } of lost) for (const listener of [...losses]) listener(name);
  };

  /** Does `step` on every medium in step, at once or one after the other; those that fail fall out of step. */
  const onAll = async (
    step: (medium: Medium) => Promise<Result<void, MediumFault>>,
    atOnce: boolean,
  ): Promise<Result<void, LogFault>> => {
    const outcomes: { medium: Medium; result: Result<void, MediumFault> }[] = [];
    const one = async (medium: Medium): Promise<void> => {
      outcomes.push({ medium, result: await step(medium) });
    };
    if (atOnce) await Promise.all(inStep.map(one));
    else for (const medium of inStep) await one(medium);
    const lost: Medium[] = [];
    let last: LogFault = { kind: 'mediumLost', detail: 'no medium is in step' };
    for (const { medium, result } of outcomes) {
      if (result.ok) continue;
      last = faultOf(result.error);
      if (last.kind === 'notSynced') broken = last;
      lost.push(medium);
    }
    // A medium without room is out of step like a missing one, until none is left that takes entries.
    if (broken === null && last.kind === 'full' && lost.length === inStep.length) broken = last;
    if (broken !== null) return err(broken);
    if (lost.length > 0) lose(lost);
    return inStep.length > 0 ? done : err(last);
  };

  const rotateKey = async (): Promise<Result<void, LogFault>> => {
    const next = { epoch: key.epoch + 1, key: nextLogKey(key.key) };
    forget(key.key);
    key = next;
    sinceCheckpoint = 0;
    // One after the other: a cut never tears both.
    return onAll((medium) => writeKey(medium, next), false);
  };

  const fits = (event: LogEvent, used: number): boolean =>
    used <= maxBytes - (LAST_WORDS.includes(event.id) ? 0 : reserveBytes);

  /** Takes as many waiting events as one batch holds; a checkpoint ends a batch, its key being the last of its kind. */
  const nextBatch = (): {
    batch: Waiting[];
    lines: Uint8Array[];
    after: LogState;
    size: number;
  } => {
    const batch: Waiting[] = [];
    const lines: Uint8Array[] = [];
    let after = state;
    let size = 0;
    while (waiting[0] !== undefined) {
      const { event } = waiting[0];
      const minute = entryTime(event.id, clock.calendarMs());
      const written = writeEntry(after, event, minute, key.key, identity.privateKey);
      const line = utf8(written.line);
      if (size + line.length > MAX_BATCH_BYTES) break;
      if (!fits(event, bytes + size + line.length)) {
        waiting.shift()?.settle(err({ kind: 'full', detail: `the log has used ${bytes} bytes` }));
        continue;
      }
      batch.push(waiting[0]);
      lines.push(line);
      waiting = waiting.slice(1);
      after = written.state;
      size += line.length;
      if (event.id === 'checkpointSigned') break;
    }
    return { batch, lines, after, size };
  };

  const failAll = (fault: LogFault): void => {
    const rest = waiting;
    waiting = [];
    for (const { settle } of rest) settle(err(fault));
  };

  const writeBatch = async (): Promise<void> => {
    const { batch, lines, after, size } = nextBatch();
    if (batch.length === 0) return;
    const joined = concatBytes(...lines);
    let result = await onAll((medium) => appendLines(medium, joined), true);
    if (result.ok) {
      state = after;
      bytes += size;
      sinceCheckpoint += batch.length;
      if (batch.at(-1)?.event.id === 'checkpointSigned') {
        signedHead = toHex(after.head);
        result = await rotateKey();
      }
    }
    for (const { settle } of batch) settle(result);
  };

  const pump = async (): Promise<void> => {
    while (waiting.length > 0 && broken === null) await writeBatch();
    running = null;
    if (broken !== null) failAll(broken);
  };

  const enqueue = (event: LogEvent): Promise<Result<void, LogFault>> => {
    if (broken !== null) return Promise.resolve(err(broken));
    if (waiting.length >= MAX_WAITING)
      return Promise.resolve(err({ kind: 'overrun', detail: `${MAX_WAITING} events wait` }));
    return new Promise((settle) => {
      waiting.push({ event, settle });
      running ??= Promise.resolve().then(pump);
    });
  };

  const enqueueAll = async (events: readonly LogEvent[]): Promise<Result<void, LogFault>> => {
    const results = await Promise.all(events.map(enqueue));
    return results.find((result) => !result.ok) ?? done;
  };

  const checkpoint = async (): Promise<Result<string, LogFault>> => {
    const number = key.epoch + 1;
    const event: LogEvent = { id: 'checkpointSigned', fields: { number } };
    const result = await enqueueAll([...limits.summaries(clock.nowMs(), true), event]);
    return result.ok ? ok(signedHead) : result;
  };

  /** What has to be said beside an event: that little is left, that a checkpoint is due. */
  const companions = (): readonly LogEvent[] => {
    const percent = Math.floor((100 * bytes) / maxBytes);
    if (warned || percent < NEARLY_FULL_PERCENT) return [];
    warned = true;
    return [{ id: 'logNearlyFull', fields: { percent: 100 - percent } }];
  };

  const record = async (event: LogEvent): Promise<Result<void, LogFault>> => {
    const problem = eventProblem(event.id, event.fields);
    if (problem !== null) throw new Error(`not an event of the catalogue: ${problem}`);
    if (event.id === 'checkpointSigned') throw new Error('a checkpoint is made by checkpoint()');
    const nowMs = clock.nowMs();
    const overdue = limits.summaries(nowMs, false);
    const result = await enqueueAll([...overdue, ...limits.admit(event, nowMs), ...companions()]);
    if (!result.ok || sinceCheckpoint < CHECKPOINT_EVERY) return result;
    sinceCheckpoint = 0;
    const signed = await checkpoint();
    return signed.ok ? done : signed;
  };

  const copyTo = async (medium: Medium): Promise<Result<readonly LogEvent[], MediumFault>> => {
    const source = inStep[0];
    const ours = source === undefined ? ok(null) : await source.read(LOG_PATH);
    if (!ours.ok) return ours;
    if (ours.value === null) return err(NO_SOURCE);
    const held = await readHeld(medium);
    if (!held.ok) return held;
    return bringInStep(judgeLog(held.value, identitiesOf(options), null), ours.value, key);
  };

  const synchronise = async (name: MediumName): Promise<Result<void, LogFault>> => {
    const medium = media[name];
    while (running !== null) await running;
    if (broken !== null) return err(broken);
    if (inStep.includes(medium)) return done;
    // Nothing may be appended while the copy is made: later events wait behind it.
    const copied = copyTo(medium);
    running = copied.then((result) => {
      const belongs = (each: Medium): boolean =>
        inStep.includes(each) || (result.ok && each === medium);
      inStep = [media.fixed, media.removable].filter(belongs);
      return pump();
    });
    const result = await copied;
    return result.ok ? enqueueAll(result.value) : err(faultOf(result.error));
  };

  return {
    record,
    checkpoint,
    head: () => toHex(state.head),
    entries: () => state.entries,
    opening: () => start.notes,
    usedBytes: () => bytes,
    inStep: () => inStep.map(({ name }) => name),
    onLoss: (listener) => listen(losses, listener),
    synchronise,
  };
};

/** Continues the log that is on the media, or begins one when there is none. At least one medium has to be there. */
export const openEventLog = async (
  options: EventLogOptions,
): Promise<Result<EventLog, LogFault>> => {
  const present = [options.media.fixed, options.media.removable].filter((each) => each.present());
  if (present.length === 0) return err({ kind: 'mediumLost', detail: 'no medium is there' });
  const found = await resumeLog(options, present);
  if (!found.ok) return found;
  const start = found.value === null ? await beginLog(options, present) : ok(found.value);
  if (!start.ok) return start;
  const log = makeEventLog(options, start.value);
  for (const note of start.value.notes) {
    const result = await log.record(note);
    if (!result.ok) return result;
  }
  return ok(log);
};

/** A refusal of a state machine as an event of the log. */
export const refusalEvent = (machine: string, event: string, reason: string): LogEvent => ({
  id: 'eventRefused',
  fields: { machine: asWord(machine), event: asWord(event), reason: asWord(reason) },
});
