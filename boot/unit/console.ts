/** What the start of a unit says to whoever looks: lines on the console, which is no terminal to anybody. */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { STAGES, type StageName, type StageOutcome, type StageTeller } from './stages.ts';

export type Console = StageTeller & { readonly say: (text: string) => void };

export const OUT_OF_SERVICE = 'FUERA DE SERVICIO / OUT OF SERVICE';

const numbered = (order: readonly StageName[], stage: StageName): string =>
  `[${order.indexOf(stage) + 1}/${order.length}] ${stage}`;

/** A line of the console, or of a failed stage several. */
export const linesOf = (
  order: readonly StageName[],
  { stage, code, detail }: StageOutcome,
): readonly string[] => {
  if (code === null) return [`${numbered(order, stage)}: ok, ${detail}`];
  const { es, en } = STAGES[stage].remedy;
  return [
    `${numbered(order, stage)}: FAILED, ${code}: ${detail}`,
    `${OUT_OF_SERVICE}: ${code}`,
    es,
    en,
  ];
};

/** `write`: to the console; one that takes nothing is no reason to stop, nor to go on where a stage failed. */
export const makeConsole = (
  order: readonly StageName[],
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Console => {
  const say = (text: string): void => {
    try {
      write(`urna: ${text}\r\n`);
    } catch {
      // Who listens may be gone.
    }
  };
  return {
    say,
    progress: (stage, share) => say(`${numbered(order, stage)}: ${Math.floor(share * 100)} %`),
    ended: (result) => {
      for (const line of linesOf(order, result)) say(line);
    },
  };
};

/**
 * The screen's own text console, where there is one: what is written there stands on the frame buffer. It
 * never waits: a console that somebody stopped at a keyboard (Ctrl-S) is no reason not to start.
 */
export const writeToScreen = (text: string): void => {
  try {
    const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
    const screen = openSync('/dev/tty0', O_WRONLY | O_NONBLOCK | O_NOCTTY);
    try {
      writeSync(screen, text);
    } finally {
      closeSync(screen);
    }
  } catch {
    // No text console, not ours, or stopped.
  }
};
