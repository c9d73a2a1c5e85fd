/**
 * The field console's program: started by the supervisor alone, with its private channel, on a unit whose
 * board file names a serial line for it. Voting goes before it wherever both want the processor.
 */
import { constants, setPriority } from 'node:os';
import { openConsoleLine } from '#drivers/physical-board.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { unitArguments } from './arguments.ts';
import { runConsole } from './console/run-console.ts';
import { guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { openBoardFile } from './process/open-file.ts';
import { ownChannel } from './process/spawn.ts';

guardProgram('console');
leaveSignalsToSupervisor();
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
const { board, locale } = unitArguments(process.argv.slice(2));
const file = await openBoardFile(board);
if (file.console === null) throw new Error('the board file names no line for the console');
const clock = makeSystemClock();
runConsole({
  link: ownChannel(),
  line: await openConsoleLine(file.console, clock),
  clock,
  locale,
  unit: file.unit,
  onEnd: () => process.exit(0),
});
