/**
 * What the field console may ask of the unit, and who decides: the supervisor, here. Reading needs nothing,
 * a device is touched for a technician who logged in, and the unit's state is changed for one to whom an
 * officer agrees, by token and PIN at the unit itself; nothing of either while a voter is here. All of it is logged.
 */
import {
  answered,
  type ConsoleSession,
  challenged,
  isLocked,
  loggedOut,
  NOBODY,
  openChallenge,
  SESSION_MS,
  used,
  whoIsThere,
} from '#firmware/console/session.ts';
import { asWord, type LogEvent } from '#firmware/events/catalogue.ts';
import type { UnitPart } from '#firmware/faults/parts.ts';
import type {
  ConsoleAnswer,
  ConsoleRefusal,
  ConsoleRequest,
  TestResult,
} from '#firmware/messages/console-catalogue.ts';
import { LOG_PORTION_BYTES } from '#firmware/messages/console-catalogue.ts';
import type { BoothTest, BoothTested, DeskTested } from '#firmware/messages/unit-catalogue.ts';
import { type ConsoleKeys, whoAnswered } from '#firmware/vault/console-keys.ts';
import type { Clock } from '#hal/clock.ts';
import { makeAsking } from '../process/asking.ts';

/** A sheet takes 30 s at most, a finger is waited for 20 s, a self-test asks each device for a few seconds. */
export const TEST_LIMIT_MS = 45_000;

const NONCE_BYTES = 16;

export type ConsoleRequests = {
  /** Never rejects for what is asked: a request that is not granted is answered with why. */
  readonly answer: (request: ConsoleRequest) => Promise<ConsoleAnswer>;
  readonly boothTested: (ask: number, tested: BoothTested) => void;
  readonly deskTested: (ask: number, tested: DeskTested) => void;
  /** The console went away: whoever was logged in is not any more. */
  readonly closed: () => void;
};

export type ConsoleRequestsOptions = {
  readonly clock: Clock;
  readonly record: (event: LogEvent) => void;
  /** Fresh bytes for challenges. */
  readonly chance: (count: number) => Uint8Array;
  /** As delivered; null: none. */
  readonly keys: () => Promise<ConsoleKeys | null>;
  /** Empty before it is known. */
  readonly machineCode: () => string;
  /** Its machine has begun: it answers. */
  readonly runs: (name: 'desk' | 'booth') => boolean;
  readonly toBooth: (
    message: { readonly kind: 'testBooth'; readonly ask: number } & BoothTest,
  ) => void;
  readonly toDesk: (message: {
    readonly kind: 'testDesk';
    readonly ask: number;
    readonly finger: boolean;
  }) => void;
  /** The event log as it lies on a memory, as far as it may be told now; null: on none. */
  readonly readLog: () => Promise<Uint8Array | null>;
  /** Of a file of the release manifest. */
  readonly hash: (path: string) => Promise<ConsoleAnswer>;
  /** Of the unit's TPM, over this nonce; the request and a refusal are logged there. */
  readonly quote: (nonce: string) => Promise<ConsoleAnswer>;
  /** What the supervisor finds of its own devices, and of the files that run. */
  readonly ownTest: () => Promise<readonly TestResult[]>;
  /** As the unit is now. */
  readonly makesSense: (change: Change) => boolean;
  readonly park: () => void;
  /** Ends in good order and starts again. */
  readonly restart: () => void;
};

type Change = 'park' | 'resume' | 'reboot';

const refused = (reason: ConsoleRefusal): ConsoleAnswer => ({ outcome: 'refused', reason });
/** For whose sake a device is not touched. */
const REASON = { voter: 'voterInBooth', busy: 'busy' } as const;
const DONE: ConsoleAnswer = { outcome: 'done' };

