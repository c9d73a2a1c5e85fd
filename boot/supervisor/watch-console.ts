/**
 * The console's process: no part of the unit's service, so it is no part of the supervisor's machine. One
 * that fails is started anew at once, and after that time after time with a pause; never is it a reason to
 * stop.
 */
import { type Watched, type WatchOptions, watchProcess } from './watch.ts';

export type WatchedConsole<Out> = Pick<Watched<Out>, 'start' | 'send'> & {
  /** Resolves when it ended, by force if need be. */
  readonly stop: (message: Out) => Promise<void>;
};

export type WatchConsoleOptions<In> = Omit<WatchOptions<In>, 'onEnded' | 'onStopLimit'> & {
  /** Between a failure and a start anew, from the second one on. */
  readonly retryMs: number;
  /** A fresh process is there. */
  readonly onStarted: () => void;
  /** It ended unasked. */
  readonly onFailed: (reason: string) => void;
};

export const watchConsole = <Out extends { readonly kind: string }, In>(
  options: WatchConsoleOptions<In>,
): WatchedConsole<Out> => {
  let failed = false;
  let stopped: (() => void) | null = null;
  let cancelRetry = (): void => undefined;
  const start = (): void => {
    watched.start();
    options.onStarted();
  };
  const watched = watchProcess<Out, In>({
    ...options,
    onSilent: () => {
      options.onSilent();
      watched.kill();
    },
    onEnded: (reason) => {
      if (stopped !== null) {
        stopped();
        return;
      }
      options.onFailed(reason);
      cancelRetry = options.clock.after(failed ? options.retryMs : 0, start);
      failed = true;
    },
    onStopLimit: () => {
      watched.kill();
      stopped?.();
    },
  });
  return {
    start,
    send: watched.send,
    stop: (message) =>
      new Promise((resolve) => {
        cancelRetry();
        stopped = resolve;
        if (watched.runs()) watched.stop(message);
        else resolve();
      }),
  };
};
