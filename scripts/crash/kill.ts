/**
 * Kills the processes of a unit on real files at random instants, again and again, and lets the next
 * one get up from what is left. What it can not see: a sync that is missing, since the system outlives
 * the process and keeps what was written; that is the enumeration's part. What it can: real files,
 * real calls, real timing.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { furnish } from './real-premises.ts';
import { makeWorld } from './session.ts';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
/** A life lasts at most this long after its first step. */
const LIFE_MS = 400;
/** A child that does nothing for so long hangs. */
const HANGS_MS = 30_000;

export type KillOutcome = {
  /** Kills that struck a living process. */
  readonly kills: number;
  /** Votes that stand in the urns of precincts that came to their end. */
  readonly votes: number;
  readonly precincts: number;
  readonly failures: readonly string[];
};

type Life = {
  readonly end: 'killed' | 'finished' | 'failed';
  readonly room: string;
  readonly words: string;
};

/** One process, from its start to its end. */
const live = (folder: string, seed: number, room: string, lifeMs: number): Promise<Life> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [CHILD, folder, String(seed)], {
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    let last = room;
    let words = '';
    let doomed = false;
    const kill = (): void => {
      doomed = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(kill, HANGS_MS);
    let began = false;
    const rooms = createInterface({ input: child.stdio[3] as Readable });
    rooms.on('line', (line) => {
      last = line;
      if (began) return;
      began = true;
      clearTimeout(timer);
      timer = setTimeout(kill, lifeMs);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString();
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(room);
    let open = 2;
    const settle = (code: number | null): void => {
      if (--open > 0) return;
      clearTimeout(timer);
      if (!began && doomed) words += `the process did nothing for ${HANGS_MS} ms`;
      const end = words !== '' ? 'failed' : code === 0 ? 'finished' : 'killed';
      resolve({ end, room: last, words });
    };
    let code: number | null = null;
    child.on('exit', (ended) => {
      code = ended;
      settle(code);
    });
    rooms.on('close', () => settle(code));
  });

export const runKills = async (
  wanted: number,
  seed: number,
  onProgress: (kills: number) => void,
): Promise<KillOutcome> => {
  const entropy = makeSeededEntropy(seed, 'kills');
  const delay = (): number => {
    const [high = 0, low = 0] = entropy.bytes(2);
    return (LIFE_MS * ((high << 8) | low)) / 0x1_0000;
  };
  const scratch = mkdtempSync(join(tmpdir(), 'urna-kill-'));
  const failures: string[] = [];
  let kills = 0;
  let votes = 0;
  let precincts = 0;
  try {
    while (failures.length === 0 && (kills < wanted || precincts === 0)) {
      const folder = join(scratch, String(precincts));
      furnish(folder);
      let room = JSON.stringify(makeWorld());
      for (let ended = false; !ended; ) {
        // Past the last kill the precinct under way lives to its end.
        const life = await live(
          folder,
          seed + precincts,
          room,
          kills < wanted ? delay() : HANGS_MS,
        );
        ({ room } = life);
        if (life.end === 'killed') onProgress(++kills);
        if (life.end === 'failed') failures.push(`after ${kills} kills: ${life.words.trim()}`);
        ended = life.end !== 'killed';
      }
      votes += (JSON.parse(room) as { done: unknown[] }).done.length;
      precincts++;
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return { kills, votes, precincts, failures };
};