/** Questions to booth and desk, and their answers. */
const makeTests = ({ clock, runs, toBooth, toDesk }: ConsoleRequestsOptions) => {
  const booth = makeAsking<BoothTested | null>(clock, TEST_LIMIT_MS);
  const desk = makeAsking<DeskTested | null>(clock, TEST_LIMIT_MS);
  return {
    boothAnswers: booth.answer,
    deskAnswers: desk.answer,
    booth: (what: BoothTest['what'], lines: readonly string[] = []) =>
      runs('booth')
        ? booth.ask(
            (ask) => toBooth({ kind: 'testBooth', ask, what, lines }),
            () => null,
          )
        : Promise.resolve(null),
    desk: (finger: boolean) =>
      runs('desk')
        ? desk.ask(
            (ask) => toDesk({ kind: 'testDesk', ask, finger }),
            () => null,
          )
        : Promise.resolve(null),
  };
};
type Tests = ReturnType<typeof makeTests>;

/** Tests for a technician. */
const runTest = async (
  options: ConsoleRequestsOptions,
  tests: Tests,
  request: Extract<
    ConsoleRequest,
    { readonly name: 'selfTest' | 'printTest' | 'printHelp' | 'readFinger' | 'touchTest' }
  >,
): Promise<ConsoleAnswer> => {
  const told = (tested: BoothTested | DeskTested | null): ConsoleAnswer => {
    if (tested === null) return refused('notRunning');
    if (tested.presence !== 'free') return refused(REASON[tested.presence]);
    return tested.results.length === 0
      ? refused('noAnswer')
      : { outcome: 'tested', results: tested.results };
  };
  switch (request.name) {
    case 'printTest':
      return told(await tests.booth('print'));
    case 'printHelp':
      return told(await tests.booth('help', request.codes));
    case 'touchTest':
      return told(await tests.booth('touch'));
    case 'readFinger':
      return told(await tests.desk(true));
    case 'selfTest': {
      const [booth, desk] = await Promise.all([tests.booth('selfTest'), tests.desk(false)]);
      for (const tested of [booth, desk])
        if (tested !== null && tested.presence !== 'free') return refused(REASON[tested.presence]);
      const own = await options.ownTest();
      const results = [...(desk?.results ?? []), ...own, ...(booth?.results ?? [])];
      return { outcome: 'tested', results: onePerPart(results, request.part) };
    }
  }
};

/** The memories are tested by booth and supervisor: the worse result counts. */
const onePerPart = (
  results: readonly TestResult[],
  only: UnitPart | null,
): readonly TestResult[] => {
  const found = new Map<UnitPart, TestResult>();
  for (const result of results)
    if (found.get(result.part)?.code == null) found.set(result.part, result);
  return [...found.values()].filter(({ part }) => only === null || part === only);
};

/** Park, resume, reboot: with a technician, an officer who agrees, nobody in the booth, and a slip of paper. */
const change = async (
  options: ConsoleRequestsOptions,
  tests: Tests,
  name: Change,
  who: string,
): Promise<ConsoleAnswer> => {
  const { record } = options;
  const found = await tests.booth('nothing');
  if (found === null) return refused('notRunning');
  if (found.presence !== 'free') return refused(REASON[found.presence]);
  if (!options.makesSense(name)) return refused('notNow');
  const agreed = await tests.booth('officer', [name, who]);
  if (agreed === null) return refused('noAnswer');
  if (agreed.presence !== 'free') return refused(REASON[agreed.presence]);
  const { officer } = agreed;
  if (officer === null) return refused('needsOfficer');
  record({
    id: 'consoleRequested',
    fields: { request: asWord(`${name}.${who}.${officer}`) },
  });
  // What could not be printed stands in the log as a fault of the printer; it is done all the same.
  const slip = await tests.booth('print', [name, `${who} + ${officer}`]);
  for (const { code } of slip?.results ?? [])
    if (code !== null) record({ id: 'printFault', fields: { code: asWord(code) } });
  if (name === 'park') options.park();
  else options.restart();
  return DONE;
};

