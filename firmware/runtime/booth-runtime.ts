/**
 * The booth process: runs the booth's machine on a BoothBoard and performs its effects there, each in
 * the part that knows how: vault, paper, ceremony, tokens, counting, screen, link.
 */
import { makeBooth } from '#firmware/booth/booth.ts';
import type {
  BoothEffect,
  BoothEvent,
  BoothState,
  BoothTimer,
  StageName,
} from '#firmware/booth/state.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import type { PowerState } from '#firmware/messages/catalogue.ts';
import type { RecordedEvent } from '#firmware/messages/recorded-events.ts';
import type { BoothTest, BoothTested } from '#firmware/messages/unit-catalogue.ts';
import { encodePaperData } from '#firmware/paper/paper-record.ts';
import { screenFault } from '#firmware/screen/scene-of.ts';
import { type CeremonyRecord, decodeCeremonyRecord } from '#firmware/vault/key-shares.ts';
import type { Scene } from '#hal/scene.ts';
import { forget } from '#hal/secret-bytes.ts';
import type { MediumName } from '#hal/storage.ts';
import { positionOf } from './booth-calendar.ts';
import { makeCeremony } from './booth-ceremony.ts';
import { answerConsole } from './booth-console.ts';
import { askOfficer } from './booth-console-officer.ts';
import { makeBoothCounting } from './booth-counting.ts';
import { makeBoothDispatch } from './booth-dispatch.ts';
import { joinDesk } from './booth-link.ts';
import type { BoothOptions } from './booth-options.ts';
import { makeBoothPaper } from './booth-paper.ts';
import { makeBoothScreen } from './booth-screen.ts';
import { runSelfTest } from './booth-self-test.ts';
import { makeBoothTokens } from './booth-tokens.ts';
import { type BoothVault, makeBoothVault } from './booth-vault.ts';
import { makeFlightRecorder, mayBeRecorded } from './flight-recorder.ts';
import { printerInTurn } from './printer-in-turn.ts';
import { type Health, type Runner, runMachine } from './runner.ts';
import { makeTimers } from './timers.ts';

export type { BoothOptions } from './booth-options.ts';

export type Booth = {
  readonly state: () => BoothState;
  /** What the screen shows; null before the first scene. */
  readonly scene: () => Scene | null;
  /** What the supervisor says of the unit's power. */
  readonly powerChanged: (power: PowerState) => void;
  /** The supervisor parks the unit: everything that was said is durable, nothing goes on. */
  readonly park: (code: string) => void;
  /** What the field console asks for; refused while a voter is here. */
  readonly console: (test: BoothTest) => Promise<BoothTested>;
  /** The process ends, or the power is cut: nothing is performed any more. */
  readonly stop: () => void;
  /** For the watchdog. */
  readonly health: () => Health;
  /** The kinds of its last events (flight-recorder.ts). */
  readonly flight: () => readonly RecordedEvent[];
};

const MEDIA = ['fixed', 'removable'] as const satisfies readonly MediumName[];

/** The ceremony record that the vault keeps, once; null when it is not this machine's. */
const makeCeremonyReader = (
  { identity, formerIdentities }: BoothOptions,
  boothVault: BoothVault,
) => {
  let found: CeremonyRecord | null = null;
  return (): CeremonyRecord | null => {
    for (const { publicKey } of [
      identity,
      ...(formerIdentities ?? []).map((key) => ({ publicKey: key })),
    ])
      found ??= decodeCeremonyRecord(boothVault.vault.commitments(), publicKey);
    return found;
  };
};

