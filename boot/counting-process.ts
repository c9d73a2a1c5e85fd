/** The counting's program: started by the booth for one counting, with its private channel. */
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { runCounting } from './counting/run-counting.ts';
import { guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { ownChannel } from './process/spawn.ts';

guardProgram('counting');
leaveSignalsToSupervisor();
runCounting({
  link: ownChannel(),
  clock: makeSystemClock(),
  onEnd: () => process.exit(0),
});
