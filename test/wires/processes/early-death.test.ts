/** A process that dies while the supervisor is still loading. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const SUPERVISOR = fileURLToPath(new URL('../../../boot/supervisor.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'urna-early-'));
let end = (): void => undefined;
afterEach(() => {
  end();
  rmSync(folder, { recursive: true, force: true });
});

/** Kills the booth of a supervisor as soon as it is there, before it has said a word. */
const killBooth = async (supervisor: number): Promise<void> => {
  for (;;) {
    const children = readFileSync(`/proc/${supervisor}/task/${supervisor}/children`, 'utf8');
    for (const child of children.split(' ').filter((each) => each !== ''))
      if (readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('booth-process')) {
        process.kill(Number(child), 'SIGKILL');
        return;
      }
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('is started again, and is no bug of the supervisor', async () => {
  const places = ['--board', join(folder, 'none.json'), '--run', folder, '--delivery', folder];
  const supervisor = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SUPERVISOR, ...places],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  end = () => void supervisor.kill('SIGKILL');
  await killBooth(supervisor.pid ?? 0);
  let said = '';
  const safeMode = await new Promise<string>((resolve, reject) => {
    supervisor.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const line = said.split('\n').find((each) => each.includes('"safeMode"'));
      if (line !== undefined) resolve(line);
    });
    supervisor.on('exit', () => reject(new Error(`it ended: ${said}`)));
  });
  expect(said).toContain('"reason":"signal-SIGKILL","again":true');
  // There is no board file: that alone is what stops it.
  expect(JSON.parse(safeMode)).toMatchObject({ code: 'machine.badBoard' });
});