/** The log in portions, read from the memory once for each export and once more when it has grown past it. */
const makeLogReader = (readLog: ConsoleRequestsOptions['readLog']) => {
  let held: Uint8Array | null = null;
  return {
    forget: (): void => {
      held = null;
    },
    portion: async (offset: number): Promise<ConsoleAnswer> => {
      if (held === null || offset >= held.length) held = await readLog();
      if (held === null) return refused('notRunning');
      const bytes = held.subarray(offset, offset + LOG_PORTION_BYTES);
      const total = held.length;
      if (bytes.length === 0) held = null;
      return { outcome: 'bytes', offset, total, data: Buffer.from(bytes).toString('base64') };
    },
  };
};

export const makeConsoleRequests = (options: ConsoleRequestsOptions): ConsoleRequests => {
  const { clock, record } = options;
  const tests = makeTests(options);
  const log = makeLogReader(options.readLog);
  let session: ConsoleSession = NOBODY;
  let busy = false;

  const challenge = async (): Promise<ConsoleAnswer> => {
    if (isLocked(session, clock.nowMs())) return refused('locked');
    const keys = await options.keys();
    if (keys === null || (keys.technicians.length === 0 && keys.support === null))
      return refused('noKeys');
    session = challenged(session, clock.nowMs(), options.chance(NONCE_BYTES));
    const shown = openChallenge(session, clock.nowMs());
    return shown === null ? refused('noChallenge') : { outcome: 'challenge', ...shown };
  };
  const login = async (response: string): Promise<ConsoleAnswer> => {
    if (isLocked(session, clock.nowMs())) return refused('locked');
    const shown = openChallenge(session, clock.nowMs());
    if (shown === null) return refused('noChallenge');
    const keys = await options.keys();
    const who = keys === null ? null : whoAnswered(keys, options.machineCode(), shown, response);
    session = answered(session, clock.nowMs(), who);
    if (who !== null) {
      record({ id: 'consoleRequested', fields: { request: asWord(`login.${who}`) } });
      return { outcome: 'session', who, minutes: SESSION_MS / 60_000 };
    }
    record({ id: 'consoleRefused', fields: { request: 'login' } });
    return refused(isLocked(session, clock.nowMs()) ? 'locked' : 'wrongResponse');
  };
  const grant = async (request: ConsoleRequest, who: string): Promise<ConsoleAnswer> => {
    switch (request.name) {
      case 'selfTest':
      case 'printTest':
      case 'printHelp':
      case 'readFinger':
      case 'touchTest':
        record({ id: 'consoleRequested', fields: { request: asWord(`${request.name}.${who}`) } });
        return runTest(options, tests, request);
      case 'readLog':
        if (request.offset === 0)
          record({ id: 'consoleRequested', fields: { request: asWord(`exportLog.${who}`) } });
        return log.portion(request.offset);
      case 'park':
      case 'resume':
      case 'reboot':
        return change(options, tests, request.name, who);
      case 'look':
      case 'hash':
      case 'quote':
      case 'challenge':
      case 'login':
      case 'logout':
        return DONE;
    }
  };
  /** One at a time, for who may. */
  const inTurn = async (request: ConsoleRequest): Promise<ConsoleAnswer> => {
    const who = whoIsThere(session, clock.nowMs());
    if (who === null) return refused('needsTechnician');
    if (busy) return refused('busy');
    session = used(session, clock.nowMs());
    busy = true;
    try {
      return await grant(request, who);
    } finally {
      busy = false;
    }
  };

  return {
    answer: async (request) => {
      if (request.name === 'look') return DONE;
      if (request.name === 'hash') return options.hash(request.path);
      if (request.name === 'quote') return options.quote(request.nonce);
      if (request.name === 'challenge') return challenge();
      if (request.name === 'login') return login(request.response);
      if (request.name === 'logout') {
        session = loggedOut(session);
        return DONE;
      }
      const answer = await inTurn(request);
      if (answer.outcome === 'refused')
        record({
          id: 'consoleRefused',
          fields: { request: asWord(`${request.name}.${answer.reason}`) },
        });
      return answer;
    },
    boothTested: (ask, tested) => void tests.boothAnswers(ask, tested),
    deskTested: (ask, tested) => void tests.deskAnswers(ask, tested),
    closed: () => {
      log.forget();
      session = loggedOut(session);
    },
  };
};
