/** Opens one process' board, says which packages that loaded, closes it, and then has nothing left to do. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readBoardFile } from '#drivers/board-file.ts';
import { connectLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openBoothBoard, openDeskBoard, openSupervisorBoard } from '#drivers/physical-board.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';

const [path = '', part] = process.argv.slice(2);
const file = readBoardFile(readFileSync(path, 'utf8'));
if (!file.ok) throw new Error(JSON.stringify(file.error));
const system = { clock: systemClock, entropy: systemEntropy };
// Nobody is at its other end, as when the other process has not started yet.
const between = connectLocalSocket(`${path}.nobody`, systemClock);

const open = (): Promise<{ close(): Promise<void> }> => {
  if (part === 'supervisor') return openSupervisorBoard(file.value, system);
  if (part === 'desk') return openDeskBoard(file.value, system, between);
  return openBoothBoard(file.value, system, between);
};
const opened = await open();
const packageOf = (name: string): string | undefined =>
  /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1];
const scripts = Object.keys(createRequire(import.meta.url).cache);
const libraries = readFileSync('/proc/self/maps', 'utf8').split('\n');
const loaded = new Set([...scripts, ...libraries].flatMap((name) => packageOf(name) ?? []));
process.stdout.write(`${JSON.stringify([...loaded].sort())}\n`);
await opened.close();
between.close();
