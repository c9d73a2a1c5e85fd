/**
 * The ceremony and the evening, rehearsed on a virtual unit with throw-away keys: robots do what the screen
 * asks on Friday, then every set of officers is tried, those who suffice and those who do not, and at last
 * the urn is opened with the mistakes of such an evening. The machine's firmware is the one that ships.
 */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { decodeRecord, vaultPath } from '#firmware/vault/durable.ts';
import {
  type CeremonyRecord,
  combineShares,
  decodeCeremonyRecord,
  type Share,
} from '#firmware/vault/key-shares.ts';
import { openToken } from '#firmware/vault/officer-token.ts';
import { decodeSetup, SETUP_RECORD } from '#firmware/vault/setup-record.ts';
import { wait } from '#hal/clock.ts';
import { instant, makeWorld, type World } from '../day/world.ts';

export type Rehearsal = {
  readonly holders: number;
  readonly threshold: number;
  /** Sets of as many officers as are needed, and how many of them opened the urn's key. */
  readonly sufficient: { readonly tried: number; readonly opened: number };
  /** Sets of one officer fewer, and how many opened it. */
  readonly tooFew: { readonly tried: number; readonly opened: number };
  /** The unit counted with shares, a mistyped PIN and a repeated token among them. */
  readonly counted: boolean;
};

export type RehearsalOptions = {
  readonly definition: ElectionDefinition;
  readonly seed: number;
  readonly locale: Locale;
  readonly onStep: (step: 'ceremony' | 'sets' | 'evening') => void;
  /** What the screen says to the robots. */
  readonly onScene: (name: string, words: readonly string[]) => void;
};

/** Twelve officers in sixes are 924 sets. */
const MOST_SETS = 2_000;
const QUICK_PINS = { N: 2, r: 1, p: 1 } as const;
const HEADER_SENTENCES = 3;

/** Subsets of `size`, at most `MOST_SETS` of them. */
export const subsetsOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] => {
  const found: (readonly T[])[] = [];
  const choose = (from: number, chosen: readonly T[]): void => {
    if (found.length === MOST_SETS) return;
    if (chosen.length === size) {
      found.push(chosen);
      return;
    }
    for (let at = from; at <= items.length - (size - chosen.length); at++)
      choose(at + 1, [...chosen, items[at]!]);
  };
  choose(0, []);
  return found;
};

const ceremonyRecordOf = ({ board, options }: World, publicKey: Uint8Array): CeremonyRecord => {
  const { definition } = options;
  const election = {
    id: definition.id,
    precinctId: precinctOf(definition),
    test: definition.test,
  };
  const file = board.devices.fixed.files().get(`booth/${vaultPath(SETUP_RECORD)}`);
  const context = {
    electionId: election.id,
    precinctId: election.precinctId,
    trusted: [publicKey],
  };
  const signed = file === undefined ? null : decodeRecord(context, 'setup', file);
  const setup = signed === null ? null : decodeSetup(signed.payload);
  const record = setup === null ? null : decodeCeremonyRecord(setup.commitments, publicKey);
  if (record === null) throw new Error('the ceremony left no record');
  return record;
};

const sharesOf = ({ given, options }: World): readonly Share[] => {
  const { definition } = options;
  const context = { election: definition.id, precinct: precinctOf(definition) };
  return given.officers.flatMap(({ officerId, token, pin }) => {
    const opened = token.record === null ? null : openToken(token.record, pin);
    if (opened === null || !opened.ok) throw new Error(`the token of ${officerId} does not open`);
    const { share } = opened.value.secrets;
    return share === null ? [] : [{ context, holder: officerId, bytes: share }];
  });
};

/** How many sets of `size` shares give the key back. */
const trySets = (shares: readonly Share[], size: number, record: CeremonyRecord) => {
  const sets = subsetsOf(shares, size);
  const opened = sets.filter((set) => {
    const key = combineShares(set, record);
    if (key.ok) key.value.fill(0);
    return key.ok;
  });
  return { tried: sets.length, opened: opened.length };
};

export const rehearse = (options: RehearsalOptions): Promise<Rehearsal> => {
  const { definition, seed, locale, onStep, onScene } = options;
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const world = makeWorld(
    {
      definition,
      voters: 3,
      seed,
      locale,
      pinCost: QUICK_PINS,
      onScene: ({ name, spoken }) => onScene(name, spoken.slice(HEADER_SENTENCES)),
    },
    (error) => fail(error),
  );
  const live = async (): Promise<Rehearsal> => {
    const { board, clock, officers, room, boot } = world;
    onStep('ceremony');
    const friday = await boot();
    await officers.ceremony();
    room.takeReports();
    const record = ceremonyRecordOf(world, friday.identity.publicKey);
    await friday.shutDown();
    board.powerOff();

    onStep('sets');
    const shares = sharesOf(world);
    const sufficient = trySets(shares, record.threshold, record);
    const tooFew = trySets(shares, record.threshold - 1, record);
    for (const { bytes } of shares) bytes.fill(0);

    onStep('evening');
    const opensMs = instant(definition.calendar.opensAt) + 60_000;
    await wait(clock, Math.max(0, opensMs - clock.calendarMs()));
    const sunday = await boot();
    await officers.open();
    await officers.close();
    await officers.giveShares();
    await officers.awaitFinish();
    await sunday.shutDown();
    board.powerOff();
    const { threshold } = record;
    return { holders: shares.length, threshold, sufficient, tooFew, counted: true };
  };
  return world.clock.run(Promise.race([live(), failed]));
};
