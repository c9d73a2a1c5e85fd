/**
 * The printer's status as questions and answers over a byte link: DLE EOT with its time limits, waits
 * for events, flow control, and the last causes known. The encoder package's own status helpers
 * assume byte positions and never time out; this is what stands in their place.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type { PrinterFault, PrinterFaultKind } from '#hal/receipt-printer.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { afterSilence } from '../patience.ts';
import { CLEAR_BUFFERS, realTimeStatus } from './commands.ts';
import {
  causesOfReplies,
  decodeStatusBytes,
  INITIAL_STATUS_STATE,
  type PrinterCauses,
  type StatusEvent,
} from './status.ts';

/** A printer answers DLE EOT within a few milliseconds, also while it prints or is offline. */
export const REPLY_LIMIT_MS = 300;
/** After an unanswered question late replies are let pass, so that they answer no other one. */
const DRAIN_MS = 100;
const QUERY_ATTEMPTS = 2;
const CLEAR_LIMIT_MS = 500;
/** A wire takes a few bytes at once, unless the printer holds it up. */
const SEND_LIMIT_MS = 500;

export type ChannelEvent = StatusEvent | { readonly kind: 'presence'; readonly present: boolean };

export type StatusChannel = {
  /** Hands bytes to the wire; `absent` when they did not get through, `timeout` when it takes none. */
  send(bytes: Uint8Array, limitMs?: number): Promise<Result<void, PrinterFault>>;
  /** DLE EOT 1 to 4. After two attempts (700 ms) `timeout`, or `garbled` if anything else came. */
  query(): Promise<Result<PrinterCauses, PrinterFault>>;
  /** DLE DC4 (fn = 8): nothing sent before is printed after this. */
  clearBuffers(): Promise<Result<void, PrinterFault>>;
  /** The first event for which `read` gives a value; null after `limitMs`. */
  waitFor<T>(limitMs: number, read: (event: ChannelEvent) => T | null): Promise<T | null>;
  /** Every event, until the returned function is called. */
  listen(listener: (event: ChannelEvent) => void): () => void;
  /** False between XOFF and XON. */
  flowOpen(): boolean;
  /** The newest causes that the printer reported by itself or was asked for. */
  lastCauses(): PrinterCauses | null;
};

export const printerFault = (kind: PrinterFaultKind, detail: string): PrinterFault => ({
  device: 'printer',
  kind,
  detail,
});

/** The fault that stops printing now, the cause a person can mend first. */
export const faultOfCauses = (causes: PrinterCauses): PrinterFault | null => {
  if (causes.coverOpen) return printerFault('coverOpen', 'the cover is open');
  if (causes.cutterError) return printerFault('cutter', 'autocutter error');
  if (causes.unrecoverableError) return printerFault('unrecoverable', 'unrecoverable error');
  if (causes.mechanicalError) return printerFault('jam', 'mechanical error: paper jam');
  if (causes.autoRecoverableError) {
    return printerFault('overheated', 'error that recovers by itself: head temperature or voltage');
  }
  if (causes.paperEnd) return printerFault('paperEnd', 'paper roll end');
  return null;
};

const ABSENT = printerFault('absent', 'the link to the printer is closed');

