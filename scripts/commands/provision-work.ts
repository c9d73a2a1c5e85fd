/** What `urna provision` does, in the process that does it (interruptible.ts). */
import { work } from './provision.ts';

process.exitCode = await work(process.argv.slice(2));
