import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * A HID device: whole reports in and out, described by its own report descriptor (HID 1.11, 6.2.2).
 * Reports keep their order and their limits; each is taken as it was at the call. Pulled out, what
 * was queued is lost; it comes back by itself within `LINK_RETURN_MS` (hal/byte-link.ts).
 */
export interface ReportLink {
  /** The report descriptor's bytes; a copy. Empty while the device was never seen. */
  descriptor(): Uint8Array;
  /**
   * Sends one output or feature report, report id first (0 when the device has none). Errors: `absent`
   * while it is away and once closed; `timeout` when it takes none for 1 s.
   */
  send(report: Uint8Array): Promise<Result<void, Fault>>;
  /** Calls `listener` with each input report, report id first when the descriptor has ids. */
  onReport(listener: (report: Uint8Array) => void): () => void;
  /** Calls `listener` when the device goes away and when it is back. */
  onPresence(listener: (present: boolean) => void): () => void;
  present(): boolean;
  /** Lets go of it for good: nothing is told to listeners any more. Again does no harm. */
  close(): void;
}
