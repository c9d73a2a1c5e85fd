/**
 * The counting's process as it is, but for its end: instead of exiting it waits to be looked through, and
 * collects its garbage when told so. It keeps the bytes of its argument (hex) in hand, so that the search
 * can be shown to find.
 */
import { runCounting } from '#boot/counting/run-counting.ts';
import { ownChannel } from '#boot/process/spawn.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { waitToBeScanned } from './waiting.ts';

const [planted = ''] = process.argv.slice(2);
const kept = Buffer.from(planted, 'hex');
runCounting({
  link: ownChannel(),
  clock: makeSystemClock(),
  onEnd: () => waitToBeScanned(() => kept.length),
});
