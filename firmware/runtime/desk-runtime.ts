/**
 * The desk process: runs the desk's machine on a DeskBoard and performs its effects there. Station
 * and reader in front of people, the desk file on both media, the link to the booth.
 */
import { makeDesk } from '#firmware/desk/desk.ts';
import { codeDigestInput, type Pollbook, presidingOfficerOf } from '#firmware/desk/pollbook.ts';
import type {
  DeskEffect,
  DeskEvent,
  DeskSettings,
  DeskState,
  DeskTimer,
} from '#firmware/desk/state.ts';
import { linesOf } from '#firmware/desk/view.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { Refusal } from '#firmware/machine.ts';
import type { DeskToBooth, Message, PowerState } from '#firmware/messages/catalogue.ts';
import type { RecordedEvent } from '#firmware/messages/recorded-events.ts';
import type { DeskTested } from '#firmware/messages/unit-catalogue.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import { codeDigest } from '#firmware/vault/desk-keys.ts';
import type { ElectionPackage } from '#firmware/vault/election-package.ts';
import type { DeskBoard } from '#hal/board.ts';
import { faultCode } from '#hal/fault.ts';
import type { MediumName } from '#hal/storage.ts';
import { answerConsole } from './desk-console.ts';
import { openPollbook } from './desk-pollbook.ts';
import { type DeskReader, makeDeskReader } from './desk-reader.ts';
import type { DeskStore } from './desk-store.ts';
import { makeFlightRecorder } from './flight-recorder.ts';
import { joinPeer } from './peer-link.ts';
import { type Health, type Runner, runMachine } from './runner.ts';
import { makeTimers, type Timers } from './timers.ts';

/** Bytes of a token: random, good once. */
const TOKEN_BYTES = 16;
/** How long after a failed display the same lines are shown again. */
const DISPLAY_RETRY_MS = 1_000;
/** How often a medium that is there and failed before is tried again. */
const MEDIUM_RETRY_MS = 15_000;

export type DeskOptions = {
  readonly board: DeskBoard;
  readonly electionPackage: ElectionPackage;
  readonly locale: Locale;
  readonly log: (event: LogEvent) => void;
  /** The desk stopped for good: a bug, or an fsync that failed. Told once. */
  readonly onPark: (reason: string) => void;
  /** A refused event that is worth a line of the log. */
  readonly onRefusal?: (refusal: Refusal) => void;
  readonly onState?: (state: DeskState) => void;
};

export type Desk = {
  readonly state: () => DeskState;
  /** What the supervisor says of the unit's power. */
  readonly powerChanged: (power: PowerState) => void;
  /** The last lines on the operator's display. */
  readonly lines: () => readonly [string, string];
  /** Are reader and station well? The code of each one's fault, null for none. Not while a voter is here. */
  readonly check: () => Promise<{
    readonly reader: string | null;
    readonly station: string | null;
  }>;
  /** What the field console asks for; refused while a voter is at the desk. */
  readonly console: (finger: boolean) => Promise<DeskTested>;
  /** The supervisor parks the unit: nothing goes on, and the display says so. */
  readonly park: (code: string) => void;
  /** The process ends: nothing is performed any more. */
  readonly stop: () => void;
  /** For the watchdog. */
  readonly health: () => Health;
  /** The kinds of its last events (flight-recorder.ts). */
  readonly flight: () => readonly RecordedEvent[];
};

/** Minds work that nobody awaits (runner.ts). */
type Guard = (work: Promise<unknown>) => void;

/** The operator's display: the last lines win, and are shown again after a fault. */
const makeDisplay = ({ board }: DeskOptions, stopped: () => boolean, guard: Guard) => {
  let lines: readonly [string, string] = ['', ''];
  let retrying = false;
  const show = async (): Promise<void> => {
    if (stopped()) return;
    const shown = await board.station.display(...lines);
    if (shown.ok || retrying) return;
    retrying = true;
    board.clock.after(DISPLAY_RETRY_MS, () => {
      retrying = false;
      guard(show());
    });
  };
  return {
    lines: () => lines,
    show: (first: string, second: string): void => {
      lines = [first, second];
      guard(show());
    },
  };
};

