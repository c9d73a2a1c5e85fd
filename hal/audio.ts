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
 *
 * Only the booth calls it, at any time; nothing is ever `busy`. `absent` wins, and ends at once what is
 * being said, too; then what the voice says of itself (`broken`, or `garbled`: nothing that is an answer),
 * then `timeout`. Speech works again within 2 s of the return of what makes it.
 */
export interface Audio {
  /**
   * Says the texts in order; what was being said stops at once, so the last call wins. Resolves when
   * all was said (`finished`), or another call or `silence` came first (`interrupted`). Ends within 5 s
   * and eight times what the texts need at that speed: `timeout`.
   */
  speak(
    texts: readonly SpokenText[],
    voice: Voice,
  ): Promise<Result<'finished' | 'interrupted', AudioFault>>;
  /** Stops at once. */
  silence(): void;
  /** Can this unit speak? For the self-test. Ends within 4 s. */
  check(): Promise<Result<void, AudioFault>>;
}
