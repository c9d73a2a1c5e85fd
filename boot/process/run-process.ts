/**
 * The life of the desk's or the booth's process around its machine: opens its board while it is told what
 * to work with, shows how far the start has come, runs the machine, relays what the supervisor says, and
 * ends when it is told to or when the supervisor is gone. Whatever goes wrong becomes a code.
 */
import type { LogEvent } from '#firmware/events/catalogue.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import type { RecordedEvent } from '#firmware/messages/recorded-events.ts';
import type {
  BeginBooth,
  BeginDesk,
  FromBooth,
  FromDesk,
  StartUpStage,
  ToBooth,
  ToDesk,
  ToProcess,
} from '#firmware/messages/unit-catalogue.ts';
import { codeOfThrown } from '#firmware/runtime/bug.ts';
import type { Health } from '#firmware/runtime/runner.ts';
import { bytesOfHex } from '#firmware/vault/bytes.ts';
import {
  type ElectionPackage,
  openElectionPackage,
  type PackageFault,
} from '#firmware/vault/election-package.ts';
import { refusalEvent } from '#firmware/vault/event-log.ts';
import { KEY_BYTES } from '#firmware/vault/keys.ts';
import type { ByteLink } from '#hal/byte-link.ts';
import type { SettableClock } from '#hal/clock.ts';
import type { Result } from '#hal/result.ts';
import { startBeat } from './beat.ts';
import { type Channel, openChannel } from './channel.ts';
import { makeCollector } from './portions.ts';

/** A process' board, and how it is let go. */
export type OpenedBoard<Board> = { readonly board: Board; readonly close: () => Promise<void> };

/** A board that does not open by then never will: on a slow card it first loads what drives its devices. */
export const BOARD_LIMIT_MS = 60_000;
/** Letting go of a board may not hold up the end of a process. */
export const CLOSE_LIMIT_MS = 2_000;

/** A machine that runs. */
export type Running = {
  readonly powerChanged: (power: PowerState) => void;
  readonly park: (code: string) => void;
  readonly stop: () => void;
  readonly health: () => Health;
  /** The kinds of its last events. */
  readonly flight: () => readonly RecordedEvent[];
};

type In = ToBooth | ToDesk;
type Out = FromBooth | FromDesk;
type Begin = BeginBooth | BeginDesk;
/** What the one process hears and the other does not. */
export type OwnMessage = Exclude<In, ToProcess | Begin>;

/** What a machine says to the supervisor. */
export type Voice<Said extends Out> = {
  readonly send: (message: Said) => void;
  readonly log: (event: LogEvent) => void;
  readonly refused: (refusal: { readonly event: string; readonly reason: string }) => void;
  readonly parked: (code: string, detail?: string) => void;
  readonly calendarTrusted: () => boolean;
};

export type ProcessOptions<Board, Work extends Begin, Said extends Out> = {
  readonly name: 'desk' | 'booth';
  readonly link: ByteLink;
  readonly clock: SettableClock;
  readonly read: (json: unknown) => In | null;
  readonly openBoard: () => Promise<OpenedBoard<Board>>;
  readonly showStage: (board: Board, stage: StartUpStage) => void;
  readonly showFault: (board: Board, code: string) => void;
  readonly start: (
    board: Board,
    work: Work,
    electionPackage: ElectionPackage,
    voice: Voice<Said>,
  ) => Running;
  readonly isWork: (message: Begin) => message is Work;
  readonly onOwn: (message: OwnMessage) => void;
  /** The process has nothing more to do. */
  readonly onEnd: () => void;
};

const openDelivered = (work: Begin, bytes: Uint8Array): Result<ElectionPackage, PackageFault> =>
  openElectionPackage(
    bytes,
    bytesOfHex(work.authorityKey, KEY_BYTES) ?? new Uint8Array(KEY_BYTES),
    { pollingPlaceCode: work.pollingPlaceCode, precinctNumber: work.precinctNumber },
    work.openedAtMs,
  );

