/**
 * A polling place for scenarios: one unit with its real machines, drivers and vault on the emulated
 * board, woken on Sunday from the precinct's image, and people around it. A `life` is one boot and the
 * people who saw it; when the power goes they stand still, and new ones go on from what they see.
 */
import { expect } from 'vitest';
import {
  type EmulatedBoard,
  makeEmulatedBoard,
  type StorageOperation,
} from '#drivers/emulated-board.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { PaperPiece } from '#drivers/printer/emulator.ts';
import type { Choice as Residue } from '#drivers/storage/emulator-disk.ts';
import { makeEmulatedToken } from '#drivers/storage/emulator-token.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { BoothState } from '#firmware/booth/state.ts';
import { hasVoted } from '#firmware/desk/desk-content.ts';
import type { DeskState } from '#firmware/desk/state.ts';
import type { Ballot, Marks } from '#firmware/election/ballot.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { RESULT_FOLDER } from '#firmware/runtime/booth-counting.ts';
import { precinctOf as precinctName } from '#firmware/runtime/booth-precinct.ts';
import { openVault } from '#firmware/vault/open-vault.ts';
import { decodeResultPackage, RESULT_FILES } from '#firmware/vault/result-package.ts';
import { type Clock, wait } from '#hal/clock.ts';
import { reconcile } from '#scripts/day/accounts.ts';
import { type Hands, makeHands } from '#scripts/day/hands.ts';
import { makeOfficers, type Officers } from '#scripts/day/officers.ts';
import { makeOperator, type Operator } from '#scripts/day/operator.ts';
import type { OfficerKit, Provision } from '#scripts/day/provision.ts';
import { makeRandom } from '#scripts/day/random.ts';
import { makeRoom, type Room } from '#scripts/day/room.ts';
import type { VoterPlan } from '#scripts/day/scenario.ts';
import { type DayUnit, startUnit, type UnitOptions } from '#scripts/day/unit.ts';
import { type Choice, chooseFreely, marksOf } from '#scripts/day/voter.ts';
import { calendarAt, type Kind, LOCALE, PIN_COST, precinctOf, RELEASE } from './precinct.ts';

const HAND_MS = 250;

/** A voter with what this voter has in mind. */
export type Person = {
  readonly plan: VoterPlan;
  readonly ballot: Ballot;
  readonly choices: readonly Choice[];
  /** Rejects the next paper when asked. */
  rejects: boolean;
  /** Stands in the booth. */
  there: boolean;
  /** What was confirmed on the screen and not taken back; null: nothing. */
  confirmed: Marks | null;
};

/** One boot and the people around it. */
export type Life = {
  readonly clock: Clock;
  readonly hands: Hands;
  readonly officers: Officers;
  readonly operator: Operator;
  readonly unit: DayUnit;
};

export type Day = {
  readonly clock: VirtualClock;
  readonly board: EmulatedBoard;
  readonly definition: ElectionDefinition;
  readonly given: Provision;
  readonly kits: readonly OfficerKit[];
  readonly room: Room;
  readonly people: readonly Person[];
  readonly life: () => Life;
  readonly booth: () => BoothState;
  readonly desk: () => DeskState;
  /** Switches on; the polls are as they are. */
  readonly powerOn: () => Promise<Life>;
  /** The power goes now. */
  readonly cut: (residue: Residue) => void;
  /** The board dies, and its module goes to a spare unit with nothing of its own. */
  readonly moveToSpare: (residue: Residue) => void;
  /** Public keys of the boards that died. */
  readonly formerIdentities: readonly Uint8Array[];
  /** Cuts after the first write for which `when` holds; resolves when it is dark. */
  readonly cutAfter: (
    when: (operation: StorageOperation) => boolean,
    residue: Residue,
  ) => Promise<void>;
  /** Told after each write, before its caller; null: nobody. */
  onWrite: ((operation: StorageOperation) => void) | null;
  /** Lines of those who stopped for good. */
  readonly parked: readonly string[];
  /** A part that stops for good is no failure from now on. */
  mayPark: boolean;
  /** Everything recorded in the log, by name. */
  readonly tally: PaperPiece[];
};

export const residueFrom = (seed: number | string): Residue => {
  const entropy = makeSeededEntropy(seed, 'residue');
  return (options) => {
    const [a = 0, b = 0] = entropy.bytes(2);
    return ((a << 8) | b) % options;
  };
};

const NEVER = new Promise<never>(() => undefined);

/** A clock whose tasks die with a life. */
const mortal = (clock: Clock, alive: () => boolean): Clock => ({
  nowMs: clock.nowMs,
  calendarMs: clock.calendarMs,
  after: (delayMs, run) =>
    clock.after(delayMs, () => {
      if (alive()) run();
    }),
});

