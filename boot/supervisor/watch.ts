/**
 * One process of the unit as the supervisor watches it: started, listened to, ended when it is silent,
 * started anew once when it failed, given up when it fails again.
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { type Channel, openChannel } from '../process/channel.ts';
import type { ProcessHandle } from '../process/handle.ts';

/** A process that says nothing for so long is ended. */
export const ALIVE_LIMIT_MS = 10_000;
/** Until its first word: loading it on a slow card. */
export const START_LIMIT_MS = 30_000;
/** A process that was told to stop has so long for it. */
export const STOP_LIMIT_MS = 5_000;
/** Starts anew after a failure. */
export const RESTARTS = 1;

export type Watched<Out> = {
  readonly start: () => void;
  /** Lost when it does not run: what it needs is told again to a fresh one. */
  readonly send: (message: Out) => void;
  /** Started without being counted, for its screen alone; does nothing while it runs. */
  readonly startForLast: () => void;
  readonly runs: () => boolean;
  /** Tells it to stop; resolves when it ended, by force if need be. */
  readonly stop: (message: Out) => Promise<void>;
  readonly kill: () => void;
};

export type WatchOptions<In> = {
  readonly startProcess: () => ProcessHandle;
  readonly clock: Clock;
  readonly read: (json: unknown) => In | null;
  readonly onMessage: (message: In) => void;
  readonly onGarbage: (detail: string) => void;
  /** A fresh process is there: the time to tell it what it works with. */
  readonly onStarted: () => void;
  /** It missed its signs of life, and is ended now. */
  readonly onSilent: () => void;
  /** It ended unasked. `again`: it is started anew. */
  readonly onFailed: (reason: string, again: boolean) => void;
};

type Life<Out> = {
  readonly handle: ProcessHandle;
  readonly channel: Channel<Out>;
  readonly link: ByteLink;
};

export const watchProcess = <Out extends { readonly kind: string }, In>(
  options: WatchOptions<In>,
): Watched<Out> => {
  const { clock } = options;
  let life: Life<Out> | null = null;
  let failures = 0;
  let stopping: (() => void) | null = null;
  let lastSignMs = 0;
  let limitMs = START_LIMIT_MS;
  let cancelLook = (): void => undefined;

  const look = (): void => {
    cancelLook = clock.after(limitMs / 4, () => {
      if (life === null) return;
      if (clock.nowMs() - lastSignMs > limitMs) {
        options.onSilent();
        life.handle.kill();
      } else look();
    });
  };
  const letGo = (of: Life<Out>): void => {
    cancelLook();
    of.channel.leave();
    of.link.close();
    life = null;
  };
  const ended = (of: Life<Out>, reason: string, mayReturn: boolean): void => {
    if (life !== of) return;
    letGo(of);
    if (stopping !== null) {
      stopping();
      return;
    }
    failures++;
    const again = mayReturn && failures <= RESTARTS;
    options.onFailed(reason, again);
    if (again) start(true);
  };
  const start = (mayReturn: boolean): void => {
    if (life !== null || stopping !== null) return;
    const handle = options.startProcess();
    lastSignMs = clock.nowMs();
    limitMs = START_LIMIT_MS;
    const channel = openChannel<Out, In>({
      link: handle.link,
      read: options.read,
      onMessage: (message) => {
        lastSignMs = clock.nowMs();
        limitMs = ALIVE_LIMIT_MS;
        options.onMessage(message);
      },
      onGarbage: options.onGarbage,
    });
    const now: Life<Out> = { handle, channel, link: handle.link };
    life = now;
    look();
    handle.onExit((reason) => ended(now, reason, mayReturn));
    if (life === now) options.onStarted();
  };

  return {
    start: () => start(true),
    startForLast: () => start(false),
    runs: () => life !== null,
    send: (message) => void life?.channel.send(message),
    stop: (message) =>
      new Promise((resolve) => {
        const last = life;
        const cancel = clock.after(STOP_LIMIT_MS, () => {
          last?.handle.kill();
          resolve();
        });
        stopping = () => {
          cancel();
          resolve();
        };
        if (last === null) stopping();
        else void last.channel.send(message);
      }),
    kill: () => life?.handle.kill(),
  };
};
