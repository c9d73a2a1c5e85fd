/** Every clock but the system's (that one: test/wires), and every source of chance. */
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { describeClock } from '#test/contracts/clock.ts';
import { describeEntropy } from '#test/contracts/entropy.ts';

describeClock('virtual time', () => {
  const clock = makeVirtualClock(0);
  return { clock, end: (operation) => clock.run(operation) };
});
describeEntropy('the system', () => systemEntropy);
describeEntropy('a seed', () => makeSeededEntropy(20201206, 'contract'));
