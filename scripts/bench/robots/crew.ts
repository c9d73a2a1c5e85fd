/** The robots of a session: one task at a time, and how it went. */
import { randomInt } from 'node:crypto';
import type { Session } from '../session.ts';
import { RobotsStopped } from './hands.ts';
import { OFFICER_TASKS, runOfficers } from './officers.ts';
import { runVoter } from './voter.ts';

/** What robots can be asked to do: an officer's part, or to be the next voter who has not voted yet. */
export const TASKS = [...OFFICER_TASKS, 'vote'] as const;
export type Task = (typeof TASKS)[number];

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
  const voted = new Set<string>();
  const sendVoter = async (): Promise<void> => {
    const { people } = session();
    const next = people.voters.findLast(({ id, print }) => print === 'stored' && !voted.has(id));
    if (next === undefined) throw new Error('no voter is left');
    voted.add(next.id);
    await runVoter(
      session(),
      next.id,
      () => stopped,
      (count) => randomInt(count),
    );
  };
  /** Officers take their reports along. */
  const keepReports = (): void => {
    const { papers } = session();
    for (const { id, place } of papers.list()) if (place === 'tray') papers.move(id, 'kept');
  };
  const run = async (next: Task): Promise<void> => {
    try {
      if (next === 'vote') await sendVoter();
      else await runOfficers(session(), next, () => stopped);
      if (next !== 'vote') keepReports();
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
