/** The serial port that the cable of a unit's console is at: the one there is, or the one that is named. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError, UsageError } from '../commands/options.ts';

/** What Linux calls the ports of USB adapters (usb-serial) and of USB gadgets (CDC ACM). */
const USB_PORT = /^tty(USB|ACM)\d+$/;

/** In order of name. */
export const portsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => USB_PORT.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(folder, name));

/** Throws where none is named and there is none, or more than one. */
export const choosePort = (given: readonly string[], folder = '/dev'): string => {
  const [named, extra] = given;
  if (extra !== undefined) throw new UsageError(`one PORT is enough: ${given.join(' ')}`);
  if (named !== undefined) return named;
  const found = portsIn(folder);
  const [only, second] = found;
  if (only === undefined)
    throw new MissingError(
      `no USB serial port in ${folder}: plug in the cable, or name the PORT (the bench shows its own under the cover)`,
    );
  if (second !== undefined) throw new UsageError(`say which PORT: ${found.join(' ')}`);
  return only;
};
