/**
 * The polling place of a simulated day: one unit on its emulated board, switched on and off by people
 * and by nature, the room around it, and the story of what happened.
 */
import {
  type EmulatedBoard,
  makeEmulatedBoard,
  type StorageOperation,
} from '#drivers/emulated-board.ts';
import type { Choice as Residue } from '#drivers/storage/emulator-disk.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import { type Provision, provision } from '../day/provision.ts';
import { makeRandom, type Random } from '../day/random.ts';
import { type DayReceiver, makeDayReceiver } from '../day/receiver.ts';
import { makeRoom, type Room } from '../day/room.ts';
import { startUnit, type Unit } from '../day/unit.ts';
import { instant } from '../day/world.ts';
import { makeStory, type Story } from './story.ts';

/** A guess costs nothing here: what it costs on a unit is tested with the tokens. */
const PIN_COST: PinCost = { N: 2, r: 1, p: 1 };
/** Stands for the release, so that a digest does not change with a comment. */
const RELEASE = new Uint8Array(32).fill(7);

/** What every scene says first: whose it is, which election. */
const HEADER_SENTENCES = 2;

export type SimulateOptions = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly onLine?: (line: string) => void;
  /** Voters come so far apart, ms; default: one after the other. */
  readonly everyMs?: number;
};

/** `failed`: it could not start; people try again. */
export type Supply = 'off' | 'starting' | 'on' | 'failed';

export type Site = {
  readonly options: SimulateOptions;
  readonly locale: Locale;
  readonly clock: VirtualClock;
  readonly board: EmulatedBoard;
  readonly given: Provision;
  /** The centre that the result goes to. */
  readonly receiver: DayReceiver;
  readonly room: Room;
  /** What people do by chance. */
  readonly random: Random;
  readonly story: Story;
  readonly supply: () => Supply;
  /** The running unit; null while there is none. */
  readonly unit: () => Unit | null;
  /** Counts switching on and off: whoever was at something before is to begin anew. */
  readonly life: () => number;
  readonly switchOn: () => void;
  /** The switch, in whatever the unit is doing. */
  readonly switchOff: () => void;
  /** In good order. */
  readonly shutDown: () => Promise<void>;
  /** The power goes now; what was not synced is left as the seed decides. */
  readonly cut: (why: string) => void;
  /** The board dies with its storage and cell; the module goes to a spare unit. */
  readonly moveToSpare: () => void;
  readonly formerIdentities: () => readonly Uint8Array[];
  /** Codes under which a part stopped for good since the last start. */
  readonly parked: () => readonly string[];
  /** Times in a row that the unit did not start. */
  readonly failedStarts: () => number;
  /** Called after each durable operation, before its caller; null: nobody looks. */
  onOperation: ((operation: StorageOperation) => void) | null;
  /** Touches of the glass so far. */
  touches: number;
  /** Mains voltage is there: the unit can be switched on. */
  mains: boolean;
  /** What people do wrong next. */
  readonly habits: Habits;
  /** A fault of this kind took effect. */
  readonly count: (kind: string) => void;
  readonly fired: ReadonlyMap<string, number>;
  /** Everything wrong that was noticed on the way. */
  readonly findings: string[];
};

export type Habits = {
  /** The next token shown: null, as it should be. */
  token: 'wrongPin' | 'wrongToken' | 'blankToken' | null;
  /** Answers the next question wrongly. */
  answer: boolean;
  /** Touches everything twice. */
  double: boolean;
  /** Types a wrong digit. */
  typo: boolean;
};

/** Codes that are right when a store did not keep what it was told to: fsync is never tried again. */
const MAY_PARK = /notSynced/;

