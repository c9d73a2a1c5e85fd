/**
 * The booth's process: what is voted. It holds vault, screen, printer and officers' tokens, asks the
 * supervisor for what stands around it, and has the urn counted elsewhere.
 */
import type { BoothState } from '#firmware/booth/state.ts';
import { phaseOf } from '#firmware/booth/step.ts';
import type { Locale } from '#firmware/election/definition.ts';
import type { PollsPhase } from '#firmware/messages/catalogue.ts';
import { readToBooth } from '#firmware/messages/read-unit-message.ts';
import type {
  BeginBooth,
  BoothTest,
  FromBooth,
  Surroundings,
} from '#firmware/messages/unit-catalogue.ts';
import type { BoothOptions } from '#firmware/runtime/booth-options.ts';
import { type Booth, startBooth } from '#firmware/runtime/booth-runtime.ts';
import { NO_SURROUNDINGS } from '#firmware/runtime/booth-surroundings.ts';
import { outOfServiceScene, startUpScene } from '#firmware/runtime/start-up-scene.ts';
import { appointmentOf } from '#firmware/transmission/sending.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import { KEY_BYTES, SIGNATURE_BYTES } from '#firmware/vault/keys.ts';
import type { BoothBoard } from '#hal/board.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { SettableClock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';
import { type OpenedBoard, type Running, runProcess, type Voice } from '../process/run-process.ts';
import { makeSendOutside, type SendOutside } from './send-outside.ts';

/** The supervisor's own reads are limited (firmware/runtime/booth-surroundings.ts); this is beyond them. */
export const SURROUNDINGS_LIMIT_MS = 15_000;
/** Signing the log's head waits for its media. */
export const LOG_HEAD_LIMIT_MS = 15_000;

export type BoothProcessOptions = {
  readonly link: ByteLink;
  readonly clock: SettableClock;
  readonly openBoard: () => Promise<OpenedBoard<BoothBoard>>;
  /** Of the start; then the election package's and the unit's own. */
  readonly locale: Locale;
  readonly count: NonNullable<BoothOptions['count']>;
  readonly onEnd: () => void;
  readonly onState?: (state: BoothState) => void;
};

/** Tells the supervisor of the day's phase and of resting, as they change. */
const makeReporter = (send: (message: FromBooth) => void) => {
  let phase: PollsPhase | null = null;
  let resting = false;
  return (state: BoothState): void => {
    // Nothing is known of the phase before the vault was read.
    const known = state.stage.name === 'starting' ? phase : phaseOf(state.polls);
    if (known !== phase && known !== null) send({ kind: 'phaseChanged', phase: known });
    phase = known;
    const rests = state.stage.name === 'resting';
    if (rests !== resting) send({ kind: 'resting', resting: rests });
    resting = rests;
  };
};

/** Hex of the catalogue, whose lengths its door has checked. */
const bytesIn = (hex: string, count: number): Uint8Array => {
  const bytes = bytesOfHex(hex, count);
  if (bytes === null) throw new Error('hex that the door let pass');
  return bytes;
};

/** The pollbook's key is given away once. */
const makeTaker = (key: string | null) => {
  let left = key;
  return (): Uint8Array | null => {
    const taken = left;
    left = null;
    return taken === null ? null : bytesIn(taken, KEY_BYTES);
  };
};

export const runBooth = (options: BoothProcessOptions): void => {
  const { link, clock, locale, count, onState } = options;
  let outside: SendOutside | null = null;
  let running: { readonly booth: Booth; readonly send: (message: FromBooth) => void } | null = null;
  const surroundings = makeAsking<Surroundings>(clock, SURROUNDINGS_LIMIT_MS);
  const logHeads = makeAsking<string | null>(clock, LOG_HEAD_LIMIT_MS);

  const start = (
    board: BoothBoard,
    work: BeginBooth,
    electionPackage: BoothOptions['electionPackage'],
    { send, log, refused, parked, calendarTrusted }: Voice<FromBooth>,
  ): Running => {
    const report = makeReporter(send);
    const { definition } = electionPackage;
    outside = makeSendOutside(send);
    const booth = startBooth({
      board,
      // Who may vote is the desk's: the booth keeps nothing of it, sealed or not.
      electionPackage: { ...electionPackage, pollbook: new Uint8Array(0) },
      identity: {
        privateKey: bytesIn(work.privateKey, KEY_BYTES),
        publicKey: bytesIn(work.publicKey, KEY_BYTES),
      },
      formerIdentities: work.formerKeys.map((key) => bytesIn(key, KEY_BYTES)),
      machineCode: work.machineCode,
      certificates: {
        report: bytesIn(work.reportCertificate, SIGNATURE_BYTES),
        key: bytesIn(work.keyCertificate, SIGNATURE_BYTES),
      },
      takePollbookKey: makeTaker(work.pollbookKey),
      versions: work.versions,
      surroundings: () =>
        surroundings.ask(
          (ask) => send({ kind: 'askSurroundings', ask }),
          () => NO_SURROUNDINGS,
        ),
      locale: work.locale,
      transmission: {
        receivers: work.receivers.flatMap((each) => appointmentOf(definition.id, each) ?? []),
        start: outside.start,
      },
      ...(work.pinCost === null ? {} : { pinCost: work.pinCost }),
      calendarTrusted,
      count,
      log,
      logHead: async () => {
        const head = await logHeads.ask(
          (ask) => send({ kind: 'askLogHead', ask }),
          () => null,
        );
        if (head !== null) return head;
        // A report without the log's head would be less than was promised, and a supervisor that is
        // silent for so long is no supervisor.
        booth.park('process.supervisorSilent');
        return '';
      },
      onPark: parked,
      onRefusal: refused,
      onState: (state) => {
        report(state);
        onState?.(state);
      },
    });
    running = { booth, send };
    return booth;
  };
  const test = async (ask: number, asked: BoothTest): Promise<void> => {
    // A booth whose machine never began has nothing to say; who asked waits no longer than its limit.
    if (running === null) return;
    const { booth, send } = running;
    send({ kind: 'boothTested', ask, ...(await booth.console(asked)) });
  };

  runProcess<BoothBoard, BeginBooth, FromBooth>({
    name: 'booth',
    link,
    clock,
    read: readToBooth,
    openBoard: options.openBoard,
    showStage: ({ touchscreen }, stage) =>
      void touchscreen.show(startUpScene(stage, locale, touchscreen.panel())),
    showFault: ({ touchscreen }, code) =>
      void touchscreen.show(outOfServiceScene(code, locale, touchscreen.panel())),
    isWork: (message) => message.kind === 'beginBooth',
    start,
    onOwn: (message) => {
      switch (message.kind) {
        case 'surroundings':
          surroundings.answer(message.ask, message.found);
          return;
        case 'logHead':
          logHeads.answer(message.ask, message.head);
          return;
        case 'testBooth':
          return void test(message.ask, message);
        case 'attemptBegan':
        case 'notSent':
        case 'receiptCame':
        case 'packageRefused':
        case 'gaveUp':
        case 'senderEnded':
          outside?.heard(message);
          return;
        case 'checkDesk':
        case 'testDesk':
          return;
      }
    },
    onEnd: options.onEnd,
  });
};
