/**
 * The counting's process as it is, but for its end: instead of exiting it waits to be looked through, and
 * collects its garbage when told so. It keeps the bytes of its argument (hex) in hand, so that the search
 * can be shown to find.
 */
import { runCounting } from '#boot/counting/run-counting.ts';
import { ownChannel } from '#boot/process/spawn.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';

declare const gc: () => void;

const COLLECT_AGAIN_MS = 50;
const [planted = ''] = process.argv.slice(2);
const kept = Buffer.from(planted, 'hex');
runCounting({
  link: ownChannel(),
  clock: makeSystemClock(),
  onEnd: () => {
    process.stdin.on('data', () => {
      gc();
      // What weak references and finalizers let go of goes with the second one.
      setTimeout(() => {
        gc();
        process.stdout.write(`collected, ${kept.length} bytes in hand\n`);
      }, COLLECT_AGAIN_MS);
    });
    process.stdout.write('waiting\n');
  },
});
