/**
 * What a page is told by itself (Server-Sent Events): `view`, an object of the parts of the view that have
 * changed, and `screen`, when the picture on the screen may have. What is seen at one look is told in one
 * event: told part by part, the display would speak of the battery beside a mains that is still there. One
 * look for all pages ten times a second, none without pages.
 */
import type { SSEStreamingApi } from 'hono/streaming';
import type { Bench } from './bench.ts';
import { type View, viewOf } from './view.ts';

const LOOK_MS = 100;
/** A line that nothing changes is kept alive by a word now and then. */
const ALIVE_MS = 15_000;

type Looker = { readonly send: (event: string, data: string) => void };

export type Live = {
  /** Serves one page until it goes. */
  readonly serve: (stream: SSEStreamingApi) => Promise<void>;
  readonly lookers: () => number;
  readonly close: () => void;
};

export const makeLive = (bench: Bench): Live => {
  const lookers = new Set<Looker>();
  const endings = new Set<() => void>();
  let told: Readonly<Record<string, string>> = {};
  let timer: NodeJS.Timeout | null = null;
  let stopScreen = (): void => {};
  let stopSessions = (): void => {};
  let screenTold = false;

  const toAll = (event: string, data: string): void => {
    for (const looker of lookers) looker.send(event, data);
  };
  const parts = () => {
    const session = bench.session();
    const view: Partial<View> = session === null ? {} : viewOf(session);
    return { session: bench.number(), settingUp: session === null, ...view };
  };
  const look = (): void => {
    screenTold = false;
    const seen = Object.entries(parts());
    const written = Object.fromEntries(seen.map(([name, part]) => [name, JSON.stringify(part)]));
    const changed = seen.filter(([name]) => told[name] !== written[name]);
    told = { ...told, ...written };
    if (changed.length > 0) toAll('view', JSON.stringify(Object.fromEntries(changed)));
  };
  /** At once, yet not more often than pages can draw. */
  const screenChanged = (): void => {
    if (screenTold) return;
    screenTold = true;
    setTimeout(() => {
      screenTold = false;
    }, 5);
    toAll('screen', '1');
  };
  const watchScreen = (): void => {
    stopScreen();
    stopScreen = bench.session()?.screen.onChange(screenChanged) ?? (() => {});
    screenChanged();
    look();
  };
  const open = (): void => {
    if (timer !== null) return;
    timer = setInterval(look, LOOK_MS);
    stopSessions = bench.onSession(watchScreen);
    watchScreen();
  };
  const shut = (): void => {
    if (lookers.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
    stopScreen();
    stopSessions();
    told = {};
  };

  return {
    serve: (stream) =>
      new Promise((resolve) => {
        const send = (event: string, data: string): void => {
          void stream.writeSSE({ event, data });
        };
        const looker = { send };
        const alive = setInterval(() => send('alive', '1'), ALIVE_MS);
        const end = (): void => {
          clearInterval(alive);
          lookers.delete(looker);
          endings.delete(end);
          shut();
          resolve();
        };
        stream.onAbort(end);
        endings.add(end);
        lookers.add(looker);
        open();
        send('view', JSON.stringify(parts()));
        send('screen', '1');
      }),
    lookers: () => lookers.size,
    close: () => {
      for (const end of [...endings]) end();
    },
  };
};
