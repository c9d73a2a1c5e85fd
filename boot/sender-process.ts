/**
 * The sender's program: started by the supervisor once the polls are counted, with its private channel. It
 * opens connections to the receivers' addresses and nothing else.
 */
import { makeHttpsNetwork } from '#drivers/network/https-network.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { ownChannel } from './process/spawn.ts';
import { runSenderProcess } from './sender/run-sender-process.ts';

guardProgram('sender');
leaveSignalsToSupervisor();
const clock = makeSystemClock();
runSenderProcess({
  link: ownChannel(),
  clock,
  entropy: systemEntropy,
  openNetwork: (identity) => makeHttpsNetwork(identity, clock),
  onEnd: () => process.exit(0),
});