export const runProcess = <Board, Work extends Begin, Said extends Out>(
  options: ProcessOptions<Board, Work, Said>,
): void => {
  const { name, link, clock } = options;
  let opened: OpenedBoard<Board> | null = null;
  let running: Running | null = null;
  let ready: { readonly work: Work; readonly electionPackage: ElectionPackage } | null = null;
  let collect: ReturnType<typeof makeCollector> | null = null;
  let stage: StartUpStage = 'board';
  /** Parked, by itself or by the supervisor: nothing begins any more. */
  let fault: string | null = null;
  /** The supervisor knows that it stands still. */
  let stillTold = false;
  let power: PowerState | null = null;
  let trusted = true;
  /** The machine itself said that it stands still: nothing is expected of it. */
  let still = false;
  let ended = false;
  let handed = '';

  const show = (): void => {
    if (opened === null || running !== null || ended) return;
    if (fault === null) options.showStage(opened.board, stage);
    else options.showFault(opened.board, fault);
  };
  const say = (message: Out): Promise<void> => channel.send(message);
  /** What the machine last took, when that is news: nothing else is left of a process that dies. */
  const handFlight = (): void => {
    const events = running?.flight() ?? [];
    const known = events.join();
    if (known === handed) return;
    handed = known;
    void say({ kind: 'flight', events });
  };
  const fail = (code: string, detail: string | null = null): void => {
    if (fault !== null || ended) return;
    fault = code;
    stillTold = true;
    show();
    void say({ kind: 'parked', code, detail });
  };
  /** What it was told to: said once the board is open and shows the code. */
  const tellStill = (): void => {
    if (opened === null || running !== null || fault === null || stillTold || ended) return;
    stillTold = true;
    void say({ kind: 'parked', code: fault, detail: null });
  };
  const voice: Voice<Said> = {
    send: (message) => void say(message),
    log: (event) => void say({ kind: 'log', event }),
    refused: ({ event, reason }) =>
      void say({ kind: 'log', event: refusalEvent(name, event, reason) }),
    parked: (code, detail) => {
      still = true;
      handFlight();
      void say({ kind: 'parked', code, detail: detail ?? null });
    },
    calendarTrusted: () => trusted,
  };

  const startWhenReady = (): void => {
    if (opened === null || ready === null || running !== null || fault !== null || ended) return;
    running = options.start(opened.board, ready.work, ready.electionPackage, voice);
    ready = null;
    if (power !== null) running.powerChanged(power);
    void say({ kind: 'running' });
  };
  const begin = (work: Begin): void => {
    if (!options.isWork(work) || collect !== null) return;
    collect = makeCollector(work.packageBytes, (bytes) => {
      const found = openDelivered(work, bytes);
      if (found.ok) {
        ready = { work, electionPackage: found.value };
        startWhenReady();
      } else fail(`package.${found.error.kind}`);
    });
  };
  const park = (code: string): void => {
    if (running !== null) running.park(code);
    else {
      fault ??= code;
      show();
      tellStill();
    }
  };
  const end = async (last: Out | null): Promise<void> => {
    if (ended) return;
    ended = true;
    stopBeat();
    running?.stop();
    const close = opened?.close() ?? Promise.resolve();
    const late = new Promise<void>((resolve) => {
      clock.after(CLOSE_LIMIT_MS, resolve);
    });
    await Promise.race([close, late]);
    if (last !== null) await say(last);
    channel.leave();
    options.onEnd();
  };

  const take = (message: In): void => {
    switch (message.kind) {
      case 'starting':
        stage = message.stage;
        show();
        return;
      case 'beginBooth':
      case 'beginDesk':
        begin(message);
        return;
      case 'portion':
        if (collect === null || !collect(message)) fail('package.malformed');
        return;
      case 'powerChanged':
        power = message.power;
        running?.powerChanged(message.power);
        return;
      case 'clockSet':
        clock.setCalendar(message.calendarMs);
        trusted = message.trusted;
        return;
      case 'park':
        park(message.code);
        return;
      case 'stop':
        void end({ kind: 'stopped' });
        return;
      case 'checkDesk':
      case 'testDesk':
      case 'testBooth':
      case 'surroundings':
      case 'logHead':
      case 'attemptBegan':
      case 'notSent':
      case 'receiptCame':
      case 'packageRefused':
      case 'gaveUp':
      case 'senderEnded':
        options.onOwn(message);
        return;
    }
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (bug) {
      fail(codeOfThrown(bug));
    }
  };

  const channel: Channel<Out> = openChannel<Out, In>({
    link,
    read: options.read,
    onMessage: (message) => guarded(() => take(message)),
    onGarbage: () => voice.refused({ event: 'garbage', reason: 'not-of-the-supervisor' }),
    onClosed: () => void end(null),
  });
  const stopBeat = startBeat(
    clock,
    () => (still ? null : (running?.health() ?? null)),
    () => {
      handFlight();
      void say({ kind: 'alive' });
    },
  );
  const cancelLimit = clock.after(BOARD_LIMIT_MS, () => fail('machine.badBoard', 'no answer'));
  options.openBoard().then(
    (board) => {
      cancelLimit();
      if (ended) {
        void board.close();
        return;
      }
      opened = board;
      guarded(() => {
        show();
        tellStill();
        startWhenReady();
      });
    },
    (reason: unknown) => {
      cancelLimit();
      fail('machine.badBoard', reason instanceof Error ? reason.message.slice(0, 200) : null);
    },
  );
};
