/**
 * The reader takes one operation at a time; the desk asks for more. This puts them in a row, and
 * drops a finger wait that was cancelled before it began.
 */
import type { DeskEvent } from '#firmware/desk/state.ts';
import { faultCode } from '#hal/fault.ts';
import type {
  FingerGuidance,
  FingerprintReader,
  ReaderFault,
  RingSignal,
} from '#hal/fingerprint-reader.ts';
import { forget } from '#hal/secret-bytes.ts';

export type DeskReader = {
  /** Starts the reader, or starts it anew to see whether it is well: null, or the code of its fault. */
  readonly start: () => Promise<string | null>;
  readonly loadPrint: (operation: number, template: Uint8Array) => void;
  readonly verifyFinger: (operation: number, limitMs: number) => void;
  readonly cancel: () => void;
  /**
   * Waits for a finger and says whether the sensor got a usable image of it; keeps nothing of it. Anything
   * that the desk wants of the reader ends it.
   */
  readonly testFinger: (limitMs: number) => Promise<FingerTest>;
  readonly light: (signal: RingSignal) => void;
};

/** `usable`: an image was good. `poor`: images, none of them good. `nobody`: no finger came, or it was cut short. */
export type FingerTest =
  | { readonly kind: 'usable' | 'poor' | 'nobody' }
  | { readonly kind: 'fault'; readonly code: string };

/** Guidance that follows an image which was no good. */
const AFTER_POOR: readonly FingerGuidance[] = [
  'placeAgain',
  'cleanFinger',
  'moistenFinger',
  'dryFinger',
  'otherFinger',
];
/** So many changes of guidance, none of them for a good image, are enough to know. */
const ENOUGH_POOR = 2;

/** One finger for the sensor's sake. Its template is wiped at once, if one comes about at all. */
const tryFinger = async (reader: FingerprintReader, limitMs: number): Promise<FingerTest> => {
  let poor = 0;
  let good = false;
  const taken = await reader.enrol(limitMs, (guidance) => {
    if (AFTER_POOR.includes(guidance)) poor += 1;
    if (guidance === 'liftFinger') good = true;
    // It takes a second image of the same finger otherwise, which nobody needs.
    if (good || poor >= ENOUGH_POOR) reader.cancel();
  });
  if (!taken.ok) return { kind: 'fault', code: faultCode(taken.error) };
  forget(taken.value);
  if (good || taken.value !== null) return { kind: 'usable' };
  return { kind: poor > 0 ? 'poor' : 'nobody' };
};

export const makeDeskReader = (
  reader: FingerprintReader,
  post: (event: DeskEvent) => void,
  onFault: (code: string) => void,
  guard: (work: Promise<unknown>) => void,
): DeskReader => {
  let row: Promise<void> = Promise.resolve();
  /** Lights are no operations: they have a row of their own, so that guidance shows while a finger is awaited. */
  let lights: Promise<void> = Promise.resolve();
  let asked = 0;
  let testing = false;
  let cancelled = 0;
  let wanted: RingSignal | null = null;
  let shown: RingSignal | null = null;

  const inRow = (task: () => Promise<void>): void => {
    row = row.then(task);
    guard(row);
  };
  const failed = (operation: number, error: ReaderFault): void =>
    post({
      kind: 'readerFailed',
      operation,
      code: faultCode(error),
      badTemplate: error.kind === 'badTemplate',
    });
  const endTest = (): void => {
    if (testing) reader.cancel();
  };
  const live = (operation: number): boolean => operation > cancelled;

  return {
    start: () =>
      new Promise((resolve) => {
        inRow(async () => {
          const started = await reader.start();
          const code = started.ok ? null : faultCode(started.error);
          if (code !== null) onFault(code);
          resolve(code);
        });
      }),
    loadPrint: (operation, template) => {
      asked = operation;
      endTest();
      inRow(async () => {
        if (!live(operation)) return;
        const loaded = await reader.loadTemplate(template);
        if (loaded.ok) post({ kind: 'printLoaded', operation });
        else failed(operation, loaded.error);
      });
    },
    verifyFinger: (operation, limitMs) => {
      asked = operation;
      endTest();
      inRow(async () => {
        if (!live(operation)) return;
        const read = await reader.verifyFinger(limitMs, (guidance) =>
          post({ kind: 'fingerGuided', operation, guidance }),
        );
        if (read.ok) post({ kind: 'fingerRead', operation, outcome: read.value });
        else failed(operation, read.error);
      });
    },
    cancel: () => {
      cancelled = asked;
      reader.cancel();
    },
    testFinger: (limitMs) =>
      new Promise((resolve) => {
        inRow(async () => {
          testing = true;
          try {
            resolve(await tryFinger(reader, limitMs));
          } finally {
            testing = false;
          }
        });
      }),
    light: (signal) => {
      wanted = signal;
      lights = lights.then(async () => {
        if (wanted === null || wanted === shown) return;
        const now = wanted;
        const lit = await reader.light(now);
        // A light that fails stops nobody: the next operation names the fault.
        shown = lit.ok ? now : null;
      });
      guard(lights);
    },
  };
};