const makeParts = (
  options: BoothOptions,
  post: (event: BoothEvent) => void,
  guard: (work: Promise<unknown>) => void,
  showAgain: () => void,
) => {
  const { board, electionPackage, log } = options;
  const dispatch = makeBoothDispatch({ options, onState: showAgain });
  /** What is touched at the booth's end may be the sending's, which is no matter of the booth's machine. */
  const postTouch = (event: BoothEvent): void => {
    if (event.kind !== 'touched' || !dispatch.touched(event.action)) post(event);
  };
  const vault = makeBoothVault(options);
  const ceremonyRecord = makeCeremonyReader(options, vault);
  const tokens = makeBoothTokens(board.tokens, ceremonyRecord);
  const paper = makeBoothPaper({ options, vault, tally: () => counting.report() });
  const counting = makeBoothCounting({
    options,
    vault: vault.vault,
    tokens,
    ceremony: ceremonyRecord,
    overrides: paper.overrides,
  });
  return {
    vault,
    tokens,
    paper,
    counting,
    ceremony: makeCeremony(options, vault),
    timers: makeTimers(board.clock, (timer: BoothTimer) => post({ kind: 'timerExpired', timer })),
    desk: joinDesk(board.toDesk, board.clock, board.entropy, post, log, guard),
    dispatch,
    screen: makeBoothScreen(board, electionPackage.definition, postTouch, guard, dispatch.state),
  };
};

type Parts = ReturnType<typeof makeParts>;
/** Answers to an effect, now or later. */
type Answer = BoothEvent | null | Promise<BoothEvent | null>;

/** Starts what an effect asks for; what it answers becomes an event. */
const perform = (
  options: BoothOptions,
  parts: Parts,
  effect: BoothEffect,
  post: (event: BoothEvent) => void,
  state: () => BoothState,
): Answer => {
  const { board, electionPackage, log } = options;
  const { vault, tokens, paper, counting, ceremony, timers, desk } = parts;
  const { definition } = electionPackage;
  switch (effect.kind) {
    case 'startTimer':
      timers.start(effect.timer, effect.delayMs);
      return null;
    case 'stopTimer':
      timers.stop(effect.timer);
      return null;
    case 'log':
      paper.logged(effect.event);
      log(effect.event);
      return null;
    case 'send':
      desk.send(effect.message);
      return null;
    case 'vault':
      return vault.call(effect.call);
    case 'prepareVote': {
      const { ballot, marks } = effect;
      const vote = {
        ballot: encodeBallot(definition, ballot, marks),
        paper: encodePaperData(definition, ballot, marks),
      };
      return vault.prepare(vote).finally(() => forget(vote.ballot, vote.paper));
    }
    case 'runSelfTest':
      return runSelfTest(board, electionPackage.registered, (check, result) => {
        paper.selfTested(check, result);
        post({ kind: 'selfCheckDone', check, result });
      }).then(() => null);
    case 'printReport':
      return paper.printReport(effect, state());
    case 'printRecord':
      return paper.printRecord();
    case 'cutPaper':
      return paper.cut();
    case 'recoverPrinter':
      return paper.recover();
    case 'readCalendar':
      return {
        kind: 'calendarRead',
        position: positionOf(
          definition.calendar,
          board.clock.calendarMs(),
          options.calendarTrusted?.() ?? true,
        ),
      };
    case 'checkToken':
      return tokens.check(effect.pin);
    case 'givePollbookKey': {
      const key = tokens.takeKey();
      if (key !== null) desk.send({ kind: 'pollbookKey', key });
      return null;
    }
    case 'forgetPollbookKey':
      tokens.forgetKey();
      return null;
    case 'makeKeys':
      return ceremony.makeKeys();
    case 'writeToken':
      return ceremony.writeToken(effect.officerId, effect.pin);
    case 'setUpVault':
      return ceremony.setUpVault();
    case 'giveShare':
      return counting.giveShare(effect.pin);
    case 'count':
      return counting.count(state(), post);
    case 'writeResult':
      return counting.writeResult();
    case 'beep':
      board.touchscreen.beep(effect.durationMs);
      return null;
    case 'park':
      options.onPark(effect.code);
      return null;
  }
};

