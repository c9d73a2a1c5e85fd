/**
 * The end of the machine's run: switched off or started anew, as the kernel does it at the word of root
 * (Linux Documentation/admin-guide/sysrq.rst): what is buffered goes to the disks, then they take nothing
 * more, then the machine ends. It needs no program and no shell.
 */
import { writeFileSync } from 'node:fs';

const TRIGGER = '/proc/sysrq-trigger';
/** Synchronise, remount read-only, and then. */
const ORDER = { restartMachine: ['s', 'u', 'b'], switchOff: ['s', 'u', 'o'] } as const;

export const endMachine = (how: keyof typeof ORDER): void => {
  for (const key of ORDER[how]) writeFileSync(TRIGGER, key);
};
