/** The room of a day and everything in it: clock, unit, people, papers. Made anew for each day. */
import {
  type EmulatedBoard,
  type EmulatedBoardOptions,
  makeEmulatedBoard,
} from '#drivers/emulated-board.ts';
import type { ReaderFamily } from '#drivers/fingerprint/protocol.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import { PIN_COST, type PinCost } from '#firmware/vault/officer-token.ts';
import type { Scene } from '#hal/scene.ts';
import { ownRelease } from '../release/build-release.ts';
import { makeHands } from './hands.ts';
import { makeOfficers, type Officers } from './officers.ts';
import { makeOperator, type Operator } from './operator.ts';
import { type Provision, provision } from './provision.ts';
import { makeRandom, type Random } from './random.ts';
import { type DayReceiver, makeDayReceiver } from './receiver.ts';
import { makeRoom, type Room } from './room.ts';
import type { VoterPlan } from './scenario.ts';
import { type Stay, watchStages } from './stage-watch.ts';
import { type DayUnit, startUnit, type UnitOptions } from './unit.ts';

export type DayOptions = {
  /** What the authority handed out, where it did so before; else it is made for `voters` invented voters. */
  readonly given?: Provision;
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
  readonly family?: ReaderFamily;
  /** What a guess of a PIN costs; default: the unit's own. */
  readonly pinCost?: PinCost;
  /** Changes what the seed drew for the voters, to bring a certain case about. */
  readonly adjust?: (drawn: readonly VoterPlan[]) => readonly VoterPlan[];
  /** Each scene that the screen shows, for pictures. */
  readonly onScene?: (scene: Scene) => void;
  /** What people in the room see and do, one line each. */
  readonly onTrace?: (line: string) => void;
  /** Real files are read in no virtual time (drivers/system/virtual-clock.ts). */
  readonly waitsForFiles?: boolean;
  /** A look at all that is written and all that crosses between desk and booth. */
  readonly observe?: Pick<EmulatedBoardOptions, 'onWrite' | 'onCrossing'>;
  /** Boots the unit; default: all of it in one (unit.ts). */
  readonly startUnit?: (options: UnitOptions) => Promise<DayUnit>;
  readonly onProgress?: (stage: DayStage, done: number, of: number) => void;
};

export type DayStage =
  | 'provisioning'
  | 'ceremony'
  | 'opening'
  | 'voting'
  | 'closing'
  | 'counting'
  | 'transmission'
  | 'finished';

/** A national ID that was turned away at the table, and why. */
export type Refused = { readonly nationalId: string; readonly reason: string };

export type World = {
  readonly options: DayOptions;
  readonly clock: VirtualClock;
  readonly board: EmulatedBoard;
  readonly given: Provision;
  readonly receiver: DayReceiver;
  readonly random: Random;
  readonly room: Room;
  readonly officers: Officers;
  readonly operator: Operator;
  readonly boot: () => Promise<DayUnit>;
  readonly stays: () => readonly Stay[];
  readonly say: (stage: DayStage, done?: number, of?: number) => void;
  readonly trace: (line: string) => void;
  /** Noted as they happen. */
  readonly refused: Refused[];
};

/** An instant of the checked calendar, ms. */
export const instant = (text: string): number => {
  const ms = instantMs(text);
  if (ms === null) throw new Error(`not an instant: ${text}`);
  return ms;
};

export const makeWorld = (options: DayOptions, fail: (error: Error) => void): World => {
  const { definition, seed, locale } = options;
  const family = options.family ?? 'R503';
  const clock = makeVirtualClock(instant(definition.calendar.setupFrom) + 2 * 3_600_000, {
    waitsForFiles: options.waitsForFiles === true,
  });
  const given = options.given ?? provision(definition, options.voters, seed, family);
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
    mouth: room.mouth,
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
  const { digest } = ownRelease();
  const watch = watchStages(clock);
  let pollbookKey: Uint8Array | null = given.pollbookKey;
  const receiver = makeDayReceiver(given, seed);
  devices.network.connect(receiver.answer);
  const boot = async (): Promise<DayUnit> => {
    const unit = await (options.startUnit ?? startUnit)({
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
      transmission: { receivers: [receiver.appointment], network: devices.network.network },
      onPark: (part, reason) => fail(new Error(`the ${part} stopped for good: ${reason}`)),
    });
    receiver.list(unit.machineCode, unit.identity.publicKey);
    return unit;
  };
  const say = (stage: DayStage, done = 0, of = 0): void => options.onProgress?.(stage, done, of);
  return {
    options,
    clock,
    board,
    given,
    receiver,
    random,
    room,
    officers,
    operator,
    boot,
    stays: watch.stays,
    say,
    trace,
    refused: [],
  };
};