/** What the devices say by themselves. Returns how to stop listening. */
const listen = (
  { board }: BoothOptions,
  { vault }: Parts,
  post: (event: BoothEvent) => void,
): (() => void) => {
  const stops = [
    board.printer.onStatus((status) => post({ kind: 'printerStatus', status })),
    board.tokens.onPresence((present) =>
      post({ kind: present ? 'tokenInserted' : 'tokenRemoved' }),
    ),
    vault.onLoss((medium) => {
      post({ kind: 'mediumLost', medium });
      // It failed without going away: officers may try to bring it back.
      if (board.media[medium].present()) post({ kind: 'mediumReturned', medium });
    }),
    ...MEDIA.map((medium) =>
      board.media[medium].onPresence((present) =>
        post({ kind: present ? 'mediumReturned' : 'mediumLost', medium }),
      ),
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
};

/** A refusal names the stage: of a voter's ballot, whose time may have expired, nothing is told. */
export const mayBeLogged = (stage: StageName): boolean =>
  stage !== 'ballot' && stage !== 'expired' && stage !== 'preparing';

/** Starts the booth's process; the first event is the vault's recovery. */
export const startBooth = (given: BoothOptions): Booth => {
  const board = { ...given.board, printer: printerInTurn(given.board.printer) };
  const options = { ...given, board };
  const { electionPackage } = options;
  const { definition } = electionPackage;
  let stopped = false;
  /** After a bug: what the screen says, since the machine itself stands still. */
  let parkedState: BoothState | null = null;
  const post = (event: BoothEvent): void => runner.post(event);
  const parts = makeParts(
    options,
    post,
    (work) => runner.guard(work),
    () => {
      if (!stopped) parts.screen.show(runner.state());
    },
  );
  const stopListening = listen(options, parts, post);

  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    runner.stop();
    stopListening();
    parts.timers.stopAll();
    parts.desk.leave();
    parts.dispatch.stop();
    parts.screen.stop();
    parts.tokens.forgetKey();
    parts.counting.forgetShares();
    parts.vault.close();
  };

  /** A bug, or nothing to begin with: the machine stands still and the screen says so. */
  const parkForGood = (code: string, detail?: string): void => {
    if (stopped) return;
    parkedState = { ...runner.state(), stage: { name: 'parked', code } };
    try {
      parts.screen.show(parkedState);
    } catch {
      // The bug may be the screen's own: everything else stops all the same.
    }
    stop();
    options.onState?.(parkedState);
    options.onPark(code, detail);
  };

  const later = (answer: Promise<BoothEvent | null>): void =>
    runner.guard(
      answer.then((event) => {
        if (event !== null) post(event);
      }),
    );

  const recorder = makeFlightRecorder();
  const runner: Runner<BoothState, BoothEvent> = runMachine({
    machine: makeBooth(definition, options.locale ?? definition.locale),
    perform: (effect) => {
      if (stopped) return;
      const answer = perform(options, parts, effect, post, () => runner.state());
      if (answer === null) return;
      if (!(answer instanceof Promise)) return post(answer);
      later(answer);
    },
    onEvent: ({ kind }, { stage }) => {
      if (mayBeRecorded(kind, stage)) recorder.note(kind);
    },
    onPark: (code) => parkForGood(code),
    onState: (state) => {
      parts.screen.show(state);
      if (state.stage.name === 'finished') parts.dispatch.pollsCounted();
      options.onState?.(state);
    },
    onRefusal: (refusal) => {
      if (mayBeLogged(runner.state().stage.name)) options.onRefusal?.(refusal);
    },
  });

  const begin = (): void => {
    parts.screen.show(runner.state());
    for (const medium of MEDIA)
      if (board.media[medium].present()) post({ kind: 'mediumReturned', medium });
    if (board.tokens.present()) post({ kind: 'tokenInserted' });
    later(parts.paper.start());
    post({ kind: 'started' });
  };

  // An option that has no room on the screen could not be voted for: not even the self-test begins.
  const misfit = screenFault(definition, board.touchscreen.panel());
  if (misfit === null) begin();
  else parkForGood('package.doesNotFit', misfit);

  return {
    state: () => parkedState ?? runner.state(),
    scene: () => parts.screen.scene(),
    powerChanged: (power) => post({ kind: 'powerChanged', power }),
    park: (code) => parkForGood(code),
    console: (test) =>
      answerConsole(
        {
          board,
          registered: electionPackage.registered,
          locale: options.locale ?? definition.locale,
          stage: () => (parkedState ?? runner.state()).stage,
          officer: (request, over) =>
            askOfficer(
              {
                board,
                definition,
                state: () => parkedState ?? runner.state(),
                tokens: parts.tokens,
                cover: parts.screen.cover,
                over,
                log: options.log,
              },
              request,
            ),
          log: options.log,
        },
        test,
      ),
    stop,
    health: runner.health,
    flight: recorder.last,
  };
};
