/**
 * The supervisor's program: `node boot/supervisor.ts --board FILE --run DIR --delivery DIR`, started by the
 * unit's first (unit.ts) or, on a bench, by whoever holds it. It starts desk and
 * booth before it loads anything large, so that all of them load at once and the screen soon shows something.
 * It ends with 75 when officers want it started again. SIGTERM or SIGINT end the unit in good order; on
 * standard output it tells what happens, a JSON object a line.
 *
 * Its environment is `UV_THREADPOOL_SIZE=16` and nothing else: several hung devices may each hold a thread
 * of libuv's pool, and a running program can no longer enlarge its own.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitLine } from '#firmware/supervisor/unit-line.ts';
import { asArguments, unitArguments } from './arguments.ts';
import type { ProcessHandle } from './process/handle.ts';
import { openLauncher } from './process/launch.ts';
import { guardProgram } from './process/main.ts';
import { watchForProof } from './supervisor/release-proof.ts';
import { EXIT_RESTART } from './unit/after-exit.ts';
import type { ProgramName } from './unit/unit-file.ts';

guardProgram('supervisor');
const given = unitArguments(process.argv.slice(2));
const launcher = openLauncher(given.doors);
const start = (program: ProgramName) => (): ProcessHandle =>
  launcher.start(program, asArguments(given));
const startDesk = start('desk');
const startBooth = start('booth');

/** The first of them is running already. */
const startingWith = (first: ProcessHandle, next: () => ProcessHandle): (() => ProcessHandle) => {
  let left: ProcessHandle | null = first;
  return () => {
    const handle = left ?? next();
    left = null;
    return handle;
  };
};
const booth = startingWith(startBooth(), startBooth);
const desk = startingWith(startDesk(), startDesk);

const [
  { runSupervisor },
  { openDelivery },
  { ownRelease },
  board,
  { openSupervisorBoard },
  { openWatchdog },
  clocks,
  entropies,
] = await Promise.all([
  import('./supervisor/run-supervisor.ts'),
  import('./supervisor/delivery.ts'),
  import('./unit/verify-release.ts'),
  import('./process/open-file.ts'),
  import('#drivers/physical-board.ts'),
  import('#drivers/watchdog/driver.ts'),
  import('#drivers/system/system-clock.ts'),
  import('#drivers/system/system-entropy.ts'),
]);
const clock = clocks.makeSystemClock();
// A board file that can not be read is told by who opens the board; it names no console's line either.
const file = await board.openBoardFile(given.board).catch(() => null);
const watchdog = file?.supervisor.watchdog;
/** The last crash report stays in the run folder, for whoever looks at the unit afterwards. */
const keepReport = (report: UnitLine): void => {
  try {
    writeFileSync(join(given.own, 'crash-report.json'), `${JSON.stringify(report)}\n`);
  } catch {
    // A folder that takes nothing is no reason to stop; the report is on standard output too.
  }
};
// What was started in advance may be dead before the supervisor is asked: it tells so at once.
const watchProof = watchForProof(launcher.proven);
const supervisor = runSupervisor({
  clock,
  openBoard: async () => {
    const opened = await openSupervisorBoard(await board.openBoardFile(given.board), {
      clock,
      entropy: entropies.systemEntropy,
    });
    return {
      ...opened,
      board: { ...opened.board, network: launcher.network(opened.board.network) },
    };
  },
  delivery: openDelivery(given.delivery),
  startProcess: { desk, booth },
  startSender: () => launcher.start('sender', []),
  quote: launcher.quote,
  startConsole: file?.console == null ? null : start('console'),
  openWatchdog: watchdog === undefined ? null : () => openWatchdog(watchdog),
  nodeVersion: process.versions.node,
  chance: (count) => entropies.systemEntropy.bytes(count),
  release: given.release === null ? null : await ownRelease(given.release),
  outOfService: given.outOfService,
  onRestart: () => end(EXIT_RESTART),
  onLine: (line) => {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    if (line.kind === 'crashReport') keepReport(line);
    watchProof(line);
  },
});
const end = (code: number): void => {
  void supervisor.shutDown().then(() => process.exit(code));
};
const endHere = (): void => end(0);
launcher.onBefore(supervisor.before);
launcher.onAttestationKey(supervisor.attestationKey);
launcher.onStop(endHere);
// Who listens may be gone; that is no reason to stop.
process.stdout.on('error', () => undefined);
if (given.attached) process.stdin.on('end', endHere).resume();
process.on('SIGTERM', endHere);
process.on('SIGINT', endHere);
