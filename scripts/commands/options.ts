/**
 * The options of a command: parsed strictly, every mistake named with its remedy. Exit code 2 is for
 * these, 1 for a check that found something, 3 for something that is not there.
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export const EXIT = { fine: 0, found: 1, usage: 2, missing: 3 } as const;

/** A mistake of the person at the keyboard: told in one line, never a stack. */
export class UsageError extends Error {}

/** Something that is needed is not there; the message says how to get it. */
export class MissingError extends Error {}

/** What was looked at is not in order, and there is nothing more to look at: exit code 1. */
export class FoundError extends Error {}

type Values<T extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: T; strict: true; allowPositionals: true }>
>;

export const parseOptions = <const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
): Values<T> => {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** A whole number within bounds, or a usage error that says which. */
export const wholeNumber = (
  name: string,
  given: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number => {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (!/^\d{1,15}$/.test(given) || value < least || value > most) {
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}; it was "${given}"`);
  }
  return value;
};

export const oneOf = <const T extends string>(
  name: string,
  given: string | undefined,
  fallback: T,
  allowed: readonly T[],
): T => {
  if (given === undefined) return fallback;
  const found = allowed.find((each) => each === given);
  if (found === undefined) {
    throw new UsageError(`--${name} is one of ${allowed.join(', ')}; it was "${given}"`);
  }
  return found;
};

/**
 * Runs a command's body: help, exit codes and clear errors in one place. Errors that are none of
 * the person's are bugs and keep their stack.
 */
export const runCommand = async (
  args: readonly string[],
  help: string,
  body: () => Promise<number>,
): Promise<number> => {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    return EXIT.fine;
  }
  try {
    return await body();
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`urna: ${error.message}\n\n${help}`);
      return EXIT.usage;
    }
    if (error instanceof FoundError) {
      process.stderr.write(`urna: ${error.message}\n`);
      return EXIT.found;
    }
    if (error instanceof MissingError) {
      process.stderr.write(`urna: ${error.message}\n`);
      return EXIT.missing;
    }
    throw error;
  }
};
