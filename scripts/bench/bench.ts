/** The bench: the session that is on it now, and how another one takes its place. */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { listen } from '#hal/listen.ts';
import { type Machine, makeMachine } from './machine.ts';
import { type ModuleImage, makeForeignModule } from './other-modules.ts';
import { type Beginning, type Prepared, prepare } from './prepare.ts';
import { makeSession, type Session } from './session.ts';
import type { StateFolder } from './state-folder.ts';

export type BenchOptions = {
  readonly definition: ElectionDefinition;
  readonly voters: number;
  readonly seed: number;
  readonly locale: Locale;
  readonly state: StateFolder;
  /** Default: the unit's processes on this computer, on a rack of emulated devices. */
  readonly makeMachine?: (prepared: Prepared, folder: string) => Promise<Machine>;
};

export type Bench = {
  readonly locale: Locale;
  /** Null while one is being set up. */
  readonly session: () => Session | null;
  /** Counts sessions, so that a page knows that it looks at another machine. */
  readonly number: () => number;
  /** The session, once it is set up; null: that takes too long, or failed. */
  readonly settled: () => Promise<Session | null>;
  readonly onSession: (listener: () => void) => () => void;
  /** Clears the bench and sets up a machine; resolves when it runs. */
  readonly begin: (beginning: Beginning) => Promise<void>;
  /** Takes up the machine that was laid aside; without one it begins. */
  readonly takeUp: (beginning: Beginning) => Promise<void>;
  /** What a module of another election holds; made when it is first asked for. */
  readonly foreignModule: () => Promise<ModuleImage>;
  readonly close: () => Promise<void>;
};

/** Whoever asks while a machine is being set up waits no longer than this. */
const SETTLE_MS = 20_000;

export const makeBench = (options: BenchOptions): Bench => {
  const listeners = new Set<() => void>();
  let session: Session | null = null;
  let number = 0;
  let foreign: Promise<ModuleImage> | null = null;
  /** One change after the other. */
  let turn: Promise<void> = Promise.resolve();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  /** Takes the machine off the bench, switched off as it is. */
  const clear = async (): Promise<void> => {
    const before = session;
    session = null;
    tell();
    if (before === null) return;
    await before.close();
    options.state.lay(before);
  };
  const put = async (prepared: Prepared, resumes: boolean): Promise<void> => {
    const make = options.makeMachine ?? makeMachine;
    const machine = await make(prepared, options.state.machineFolder);
    const next = makeSession(prepared, machine);
    session = next;
    number += 1;
    tell();
    // After a restart the presiding officer lets voting go on; robots wait for the screen to ask.
    if (resumes) next.crew.begin('resume');
    await machine.start();
  };
  const setUp = async (beginning: Beginning): Promise<void> => {
    await clear();
    options.state.clear();
    await put(await prepare(beginning, options), beginning === 'open');
  };
  const inTurn = (body: () => Promise<void>): Promise<void> => {
    const next = turn.then(body);
    turn = next.catch(() => {});
    return next;
  };
  return {
    locale: options.locale,
    session: () => session,
    number: () => number,
    settled: () =>
      session !== null
        ? Promise.resolve(session)
        : new Promise((resolve) => {
            const settle = (): void => {
              clearTimeout(timer);
              listeners.delete(look);
              resolve(session);
            };
            const look = (): void => {
              if (session !== null) settle();
            };
            const timer = setTimeout(settle, SETTLE_MS);
            listeners.add(look);
          }),
    onSession: (listener) => listen(listeners, listener),
    begin: (beginning) => inTurn(() => setUp(beginning)),
    takeUp: (beginning) =>
      inTurn(async () => {
        const laid = options.state.takeUp();
        if (laid === null) await setUp(beginning);
        else await put(laid, false);
      }),
    foreignModule: () => {
      foreign ??= makeForeignModule(options);
      return foreign;
    },
    close: async () => {
      await turn;
      await clear();
    },
  };
};
