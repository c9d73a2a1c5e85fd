/**
 * The desk's program: started by the supervisor alone, with its private channel. Its devices are opened
 * while the larger part of it is still being loaded.
 */
import { connectLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openDeskBoard } from '#drivers/physical-board.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { unitArguments } from './arguments.ts';
import { deskSocket, guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { openBoardFile } from './process/open-file.ts';
import { ownChannel } from './process/spawn.ts';

guardProgram('desk');
leaveSignalsToSupervisor();
const { board, run, locale } = unitArguments(process.argv.slice(2));
const clock = makeSystemClock();
const toBooth = connectLocalSocket(deskSocket(run), clock);
const opening = openBoardFile(board).then((file) =>
  openDeskBoard(file, { clock, entropy: systemEntropy }, toBooth),
);
// Who waits for it comes later, and is told then.
opening.catch(() => undefined);

const { runDesk } = await import('./desk/run-desk.ts');
runDesk({
  link: ownChannel(),
  clock,
  locale,
  openBoard: () => opening,
  onEnd: () => process.exit(0),
});