/** `onCauses` hears every report of the printer, `onPresence` each unplug and replug. */
export const makeStatusChannel = (
  link: ByteLink,
  clock: Clock,
  onCauses: (causes: PrinterCauses) => void,
  onPresence: (present: boolean) => void,
): StatusChannel => {
  const watchers = new Set<(event: ChannelEvent) => void>();
  let decoder = INITIAL_STATUS_STATE;
  let flow = true;
  let last: PrinterCauses | null = null;

  const learn = (causes: PrinterCauses): void => {
    last = causes;
    onCauses(causes);
  };
  const publish = (event: ChannelEvent): void => {
    if (event.kind === 'flow') flow = event.open;
    // An empty buffer takes bytes; a printer that was off since its XOFF sends no XON.
    if (event.kind === 'bufferCleared') flow = true;
    if (event.kind === 'statusBack') learn(event.causes);
    for (const watcher of [...watchers]) watcher(event);
  };
  link.onBytes((chunk) => {
    const step = decodeStatusBytes(decoder, chunk);
    decoder = step.state;
    step.events.forEach(publish);
  });
  link.onPresence((present) => {
    decoder = INITIAL_STATUS_STATE;
    flow = true;
    last = null;
    onPresence(present);
    publish({ kind: 'presence', present });
  });

  const waitFor = <T>(
    limitMs: number,
    read: (event: ChannelEvent) => T | null,
  ): Promise<T | null> =>
    new Promise((resolve) => {
      const finish = (value: T | null): void => {
        cancel();
        watchers.delete(watcher);
        resolve(value);
      };
      const watcher = (event: ChannelEvent): void => {
        const value = read(event);
        if (value !== null) finish(value);
      };
      const cancel = afterSilence(clock, limitMs, () => finish(null));
      watchers.add(watcher);
    });

  const send = async (
    bytes: Uint8Array,
    limitMs = SEND_LIMIT_MS,
  ): Promise<Result<void, PrinterFault>> => {
    if (!link.present()) return err(ABSENT);
    let stop = (): void => undefined;
    const late = new Promise<'late'>((resolve) => {
      stop = afterSilence(clock, limitMs, () => resolve('late'));
    });
    const sent = await Promise.race([link.write(bytes), late]);
    stop();
    if (sent === 'late') return err(printerFault('timeout', 'the wire takes no bytes'));
    return sent.ok ? done : err(ABSENT);
  };

  /** Null: not all four answers came; `onGarbled` hears whether something else did. */
  const ask = async (
    onGarbled: () => void,
  ): Promise<Result<PrinterCauses | null, PrinterFault>> => {
    const replies: number[] = [];
    const answered = waitFor<PrinterCauses | 'absent'>(REPLY_LIMIT_MS, (event) => {
      if (event.kind === 'presence') return 'absent';
      if (event.kind === 'garbled') onGarbled();
      if (event.kind !== 'realTimeReply') return null;
      replies.push(event.byte);
      const [printer, offline, error, paper] = replies;
      return printer === undefined ||
        offline === undefined ||
        error === undefined ||
        paper === undefined
        ? null
        : causesOfReplies([printer, offline, error, paper]);
    });
    const questions = ([1, 2, 3, 4] as const).flatMap((n) => [...realTimeStatus(n)]);
    const sent = await send(Uint8Array.from(questions));
    if (!sent.ok) return sent;
    const answer = await answered;
    return answer === 'absent' ? err(ABSENT) : ok(answer);
  };

  const query = async (): Promise<Result<PrinterCauses, PrinterFault>> => {
    let garbled = false;
    for (let attempt = 0; attempt < QUERY_ATTEMPTS; attempt++) {
      if (attempt > 0) await wait(clock, DRAIN_MS);
      decoder = attempt > 0 ? INITIAL_STATUS_STATE : decoder;
      const answer = await ask(() => {
        garbled = true;
      });
      if (!answer.ok) return answer;
      if (answer.value !== null) {
        learn(answer.value);
        return ok(answer.value);
      }
    }
    return err(
      garbled
        ? printerFault('garbled', 'answers that are no status')
        : printerFault('timeout', 'no answer to DLE EOT'),
    );
  };

  const clearBuffers = async (): Promise<Result<void, PrinterFault>> => {
    const cleared = waitFor<'cleared' | 'absent'>(CLEAR_LIMIT_MS, (event) => {
      if (event.kind === 'presence') return 'absent';
      return event.kind === 'bufferCleared' ? 'cleared' : null;
    });
    const sent = await send(CLEAR_BUFFERS);
    if (!sent.ok) return sent;
    const answer = await cleared;
    if (answer === null) return err(printerFault('timeout', 'no answer to DLE DC4, clear buffers'));
    return answer === 'cleared' ? done : err(ABSENT);
  };

  return {
    send,
    query,
    clearBuffers,
    waitFor,
    listen: (listener) => listen(watchers, listener),
    flowOpen: () => flow,
    lastCauses: () => last,
  };
};
