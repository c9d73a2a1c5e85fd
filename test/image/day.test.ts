/** A whole election day in the image: its accounts agree, as far as they can be seen from outside. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { VIRTUAL_TOOLS } from '#scripts/qemu/virtual-unit.ts';
import { whyNoImage } from './image-machine.ts';

const missing = await whyNoImage(VIRTUAL_TOOLS);
const LIMIT_MS = 1_500_000;

/** A command's exit code and standard output. */
const run = async (temporary: string, ...words: readonly string[]) => {
  const child = spawn(process.execPath, ['scripts/main.ts', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said = await text(child.stdout);
  return { code: await exited, said };
};

describe.skipIf(missing !== null)('a unit in a virtual machine', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'urna-virtual-'));
  const at = (name: string): string => join(temporary, name);
  beforeAll(async () => {
    expect(await run(temporary, 'image', '--arch', 'x64', '--out', at('image'))).toMatchObject({
      code: 0,
    });
  });
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));

  test(
    'is taken from its ceremony to its tally by robots that see pixels alone',
    async () => {
      const { code, said } = await run(
        temporary,
        ...['qemu', '--headless', '--image', at('image/urna-x64.img'), '--out', at('day')],
        ...['--election', SMALL_PATH, '--voters', '1', '--json'],
      );
      expect(code).toBe(0);
      expect(JSON.parse(said)).toMatchObject({
        ...{ ok: true, findings: [], voters: 1, ballots: 1 },
        ...{ paperRecords: 1, pollbookMarks: 1, occupiedSlots: null },
      });
      expect(readdirSync(at('day'))).toEqual(
        expect.arrayContaining(['zero-report.txt', 'tally-report.txt', 'result-package.sig']),
      );
      expect(readFileSync(at('day/boot.log'), 'latin1')).toContain('[6/6]');
      // Nothing of it is left running or lying about.
      expect(readdirSync(temporary).sort()).toEqual(['day', 'image']);
    },
    LIMIT_MS,
  );
});
