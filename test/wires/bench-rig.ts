/** A bench as people start it: a process of its own, found by the line it prints, ended by a signal. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import type { ScreenSource } from '#scripts/bench/frame-buffer-screen.ts';
import type { Eyes } from '#scripts/bench/robots/eyes.ts';
import { makeRobotHands, type RobotHands } from '#scripts/bench/robots/hands.ts';
import { ROOT } from '#scripts/commands/run-tool.ts';

const READY_LIMIT_MS = 30_000;
const END_LIMIT_MS = 30_000;

export type StartedBench = {
  readonly url: string;
  readonly pid: number;
  readonly get: (path: string) => Promise<Response>;
  readonly post: (
    command: string,
    body: unknown,
  ) => Promise<{ readonly status: number; readonly said: unknown }>;
  /** The processes that it started, and theirs. */
  readonly offspring: () => readonly number[];
  /** Ends it as Ctrl+C does; its exit code. */
  readonly end: () => Promise<number | null>;
};

/** Parent of each living process. */
const parents = (): ReadonlyMap<number, number> => {
  const found = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') found.set(Number(name), Number(parent));
    } catch {
      // It ended while we looked.
    }
  }
  return found;
};

export const isAlive = (pid: number): boolean => parents().has(pid);

const offspringOf = (root: number): readonly number[] => {
  const all = [...parents()];
  const found = [root];
  for (const pid of found)
    found.push(...all.flatMap(([child, parent]) => (parent === pid ? [child] : [])));
  return found.slice(1);
};

export const startBench = async (...options: readonly string[]): Promise<StartedBench> => {
  const child = spawn(
    process.execPath,
    ['scripts/main.ts', 'bench', '--port', '0', '--json', ...options],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { pid = 0 } = child;
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const line = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the bench is not ready')), READY_LIMIT_MS);
    createInterface({ input: child.stdout }).once('line', (text) => {
      clearTimeout(limit);
      resolve(text);
    });
    void exited.then((code) => reject(new Error(`the bench ended with ${code}`)));
  });
  const { url } = JSON.parse(line) as { readonly url: string };
  return {
    url,
    pid,
    get: (path) => fetch(new URL(path, url)),
    post: async (command, body) => {
      const answer = await fetch(new URL(command, url), {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return { status: answer.status, said: await answer.json() };
    },
    offspring: () => offspringOf(pid),
    end: async () => {
      const late = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
      child.kill('SIGINT');
      const code = await exited;
      clearTimeout(late);
      return code;
    },
  };
};

/** The bench's picture of the screen, as the page gets it. */
export const screenOf = (bench: StartedBench): ScreenSource => {
  const { widthPx, heightPx } = DEFAULT_PANEL;
  return {
    ...DEFAULT_PANEL,
    onChange: () => () => undefined,
    pixels: async () => {
      const answer = await bench.get('/screen.bands?since=0');
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const whole = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
      return new Uint8Array(whole.subarray(whole.length - 4 * widthPx * heightPx));
    },
  };
};

/** A finger at a bench in another process: what it touches it touches again when the screen does not answer. */
export const handsAt = (bench: StartedBench, eyes: Eyes): RobotHands => {
  const { widthPx, widthMm, heightPx, heightMm } = DEFAULT_PANEL;
  const touch = async (xMm: number, yMm: number): Promise<boolean> => {
    const x = Math.round((xMm / widthMm) * widthPx);
    const y = Math.round((yMm / heightMm) * heightPx);
    return (await bench.post('touch', { x, y })).status === 200;
  };
  return makeRobotHands(
    eyes,
    { touch },
    () => false,
    () => '',
  );
};
