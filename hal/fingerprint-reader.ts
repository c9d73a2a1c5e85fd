import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** What a finger on the glass led to. */
export type FingerOutcome =
  | { readonly kind: 'match'; readonly score: number }
  | { readonly kind: 'noMatch' }
  /** Nobody put a finger on within the limit, or the wait was cancelled. */
  | { readonly kind: 'noFinger' };

/** Guidance while a finger is awaited: what the operator's display tells the voter. */
export type FingerGuidance = 'placeFinger' | 'placeAgain' | 'cleanOrDry' | 'liftFinger';

/** What the ring light says; the driver chooses colours and rhythm. */
export type RingSignal = 'off' | 'ready' | 'placeFinger' | 'working' | 'accepted' | 'refused';

export type ReaderInfo = {
  readonly family: 'R503' | 'ZFM';
  /** Length of one template, bytes: 1,536 (R503) or 512 (ZFM). */
  readonly templateBytes: number;
  readonly capacity: number;
};

export type ReaderFault = Fault<
  'absent' | 'timeout' | 'garbled' | 'broken' | 'busy' | 'refused' | 'badTemplate'
>;

/**
 * Compares a finger with one stored template (1:1). One operation at a time: a second one is told
 * `busy` and changes nothing. After the device returns from an unplug the next call starts it again
 * by itself, within 2 s.
 */
export interface FingerprintReader {
  /** Handshake, password, parameters. At most 2 s. */
  start(): Promise<Result<ReaderInfo, ReaderFault>>;
  /** Puts a template into the reader and reads it back to be sure. At most 2 s. Wrong length: `badTemplate`. */
  loadTemplate(template: Uint8Array): Promise<Result<void, ReaderFault>>;
  /**
   * Waits up to `limitMs` for a finger, retries poor images with guidance, and compares with the
   * loaded template. The template stays loaded.
   */
  verifyFinger(
    limitMs: number,
    guide: (guidance: FingerGuidance) => void,
  ): Promise<Result<FingerOutcome, ReaderFault>>;
  /** Captures a finger and returns its template (officers' enrolment only, never voters). */
  enrol(
    limitMs: number,
    guide: (guidance: FingerGuidance) => void,
  ): Promise<Result<Uint8Array | null, ReaderFault>>;
  /** Ends a wait in `verifyFinger` or `enrol`; harmless otherwise. */
  cancel(): void;
  /** Is not an operation: it never is `busy` nor makes others so, it waits its turn between two commands. */
  light(signal: RingSignal): Promise<Result<void, ReaderFault>>;
}
