/** The booth's program: started by the supervisor alone, with its private channel. */
import { listenLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openBoothBoard } from '#drivers/physical-board.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { unitArguments } from './arguments.ts';
import { runBooth } from './booth/run-booth.ts';
import { countOutside } from './counting/count-outside.ts';
import { deskSocket, guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { openBoardFile } from './process/open-file.ts';
import { ownChannel, spawnProcess } from './process/spawn.ts';

guardProgram('booth');
leaveSignalsToSupervisor();
const { board, run, locale } = unitArguments(process.argv.slice(2));
const clock = makeSystemClock();
const toDesk = listenLocalSocket(deskSocket(run), clock);
runBooth({
  link: ownChannel(),
  clock,
  locale,
  openBoard: async () =>
    openBoothBoard(await openBoardFile(board), { clock, entropy: systemEntropy }, toDesk),
  count: countOutside(() => spawnProcess('counting-process.ts', []), clock),
  onEnd: () => process.exit(0),
});
