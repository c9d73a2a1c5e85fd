/**
 * The kernel's text on the screen: good while the unit starts, and out of place on a ballot. A frame buffer
 * console is taken off its frame buffer and put back by one file each
 * (Documentation/driver-api/console.rst, "bind"); the frame buffer itself stays as it is.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CONSOLES = join('class', 'vtconsole');

/** True: text appears on the screen from now on; false: none does. Without such a console nothing is done. */
export const setTextOnScreen = (sysfs: string, on: boolean): void => {
  const folder = join(sysfs, CONSOLES);
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    try {
      if (!readFileSync(join(folder, name, 'name'), 'latin1').includes('frame buffer')) continue;
      writeFileSync(join(folder, name, 'bind'), on ? '1' : '0');
    } catch {
      // A console that will not go leaves text on the screen; that is no reason not to start.
    }
  }
};