const peopleOf = (given: Provision, seed: number): readonly Person[] => {
  const random = makeRandom(makeSeededEntropy(seed, 'what voters want'));
  // Without a stored print an officer authorises: another story.
  return given.pollbook.voters
    .filter(({ template }) => template !== null)
    .map((voter): Person => {
      const ballot = resolveBallot(given.definition, voter.ballotStyleId);
      return {
        plan: {
          voter,
          behaviour: 'full',
          finger: 'good',
          companionId: null,
          locale: LOCALE,
          rejects: false,
          walkMs: 0,
          paceMs: HAND_MS,
          triesTwice: false,
          mistyped: false,
          paperJams: false,
        },
        ballot,
        choices: chooseFreely(ballot, random),
        rejects: false,
        there: false,
        confirmed: null,
      };
    });
};

export type DayOptions = {
  readonly kind?: Kind;
  readonly seed?: number;
  /** The calendar at switching on, RFC 3339; default: a minute after opening time. */
  readonly at?: string;
  /** Charge of the battery at switching on. */
  readonly percent?: number;
  /** Leave the polls closed: the scenario opens them itself. */
  readonly unopened?: boolean;
  /** Boots the unit; default: all of it in one (scripts/day/unit.ts). */
  readonly startUnit?: (options: UnitOptions) => Promise<DayUnit>;
  /** Written to by a scenario that is being looked into. */
  readonly onTrace?: (line: string) => void;
};

const makeDay = async (options: DayOptions, fail: (error: Error) => void): Promise<Day> => {
  const seed = options.seed ?? 1;
  const { definition, given, image } = await precinctOf(options.kind ?? 'plain');
  const opens = calendarAt(options.at ?? definition.calendar.opensAt) + 60_000;
  const clock = makeVirtualClock(opens);
  let day: Day;
  const board = makeEmulatedBoard({
    clock,
    entropy: makeSeededEntropy(seed, 'unit on Sunday'),
    noise: makeSeededEntropy(seed, 'noise on Sunday'),
    afterOperation: (operation) => day.onWrite?.(operation),
  });
  const { devices } = board;
  devices.power.plant.setPercent(options.percent ?? 100);
  devices.fixed.load(image.fixed);
  devices.removable.load(image.removable);
  devices.boardCell.load(image.board);
  devices.moduleCell.load(image.module);
  const kits = given.officers.map((kit, at) => ({
    ...kit,
    token: makeEmulatedToken(kit.officerId, image.tokens[at] ?? null),
  }));
  const room = makeRoom(devices.printer, clock);
  const parked: string[] = [];
  const envelopes = { authorisation: 0, support: 0 };
  let life: Life | null = null;
  let lives = 0;
  let identity: Uint8Array | null = null;
  const formerIdentities: Uint8Array[] = [];

  const trace = (line: string): void =>
    options.onTrace?.(`${(clock.nowMs() / 1000).toFixed(1)} s  ${line}`);
  devices.glass.onScene((scene) => {
    const words = scene.spoken.slice(0, 3).join(' / ');
    trace(`${scene.name}: ${words}  [${devices.lcd.screen().join('|')}]`);
  });

  const peopleAround = (own: number, unit: DayUnit): Life => {
    const alive = (): boolean => own === lives;
    const mine = mortal(clock, alive);
    const glass = {
      scene: () => (alive() ? devices.glass.scene() : null),
      onScene: (listener: Parameters<typeof devices.glass.onScene>[0]) =>
        devices.glass.onScene((scene) => {
          if (alive()) listener(scene);
        }),
      touch: async (x: number, y: number): Promise<boolean> => {
        const stayed = await devices.glass.touch(x, y);
        return alive() ? stayed : NEVER;
      },
    };
    const hands = makeHands(glass, mine, () => HAND_MS);
    return {
      clock: mine,
      hands,
      unit,
      officers: makeOfficers({
        clock: mine,
        hands,
        definition,
        locale: LOCALE,
        kits,
        slot: devices.tokens,
        mouth: room.mouth,
      }),
      operator: makeOperator({
        clock: mine,
        locale: LOCALE,
        screen: devices.lcd.screen,
        press: devices.keypad.press,
        placeFinger: devices.reader.placeFinger,
        presidingOfficerId: kits[0]?.officerId ?? '',
        nextCode: (kind) => given.codes[kind][envelopes[kind]++] ?? '',
      }),
    };
  };

  const current = (): Life => {
    if (life === null) throw new Error('the unit is off');
    return life;
  };

  day = {
    clock,
    board,
    definition,
    given,
    kits,
    room,
    people: peopleOf(given, seed),
    life: current,
    booth: () => current().unit.booth.state(),
    desk: () => current().unit.desk.state(),
    powerOn: async () => {
      const own = ++lives;
      const unit = await (options.startUnit ?? startUnit)({
        board: board.powerOn(),
        provision: given,
        releaseDigest: RELEASE,
        locale: LOCALE,
        pinCost: PIN_COST,
        formerIdentities,
        takePollbookKey: () => null,
        onPark: (part, reason) => {
          parked.push(`${part}: ${reason}`);
          if (!day.mayPark) fail(new Error(`the ${part} stopped for good: ${reason}`));
        },
      });
      identity = unit.identity.publicKey;
      life = peopleAround(own, unit);
      return life;
    },
    cut: (residue) => {
      lives++;
      day.onWrite = null;
      trace('--- the power is cut ---');
      board.cutPower(residue);
      devices.reader.placeFinger(null);
      devices.tokens.remove();
      life?.unit.stop();
      life = null;
    },
    moveToSpare: (residue) => {
      day.cut(residue);
      if (identity !== null) formerIdentities.push(identity);
      devices.fixed.replaceByFresh();
      devices.boardCell.replaceByFresh();
    },
    formerIdentities,
    cutAfter: (when, residue) =>
      new Promise((resolve) => {
        day.onWrite = (operation) => {
          if (!when(operation)) return;
          day.cut(residue);
          resolve();
        };
      }),
    onWrite: null,
    parked,
    mayPark: false,
    tally: [],
  };
  return day;
};

