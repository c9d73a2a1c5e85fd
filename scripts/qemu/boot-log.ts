/** What a unit's start says on its console (boot/unit/console.ts), read from outside. Pure. */

export type BootSeen =
  | { readonly kind: 'starting' }
  /** All stages are through. */
  | { readonly kind: 'started' }
  /** A stage failed; the line says which, with its code. */
  | { readonly kind: 'failed'; readonly line: string };

const LAST_STAGE = /^urna: \[(\d+)\/\1\] [\w-]+: ok/;
const FAILED = /^urna: (\[\d+\/\d+\] [\w-]+: FAILED, .*)$/;

/** The latest start in a log that several starts may have written. */
export const readBootLog = (text: string): BootSeen => {
  let seen: BootSeen = { kind: 'starting' };
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('urna: start:')) seen = { kind: 'starting' };
    const failed = FAILED.exec(line)?.[1];
    if (failed !== undefined) seen = { kind: 'failed', line: failed };
    else if (LAST_STAGE.test(line)) seen = { kind: 'started' };
  }
  return seen;
};

/** Joins what several starts said, each of which begins the log anew: told it as it is now, gives all of it. */
export const makeLogOfStarts = (): ((now: string) => string) => {
  let before = '';
  let last = '';
  return (now) => {
    if (!now.startsWith(last)) before += last;
    last = now;
    return before + now;
  };
};
