/**
 * A booth on a whole emulated unit, for its tests: real drivers, real bytes, one virtual clock; the
 * desk's end of the link is played by the test in frames, as the desk's process would send them.
 */
import { makeEmulatedBoard } from '#drivers/emulated-board.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { keepOld } from '#drivers/storage/emulator-disk.ts';
import { type EmulatedToken, makeEmulatedToken } from '#drivers/storage/emulator-token.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { confirms, type StageName } from '#firmware/booth/state.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { instantMs } from '#firmware/election/instant.ts';
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { BoothToDesk, DeskToBooth, Message } from '#firmware/messages/catalogue.ts';
import { encodeFrame, makeFrameReader } from '#firmware/messages/frame.ts';
import { machineKeyCertificateBytes } from '#firmware/paper/qr-payloads.ts';
import { precinctOf } from '#firmware/runtime/booth-precinct.ts';
import { type Booth, startBooth } from '#firmware/runtime/booth-runtime.ts';
import { readSurroundings } from '#firmware/runtime/booth-surroundings.ts';
import { READING_MS } from '#firmware/screen/reading-time.ts';
import { buildElectionPackage, openElectionPackage } from '#firmware/vault/election-package.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import { makeEd25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { machineCode } from '#firmware/vault/machine-code.ts';
import type { Board } from '#hal/board.ts';
import { wait } from '#hal/clock.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

export const SMALL = loadOwnDefinition(SMALL_PATH);
export const VOTERS = 12;
export const PIN = '274951';
const LOG_HEAD = 'ab'.repeat(32);
/** Nobody waits longer than this for a scene. */
const LOST_AFTER_MS = 120_000;
/** Between seeing a target and touching it. */
const HAND_MS = 300;

const HELPING_STEPS = 200;
/** In this order of preference. */
const HELPFUL = [
  'voter:there',
  'paper:something',
  'paper:folded',
  'paper:accept',
  'paper:inBox',
  'paper:taken',
  'paper:tryAgain',
  'media:synchronise',
] as const;

type Wanted = (name: StageName) => boolean;