/** The desk's end of the link to the booth. Returns how to send and how to let go. */
const joinBooth = ({ board, log }: DeskOptions, post: (event: DeskEvent) => void, guard: Guard) => {
  const onMessage = (message: Message): void => {
    switch (message.kind) {
      case 'boothStarted':
      case 'idle':
      case 'completed':
      case 'notCompleted':
      case 'phaseChanged':
      case 'pollbookKey':
        post({ kind: 'received', message });
        break;
      case 'powerChanged':
        post({ kind: 'powerChanged', power: message.power });
        break;
      case 'deskStarted':
      case 'admission':
      case 'acknowledged':
      case 'authenticationTotals':
        // The desk's own side of the catalogue: not the booth's to say.
        log({
          id: 'eventRefused',
          fields: { machine: 'desk', event: message.kind, reason: 'not-of-the-booth' },
        });
        break;
    }
  };
  const peer = joinPeer({
    link: board.toBooth,
    clock: board.clock,
    onMessage,
    onRestart: () => post({ kind: 'linkRestarted' }),
    guard,
  });
  return {
    send: (message: DeskToBooth): void => peer.send(message),
    leave: peer.leave,
  };
};

type Parts = {
  readonly post: (event: DeskEvent) => void;
  readonly guard: Guard;
  readonly reader: DeskReader;
  readonly display: ReturnType<typeof makeDisplay>;
  readonly timers: Timers<DeskTimer>;
  readonly booth: ReturnType<typeof joinBooth>;
  readonly stopped: () => boolean;
  /** What the key opened; null before. */
  opened: { readonly book: Pollbook; readonly store: DeskStore } | null;
};

const open = async (options: DeskOptions, parts: Parts, key: string): Promise<void> => {
  const { board, log, electionPackage } = options;
  const { post } = parts;
  let known: readonly MediumName[] = [];
  const logChanges = (inStep: readonly MediumName[]): void => {
    for (const medium of known)
      if (!inStep.includes(medium)) log({ id: 'mediumLost', fields: { medium } });
    for (const medium of inStep)
      if (!known.includes(medium)) log({ id: 'mediumSynchronised', fields: { medium } });
    known = inStep;
  };
  const opened = await openPollbook(electionPackage, key, {
    media: board.media,
    entropy: board.entropy,
    onInStep: (inStep) => {
      if (parts.stopped()) return;
      logChanges(inStep);
      post({ kind: 'mediaChanged', inStep });
    },
    onFault: (code) => {
      if (!parts.stopped()) log({ id: 'deviceFault', fields: { code: asWord(code) } });
    },
    onNotSynced: (medium) => post({ kind: 'notSynced', medium }),
    guard: parts.guard,
  });
  if (parts.stopped()) {
    if (opened.ok) opened.value.store.stop();
    return;
  }
  if (!opened.ok) {
    if (opened.error !== 'notSynced') post({ kind: 'pollbookNotOpened', problem: opened.error });
    return;
  }
  const { book, roster, store } = opened.value;
  parts.opened = { book, store };
  known = store.inStep();
  const tryAgain = (): void => {
    if (parts.stopped()) return;
    store.retry();
    board.clock.after(MEDIUM_RETRY_MS, tryAgain);
  };
  board.clock.after(MEDIUM_RETRY_MS, tryAgain);
  post({ kind: 'pollbookOpened', roster, content: store.content(), inStep: known });
};

const save = async (
  parts: Parts,
  effect: Extract<DeskEffect, { readonly kind: 'save' }>,
): Promise<void> => {
  const media = (await parts.opened?.store.save(effect.content)) ?? [];
  parts.post({ kind: 'saved', operation: effect.operation, media });
};

const checkCode = (
  parts: Parts,
  { operation, code, digits }: Extract<DeskEffect, { readonly kind: 'checkCode' }>,
): void => {
  const book = parts.opened?.book;
  const digest = toHex(
    codeDigest(codeDigestInput(book?.codeSalt ?? new Uint8Array(), code, digits)),
  );
  const index = book?.codes.findIndex(
    (each) => each.kind === code && toHex(each.digest) === digest,
  );
  parts.post({
    kind: 'codeChecked',
    operation,
    index: index === undefined || index < 0 ? null : index,
  });
};

const loadPrint = (
  parts: Parts,
  { operation, of }: Extract<DeskEffect, { readonly kind: 'loadPrint' }>,
): void => {
  const book = parts.opened?.book;
  const template =
    book === undefined
      ? null
      : of.kind === 'voter'
        ? book.voters[of.voter]?.template
        : presidingOfficerOf(book)?.template;
  // The machine asks only for prints that its roster says are there.
  if (template == null) throw new Error('desk: a print that is not in the pollbook was asked for');
  parts.reader.loadPrint(operation, template);
};

