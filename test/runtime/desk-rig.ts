/**
 * A desk process on emulated devices under one virtual clock: the real reader driver on its wire, two
 * emulated media, a small station, and a booth that a test plays by hand over the link.
 */
import { makeFingerprintReader } from '#drivers/fingerprint/driver.ts';
import { makeFingerprintEmulator, templateOf } from '#drivers/fingerprint/emulator.ts';
import { makeMemoryLink, serialPace } from '#drivers/links/memory-link.ts';
import { MEDIUM_PACES, makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { encodePollbook } from '#firmware/desk/pollbook.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';
import { type Desk, startDesk } from '#firmware/runtime/desk-runtime.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { buildElectionPackage, openElectionPackage } from '#firmware/vault/election-package.ts';
import { ed25519PublicKey } from '#firmware/vault/keys.ts';
import { wait } from '#hal/clock.ts';
import type { OperatorStation, StationKey } from '#hal/operator-station.ts';
import { done } from '#hal/result.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { makePollbook, officerFinger, voterFinger } from '#scripts/elections/pollbook.ts';

const START_MS = Date.UTC(2020, 11, 6, 10);
const VOTERS = 40;
/** Longest that a test waits for something to show, virtual ms. */
const PATIENCE_MS = 120_000;
const GLANCE_MS = 20;

const definition = loadOwnDefinition(SMALL_PATH);
const made = makePollbook(definition, VOTERS, 'desk rig', (seed) => templateOf(seed, 'R503'));
export const BOOK = made.pollbook;
export const CODES = made.codes;
export const RULES = definition.rules;
export const POLLBOOK_KEY = makeSeededEntropy('desk rig', 'pollbook key').bytes(32);
const AUTHORITY = makeSeededEntropy('desk rig', 'authority').bytes(32);
const packageOf = () => {
  const bytes = buildElectionPackage(
    { definition, registered: VOTERS, pollbook: encodePollbook(BOOK), pollbookKey: POLLBOOK_KEY },
    AUTHORITY,
    makeSeededEntropy('desk rig', 'package'),
  );
  const { pollingPlaceCode, number: precinctNumber } = definition.precinct;
  const expected = { pollingPlaceCode, precinctNumber };
  const opened = openElectionPackage(bytes, ed25519PublicKey(AUTHORITY), expected, START_MS);
  if (!opened.ok) throw new Error(`the rig's package is not sound: ${opened.error.kind}`);
  return opened.value;
};
const PACKAGE = packageOf();

/** Voters with a stored print, in the pollbook's order. */
export const WITH_PRINT = BOOK.voters.filter(({ template }) => template !== null);
export const PRESIDING = definition.officers.find(({ role }) => role === 'presidingOfficer')!.id;

const makeStation = () => {
  const onKey = new Set<(key: StationKey) => void>();
  const shown: string[] = [];
  const station: OperatorStation = {
    columns: () => 16,
    start: () => Promise.resolve(done),
    display: (first, second) => {
      shown.push(`${first} / ${second}`);
      return Promise.resolve(done);
    },
    onKey: (listener) => {
      onKey.add(listener);
      return () => onKey.delete(listener);
    },
    onFault: () => () => undefined,
    onRecovered: () => () => undefined,
  };
  return {
    station,
    shown,
    press: (...keys: readonly StationKey[]) => {
      for (const key of keys) for (const listener of [...onKey]) listener(key);
    },
  };
};

export const makeRig = (onWrite?: (path: string, bytes: Uint8Array) => void) => {
  const clock = makeVirtualClock(START_MS);
  const cable = makeMemoryLink(clock, serialPace(57_600));
  const module = makeFingerprintEmulator(cable.device, clock, {
    family: 'R503',
    entropy: makeSeededEntropy('desk rig', 'module'),
    cable,
  });
  const observe = onWrite === undefined ? {} : { onWrite };
  const fixed = makeEmulatedMedium({
    name: 'fixed',
    clock,
    pace: MEDIUM_PACES.embeddedFlash,
    ...observe,
  });
  const removable = makeEmulatedMedium({
    name: 'removable',
    clock,
    pace: MEDIUM_PACES.memoryModule,
    ...observe,
  });
  const log: LogEvent[] = [];
  const parks: string[] = [];
  let boot = 0;
  let desk: Desk | null = null;
  let booth: { readonly heard: Message[]; say: (message: BoothToDesk) => void } | null = null;
  let station = makeStation();

  const start = (): void => {
    boot++;
    station = makeStation();
    const link = makeMemoryLink(clock, serialPace(1_000_000));
    const heard: Message[] = [];
    link.device.onBytes(
      makeFrameReader(
        (message) => heard.push(message),
        (detail) => {
          throw new Error(`the desk sent garbage: ${detail}`);
        },
      ),
    );
    booth = {
      heard,
      say: (message) => {
        void link.device.write(encodeFrame(message));
      },
    };
    desk = startDesk({
      board: {
        clock,
        entropy: makeSeededEntropy('desk rig', `desk ${boot}`),
        reader: makeFingerprintReader(cable.host, clock),
        station: station.station,
        media: { fixed: fixed.connect(), removable: removable.connect() },
        toBooth: link.host,
      },
      electionPackage: PACKAGE,
      locale: 'es',
      log: (event) => log.push(event),
      onPark: (reason) => parks.push(reason),
    });
  };
  const now = (): Desk => {
    if (desk === null) throw new Error('the desk is not running');
    return desk;
  };
  const say = (message: BoothToDesk): void => booth?.say(message);
  const until = async (what: string, seen: () => boolean): Promise<void> => {
    const endMs = clock.nowMs() + PATIENCE_MS;
    while (!seen()) {
      if (clock.nowMs() > endMs)
        throw new Error(`waited for ${what}; the display says ${now().lines().join(' / ')}`);
      await wait(clock, GLANCE_MS);
    }
  };
  const shows = (text: string): Promise<void> =>
    until(`"${text}"`, () => now().lines().includes(text));
  const count = (kind: Message['kind']): number =>
    booth?.heard.filter((message) => message.kind === kind).length ?? 0;
  const hears = (kind: Message['kind'], times = 1): Promise<void> =>
    until(`the message ${kind}`, () => count(kind) >= times);
  const type = (nationalId: string, end: StationKey = 'enter'): void => {
    if (nationalId.startsWith('E')) station.press('plus');
    station.press(...([...nationalId.slice(2)] as StationKey[]), end);
  };
  /** The try that the desk waits for a finger in; 0: it waits for none. */
  const tryNow = (): number => {
    const { mode } = now().state();
    return mode.kind === 'finger' && mode.step === 'waiting' ? mode.attempt : 0;
  };
  const finger = async (seed: string): Promise<void> => {
    await until('a finger is asked for', () => tryNow() > 0);
    const before = tryNow();
    module.placeFinger({ seed, quality: 0.95 });
    await until('the finger is read', () => tryNow() !== before);
    module.placeFinger(null);
    await wait(clock, 500);
  };
  const rig = {
    clock,
    module,
    fixed,
    removable,
    log,
    parks,
    start,
    say,
    shows,
    hears,
    count,
    until,
    type,
    state: () => now().state(),
    lines: () => now().lines(),
    press: (...keys: readonly StationKey[]) => station.press(...keys),
    code: (digits: string) => station.press(...([...digits] as StationKey[]), 'enter'),
    heard: () => booth?.heard ?? [],
    voterFinger: (nationalId: string) => finger(voterFinger(nationalId)),
    officerFinger: () => finger(officerFinger(PRESIDING)),
    finger,
    stop: () => now().stop(),
    /** Started, the pollbook open, the polls open, the booth idle. */
    open: async (): Promise<void> => {
      start();
      await hears('deskStarted');
      say({ kind: 'phaseChanged', phase: 'open' });
      say({ kind: 'pollbookKey', key: toHex(POLLBOOK_KEY) });
      await until('the pollbook opens', () => now().state().content !== null);
      say({ kind: 'idle', turn: '00000001' });
      await wait(clock, 100);
    },
    /** The power is cut in the middle of whatever it is, and comes back. */
    cutPower: (choice: (options: number) => number): void => {
      now().stop();
      fixed.cutPower(choice, true);
      removable.cutPower(choice, true);
    },
    run: <T>(task: () => Promise<T>): Promise<T> => clock.run(task()),
  };
  return rig;
};
