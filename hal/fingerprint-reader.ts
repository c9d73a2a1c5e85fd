import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

/** What a finger on the glass led to. */
export type FingerOutcome =
  | { readonly kind: 'match'; readonly score: number }
  | { readonly kind: 'noMatch' }
  /** Nobody put a finger on within the limit, or the wait was cancelled. */
  | { readonly kind: 'noFinger' };

/**
 * Guidance while a finger is awaited: what the operator's display tells the voter. `otherFinger` after a
 * row of images of which none could be used: that finger does not print.
 */
export type FingerGuidance =
  | 'placeFinger'
  | 'placeAgain'
  | 'cleanFinger'
  | 'moistenFinger'
  | 'dryFinger'
  | 'otherFinger'
  | 'liftFinger';

/** What the ring light says; the driver chooses colours and rhythm. */
export type RingSignal =
  | 'off'
  | 'ready'
  | 'placeFinger'
  | 'tryAgain'
  | 'working'
  | 'accepted'
  | 'refused';

export type ReaderInfo = {
  readonly family: 'R503' | 'ZFM';
  /** Length of one template, bytes: 1,536 (R503) or 512 (ZFM). */
  readonly templateBytes: number;
  readonly capacity: number;
};

/**
 * `absent` wins over all others. `timeout`: no answer, or its own sensor gave up. `garbled`: no packet of
 * the protocol. `broken`: it said so of itself. `refused`: it will not, of this password or in this state.
 */
export type ReaderFault = Fault<
  'absent' | 'timeout' | 'garbled' | 'broken' | 'busy' | 'refused' | 'badTemplate'
>;

/**
 * Compares a finger with one stored template (1:1), and takes officers' prints.
 *
 * Anybody may call anything at any time. One operation at a time (`start`, `loadTemplate`, `verifyFinger`,
 * `enrol`): a second one is told `busy` at once and changes nothing. The turn is given back whatever
 * happens, and a `guide` that throws is a bug of its owner that ends the operation.
 *
 * `start` and `loadTemplate` take at most 2 s; the others their limit and at most 7.5 s more, which only
 * a reader that is silent in the middle takes. One damaged answer or one restart of the reader is
 * survived without a word.
 *
 * No call to `start` is needed after its power or its cable was away: within 2 s of its return the next
 * operation starts it and puts back the template and the light.
 *
 * Nobody is ever compared with any template but the one that was loaded last: a load that fails leaves
 * none, and an enrolment keeps it.
 */
export interface FingerprintReader {
  /** Handshake, password, parameters. */
  start(): Promise<Result<ReaderInfo, ReaderFault>>;
  /**
   * Puts a template into the reader and reads it back to be sure: to be called as soon as it is known who
   * comes, while they walk up. Wrong length: `badTemplate`.
   */
  loadTemplate(template: Uint8Array): Promise<Result<void, ReaderFault>>;
  /**
   * Waits up to `limitMs` for a finger, retries poor images with guidance, and compares with the loaded
   * template, which stays loaded; without one: `refused`. `guide` hears `placeFinger` first, then each
   * change. A finger that did not match is not compared again before it was lifted (`liftFinger`), so that
   * one that lies there does not use up all its voter's attempts.
   */
  verifyFinger(
    limitMs: number,
    guide: (guidance: FingerGuidance) => void,
  ): Promise<Result<FingerOutcome, ReaderFault>>;
  /**
   * Takes a finger twice and returns its template: officers' enrolment only. A voter is never enrolled on
   * election day: one without a print in the pollbook is an outcome of its own. Null: nobody came, or the
   * wait was cancelled. `refused`: three times the two images were not of one finger.
   */
  enrol(
    limitMs: number,
    guide: (guidance: FingerGuidance) => void,
  ): Promise<Result<Uint8Array | null, ReaderFault>>;
  /** Ends a wait in `verifyFinger` or `enrol` within 1.5 s; harmless otherwise. */
  cancel(): void;
  /** Is not an operation: it never is `busy` nor makes others so, it waits its turn between two commands. */
  light(signal: RingSignal): Promise<Result<void, ReaderFault>>;
}