const perform = (options: DeskOptions, parts: Parts, effect: DeskEffect): void => {
  switch (effect.kind) {
    case 'send':
      parts.booth.send(effect.message);
      break;
    case 'sendAdmission':
      parts.booth.send({
        kind: 'admission',
        token: toHex(options.board.entropy.bytes(TOKEN_BYTES)),
        ballotStyleId: effect.ballotStyleId,
        turn: effect.turn,
      });
      break;
    case 'openPollbook':
      parts.guard(open(options, parts, effect.key));
      break;
    case 'save':
      parts.guard(save(parts, effect));
      break;
    case 'loadPrint':
      loadPrint(parts, effect);
      break;
    case 'verifyFinger':
      parts.reader.verifyFinger(effect.operation, effect.limitMs);
      break;
    case 'cancelFinger':
      parts.reader.cancel();
      break;
    case 'checkCode':
      checkCode(parts, effect);
      break;
    case 'display':
      parts.display.show(effect.first, effect.second);
      break;
    case 'light':
      parts.reader.light(effect.signal);
      break;
    case 'startTimer':
      parts.timers.start(effect.timer, effect.delayMs);
      break;
    case 'stopTimer':
      parts.timers.stop(effect.timer);
      break;
    case 'log':
      options.log(effect.event);
      break;
  }
};

/** Refusals that are ordinary life at a keypad or after a cancel are not worth a line of the log. */
const isNoteworthy = ({ event, reason }: Refusal): boolean =>
  event !== 'keyPressed' && reason !== 'stale';

/** Starts the desk. It says `deskStarted` at once, and waits for the booth. */
export const startDesk = (options: DeskOptions): Desk => {
  const { board, log, electionPackage, locale } = options;
  let stopped = false;
  /** After a bug: what the display says, since the machine itself stands still. */
  let parkedState: DeskState | null = null;
  const post = (event: DeskEvent): void => runner.post(event);
  const guard: Guard = (work) => runner.guard(work);
  const logFault = (code: string): void => log({ id: 'deviceFault', fields: { code } });
  const parts: Parts = {
    post,
    guard,
    reader: makeDeskReader(board.reader, post, logFault, guard),
    display: makeDisplay(options, () => stopped, guard),
    timers: makeTimers(board.clock, (timer: DeskTimer) => post({ kind: 'timerExpired', timer })),
    booth: joinBooth(options, post, guard),
    stopped: () => stopped,
    opened: null,
  };
  let parked = false;
  const park = (reason: string): void => {
    if (parked) return;
    parked = true;
    options.onPark(reason);
  };
  const { rules } = electionPackage.definition;
  const { onState, onRefusal } = options;
  const settings: DeskSettings = { rules, locale, columns: board.station.columns() };
  /** A bug, or the supervisor: the machine stands still and the display says so, even if it fails at first. */
  const parkOnBug = (code: string): void => {
    if (stopped || parkedState !== null) return;
    runner.stop();
    parkedState = { ...runner.state(), mode: { kind: 'parked', code } };
    parts.timers.stopAll();
    parts.booth.leave();
    parts.display.show(...linesOf(parkedState, settings));
    onState?.(parkedState);
    park(code);
  };
  const recorder = makeFlightRecorder();
  const runner: Runner<DeskState, DeskEvent> = runMachine({
    machine: makeDesk(settings),
    perform: (effect: DeskEffect) => perform(options, parts, effect),
    onEvent: ({ kind }) => recorder.note(kind),
    onPark: parkOnBug,
    onRefusal: (refusal) => {
      if (isNoteworthy(refusal)) onRefusal?.(refusal);
    },
    onState: (state) => {
      onState?.(state);
      if (state.mode.kind === 'parked') park(state.mode.code);
    },
  });
  const stops = [
    board.station.onKey((key) => post({ kind: 'keyPressed', key })),
    board.station.onFault((fault) => post({ kind: 'stationFailed', code: faultCode(fault) })),
    board.station.onRecovered(() => post({ kind: 'stationRecovered' })),
  ];
  const begin = async (): Promise<void> => {
    const [station] = await Promise.all([board.station.start(), parts.reader.start()]);
    if (!station.ok && !stopped) logFault(faultCode(station.error));
    post({ kind: 'started' });
  };
  guard(begin());
  return {
    state: () => parkedState ?? runner.state(),
    powerChanged: (power) => post({ kind: 'powerChanged', power }),
    lines: parts.display.lines,
    check: async () => {
      const [station, reader] = await Promise.all([board.station.start(), parts.reader.start()]);
      return { reader, station: station.ok ? null : faultCode(station.error) };
    },
    console: (finger) =>
      answerConsole(
        {
          station: board.station,
          reader: parts.reader,
          mode: () => (parkedState ?? runner.state()).mode.kind,
        },
        finger,
      ),
    park: parkOnBug,
    health: runner.health,
    flight: recorder.last,
    stop: () => {
      stopped = true;
      runner.stop();
      parts.timers.stopAll();
      parts.booth.leave();
      parts.opened?.store.stop();
      board.reader.cancel();
      for (const stop of stops) stop();
    },
  };
};
