/**
 * A unit's life between two kills, in a process of its own: `node kill-child.ts FOLDER SEED`, the
 * room as it was told last on standard input, every change of the room as a line on descriptor 3. It
 * lives until it is killed or the precinct has voted and the count is right. Exit code 1: a rule was broken.
 */
import { readFileSync, writeSync } from 'node:fs';
import { live } from './life.ts';
import type { World } from './session.ts';

const ROOM = 3;

const [folder = '', seed = '1'] = process.argv.slice(2);
const world = JSON.parse(readFileSync(0, 'utf8')) as World;
await live(folder, Number(seed), world, (room) => void writeSync(ROOM, `${room}\n`));
process.exit(0);