/** Used slots of the urn, opened once more from media and cells. */
const usedSlots = async (
  { board, definition, formerIdentities }: Day,
  unit: DayUnit,
): Promise<number> => {
  const { booth } = board.powerOn();
  const vault = openVault({
    media: booth.media,
    cells: booth.cells,
    entropy: booth.entropy,
    identity: unit.identity,
    formerIdentities,
    election: {
      id: definition.id,
      precinctId: precinctName(definition),
      test: definition.test,
    },
  });
  const recovered = await vault.recover();
  if (!recovered.ok) throw new Error(`the vault does not open again: ${recovered.error.kind}`);
  const sealed = await vault.sealedBallots();
  vault.close();
  if (!sealed.ok) throw new Error(`the urn does not open again: ${sealed.error.kind}`);
  return sealed.value.length;
};

/** Closing, shares, count; then everything is compared with what the voters confirmed. */
export const finishDay = async (
  day: Day,
  /** How the polls are closed. */
  close: () => Promise<void> = () => day.life().officers.close(),
): Promise<void> => {
  const { board, given, definition, room } = day;
  await close();
  const { officers, unit } = day.life();
  await officers.giveShares();
  await officers.awaitFinish();
  day.tally.push(...room.takeReports());
  const { content } = unit.desk.state();
  if (content === null) throw new Error('the desk has no pollbook at the end of the day');
  const marked = new Set(
    given.pollbook.voters.flatMap(({ nationalId }, at) =>
      hasVoted(content, at) ? [nationalId] : [],
    ),
  );
  await unit.shutDown();
  board.powerOff();
  const path = `booth/${RESULT_FOLDER}/${RESULT_FILES.package}`;
  const result = decodeResultPackage(board.devices.removable.files().get(path) ?? new Uint8Array());
  if (!result.ok) throw new Error('the result package can not be read');
  const voters = day.people.flatMap(({ plan, ballot, confirmed }) =>
    confirmed === null ? [] : [{ id: plan.voter.nationalId, ballot, marks: confirmed }],
  );
  const findings = reconcile({
    definition,
    confirmed: voters.map(({ ballot, marks }) => ({ styleId: ballot.styleId, marks })),
    result: result.value,
    box: room.box.map(renderText),
    envelope: room.envelope.length,
    marked,
    voted: new Set(voters.map(({ id }) => id)),
    occupiedSlots: await usedSlots(day, unit),
  });
  expect(findings).toEqual([]);
};

/** Runs a scenario on a unit of its own, from switching on to wherever the scenario leads. */
export const onSunday = async (
  options: DayOptions,
  scenario: (day: Day) => Promise<void>,
): Promise<void> => {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const day = await makeDay(options, (error) => fail(error));
  const live = async (): Promise<void> => {
    await day.powerOn();
    if (options.unopened !== true) {
      await day.life().officers.open();
      day.room.takeReports();
    }
    await scenario(day);
  };
  await day.clock.run(Promise.race([live(), failed]));
};

/** Marks as the person has them in mind. */
export const marksInMind = ({ ballot, choices }: Person): Marks => marksOf(ballot, choices);

export { wait };
