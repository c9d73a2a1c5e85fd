/**
 * Getting bytes into a printer and knowing that it worked them off. They go in sections, each with a
 * checkpoint at its end (checkpoints.ts): the last one answered means that nothing before it was lost, not
 * to a pulled cable nor to a printer that lost its power and came back with empty buffers. In between
 * DLE EOT is asked, so that no lost report counts as silence.
 *
 * No more is sent than a receive buffer holds beside what is not answered yet. A printer that is full holds
 * its wire up for as long as its paper takes, and on USB, where that is no XOFF but a NAK, no question gets
 * through meanwhile: a slow printer could not be told from one that has stopped.
 */
import type { Clock } from '#hal/clock.ts';
import type { PrinterFault, PrintFailure, PrintProgress } from '#hal/receipt-printer.ts';
import { done, err, type Result } from '#hal/result.ts';
import type { Checkpoints } from './checkpoints.ts';
import { faultOfCauses, printerFault, type StatusChannel } from './status-channel.ts';

/** With the last questions before and after it stays under the 30 s of hal/receipt-printer. */
export const OPERATION_LIMIT_MS = 28_000;
/** An online printer answers the next checkpoint sooner than this, or has lost what it was sent. */
export const CHECKPOINT_LIMIT_MS = 5_000;
/** Bytes handed to the wire at once: 22 ms at 115,200 baud, so a fault stops the flow soon. */
export const PIECE_BYTES = 256;
/** While waiting for the printer it is asked this often: a lost report costs no more. */
const POLL_MS = 1_000;

/** Bytes under way to their checkpoints: half of the 4 KB that printers of this class receive into. */
const AHEAD_BYTES = 2_048;

/** The next of `checkpoints` ends each of `sections`. */
export type PrinterWork = {
  readonly sections: readonly Uint8Array[];
  readonly checkpoints: Checkpoints;
};

/** Listens for checkpoints and remembers an unplug, from now until `stop`. */
const makeWatch = (channel: StatusChannel, clock: Clock, checkpoints: Checkpoints) => {
  const startMs = clock.nowMs();
  let progressMs = startMs;
  let unplugged = false;
  const stop = channel.listen((event) => {
    if (event.kind === 'presence') unplugged = true;
    else if (checkpoints.hear(event)) progressMs = clock.nowMs();
  });
  const overdue = (): PrinterFault | null => {
    const nowMs = clock.nowMs();
    if (nowMs - startMs >= OPERATION_LIMIT_MS) return printerFault('timeout', 'took too long');
    return nowMs - progressMs >= CHECKPOINT_LIMIT_MS
      ? printerFault('timeout', `online and silent after ${checkpoints.passed()} checkpoints`)
      : null;
  };
  const fault = (): PrinterFault | null => {
    if (unplugged) return printerFault('absent', 'unplugged while printing');
    const causes = channel.lastCauses();
    return (causes === null ? null : faultOfCauses(causes)) ?? overdue();
  };
  return { fault, stop };
};

type Watch = ReturnType<typeof makeWatch>;

const progressOf = (sentAnything: boolean, checkpoints: Checkpoints): PrintProgress => {
  if (!sentAnything) return 'nothing';
  if (checkpoints.passed() === 0) return 'unknown';
  return checkpoints.passed() < checkpoints.count() ? 'partly' : 'all';
};

/**
 * Makes the operation "send these bytes; ok once they are worked off and the printer is online, has
 * paper and no error". The error is the first fault seen, and what is known of the work.
 */
export const makeTransfer = (
  channel: StatusChannel,
  clock: Clock,
): ((work: PrinterWork) => Promise<Result<void, PrintFailure>>) => {
  /** Waits until `ready`, a fault, or the end of patience. */
  const until = async (watch: Watch, ready: () => boolean): Promise<Result<void, PrinterFault>> => {
    while (!ready()) {
      const fault = watch.fault();
      if (fault !== null) return err(fault);
      const heard = await channel.waitFor(POLL_MS, (event) =>
        event.kind === 'realTimeReply' ? null : event,
      );
      if (heard !== null) continue;
      const causes = await channel.query();
      if (!causes.ok) return causes;
    }
    return done;
  };

  const sendPieces = async (
    watch: Watch,
    bytes: Uint8Array,
    onSend: () => void,
  ): Promise<Result<void, PrinterFault>> => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const flow = await until(watch, channel.flowOpen);
      if (!flow.ok) return flow;
      const fault = watch.fault();
      if (fault !== null) return err(fault);
      onSend();
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      const sent = await channel.send(piece, CHECKPOINT_LIMIT_MS);
      if (!sent.ok) return sent;
    }
    return done;
  };

  const sendSections = async (
    watch: Watch,
    { sections, checkpoints }: PrinterWork,
    onSend: () => void,
  ): Promise<Result<void, PrinterFault>> => {
    for (const [index, section] of sections.entries()) {
      /** One that is longer goes alone. */
      const fits = (): boolean => {
        const ahead = sections.slice(checkpoints.passed(), index);
        const bytes = ahead.reduce((sum, each) => sum + each.length, section.length);
        return ahead.length === 0 || bytes <= AHEAD_BYTES;
      };
      const room = await until(watch, fits);
      if (!room.ok) return room;
      const sent = await sendPieces(watch, section, onSend);
      if (!sent.ok) return sent;
    }
    return done;
  };

  const finalCheck = async (): Promise<Result<void, PrinterFault>> => {
    const causes = await channel.query();
    if (!causes.ok) return causes;
    const fault = faultOfCauses(causes.value);
    if (fault !== null) return err(fault);
    return causes.value.offline ? err(printerFault('timeout', 'offline after printing')) : done;
  };

  return async (printerWork) => {
    const { checkpoints } = printerWork;
    const watch = makeWatch(channel, clock, checkpoints);
    const allPassed = (): boolean => checkpoints.passed() >= checkpoints.count();
    let sentAnything = false;
    const work = async (): Promise<Result<void, PrinterFault>> => {
      const sent = await sendSections(watch, printerWork, () => {
        sentAnything = true;
      });
      const worked = sent.ok ? await until(watch, allPassed) : sent;
      return worked.ok ? finalCheck() : worked;
    };
    try {
      const outcome = await work();
      if (outcome.ok) return done;
      return err({ fault: outcome.error, progress: progressOf(sentAnything, checkpoints) });
    } finally {
      watch.stop();
    }
  };
};
