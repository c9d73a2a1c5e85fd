/** Questions to another process, each with a number and a limit: an answer that comes too late is nobody's. */
import type { Clock } from '#hal/clock.ts';

/** Questions without an answer at any time; more means that something runs away. */
const OPEN_QUESTIONS = 32;

export type Asking<Answer> = {
  /** Sends a question under a fresh number; `otherwise()` when no answer came within the limit. */
  readonly ask: (send: (number: number) => void, otherwise: () => Answer) => Promise<Answer>;
  /** An answer arrived. False: nobody waits for it. */
  readonly answer: (number: number, answer: Answer) => boolean;
};

export const makeAsking = <Answer>(clock: Clock, limitMs: number): Asking<Answer> => {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  return {
    ask: (send, otherwise) => {
      if (waiting.size >= OPEN_QUESTIONS) return Promise.resolve(otherwise());
      const number = ++last;
      return new Promise((resolve) => {
        const cancel = clock.after(limitMs, () => {
          waiting.delete(number);
          resolve(otherwise());
        });
        waiting.set(number, (answer) => {
          cancel();
          resolve(answer);
        });
        send(number);
      });
    },
    answer: (number, answer) => {
      const take = waiting.get(number);
      waiting.delete(number);
      take?.(answer);
      return take !== undefined;
    },
  };
};
