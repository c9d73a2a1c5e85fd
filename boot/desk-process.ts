/** The desk's program: started by the supervisor alone, with its private channel. */
import { connectLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openDeskBoard } from '#drivers/physical-board.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { unitArguments } from './arguments.ts';
import { runDesk } from './desk/run-desk.ts';
import { deskSocket, guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { openBoardFile } from './process/open-file.ts';
import { ownChannel } from './process/spawn.ts';

guardProgram('desk');
leaveSignalsToSupervisor();
const { board, run, locale } = unitArguments(process.argv.slice(2));
const clock = makeSystemClock();
const toBooth = connectLocalSocket(deskSocket(run), clock);
runDesk({
  link: ownChannel(),
  clock,
  locale,
  openBoard: async () =>
    openDeskBoard(await openBoardFile(board), { clock, entropy: systemEntropy }, toBooth),
  onEnd: () => process.exit(0),
});
