/**
 * The receipt printer over any byte link. "Done" is what the printer says, never "bytes written": all
 * bytes out, worked off (GS r is executed in order), online, no error, paper present.
 *
 * A failure may leave the rest of a paper in the printer's buffers; it would come out as soon as the
 * cause is gone. So after a failure nothing is sent before the buffers were cleared.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import { type Clock, wait } from '#hal/clock.ts';
import type {
  PaperDocument,
  PrinterFault,
  PrinterProfile,
  PrinterStatus,
  PrintFailure,
  PrintProgress,
  ReceiptPrinter,
} from '#hal/receipt-printer.ts';
import { done, err, ok, type Result } from '#hal/result.ts';
import { feedAndCut, RECOVER_AND_CLEAR, SENSOR_REQUEST, STATUS_BACK_ON } from './commands.ts';
import { encodeDocument } from './encoder.ts';
import type { PrinterCauses } from './status.ts';
import { makeStatusChannel, printerFault } from './status-channel.ts';

/** 80 mm paper at 203 dpi, font A: 48 characters of 12 dots. */
export const PROFILE_80MM: PrinterProfile = { widthDots: 576, dotsPerInch: 203, columns: 48 };

/** With the last questions before and after it stays under the 30 s of hal/receipt-printer. */
export const OPERATION_LIMIT_MS = 28_000;
/** Bytes handed to the wire at once: 22 ms at 115,200 baud, so a fault stops the flow soon. */
export const PIECE_BYTES = 256;
/** While waiting for the printer it is asked this often: a lost report costs no more. */
const POLL_MS = 1_000;
/** How long an offline printer that names no cause (feed button, starting) may take. */
const ONLINE_LIMIT_MS = 1_000;
const ONLINE_POLL_MS = 200;
/** Vertical motion units beyond the cutting position. */
const CUT_MARGIN_DOTS = 0;
/** ESC @ and the reports: what `start` sends. */
const RESET = Uint8Array.of(0x1b, 0x40, ...STATUS_BACK_ON);

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
  profile: PrinterProfile = PROFILE_80MM,
): ReceiptPrinter => {
  const listeners = new Set<(status: PrinterStatus) => void>();
  let current: PrinterStatus | null = null;
  let busy = false;
  /** Bytes of an operation that failed, or of before a restart, may still be in the printer. */
  let leftovers = true;

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
      if (present) return;
      announce({
        online: false,
        paper: current?.paper ?? 'present',
        coverOpen: current?.coverOpen ?? false,
        fault: printerFault('absent', 'unplugged'),
      });
    },
  );

  /** One operation at a time; the lock goes whatever happens. */
  const alone = async <T, E>(
    refusal: E,
    work: () => Promise<Result<T, E>>,
  ): Promise<Result<T, E>> => {
    if (busy) return err(refusal);
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
    }
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
      const causes = await channel.query();
      if (!causes.ok) return causes;
      const fault = faultOfCauses(causes.value);
      if (fault !== null) return err(fault);
      if (!causes.value.offline) return done;
      if (clock.nowMs() >= limitMs) return err(printerFault('timeout', 'offline, no cause named'));
      await wait(clock, ONLINE_POLL_MS);
    }
  };

  const stoppingFault = (): PrinterFault | null => {
    const causes = channel.lastCauses();
    return causes === null ? null : faultOfCauses(causes);
  };

  /** Waits for XON, a fault or the end of patience. */
  const awaitFlow = async (deadlineMs: number): Promise<Result<void, PrinterFault>> => {
    while (!channel.flowOpen()) {
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) return err(printerFault('timeout', 'XOFF without XON'));
      await channel.waitFor(Math.min(POLL_MS, leftMs), (event) =>
        event.kind === 'flow' || event.kind === 'statusBack' || event.kind === 'presence'
          ? event
          : null,
      );
      if (channel.flowOpen()) break;
      const causes = await channel.query();
      if (!causes.ok) return causes;
      const fault = faultOfCauses(causes.value);
      if (fault !== null) return err(fault);
    }
    return done;
  };

  const sendPieces = async (
    bytes: Uint8Array,
    deadlineMs: number,
  ): Promise<Result<void, PrinterFault>> => {
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const flow = await awaitFlow(deadlineMs);
      if (!flow.ok) return flow;
      const fault = stoppingFault();
      if (fault !== null) return err(fault);
      const sent = await channel.send(bytes.subarray(at, at + PIECE_BYTES));
      if (!sent.ok) return sent;
    }
    return done;
  };

  /** GS r is answered when all before it is done; an offline printer does not execute it. */
  const awaitWorkedOff = async (deadlineMs: number): Promise<Result<void, PrinterFault>> => {
    type Answer = PrinterFault | 'workedOff' | 'look';
    const listen = (limitMs: number): Promise<Answer | null> =>
      channel.waitFor<Answer>(limitMs, (event) => {
        if (event.kind === 'sensorReply') return 'workedOff';
        if (event.kind === 'presence') return printerFault('absent', 'unplugged while printing');
        if (event.kind !== 'statusBack') return null;
        return faultOfCauses(event.causes) ?? (event.causes.offline ? 'look' : null);
      });
    let answer = listen(Math.min(POLL_MS, deadlineMs - clock.nowMs()));
    const asked = await channel.send(SENSOR_REQUEST);
    if (!asked.ok) return asked;
    for (;;) {
      const heard = await answer;
      if (heard === 'workedOff') return done;
      if (heard !== null && heard !== 'look') return err(heard);
      const leftMs = deadlineMs - clock.nowMs();
      if (leftMs <= 0) return err(printerFault('timeout', 'not worked off in time'));
      // Listening again before asking: the answer to GS r may come between the two.
      answer = listen(Math.min(POLL_MS, leftMs));
      const causes = await channel.query();
      if (!causes.ok) return causes;
      const fault = faultOfCauses(causes.value);
      if (fault !== null) return err(fault);
    }
  };

  const finalCheck = async (): Promise<Result<void, PrinterFault>> => {
    const causes = await channel.query();
    if (!causes.ok) return causes;
    const fault = faultOfCauses(causes.value);
    if (fault !== null) return err(fault);
    return causes.value.offline ? err(printerFault('timeout', 'offline after printing')) : done;
  };

  /** Sends bytes and waits until they are worked off. */
  const perform = async (bytes: Uint8Array): Promise<Result<void, PrinterFault>> => {
    const deadlineMs = clock.nowMs() + OPERATION_LIMIT_MS;
    leftovers = true;
    const sent = await sendPieces(bytes, deadlineMs);
    const worked = sent.ok ? await awaitWorkedOff(deadlineMs) : sent;
    const checked = worked.ok ? await finalCheck() : worked;
    // At once, while it still stands: closing the cover would print the rest.
    const cleared = checked.ok ? done : await channel.clearBuffers();
    leftovers = !cleared.ok;
    return checked;
  };

  const readStatus = async (): Promise<Result<PrinterStatus, PrinterFault>> => {
    const causes = await channel.query();
    return causes.ok ? ok(statusOf(causes.value)) : causes;
  };

  const print = async (document: PaperDocument): Promise<Result<void, PrintFailure>> => {
    const failed = (fault: PrinterFault, progress: PrintProgress): Result<void, PrintFailure> =>
      err({ fault, progress });
    const ready = await prepare();
    if (!ready.ok) return failed(ready.error, 'nothing');
    const printed = await perform(encodeDocument(document, profile.columns));
    return printed.ok ? done : failed(printed.error, 'unknown');
  };

  const cut = async (): Promise<Result<void, PrinterFault>> => {
    const ready = await prepare();
    return ready.ok ? perform(feedAndCut(CUT_MARGIN_DOTS)) : ready;
  };

  const reset = async (): Promise<Result<PrinterStatus, PrinterFault>> => {
    const cleared = await channel.clearBuffers();
    if (!cleared.ok) return cleared;
    leftovers = false;
    const sent = await channel.send(RESET);
    return sent.ok ? readStatus() : sent;
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
    onStatus: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
};
