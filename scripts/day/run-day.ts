/**
 * A whole election day of one precinct on an emulated unit under a virtual clock: provisioning, the
 * ceremony on Friday, power off, opening on Sunday, every voter, closing, shares, counting, report.
 * Robots act on what they see and hold alone; the machine is the one that ships.
 */
import type { EmulatedBoard } from '#drivers/emulated-board.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { MediumCounters } from '#drivers/storage/emulator-medium.ts';
import { hasVoted } from '#firmware/desk/desk-content.ts';
import { wait } from '#hal/clock.ts';
import type { Confirmed } from './accounts.ts';
import { countSlots } from './post-mortem.ts';
import type { Provision } from './provision.ts';
import { drawScenario, type VoterPlan } from './scenario.ts';
import { serve } from './serve.ts';
import type { Stay } from './stage-watch.ts';
import type { DayUnit } from './unit.ts';
import {
  type DayOptions,
  type DayStage,
  instant,
  makeWorld,
  type Refused,
  type World,
} from './world.ts';

export type { DayOptions, DayStage } from './world.ts';

export type DayFigures = {
  /** Real time of each stage, ms. */
  readonly stageMs: Readonly<Partial<Record<DayStage, number>>>;
  /** Virtual time of the whole, ms. */
  readonly virtualMs: number;
  /** Written and synced on both media while voters voted. */
  readonly voting: {
    readonly bytesWritten: number;
    readonly syncs: number;
    readonly virtualMs: number;
    /** Processor time of everything, the room included, ms. */
    readonly cpuMs: number;
  };
  /** The booth's stays in reports and counting, in order. */
  readonly stays: readonly Stay[];
};

/** A day as far as it can be seen from outside; null: nobody could look into the urn. */
export type SeenOutcome = Omit<DayOutcome, 'plans' | 'figures' | 'occupiedSlots'> & {
  readonly occupiedSlots: number | null;
};

export type DayOutcome = {
  readonly provision: Provision;
  readonly plans: readonly VoterPlan[];
  readonly confirmed: readonly Confirmed[];
  readonly voted: ReadonlySet<string>;
  readonly marked: ReadonlySet<string>;
  /** Turned away at the table; the voter may still have voted before or after. */
  readonly refused: readonly Refused[];
  readonly box: readonly PaperPiece[];
  readonly envelope: readonly PaperPiece[];
  readonly reports: {
    readonly readiness: PaperPiece;
    readonly setupZero: PaperPiece;
    readonly zero: PaperPiece;
    readonly tally: readonly PaperPiece[];
    /** The receiving centre's, as the machine prints it. */
    readonly receipt: PaperPiece | null;
  };
  readonly occupiedSlots: number;
  readonly machineCode: string;
  /** What is on the media at the end, by path. */
  readonly media: Readonly<Record<'fixed' | 'removable', ReadonlyMap<string, Uint8Array>>>;
  readonly figures: DayFigures;
};

const only = (pieces: readonly PaperPiece[], what: string): PaperPiece => {
  const [piece, ...more] = pieces;
  if (piece === undefined || more.length > 0)
    throw new Error(`${pieces.length} papers instead of one ${what}`);
  return piece;
};

/** Friday: self-test, ceremony, zero report, off. */
const prepare = async (world: World) => {
  const { board, room, officers, boot } = world;
  const unit = await boot();
  await officers.ceremony();
  const [readiness, ...zero] = room.takeReports();
  if (readiness === undefined) throw new Error('no readiness report was printed');
  await unit.shutDown();
  board.powerOff();
  return { readiness, setupZero: only(zero, 'zero report') };
};

const sumCounters = (board: EmulatedBoard): Pick<MediumCounters, 'bytesWritten' | 'syncs'> => {
  const [fixed, removable] = [board.devices.fixed.counters(), board.devices.removable.counters()];
  return {
    bytesWritten: fixed.bytesWritten + removable.bytesWritten,
    syncs: fixed.syncs + removable.syncs,
  };
};

const markedVoters = (unit: DayUnit, given: Provision): ReadonlySet<string> => {
  const { content } = unit.desk.state();
  if (content === null) throw new Error('the desk has no pollbook at the end of the day');
  return new Set(
    given.pollbook.voters.flatMap(({ nationalId }, index) =>
      hasVoted(content, index) ? [nationalId] : [],
    ),
  );
};

const live = async (world: World): Promise<DayOutcome> => {
  const { options, clock, board, given, random, room, officers, boot, say } = world;
  const { calendar } = options.definition;
  const stageMs: Partial<Record<DayStage, number>> = {};
  const timed = async <T>(stage: DayStage, body: () => Promise<T>): Promise<T> => {
    say(stage);
    const startMs = performance.now();
    const value = await body();
    stageMs[stage] = performance.now() - startMs;
    return value;
  };

  const friday = await timed('ceremony', () => prepare(world));
  await wait(clock, Math.max(0, instant(calendar.opensAt) + 60_000 - clock.calendarMs()));

  const unit = await timed('opening', async () => {
    const started = await boot();
    await officers.open();
    return started;
  });
  const zero = only(room.takeReports(), 'zero report');

  const drawn = drawScenario(random, given.pollbook.voters, options.locale);
  const plans = options.adjust?.(drawn) ?? drawn;
  const confirmed: Confirmed[] = [];
  const voted = new Set<string>();
  const before = sumCounters(board);
  const beganMs = clock.nowMs();
  const beganCpu = process.cpuUsage();
  await timed('voting', async () => {
    for (const [at, plan] of plans.entries()) {
      const vote = await serve(world, plan);
      if (vote !== null) {
        confirmed.push(vote);
        voted.add(plan.voter.nationalId);
      }
      say('voting', at + 1, plans.length);
    }
  });
  const after = sumCounters(board);
  const votingMs = clock.nowMs() - beganMs;
  const cpu = process.cpuUsage(beganCpu);

  await wait(clock, Math.max(0, instant(calendar.closesAt) + 60_000 - clock.calendarMs()));
  await timed('closing', () => officers.close());
  await timed('counting', async () => {
    await officers.giveShares();
    await officers.awaitFinish();
  });
  const tally = room.takeReports();
  await timed('transmission', () => officers.awaitReceipt());
  const receipt = only(room.takeReports(), 'receipt');
  const marked = markedVoters(unit, given);
  await unit.shutDown();
  board.powerOff();
  const occupiedSlots = await countSlots(board.powerOn(), given);
  say('finished');
  return {
    provision: given,
    plans,
    confirmed,
    voted,
    marked,
    refused: world.refused,
    box: random.shuffle(room.box),
    envelope: random.shuffle(room.envelope),
    reports: { ...friday, zero, tally, receipt },
    occupiedSlots,
    machineCode: unit.machineCode,
    media: { fixed: board.devices.fixed.files(), removable: board.devices.removable.files() },
    figures: {
      stageMs,
      virtualMs: clock.nowMs(),
      voting: {
        bytesWritten: after.bytesWritten - before.bytesWritten,
        syncs: after.syncs - before.syncs,
        virtualMs: votingMs,
        cpuMs: (cpu.user + cpu.system) / 1000,
      },
      stays: world.stays(),
    },
  };
};

/** Runs a day to its end. Rejects when a robot is lost or a part of the machine stops for good. */
export const runDay = (options: DayOptions): Promise<DayOutcome> => {
  options.onProgress?.('provisioning', 0, 0);
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const world = makeWorld(options, (error) => fail(error));
  return world.clock.run(Promise.race([live(world), failed]));
};
