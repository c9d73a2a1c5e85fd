/** What every program of the unit does around its work. */
import { join } from 'node:path';
import { codeOfThrown } from '#firmware/runtime/bug.ts';

/** `sysexits.h`: an internal software error. */
const EXIT_BUG = 70;

/** The socket between desk and booth. */
export const deskSocket = (run: string): string => join(run, 'desk-booth.sock');

/**
 * A bug ends the program under a code that says where it struck: messages of exceptions may quote what
 * the code had in hand, a mark or a voter. Signals that a terminal sends to a whole group are the
 * supervisor's to answer.
 */
export const guardProgram = (name: string): void => {
  const die = (thrown: unknown): void => {
    process.stderr.write(`${name}: ${codeOfThrown(thrown)}\n`);
    process.exit(EXIT_BUG);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
};

/** In a child: it ends by its channel alone. */
export const leaveSignalsToSupervisor = (): void => {
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
};
