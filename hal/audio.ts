import type { Fault } from './fault.ts';
import type { Result } from './result.ts';

export type SpokenText = { readonly text: string; readonly locale: 'es' | 'en' };

export type Voice = {
  /** Loudness, 0 to 100. */
  readonly volume: number;
  /** Speed, percent of the voice's normal rate: 50 to 300. */
  readonly ratePercent: number;
};

/** `absent`: no speech here (not installed, not configured); told by `check`, never while voting. */
export type AudioFault = Fault<'absent' | 'timeout' | 'garbled' | 'broken' | 'busy'>;

/**
 * The headphones at the booth. What is said is as secret as the ballot: it goes to the voice by a
 * pipe, never by a command line, a file or a log.
 */
export interface Audio {
  /**
   * Says the texts in order; what was being said stops at once, so the last call wins. Resolves when
   * all was said (`finished`), or another call or `silence` came first (`interrupted`).
   */
  speak(
    texts: readonly SpokenText[],
    voice: Voice,
  ): Promise<Result<'finished' | 'interrupted', AudioFault>>;
  /** Stops at once. */
  silence(): void;
  /** Can this unit speak? For the self-test. */
  check(): Promise<Result<void, AudioFault>>;
}
