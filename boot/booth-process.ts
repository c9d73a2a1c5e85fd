/**
 * The booth's program: started by the supervisor alone, with its private channel. It opens its devices
 * and shows that the machine starts while the larger part of it is still being loaded.
 */
import { listenLocalSocket } from '#drivers/links/local-socket-link.ts';
import { openBoothBoard } from '#drivers/physical-board.ts';
import { makeSystemClock } from '#drivers/system/system-clock.ts';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { startUpScene } from '#firmware/runtime/start-up-scene.ts';
import { wait } from '#hal/clock.ts';
import { unitArguments } from './arguments.ts';
import { openLauncher } from './process/launch.ts';
import { deskSocket, guardProgram, leaveSignalsToSupervisor } from './process/main.ts';
import { openBoardFile } from './process/open-file.ts';
import { ownChannel } from './process/spawn.ts';

/** Painting and writing it. */
const PAINT_MS = 60;
/** The first picture has so long before everything else is loaded. */
const FIRST_PICTURE_MS = 500;

guardProgram('booth');
leaveSignalsToSupervisor();
const { board, run, locale, doors } = unitArguments(process.argv.slice(2));
const launcher = openLauncher(doors);
const clock = makeSystemClock();
const toDesk = listenLocalSocket(deskSocket(run), clock);
const open = async () => {
  const file = await openBoardFile(board);
  const opened = await openBoothBoard(file, { clock, entropy: systemEntropy }, toDesk);
  const { touchscreen } = opened.board;
  touchscreen.show(startUpScene('board', locale, touchscreen.panel()));
  await wait(clock, PAINT_MS);
  return opened;
};
const opening = open();
// Loading the rest takes the processor for longer than opening the display does: the picture first.
await Promise.race([opening.catch(() => undefined), wait(clock, FIRST_PICTURE_MS)]);
const [{ runBooth }, { countOutside }] = await Promise.all([
  import('./booth/run-booth.ts'),
  import('./counting/count-outside.ts'),
]);
runBooth({
  link: ownChannel(),
  clock,
  locale,
  openBoard: () => opening,
  count: countOutside(() => launcher.start('counting', []), clock),
  onEnd: () => process.exit(0),
});