export const makeBoothBench = (definition: ElectionDefinition = SMALL) => {
  const clock = makeVirtualClock(instantMs(definition.calendar.opensAt)! + 60_000);
  const entropy = makeSeededEntropy(7, 'unit');
  const hardware = makeEmulatedBoard({ clock, entropy, noise: makeSeededEntropy(7, 'noise') });
  const authority = makeEd25519KeyPair(entropy);
  const identity = makeEd25519KeyPair(entropy);
  const code = machineCode({
    releaseDigest: new Uint8Array(32),
    packageDigest: new Uint8Array(32),
    identityPublicKey: identity.publicKey,
  });
  const pollbookKey = entropy.bytes(32);
  const packageBytes = buildElectionPackage(
    { definition, registered: VOTERS, pollbook: Uint8Array.of(1, 2, 3), pollbookKey },
    authority.privateKey,
    entropy,
  );
  const opened = openElectionPackage(
    packageBytes,
    authority.publicKey,
    {
      pollingPlaceCode: definition.precinct.pollingPlaceCode,
      precinctNumber: definition.precinct.number,
    },
    clock.calendarMs(),
  );
  if (!opened.ok) throw new Error(`the package does not open: ${opened.error.kind}`);
  const electionPackage = opened.value;
  const tokens = new Map<string, EmulatedToken>(
    definition.officers.map(({ id }) => [id, makeEmulatedToken(id)]),
  );
  const certificates = {
    report: sign(
      authority.privateKey,
      machineKeyCertificateBytes({
        electionId: definition.id,
        reportId: definition.precinct.reportId,
        machineCode: code,
        machineKey: identity.publicKey,
      }),
    ),
    key: certifyMachine(
      {
        election: definition.id,
        precinct: precinctOf(definition),
        machineKey: identity.publicKey,
      },
      authority.privateKey,
    ),
  };

  const logged: LogEvent[] = [];
  const heard: BoothToDesk[] = [];
  const parked: string[] = [];
  const papers: string[] = [];
  hardware.devices.printer.onPaper((piece) => papers.push(renderText(piece)));
  let pollbookKeyLeft: Uint8Array | null = pollbookKey.slice();
  let board: Board | null = null;
  let booth: Booth | null = null;
  const watchers = new Set<() => void>();
  /** The desk acknowledges and sends its totals by itself. */
  const desk = { answers: true };

  const say = (message: DeskToBooth): void => {
    void board?.desk.toBooth.write(encodeFrame(message));
  };

  const hear = (message: Message): void => {
    heard.push(message as BoothToDesk);
    if (!desk.answers) return;
    if (message.kind === 'completed') say({ kind: 'acknowledged', media: ['fixed', 'removable'] });
    if (message.kind === 'phaseChanged' && message.phase === 'closed')
      say({
        kind: 'authenticationTotals',
        totals: {
          match: 1,
          noMatch: 1,
          noStoredPrint: 0,
          noUpperLimbs: 0,
          overrides: 1,
          votersMarked: 2,
          registered: VOTERS,
        },
      });
  };

  const running = (): Booth => {
    if (booth === null) throw new Error('the booth is off');
    return booth;
  };

  const start = (): void => {
    const unit = hardware.powerOn();
    board = unit;
    board.desk.toBooth.onBytes(makeFrameReader(hear, (detail) => logged.push(garbled(detail))));
    booth = startBooth({
      board: board.booth,
      electionPackage,
      identity,
      machineCode: code,
      certificates,
      takePollbookKey: () => {
        const key = pollbookKeyLeft;
        pollbookKeyLeft = null;
        return key;
      },
      versions: [{ name: 'release', value: 'test' }],
      surroundings: () => readSurroundings(unit.supervisor),
      pinCost: { N: 2, r: 1, p: 1 },
      log: (event) => logged.push(event),
      logHead: () => Promise.resolve(LOG_HEAD),
      onPark: (code, detail) => parked.push(detail === undefined ? code : `${code}: ${detail}`),
      onState: () => {
        for (const watch of [...watchers]) watch();
      },
    });
  };

  const until = (wanted: Wanted, what: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const seen = (): boolean => wanted(running().state().stage.name);
      if (seen()) return resolve();
      const finish = (): void => {
        watchers.delete(look);
        cancel();
      };
      const look = (): void => {
        if (!seen()) return;
        finish();
        resolve();
      };
      const cancel = clock.after(LOST_AFTER_MS, () => {
        finish();
        reject(
          new Error(
            `waiting for ${what}, but it is ${JSON.stringify(running().state().stage).slice(0, 200)}`,
          ),
        );
      });
      watchers.add(look);
    });

  const reach = (...names: readonly StageName[]): Promise<void> =>
    until((name) => names.includes(name), names.join(' or '));

  const nodeOf = (target: string) =>
    hardware.devices.glass.scene()?.nodes.findLast((node) => node.target === target) ?? null;

  const press = async (target: string): Promise<void> => {
    const begun = clock.nowMs();
    while (nodeOf(target) === null) {
      if (clock.nowMs() - begun > LOST_AFTER_MS)
        throw new Error(`no ${target} on ${hardware.devices.glass.scene()?.name}`);
      await wait(clock, HAND_MS);
    }
    await wait(clock, confirms(target) ? READING_MS : HAND_MS);
    const box = nodeOf(target)?.box;
    if (box === undefined) throw new Error(`${target} went away`);
    await hardware.devices.glass.touch(box.x + box.width / 2, box.y + box.height / 2);
    await wait(clock, HAND_MS);
  };

  const typePin = async (pin: string): Promise<void> => {
    for (const digit of pin) await press(`pin:${digit}`);
    await press('pin:enter');
  };

  const insert = (officer: string): void => {
    const token = tokens.get(officer);
    if (token === undefined) throw new Error(`no officer ${officer}`);
    hardware.devices.tokens.insert(token);
  };

  const pull = (): void => {
    hardware.devices.tokens.remove();
  };

  const showToken = async (officer: string): Promise<void> => {
    insert(officer);
    await typePin(PIN);
    await wait(clock, HAND_MS);
  };

  /** Every officer chooses the PIN twice; the zero report comes out. */
  const setUp = async (): Promise<void> => {
    await press('ceremony:start');
    for (const { id } of definition.officers) {
      insert(id);
      await typePin(PIN);
      await typePin(PIN);
      await wait(clock, 1_000);
      pull();
      await wait(clock, HAND_MS);
    }
    await reach('readyToOpen');
  };

  const open = async (): Promise<void> => {
    await press('polls:open');
    await showToken('of-1');
    await reach('waiting');
    pull();
  };

  const admit = async (): Promise<void> => {
    // What the booth said last has arrived.
    await wait(clock, HAND_MS);
    const idle = heard.findLast((message) => message.kind === 'idle');
    const turn = idle?.turn ?? '';
    say({ kind: 'admission', token: '5'.repeat(32), ballotStyleId: 'unica', turn });
    await reach('ballot');
  };

  /** SELECCIONAR TODO on a card. */
  const markCard = async (cardId: string): Promise<void> => {
    await press(`card:${cardId}`);
    await press(`all:${cardId}`);
    await press('card:close');
  };

  /** Officers and voters do the sensible thing until the booth waits for the next voter. */
  const helpUntilWaiting = async (): Promise<void> => {
    for (let step = 0; step < HELPING_STEPS; step++) {
      const { stage, tokenPresent } = running().state();
      if (stage.name === 'waiting') return pull();
      const shown = HELPFUL.find((target) => nodeOf(target) !== null);
      if (nodeOf('pin:1') !== null && tokenPresent) await typePin(PIN);
      else if ('check' in stage && stage.check !== null && stage.check !== 'ask') insert('of-1');
      else if (shown !== undefined) await press(shown);
      await wait(clock, HAND_MS);
    }
    throw new Error(`wedged in ${JSON.stringify(running().state().stage).slice(0, 200)}`);
  };

  const closeAndCount = async (): Promise<void> => {
    await showToken('of-1');
    await press('polls:close');
    await reach('closingOverride');
    pull();
    await showToken('of-2');
    await press('queue:empty');
    await reach('shares');
    pull();
    for (const officer of ['of-2', 'of-3', 'of-5']) {
      await wait(clock, HAND_MS);
      await showToken(officer);
      await wait(clock, 1_000);
      pull();
    }
    await reach('finished');
  };

  return {
    clock,
    hardware,
    definition,
    identity,
    authority,
    tokens,
    logged,
    heard,
    parked,
    papers,
    desk,
    pollbookKey,
    booth: running,
    board: (): Board => {
      if (board === null) throw new Error('the unit is off');
      return board;
    },
    start,
    /** The power goes at once. */
    cutPower: (): void => {
      running().stop();
      hardware.cutPower(keepOld);
      booth = null;
    },
    stop: (): void => running().stop(),
    say,
    reach,
    press,
    typePin,
    insert,
    pull,
    showToken,
    setUp,
    open,
    admit,
    markCard,
    helpUntilWaiting,
    closeAndCount,
    /** Runs a scenario to its end under the virtual clock, whatever it throws. */
    run: async (scenario: () => Promise<void>): Promise<void> => {
      await clock.run(scenario());
    },
  };
};

const garbled = (detail: string): LogEvent => ({
  id: 'eventRefused',
  fields: { machine: 'desk', event: 'garbage', reason: detail.replaceAll(' ', '-') },
});
