/**
 * A whole election day of one precinct on an emulated unit under a virtual clock: provisioning, the
 * ceremony on Friday, power off, opening on Sunday, every voter, closing, shares, counting, report.
 * Robots act on what they see and hold alone; the machine is the one that ships.
 */
import {
  type EmulatedBoard,
  type EmulatedBoardOptions,
  makeEmulatedBoard,
} from '#drivers/emulated-board.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { MediumCounters } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import { hasVoted } from '#firmware/desk/desk-content.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { PIN_COST, type PinCost } from '#firmware/vault/officer-token.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { wait } from '#hal/clock.ts';
import type { Scene } from '#hal/scene.ts';
import type { Confirmed } from './accounts.ts';
import { makeHands } from './hands.ts';
import { makeOfficers, type Officers } from './officers.ts';
import { makeOperator, type Operator } from './operator.ts';
import { type Provision, provision } from './provision.ts';
import { makeRandom, type Random } from './random.ts';
import { releaseDigest } from './release.ts';
import { makeRoom, type Room } from './room.ts';
import { drawScenario, type VoterPlan } from './scenario.ts';
import { type Stay, watchStages } from './stage-watch.ts';
import { startUnit, type Unit } from './unit.ts';
import { visitBooth } from './voter.ts';

export type DayOptions = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
  readonly family?: ReaderFamily;
  /** What a guess of a PIN costs; default: the unit's own. */
  readonly pinCost?: PinCost;
  /** Each scene that the screen shows, for pictures. */
  readonly onScene?: (scene: Scene) => void;
  /** What people in the room see and do, one line each. */
  readonly onTrace?: (line: string) => void;
  /** A look at all that is written and all that crosses between desk and booth. */
  readonly observe?: Pick<EmulatedBoardOptions, 'onWrite' | 'onCrossing'>;
  readonly onProgress?: (stage: DayStage, done: number, of: number) => void;
};

export type DayStage =
  | 'provisioning'
  | 'ceremony'
  | 'opening'
  | 'voting'
  | 'closing'
  | 'counting'
  | 'finished';

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

export type DayOutcome = {
  readonly provision: Provision;
  readonly plans: readonly VoterPlan[];
  readonly confirmed: readonly Confirmed[];
  readonly voted: ReadonlySet<string>;
  readonly marked: ReadonlySet<string>;
  readonly refused: readonly { readonly nationalId: string; readonly reason: string }[];
  readonly box: readonly PaperPiece[];
  readonly envelope: readonly PaperPiece[];
  readonly reports: {
    readonly readiness: PaperPiece;
    readonly setupZero: PaperPiece;
    readonly zero: PaperPiece;
    readonly tally: readonly PaperPiece[];
  };
  readonly occupiedSlots: number;
  readonly machineCode: string;
  /** What is on the media at the end, by path. */
  readonly media: Readonly<Record<'fixed' | 'removable', ReadonlyMap<string, Uint8Array>>>;
  readonly figures: DayFigures;
};

type World = {
  readonly options: DayOptions;
  readonly clock: VirtualClock;
  readonly board: EmulatedBoard;
  readonly given: Provision;
  readonly random: Random;
  readonly room: Room;
  readonly officers: Officers;
  readonly operator: Operator;
  readonly boot: () => Promise<Unit>;
  readonly stays: () => readonly Stay[];
  readonly say: (stage: DayStage, done?: number, of?: number) => void;
  readonly trace: (line: string) => void;
};

const instant = (text: string): number => {
  const ms = instantMs(text);
  if (ms === null) throw new Error(`not an instant: ${text}`);
  return ms;
};

/** A number that nobody in the pollbook has, one digit off. */
const mistyped = (given: Provision, nationalId: string): string => {
  const known = new Set(given.pollbook.voters.map((voter) => voter.nationalId));
  for (let digit = 0; digit < 10; digit++) {
    const other = `${nationalId.slice(0, -1)}${digit}`;
    if (!known.has(other)) return other;
  }
  return 'V-99999';
};