export const makeSite = (options: SimulateOptions): Site => {
  const { definition, seed, voters } = options;
  const clock = makeVirtualClock(instant(definition.calendar.setupFrom) + 2 * 3_600_000);
  const story = makeStory(clock, options.onLine);
  const given = provision(definition, voters, seed, 'R503');
  const residueEntropy = makeSeededEntropy(seed, 'residue');
  const residue: Residue = (count) => {
    const [a = 0, b = 0] = residueEntropy.bytes(2);
    return ((a << 8) | b) % count;
  };
  const board = makeEmulatedBoard({
    clock,
    entropy: makeSeededEntropy(seed, 'unit'),
    noise: makeSeededEntropy(seed, 'device noise'),
    afterOperation: (operation) => site.onOperation?.(operation),
  });
  const fired = new Map<string, number>();
  const findings: string[] = [];
  const former: Uint8Array[] = [];
  let unit: Unit | null = null;
  /** Of the board that is there. */
  let identity: Uint8Array | null = null;
  let supply: Supply = 'off';
  let life = 0;
  let parked: string[] = [];
  let failedStarts = 0;
  // The unit erases what it is given.

  const { devices } = board;
  const receiver = makeDayReceiver(given, seed);
  devices.network.connect((message) => {
    if (unit?.booth.state().polls !== 'counted')
      findings.push('a result left before the polls were counted');
    return receiver.answer(message);
  });
  devices.glass.onScene((scene) =>
    story.tell(
      `screen: ${scene.name}: ${scene.spoken.slice(HEADER_SENTENCES, HEADER_SENTENCES + 3).join(' / ')}`,
    ),
  );
  const end = (): Unit | null => {
    const ended = unit;
    life++;
    unit = null;
    supply = 'off';
    site.onOperation = null;
    devices.reader.placeFinger(null);
    return ended;
  };
  const boot = async (own: number): Promise<void> => {
    const started = await startUnit({
      board: board.powerOn(),
      provision: given,
      releaseDigest: RELEASE,
      locale: definition.locale,
      pinCost: PIN_COST,
      formerIdentities: former,
      // It lies there until the ceremony was held: one that a cut ended is held again.
      takePollbookKey: () => given.pollbookKey.slice(),
      transmission: { receivers: [receiver.appointment], network: devices.network.network },
      onPark: (part, reason) => {
        story.tell(`--- the ${part} stops: ${reason} ---`);
        if (own === life) parked.push(reason);
        const finding = `the ${part} stopped for good: ${reason}`;
        if (!MAY_PARK.test(reason) && !findings.includes(finding)) findings.push(finding);
      },
    });
    if (own !== life) return started.stop();
    unit = started;
    receiver.list(started.machineCode, started.identity.publicKey);
    identity = started.identity.publicKey;
    supply = 'on';
    failedStarts = 0;
  };

  const site: Site = {
    options,
    locale: definition.locale,
    clock,
    board,
    given,
    receiver,
    room: makeRoom(devices.printer, clock),
    random: makeRandom(makeSeededEntropy(seed, 'people')),
    story,
    supply: () => supply,
    unit: () => unit,
    life: () => life,
    switchOn: () => {
      const own = ++life;
      supply = 'starting';
      parked = [];
      story.tell('--- switched on ---');
      boot(own).catch((error: unknown) => {
        if (own !== life) return;
        supply = 'failed';
        failedStarts++;
        story.tell(`--- does not start: ${error instanceof Error ? error.message : error} ---`);
      });
    },
    switchOff: () => {
      const ended = end();
      story.tell('--- switched off ---');
      ended?.stop();
      board.powerOff();
    },
    shutDown: async () => {
      const own = life;
      await unit?.shutDown();
      if (own !== life) return;
      end();
      story.tell('--- shut down ---');
      board.powerOff();
    },
    cut: (why) => {
      const ended = end();
      story.tell(`--- the power is cut: ${why} ---`);
      board.cutPower(residue, true);
      ended?.stop();
    },
    moveToSpare: () => {
      if (supply !== 'off') site.cut('the board dies');
      // As the authority knows it from the certificate.
      if (identity !== null) former.push(identity);
      identity = null;
      failedStarts = 0;
      devices.fixed.replaceByFresh();
      devices.boardCell.replaceByFresh();
      story.tell('--- the module goes to a spare unit ---');
    },
    formerIdentities: () => former,
    parked: () => parked,
    failedStarts: () => failedStarts,
    onOperation: null,
    touches: 0,
    mains: true,
    habits: { token: null, answer: false, double: false, typo: false },
    count: (kind) => fired.set(kind, (fired.get(kind) ?? 0) + 1),
    fired,
    findings,
  };
  return site;
};

/** Both stores are in step for booth, desk and log: one of them may go. */
export const inStep = (site: Site): boolean => {
  const unit = site.unit();
  if (unit === null) return false;
  const { media } = unit.booth.state();
  return (
    media.fixed === 'inStep' &&
    media.removable === 'inStep' &&
    unit.desk.state().inStep.length === 2 &&
    unit.log.inStep().length === 2
  );
};
