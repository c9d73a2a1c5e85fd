/** `urna provision` stopped in the middle of its work by a person or a system that goes down. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '#scripts/commands/run-tool.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'urna-stopped-'));
const ELECTION = join(FOLDER, 'election');
const MAIN = join(ROOT, 'scripts/main.ts');
const PRECINCTS = 200;

beforeAll(() => {
  const args = [
    MAIN,
    'provision',
    '--made-up',
    '--out',
    ELECTION,
    '--precincts',
    String(PRECINCTS),
  ];
  expect(spawnSync(process.execPath, args).status).toBe(0);
});
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** Stops it when a quarter of the precincts is written. */
const stopped = async (out: string, stop: (pid: number) => void) => {
  const child = spawn(process.execPath, [MAIN, 'provision', ELECTION, '--out', out], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own, as a shell gives to what runs in front.
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const told: string[] = [];
  let secrets = false;
  for await (const line of createInterface(child.stderr)) {
    told.push(line);
    if (line !== `precincts ${PRECINCTS / 4}/${PRECINCTS}`) continue;
    secrets = existsSync(join(`${out}.unfinished`, 'secret'));
    stop(child.pid!);
  }
  return { code: await ended, told: told.join('\n'), secrets };
};

test.each<[string, number, NodeJS.Signals, (pid: number, signal: NodeJS.Signals) => void]>([
  ['Ctrl+C', 130, 'SIGINT', (pid, signal) => process.kill(-pid, signal)],
  ['SIGTERM', 143, 'SIGTERM', (pid, signal) => process.kill(pid, signal)],
  ['a closed terminal', 129, 'SIGHUP', (pid, signal) => process.kill(-pid, signal)],
])('%s leaves nothing of it, no secret either, and that is said', async (_, code, signal, kill) => {
  const out = join(FOLDER, signal);
  const ended = await stopped(out, (pid) => kill(pid, signal));
  expect(ended.secrets).toBe(true);
  expect(ended.code).toBe(code);
  expect(ended.told).toContain(
    `ended by ${signal}: ${out}.unfinished and the secrets in it were removed`,
  );
  expect(readdirSync(FOLDER)).toEqual(['election']);
});
