/**
 * Something that is opened, goes away and is opened again for as long as it is wanted: the life of
 * every link to a real device. Whoever opens says when it is gone; this looks for it again until
 * `close`.
 */
import type { Clock } from '#hal/clock.ts';
import { listen } from '#hal/listen.ts';

/** How often a thing that is not there is looked for: it is usable well within 2 s of its return. */
export const REOPEN_EVERY_MS = 200;
/** Opening that takes longer has failed; what comes of it later is closed. */
export const OPEN_LIMIT_MS = 1_500;

export type Opened = { close(): void };

/** Opens it; null: it is not there. `gone` is to be called once it went away by itself. */
export type Opener<T extends Opened> = (gone: () => void) => Promise<T | null>;

export type Reopening<T extends Opened> = {
  current(): T | null;
  onPresence(listener: (present: boolean) => void): () => void;
  /** Gives up what is open, as if it had gone by itself. */
  drop(): void;
  close(): void;
};

/** `openLimitMs`: null for what waits to be called, which is no failure however long it takes. */
export const keepOpen = <T extends Opened>(
  clock: Clock,
  open: Opener<T>,
  openLimitMs: number | null = OPEN_LIMIT_MS,
): Reopening<T> => {
  const listeners = new Set<(present: boolean) => void>();
  let current: T | null = null;
  let closed = false;
  let stopWaiting = (): void => undefined;
  /** Counts attempts: what an older one brings is not ours any more. */
  let attempt = 0;

  const announce = (present: boolean): void => {
    for (const listener of [...listeners]) listener(present);
  };
  const lookAgain = (): void => {
    if (!closed) stopWaiting = clock.after(REOPEN_EVERY_MS, look);
  };
  const look = (): void => {
    attempt++;
    const own = attempt;
    let over = false;
    const stopLimit =
      openLimitMs === null ? () => undefined : clock.after(openLimitMs, () => finish(null));
    stopWaiting = stopLimit;
    const finish = (found: T | null): void => {
      stopLimit();
      if (over || own !== attempt || closed) {
        found?.close();
        return;
      }
      over = true;
      if (found === null) {
        lookAgain();
        return;
      }
      current = found;
      announce(true);
    };
    const gone = (): void => {
      if (own === attempt && current !== null) drop();
      else if (own === attempt && !over) finish(null);
    };
    open(gone).then(finish, () => finish(null));
  };
  const drop = (): void => {
    const was = current;
    if (was === null) return;
    current = null;
    was.close();
    announce(false);
    lookAgain();
  };

  look();
  return {
    current: () => current,
    onPresence: (listener) => listen(listeners, listener),
    drop,
    close: () => {
      closed = true;
      stopWaiting();
      const was = current;
      current = null;
      was?.close();
      listeners.clear();
    },
  };
};

/** Resolves when `link` is there, or after `limitMs` without it: so that a start knows what it has. */
export const whenPresent = (
  link: {
    present(): boolean;
    onPresence(listener: (present: boolean) => void): () => void;
  },
  clock: Clock,
  limitMs: number,
): Promise<boolean> => {
  if (link.present()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const finish = (present: boolean): void => {
      stopLimit();
      stopListening();
      resolve(present);
    };
    const stopLimit = clock.after(limitMs, () => finish(false));
    const stopListening = link.onPresence((present) => {
      if (present) finish(true);
    });
  });
};
