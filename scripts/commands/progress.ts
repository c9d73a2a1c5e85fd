/** Progress of long work on standard error: one line that moves on a terminal, a few lines elsewhere. */

/** Elsewhere than on a terminal a count is told this many times. */
const TOLD_TIMES = 4;

export type Progress = ((words: string, done: number, of: number) => void) & {
  readonly end: () => void;
};

export const makeProgress = (): Progress => {
  const terminal = process.stderr.isTTY === true;
  let last = '';
  let open = false;
  const closeLine = (): void => {
    if (open) process.stderr.write('\n');
    open = false;
  };
  const tell = (words: string, done: number, of: number): void => {
    const line = of > 0 ? `${words} ${done}/${of}` : words;
    if (terminal) {
      if (words !== last) closeLine();
      process.stderr.write(`\r${line}\x1b[K`);
      open = true;
    } else if (of === 0 || done === of || done % Math.ceil(of / TOLD_TIMES) === 0) {
      // The line that begins a count says nothing that the count does not.
      process.stderr.write(`${line}\n`);
    }
    last = words;
  };
  return Object.assign(tell, { end: closeLine });
};
