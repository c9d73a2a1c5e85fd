import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/**
 * A HID device: whole reports in and out, described by its own report descriptor (HID 1.11, 6.2.2).
 */
export interface ReportLink {
  /** The report descriptor's bytes. */
  descriptor(): Uint8Array;
  /** Sends one output or feature report, report id first (0 when the device has none). */
  send(report: Uint8Array): Promise<Result<void, Fault>>;
  /** Calls `listener` with each input report, report id first when the descriptor has ids. */
  onReport(listener: (report: Uint8Array) => void): () => void;
  onPresence(listener: (present: boolean) => void): () => void;
  present(): boolean;
  close(): void;
}