const makeWorld = (options: DayOptions, fail: (error: Error) => void): World => {
  const { definition, seed, locale } = options;
  const family = options.family ?? 'R503';
  const clock = makeVirtualClock(instant(definition.calendar.setupFrom) + 2 * 3_600_000);
  const given = provision(definition, options.voters, seed, family);
  const board = makeEmulatedBoard({
    clock,
    family,
    entropy: makeSeededEntropy(seed, 'unit'),
    noise: makeSeededEntropy(seed, 'device noise'),
    ...options.observe,
  });
  const { devices } = board;
  const random = makeRandom(makeSeededEntropy(seed, 'robots'));
  const room = makeRoom(devices.printer, clock);
  const hands = makeHands(devices.glass, clock, () => random.between(600, 1_400));
  const officers = makeOfficers({
    clock,
    hands,
    definition,
    locale,
    kits: given.officers,
    slot: devices.tokens,
    dropRecord: room.mouth.dropIntoBox,
  });
  const envelopes = { authorisation: 0, support: 0 };
  const operator = makeOperator({
    clock,
    locale,
    screen: devices.lcd.screen,
    press: devices.keypad.press,
    placeFinger: devices.reader.placeFinger,
    presidingOfficerId:
      definition.officers.find(({ role }) => role === 'presidingOfficer')?.id ?? '',
    nextCode: (kind) => {
      const code = given.codes[kind][envelopes[kind]++];
      if (code === undefined) throw new Error(`no ${kind} code is left in the envelope`);
      return code;
    },
  });
  const trace = (line: string): void =>
    options.onTrace?.(`${(clock.nowMs() / 1000).toFixed(1)} s  ${line}`);
  if (options.onScene !== undefined) devices.glass.onScene(options.onScene);
  devices.glass.onScene((scene) =>
    trace(`screen: ${scene.name}: ${scene.spoken.slice(0, 2).join(' / ')}`),
  );
  const digest = releaseDigest();
  const watch = watchStages(clock);
  let pollbookKey: Uint8Array | null = given.pollbookKey;
  const boot = (): Promise<Unit> =>
    startUnit({
      board: board.powerOn(),
      provision: given,
      releaseDigest: digest,
      locale,
      pinCost: options.pinCost ?? PIN_COST,
      takePollbookKey: () => {
        const key = pollbookKey;
        pollbookKey = null;
        return key;
      },
      onBoothState: watch.onBoothState,
      onPark: (part, reason) => fail(new Error(`the ${part} stopped for good: ${reason}`)),
    });
  const say = (stage: DayStage, done = 0, of = 0): void => options.onProgress?.(stage, done, of);
  return {
    options,
    clock,
    board,
    given,
    random,
    room,
    officers,
    operator,
    boot,
    stays: watch.stays,
    say,
    trace,
  };
};

type Served =
  | { readonly kind: 'voted'; readonly confirmed: Confirmed }
  | { readonly kind: 'refused'; readonly reason: string };

/** One voter, from the table to the box. */
const serve = async (world: World, plan: VoterPlan): Promise<Served> => {
  const { options, clock, board, given, random, room, officers, operator } = world;
  const { voter } = plan;
  await wait(clock, plan.walkMs);
  world.trace(`voter ${voter.nationalId}: ${plan.behaviour}, finger ${plan.finger}`);
  if (plan.mistyped) {
    const wrong = await operator.admit(plan, mistyped(given, voter.nationalId));
    if (wrong.kind !== 'refused') throw new Error('an unknown national ID was admitted');
  }
  const admission = await operator.admit(plan);
  if (admission.kind === 'refused') return admission;
  const ballot = resolveBallot(options.definition, voter.ballotStyleId);
  const hands = makeHands(board.devices.glass, clock, () => plan.paceMs * random.between(0.5, 1.5));
  const tools = { clock, hands, random, mouth: room.mouth };
  const stopWatching = plan.paperJams ? room.jamNextPaper() : () => {};
  const marks = await visitBooth(tools, plan, ballot, options.locale);
  stopWatching();
  if (plan.behaviour === 'leaves') await officers.releaseLeftVoter();
  await operator.awaitEnd();
  room.mindPaperRoll();
  if (plan.triesTwice) {
    const again = await operator.admit(plan);
    if (again.kind !== 'refused') throw new Error('a voter was admitted twice');
  }
  return { kind: 'voted', confirmed: { styleId: ballot.styleId, marks } };
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

/** The used slots of the urn, opened once more from media and cells after everything is over. */
const countSlots = async (world: World, unit: Unit): Promise<number> => {
  const { board, options } = world;
  const { booth } = board.powerOn();
  const vault = openVault({
    media: booth.media,
    cells: booth.cells,
    entropy: booth.entropy,
    identity: unit.identity,
    election: {
      id: options.definition.id,
      precinctId: precinctOf(options.definition),
      test: options.definition.test,
    },
  });
  const recovered = await vault.recover();
  if (!recovered.ok) throw new Error(`the vault does not open again: ${recovered.error.kind}`);
  const sealed = await vault.sealedBallots();
  vault.close();
  if (!sealed.ok) throw new Error(`the urn does not open again: ${sealed.error.kind}`);
  return sealed.value.length;
};

const markedVoters = (unit: Unit, given: Provision): ReadonlySet<string> => {
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

  const plans = drawScenario(random, given.pollbook.voters, options.locale);
  const confirmed: Confirmed[] = [];
  const voted = new Set<string>();
  const refused: { nationalId: string; reason: string }[] = [];
  const before = sumCounters(board);
  const beganMs = clock.nowMs();
  const beganCpu = process.cpuUsage();
  await timed('voting', async () => {
    for (const [at, plan] of plans.entries()) {
      const served = await serve(world, plan);
      if (served.kind === 'voted') {
        confirmed.push(served.confirmed);
        voted.add(plan.voter.nationalId);
      } else refused.push({ nationalId: plan.voter.nationalId, reason: served.reason });
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
  const marked = markedVoters(unit, given);
  await unit.shutDown();
  board.powerOff();
  const occupiedSlots = await countSlots(world, unit);
  say('finished');
  return {
    provision: given,
    plans,
    confirmed,
    voted,
    marked,
    refused,
    box: random.shuffle(room.box),
    envelope: random.shuffle(room.envelope),
    reports: { ...friday, zero, tally },
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
