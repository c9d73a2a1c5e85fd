/**
 * The receipt printer over any byte link. "Done" is what the printer says, never "bytes written": all
 * bytes out, worked off (transfer.ts), online, no error, paper present.
 *
 * A failure may leave the rest of a paper in the printer's buffers; it would come out as soon as the
 * cause is gone. So after a failure nothing is sent before the buffers were cleared.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';
import type {
  PaperDocument,
  PrinterFault,
  PrinterStatus,
  PrintFailure,
  ReceiptPrinter,
} from '#hal/receipt-printer.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { type Checkpoints, makeCheckpoints } from './checkpoints.ts';
import { CLEAR_BUFFERS, feedAndCut, RECOVER_AND_CLEAR, STATUS_BACK_ON } from './commands.ts';
import { encodeDocument } from './encoder.ts';
import { DEFAULT_PRINTER_MODEL, type PrinterModel } from './profiles.ts';
import type { PrinterCauses } from './status.ts';
import {
  faultOfCauses,
  makeStatusChannel,
  printerFault,
  REPLY_LIMIT_MS,
} from './status-channel.ts';
import { makeTransfer } from './transfer.ts';

/** How long an offline printer that names no cause (feed button, starting) may take. */
const ONLINE_LIMIT_MS = 1_000;
const ONLINE_POLL_MS = 200;
/** Vertical motion units beyond the cutting position. */
const CUT_MARGIN_DOTS = 0;
/** ESC @ and the reports: what `start` sends. */
const RESET = Uint8Array.of(0x1b, 0x40, ...STATUS_BACK_ON);

const statusOf = (causes: PrinterCauses): PrinterStatus => ({
  online: !causes.offline,
  paper: causes.paperEnd ? 'end' : causes.paperNearEnd ? 'nearEnd' : 'present',
  coverOpen: causes.coverOpen,
  fault: faultOfCauses(causes),
});

const sameStatus = (a: PrinterStatus, b: PrinterStatus): boolean =>
  a.online === b.online &&
  a.paper === b.paper &&
  a.coverOpen === b.coverOpen &&
  a.fault?.kind === b.fault?.kind;

const BUSY = printerFault('busy', 'another operation of the printer is under way');

