/**
 * One process of the unit as the supervisor hears it: started, listened to, found silent, told to stop.
 * What becomes of it then is decided elsewhere (firmware/supervisor/; for the console, watch-console.ts).
 */
import type { ByteLink } from '#hal/byte-link.ts';
import type { Clock } from '#hal/clock.ts';
import { type Channel, openChannel } from '../process/channel.ts';
import type { ProcessHandle } from '../process/handle.ts';

/** A process that says nothing for so long is ended. */
export const ALIVE_LIMIT_MS = 10_000;
/**
 * In so many looks. Silence is counted in looks at which nothing had come, not by the clock: while we stand still
 * ourselves what it says waits to be heard, and the clock alone would have it ended for our own slowness.
 */
const LOOKS = 4;
/** Until its first word: loading it on a slow card. */
export const START_LIMIT_MS = 30_000;
/** A process that was told to stop has so long for it. */
export const STOP_LIMIT_MS = 5_000;

export type Watched<Out> = {
  /** Does nothing while it runs. */
  readonly start: () => void;
  /** Lost when it does not run: what it needs is told again to a fresh one. */
  readonly send: (message: Out) => void;
  readonly runs: () => boolean;
  /** It runs, and missed its signs of life. */
  readonly silent: () => boolean;
  /** Tells it to end. */
  readonly stop: (message: Out) => void;
  readonly kill: () => void;
};

export type WatchOptions<In> = {
  readonly startProcess: () => ProcessHandle;
  readonly clock: Clock;
  readonly read: (json: unknown) => In | null;
  readonly onMessage: (message: In) => void;
  readonly onGarbage: (detail: string) => void;
  /** It missed its signs of life. Told once a life. */
  readonly onSilent: () => void;
  readonly onEnded: (reason: string) => void;
  /** It was told to stop, and still runs. */
  readonly onStopLimit: () => void;
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
  let heard = false;
  /** Looks in a row at which nothing had come. */
  let missed = 0;
  let limitMs = START_LIMIT_MS;
  let cancelLook = (): void => undefined;
  let cancelLimit = (): void => undefined;

  const look = (): void => {
    cancelLook = clock.after(limitMs / LOOKS, () => {
      if (life === null) return;
      missed = heard ? 0 : missed + 1;
      heard = false;
      if (missed >= LOOKS) options.onSilent();
      else look();
    });
  };
  const ended = (of: Life<Out>, reason: string): void => {
    if (life !== of) return;
    cancelLook();
    cancelLimit();
    of.channel.leave();
    of.link.close();
    life = null;
    options.onEnded(reason);
  };
  return {
    start: () => {
      if (life !== null) return;
      const handle = options.startProcess();
      heard = false;
      missed = 0;
      limitMs = START_LIMIT_MS;
      const channel = openChannel<Out, In>({
        link: handle.link,
        read: options.read,
        onMessage: (message) => {
          heard = true;
          limitMs = ALIVE_LIMIT_MS;
          options.onMessage(message);
        },
        onGarbage: options.onGarbage,
      });
      const now: Life<Out> = { handle, channel, link: handle.link };
      life = now;
      look();
      handle.onExit((reason) => ended(now, reason));
    },
    send: (message) => void life?.channel.send(message),
    runs: () => life !== null,
    silent: () => life !== null && missed >= LOOKS,
    stop: (message) => {
      if (life === null) return;
      void life.channel.send(message);
      cancelLimit();
      cancelLimit = clock.after(STOP_LIMIT_MS, options.onStopLimit);
    },
    kill: () => life?.handle.kill(),
  };
};
