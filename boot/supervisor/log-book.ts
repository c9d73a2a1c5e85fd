/**
 * The event log through a whole run of the supervisor: entries wait until it is open, its head is signed
 * for papers, and it ends with a word and a signature.
 */
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import { type LogWriter, makeLogWriter } from '#firmware/runtime/log-writer.ts';
import type { EventLog } from '#firmware/vault/event-log.ts';
import { LOG_PATH } from '#firmware/vault/event-log-store.ts';
import type { Media } from '#hal/board.ts';
import type { Clock } from '#hal/clock.ts';
import type { MediumName } from '#hal/storage.ts';
import { makeRunMark } from './run-mark.ts';

/** Entries that wait until the log is open; there are a few of the start. */
const WAITING_ENTRIES = 200;

export type LogBook = {
  readonly record: (event: LogEvent) => void;
  /** The log is open. `release`: digest of what runs, hex. */
  readonly open: (log: EventLog, media: Media, release: string) => Promise<void>;
  /** Signed now; as it stands where that fails; null: the log is not open. */
  readonly head: () => Promise<string | null>;
  /** How much there is of it; null: not open. */
  readonly size: () => {
    readonly entries: number;
    readonly usedBytes: number;
    readonly inStep: readonly MediumName[];
  } | null;
  /** The unit ends in good order. */
  readonly close: () => Promise<void>;
};

/**
 * `onPark`: the log takes nothing more (firmware/runtime/log-writer.ts). `onRecorded` hears every event that
 * is recorded here, and what opening the log had to say.
 */
export const makeLogBook = (
  clock: Clock,
  onPark: (code: string) => void,
  onRecorded: (event: LogEvent) => void,
): LogBook => {
  const waiting: LogEvent[] = [];
  let opened: { readonly log: EventLog; readonly media: Media; readonly writer: LogWriter } | null =
    null;
  /** Nothing follows the last signature. */
  let closed = false;

  const record = (event: LogEvent): void => {
    onRecorded(event);
    keep(event);
  };
  const keep = (event: LogEvent): void => {
    if (closed) return;
    if (opened !== null) opened.writer.record(event);
    else if (waiting.length < WAITING_ENTRIES) waiting.push(event);
  };
  return {
    record,
    open: async (log, media, release) => {
      const afterCut = await makeRunMark(media.fixed).set();
      opened = { log, media, writer: makeLogWriter({ log, media, clock, onPark }) };
      for (const event of log.opening()) onRecorded(event);
      record({ id: 'machineStarted', fields: { release, afterCut } });
      for (const event of waiting.splice(0)) keep(event);
    },
    head: async () => {
      if (opened === null) return null;
      const signed = await opened.log.checkpoint();
      return signed.ok ? signed.value : opened.log.head();
    },
    size: () =>
      opened === null
        ? null
        : {
            entries: opened.log.entries(),
            usedBytes: opened.log.usedBytes(),
            inStep: opened.log.inStep(),
          },
    close: async () => {
      if (opened === null) return;
      const { log, media, writer } = opened;
      closed = true;
      writer.stop();
      await log.record({ id: 'machineStopped', fields: { reason: asWord('switchedOff') } });
      await log.checkpoint();
      await makeRunMark(media.fixed).clear();
    },
  };
};

/** The log as it lies on the first memory that has one; null: on none. */
export const readLogFile = async ({ fixed, removable }: Media): Promise<Uint8Array | null> => {
  for (const medium of [fixed, removable]) {
    const found = medium.present() ? await medium.read(LOG_PATH) : null;
    if (found?.ok === true && found.value !== null) return found.value;
  }
  return null;
};
