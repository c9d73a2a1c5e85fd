/**
 * What happened, line by line, with the time: people, screen, display, faults. All of it goes into a
 * day's digest; the last lines are kept to be read when something is wrong.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '#hal/clock.ts';

/** Lines that are kept for whoever looks into a failure. */
export const TAIL_LINES = 160;

export type Story = {
  readonly tell: (line: string) => void;
  /** The last lines, oldest first. */
  readonly tail: () => readonly string[];
  /** Over every line so far, hex. */
  readonly digest: () => string;
};

export const makeStory = (clock: Clock, onLine?: (line: string) => void): Story => {
  const hash = createHash('sha256');
  let tail: string[] = [];
  return {
    tell: (line) => {
      const told = `${(clock.nowMs() / 1000).toFixed(3)} s  ${line}`;
      hash.update(`${told}\n`);
      tail.push(told);
      if (tail.length > 2 * TAIL_LINES) tail = tail.slice(-TAIL_LINES);
      onLine?.(told);
    },
    tail: () => tail.slice(-TAIL_LINES),
    digest: () => hash.copy().digest('hex'),
  };
};
