/** The robots of a session: one task at a time, and how it went. */
import type { Session } from '../session.ts';
import { RobotsStopped } from './hands.ts';
import { runOfficers, type Task } from './officers.ts';

export type CrewView = { readonly task: Task | null; readonly failure: string | null };

export type Crew = {
  readonly view: () => CrewView;
  /** Begins a task; false: they are busy. The promise of the task itself is `done`. */
  readonly begin: (task: Task) => boolean;
  readonly stop: () => void;
  /** Resolves when no task is under way. */
  readonly idle: () => Promise<void>;
};

export const makeCrew = (session: () => Session): Crew => {
  let task: Task | null = null;
  let failure: string | null = null;
  let stopped = false;
  let work: Promise<void> = Promise.resolve();
  const run = async (next: Task): Promise<void> => {
    try {
      await runOfficers(session(), next, () => stopped);
    } catch (error) {
      if (!(error instanceof RobotsStopped))
        failure = error instanceof Error ? error.message : String(error);
    } finally {
      task = null;
    }
  };
  return {
    view: () => ({ task, failure }),
    begin: (next) => {
      if (task !== null) return false;
      task = next;
      failure = null;
      stopped = false;
      work = run(next);
      return true;
    },
    stop: () => {
      stopped = true;
    },
    idle: () => work,
  };
};
