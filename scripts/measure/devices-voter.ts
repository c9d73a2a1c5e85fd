/**
 * The machine's time of a voter, from the admission to the cut paper and without the person: what the
 * booth stays in stages in which nobody is waited for, beside the sum of the times that its emulated
 * devices take by themselves. A whole unit under a virtual clock; the processor's own time, which no
 * virtual clock knows, is added to the machine's.
 */
import type { BoothState } from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import type { Board, BoothBoard } from '#hal/board.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { drawScenario, type VoterPlan } from '../day/scenario.ts';
import { serve } from '../day/serve.ts';
import { startUnit } from '../day/unit.ts';
import { instant, makeWorld, type World } from '../day/world.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';

const SEED = 1;
const MACHINE_LIMIT = 1.1;
const PRINTER_BAUD = 115_200;
const BITS_PER_BYTE = 10;
const OPENS_AFTER_MS = 60_000;

/** Stages of the booth in which no person is waited for. */
const MACHINE_STAGES: ReadonlySet<BoothState['stage']['name']> = new Set([
  'activating',
  'preparing',
  'startingPrint',
  'printing',
  'markingDone',
  'cutting',
]);

/** Time during which at least one call of `target` was under way. */
const timeCalls = <T extends object>(target: T, clock: Clock) => {
  let under = 0;
  let sinceMs = 0;
  let totalMs = 0;
  const begin = (): void => {
    if (under++ === 0) sinceMs = clock.nowMs();
  };
  const end = (): void => {
    if (--under === 0) totalMs += clock.nowMs() - sinceMs;
  };
  const timed = new Proxy(target, {
    get: (from, name) => {
      const member: unknown = Reflect.get(from, name);
      if (typeof member !== 'function') return member;
      return (...given: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, from, given);
        if (!(result instanceof Promise)) return result;
        begin();
        return result.finally(end);
      };
    },
  });
  return { timed, busyMs: () => totalMs + (under > 0 ? clock.nowMs() - sinceMs : 0) };
};

/** A booth's board whose media and cells are timed. */
const timeStorage = (board: BoothBoard) => {
  const { clock } = board;
  const fixed = timeCalls(board.media.fixed, clock);
  const removable = timeCalls(board.media.removable, clock);
  const boardCell = timeCalls(board.cells.board, clock);
  const moduleCell = timeCalls(board.cells.module, clock);
  const timed: BoothBoard = {
    ...board,
    media: { fixed: fixed.timed, removable: removable.timed },
    cells: { board: boardCell.timed, module: moduleCell.timed },
  };
  const busyMs = (): number =>
    [fixed, removable, boardCell, moduleCell].reduce((sum, each) => sum + each.busyMs(), 0);
  return { timed, busyMs };
};

type Spent = { readonly virtualMs: number; readonly cpuMs: number; readonly devicesMs: number };
const NOTHING: Spent = { virtualMs: 0, cpuMs: 0, devicesMs: 0 };

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Adds up what passes in the machine's own stages. */
const makeTally = (clock: Clock, devicesMs: () => number) => {
  let total = NOTHING;
  let since: Spent | null = null;
  const now = (): Spent => ({ virtualMs: clock.nowMs(), cpuMs: cpuMs(), devicesMs: devicesMs() });
  const close = (): void => {
    if (since === null) return;
    const end = now();
    total = {
      virtualMs: total.virtualMs + end.virtualMs - since.virtualMs,
      cpuMs: total.cpuMs + end.cpuMs - since.cpuMs,
      devicesMs: total.devicesMs + end.devicesMs - since.devicesMs,
    };
    since = null;
  };
  return {
    onBoothState: ({ stage }: BoothState): void => {
      const machine = MACHINE_STAGES.has(stage.name);
      if (!machine) close();
      else since ??= now();
    },
    take: (): Spent => {
      const taken = total;
      total = NOTHING;
      return taken;
    },
  };
};

/** Voters whom nothing befalls: the time of people and of mishaps is not the machine's. */
const smooth = (plan: VoterPlan): VoterPlan => ({
  ...plan,
  behaviour: 'full',
  finger: 'good',
  companionId: null,
  rejects: false,
  triesTwice: false,
  paperJams: false,
  mistyped: false,
});

const visits = async (
  world: World,
  voters: number,
  take: () => Spent,
): Promise<readonly Spent[]> => {
  const { board, clock, given, officers, boot, options } = world;
  const friday = await boot();
  await officers.ceremony();
  await friday.shutDown();
  board.powerOff();
  const opensMs = instant(options.definition.calendar.opensAt) + OPENS_AFTER_MS;
  await wait(clock, Math.max(0, opensMs - clock.calendarMs()));
  await boot();
  await officers.open();
  take();
  const plans = drawScenario(world.random, given.pollbook.voters, options.locale)
    .filter(({ voter }) => voter.template !== null && voter.hasUpperLimbs)
    .slice(0, voters);
  const spent: Spent[] = [];
  for (const plan of plans) {
    await serve(world, smooth(plan));
    spent.push(take());
  }
  return spent;
};

/** `voters` visits, one after the other. */
export const measureVoters = async (
  definition: ElectionDefinition,
  voters: number,
): Promise<readonly Figure[]> => {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  let storageMs = (): number => 0;
  const world: World = makeWorld(
    {
      definition,
      // Some voters have no stored print: enough of the others.
      voters: 2 * voters + 10,
      seed: SEED,
      locale: definition.locale,
      startUnit: (options) => {
        const storage = timeStorage(options.board.booth);
        const earlierMs = storageMs();
        storageMs = () => earlierMs + storage.busyMs();
        const board: Board = { ...options.board, booth: storage.timed };
        return startUnit({
          ...options,
          board,
          onBoothState: (state) => {
            options.onBoothState?.(state);
            tally.onBoothState(state);
          },
        });
      },
    },
    (error) => fail(error),
  );
  const { wires, devices } = world.board;
  const wireMs = (): number =>
    (wires.printer.carried().toDevice * BITS_PER_BYTE * 1000) / PRINTER_BAUD;
  const devicesMs = (): number => storageMs() + devices.printer.busyMs() + wireMs();
  const tally = makeTally(world.clock, devicesMs);
  const spent = await world.clock.run(Promise.race([visits(world, voters, tally.take), failed]));
  const total = ({ virtualMs, cpuMs: cpu }: Spent): number => virtualMs + cpu;
  return [
    againstFloor(
      figureOf(
        'machine time of a voter, admission to cut paper; floor: its devices',
        'ms',
        spent.map(total),
      ),
      spent.map((each) => each.devicesMs),
      MACHINE_LIMIT,
    ),
    figureOf(
      'of it the processor, robots and emulators included',
      'ms',
      spent.map((each) => each.cpuMs),
    ),
  ];
};
