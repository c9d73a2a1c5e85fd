/**
 * What the scenarios start from: one small precinct after its setup ceremony on Friday, made once for
 * each kind and kept as an image (media, cells, officers' tokens). Every scenario wakes a unit of its
 * own from it.
 */
import { type EmulatedBoard, makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock, type VirtualClock } from '#drivers/system/virtual-clock.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import type { CellSlot } from '#hal/secure-cell.ts';
import { makeHands } from '#scripts/day/hands.ts';
import { makeOfficers } from '#scripts/day/officers.ts';
import { type Provision, provision } from '#scripts/day/provision.ts';
import { startUnit } from '#scripts/day/unit.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

export const LOCALE = 'es';
/** A guess costs nothing here: what it costs on a unit is tested with the tokens. */
export const PIN_COST: PinCost = { N: 2, r: 1, p: 1 };
export const RELEASE = new Uint8Array(32).fill(7);
export const VOTERS = 8;
const SEED = 1;
const HAND_MS = 300;

/** `verify`: voters are asked whether their paper is right. */
export type Kind = 'plain' | 'verify';

export type Precinct = {
  readonly definition: ElectionDefinition;
  readonly given: Provision;
  readonly image: {
    readonly fixed: ReadonlyMap<string, Uint8Array>;
    readonly removable: ReadonlyMap<string, Uint8Array>;
    readonly board: ReadonlyMap<CellSlot, Uint8Array>;
    readonly module: ReadonlyMap<CellSlot, Uint8Array>;
    /** Records of the officers' tokens, in the order of the definition. */
    readonly tokens: readonly (Uint8Array | null)[];
  };
};

export const calendarAt = (text: string): number => {
  const ms = instantMs(text);
  if (ms === null) throw new Error(`not an instant: ${text}`);
  return ms;
};

const ceremony = async (
  board: EmulatedBoard,
  clock: VirtualClock,
  given: Provision,
): Promise<void> => {
  const { definition } = given;
  const { devices } = board;
  let key: Uint8Array | null = given.pollbookKey;
  let fail: (error: Error) => void = () => undefined;
  const parked = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const work = async (): Promise<void> => {
    const unit = await startUnit({
      board: board.powerOn(),
      provision: given,
      releaseDigest: RELEASE,
      locale: LOCALE,
      pinCost: PIN_COST,
      takePollbookKey: () => {
        const taken = key;
        key = null;
        return taken;
      },
      onPark: (part, reason) => fail(new Error(`the ${part} stopped: ${reason}`)),
    });
    const officers = makeOfficers({
      clock,
      hands: makeHands(devices.glass, clock, () => HAND_MS),
      definition,
      locale: LOCALE,
      kits: given.officers,
      slot: devices.tokens,
      mouth: {
        dropIntoBox: () => undefined,
        foldIntoEnvelope: () => undefined,
        showsPaper: () => false,
      },
    });
    await officers.ceremony();
    await unit.shutDown();
    board.powerOff();
  };
  await clock.run(Promise.race([work(), parked]));
};

const make = async (kind: Kind): Promise<Precinct> => {
  const small = loadOwnDefinition(SMALL_PATH);
  const definition: ElectionDefinition = {
    ...small,
    rules: { ...small.rules, verifyPaper: kind === 'verify' },
  };
  const given = provision(definition, VOTERS, SEED, 'R503');
  const clock = makeVirtualClock(calendarAt(definition.calendar.setupFrom) + 3_600_000);
  const board = makeEmulatedBoard({
    clock,
    entropy: makeSeededEntropy(SEED, 'unit'),
    noise: makeSeededEntropy(SEED, 'noise'),
  });
  await ceremony(board, clock, given);
  const { fixed, removable, boardCell, moduleCell } = board.devices;
  return {
    definition,
    given,
    image: {
      fixed: fixed.files(),
      removable: removable.files(),
      board: boardCell.image(),
      module: moduleCell.image(),
      tokens: given.officers.map(({ token }) => token.record?.slice() ?? null),
    },
  };
};

const made = new Map<Kind, Promise<Precinct>>();

/** The precinct of a kind; the same one for everybody who asks. */
export const precinctOf = (kind: Kind): Promise<Precinct> => {
  const known = made.get(kind) ?? make(kind);
  made.set(kind, known);
  return known;
};