export const makeReceiptPrinter = (
  link: ByteLink,
  clock: Clock,
  model: PrinterModel = DEFAULT_PRINTER_MODEL,
): ReceiptPrinter => {
  const { widthDots, dotsPerInch, columns } = model;
  const profile = { widthDots, dotsPerInch, columns };
  const listeners = new Set<(status: PrinterStatus) => void>();
  let current: PrinterStatus | null = null;
  let busy = false;
  /** Bytes of an operation that failed, or of before a restart, may still be in the printer. */
  let leftovers = true;
  /** It may have been without power, and then reports nothing by itself. */
  let reportsOff = false;
  /** Counts operations, so that no answer is taken for that of another one. */
  let operations = 0;

  const announce = (status: PrinterStatus): void => {
    if (current !== null && sameStatus(current, status)) return;
    current = status;
    for (const listener of [...listeners]) listener(status);
  };
  const channel = makeStatusChannel(
    link,
    clock,
    (causes) => announce(statusOf(causes)),
    (present) => {
      if (present) {
        reportsOff = true;
        // What a cable that was pulled has left in it must not come out with the next roll.
        if (!busy) void channel.send(Uint8Array.of(...CLEAR_BUFFERS, ...STATUS_BACK_ON));
        return;
      }
      announce({
        online: false,
        paper: current?.paper ?? 'present',
        coverOpen: current?.coverOpen ?? false,
        fault: printerFault('absent', 'unplugged'),
      });
    },
  );

  const transfer = makeTransfer(channel, clock);

  /** One operation at a time; the lock goes whatever happens. */
  const alone = async <T, E>(
    refusal: E,
    work: () => Promise<Result<T, E>>,
  ): Promise<Result<T, E>> => {
    if (busy) return err(refusal);
    busy = true;
    operations++;
    try {
      return await work();
    } finally {
      busy = false;
    }
  };

  /** Asks for its causes; and for its reports, if it may have forgotten them. */
  const ask = async (): Promise<Result<PrinterCauses, PrinterFault>> => {
    const causes = await channel.query();
    if (!causes.ok) reportsOff = true;
    // Offline it takes no such order: the next time, then.
    if (!causes.ok || !reportsOff || leftovers || causes.value.offline) return causes;
    const reported = channel.waitFor(REPLY_LIMIT_MS, (event) =>
      event.kind === 'statusBack' || event.kind === 'presence' ? event.kind : null,
    );
    const asked = await channel.send(STATUS_BACK_ON);
    if (!asked.ok) return asked;
    reportsOff = (await reported) !== 'statusBack';
    return causes;
  };

  /** Online, no error, paper, nothing left over; a feed button gets a second. */
  const prepare = async (): Promise<Result<void, PrinterFault>> => {
    if (leftovers) {
      const cleared = await channel.clearBuffers();
      if (!cleared.ok) return cleared;
      leftovers = false;
    }
    const limitMs = clock.nowMs() + ONLINE_LIMIT_MS;
    for (;;) {
      const causes = await ask();
      if (!causes.ok) return causes;
      const fault = faultOfCauses(causes.value);
      if (fault !== null) return err(fault);
      if (!causes.value.offline) return done;
      if (clock.nowMs() >= limitMs) return err(printerFault('timeout', 'offline, no cause named'));
      await wait(clock, ONLINE_POLL_MS);
    }
  };

  /** Sends what `compose` gives and waits until it is worked off. */
  const perform = async (
    compose: (checkpoints: Checkpoints) => readonly Uint8Array[],
  ): Promise<Result<void, PrintFailure>> => {
    const checkpoints = makeCheckpoints(model.confirms, operations);
    const sections = compose(checkpoints);
    leftovers = true;
    const checked = await transfer({ sections, checkpoints });
    // At once, while it still stands: closing the cover would print the rest.
    const cleared = checked.ok ? done : await channel.clearBuffers();
    leftovers = !cleared.ok;
    return checked;
  };

  const readStatus = async (): Promise<Result<PrinterStatus, PrinterFault>> => {
    const causes = await ask();
    return causes.ok ? ok(statusOf(causes.value)) : causes;
  };

  const print = async (document: PaperDocument): Promise<Result<void, PrintFailure>> => {
    const ready = await prepare();
    if (!ready.ok) return err({ fault: ready.error, progress: 'nothing' });
    return perform((checkpoints) => encodeDocument(document, model, checkpoints));
  };

  const cut = async (): Promise<Result<void, PrinterFault>> => {
    const ready = await prepare();
    if (!ready.ok) return ready;
    const command = feedAndCut(CUT_MARGIN_DOTS);
    const performed = await perform((checkpoints) => [
      Uint8Array.of(...command, ...checkpoints.next()),
    ]);
    return performed.ok ? done : err(performed.error.fault);
  };

  const reset = async (): Promise<Result<PrinterStatus, PrinterFault>> => {
    const cleared = await channel.clearBuffers();
    if (!cleared.ok) return cleared;
    leftovers = false;
    const sent = await channel.send(RESET);
    if (!sent.ok) return sent;
    reportsOff = false;
    return readStatus();
  };

  const recover = async (): Promise<Result<PrinterStatus, PrinterFault>> => {
    const sent = await channel.send(RECOVER_AND_CLEAR);
    if (!sent.ok) return sent;
    return reset();
  };

  return {
    profile: () => profile,
    start: () => alone(BUSY, reset),
    status: () => alone(BUSY, readStatus),
    print: (document) => alone({ fault: BUSY, progress: 'nothing' }, () => print(document)),
    cut: () => alone(BUSY, cut),
    recover: () => alone(BUSY, recover),
    onStatus: (listener) => listen(listeners, listener),
  };
};
