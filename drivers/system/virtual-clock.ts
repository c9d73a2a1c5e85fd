/**
 * A clock that jumps from one due task to the next: a whole day in seconds, the same every time.
 * In-memory links, drivers and machines of one process share it. Never joined to a PTY or socket:
 * those live in real time.
 */
import type { Clock } from '#hal/clock.ts';

export type VirtualClock = Clock & {
  /**
   * Runs due tasks in order of time (ties: order of arrival) until `until` resolves or nothing is
   * left to do. Between two tasks everything that promises still want to do is done first.
   * Throws when more than `maxTasks` ran (a loop without end) or when nothing is left and `until` is still open.
   */
  run<T>(until: Promise<T>, maxTasks?: number): Promise<T>;
  /** Tasks that are to come. */
  pending(): number;
  /** Moves the calendar without touching monotonic time: a dead or wrong clock. */
  setCalendar(calendarMs: number): void;
};

type Task = {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
};

const soonerFirst = (a: Task, b: Task): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/** A binary heap of tasks, the soonest on top. */
const makeQueue = () => {
  const heap: Task[] = [];
  const swap = (i: number, j: number): void => {
    const held = heap[i]!;
    heap[i] = heap[j]!;
    heap[j] = held;
  };
  const push = (task: Task): void => {
    heap.push(task);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (soonerFirst(heap[parent]!, heap[at]!)) break;
      swap(at, parent);
      at = parent;
    }
  };
  const pop = (): Task | undefined => {
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || top === last) return top;
    heap[0] = last;
    for (let at = 0; ; ) {
      let next = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && soonerFirst(heap[child]!, heap[next]!)) next = child;
      }
      if (next === at) return top;
      swap(at, next);
      at = next;
    }
  };
  return { push, pop, all: (): readonly Task[] => heap };
};

/** As Node names what waits for the disk: reads and writes, and the closing of a file. */
const FILE_REQUEST = /^(FSReq|CloseReq)/;
const isBusyWithFiles = (): boolean =>
  process.getActiveResourcesInfo().some((name) => FILE_REQUEST.test(name));

/** Lets every promise and immediate that is already due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The same, and every file that this process is really reading or writing. */
const settleFiles = (): Promise<void> =>
  new Promise((resolve) => {
    const turn = (): void => {
      if (isBusyWithFiles()) setImmediate(turn);
      else resolve();
    };
    setImmediate(turn);
  });

export type VirtualClockOptions = {
  /**
   * Real files are read in no virtual time, however slow the disk. Not for files that may never answer:
   * time would stand still with them.
   */
  readonly waitsForFiles?: boolean;
};

export const makeVirtualClock = (
  calendarStartMs: number,
  { waitsForFiles = false }: VirtualClockOptions = {},
): VirtualClock => {
  const settled = waitsForFiles ? settleFiles : settle;
  const queue = makeQueue();
  let nowMs = 0;
  let order = 0;
  let calendarOffsetMs = calendarStartMs;

  const after = (delayMs: number, run: () => void): (() => void) => {
    const task: Task = {
      dueMs: nowMs + Math.max(0, delayMs),
      order: order++,
      run,
      cancelled: false,
    };
    queue.push(task);
    return () => {
      task.cancelled = true;
    };
  };

  return {
    nowMs: () => nowMs,
    calendarMs: () => calendarOffsetMs + nowMs,
    after,
    pending: () => queue.all().filter(({ cancelled }) => !cancelled).length,
    setCalendar: (calendarMs) => {
      calendarOffsetMs = calendarMs - nowMs;
    },
    run: async <T>(until: Promise<T>, maxTasks = 100_000_000): Promise<T> => {
      let finished = false;
      const end = (): void => {
        finished = true;
      };
      until.then(end, end);
      await settled();
      for (let ran = 0; !finished; ran++) {
        if (ran > maxTasks) throw new Error(`virtual clock: more than ${maxTasks} tasks`);
        const task = queue.pop();
        if (task === undefined)
          throw new Error('virtual clock: nothing left to do, and the end was not reached');
        if (task.cancelled) continue;
        nowMs = task.dueMs;
        task.run();
        await settled();
      }
      return until;
    },
  };
};
