/**
 * A unit's life between two kills, in a process of its own: `node kill-child.ts FOLDER SEED`, the
 * room as it was told last on standard input, every change of the room as a line on descriptor 3. It
 * gets up, finishes what was under way, holds its books against the room, and takes votes until it is
 * killed or the precinct has voted and the count is right. Exit code 1: a rule was broken.
 */
import { readFileSync, writeSync } from 'node:fs';
import { checkAtRest, checkCount } from './check.ts';
import { makePrecinct, VOTERS } from './precinct.ts';
import { makeRealPremises } from './real-premises.ts';
import {
  bringInStep,
  castVote,
  checkPolls,
  finishAfterStart,
  setPolls,
  start,
  type World,
} from './session.ts';

const ROOM = 3;

const [folder = '', seed = '1'] = process.argv.slice(2);
const world = JSON.parse(readFileSync(0, 'utf8')) as World;
const precinct = makePrecinct(Number(seed));
let told = '';
const tell = (): void => {
  const room = JSON.stringify(world);
  if (room === told) return;
  told = room;
  writeSync(ROOM, `${room}\n`);
};
const premises = makeRealPremises(folder, precinct, tell);

const { unit, journal } = await start(premises, precinct, world);
await finishAfterStart(unit, world, journal);
checkPolls(unit, world);
await bringInStep(unit);
checkAtRest(premises, unit, world);
if (unit.vault.polls() === 'ready') await setPolls(unit, world, 'open');
for (let voter = 0; voter < VOTERS && unit.vault.polls() === 'open'; voter++) {
  if (world.done.some((each) => each.voter === voter)) continue;
  await castVote(unit, world, { voter, partials: voter % 2, rejections: voter % 3 === 2 ? 1 : 0 });
  checkAtRest(premises, unit, world);
}
unit.vault.close();
unit.desk.stop();
await checkCount(premises, precinct, world);
tell();
process.exit(0);
