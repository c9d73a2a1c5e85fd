/** A whole election day in the image: its accounts agree, as far as they can be seen from outside. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { SMALL_PATH } from '#scripts/elections/load.ts';
import { VIRTUAL_TOOLS } from '#scripts/qemu/virtual-unit.ts';
import { whyNoImage } from './image-machine.ts';
import { sharedImage } from './shared-image.ts';

const missing = await whyNoImage(VIRTUAL_TOOLS);
/** What a process that ends, or a device that does not work, leaves in the log. */
const FAILURES = ['processFailed', 'watchdogFired', 'deviceFault'];
/** Two starts, and all that is between them, in software emulation. */
const WHOLE = { timeout: 900_000 } as const;

describe.skipIf(missing !== null)('a unit in a virtual machine', () => {
  const temporary = mkdtempSync(join(tmpdir(), 'urna-virtual-'));
  const day = join(temporary, 'day');
  afterAll(() => rmSync(temporary, { recursive: true, force: true }));
  /** A command's exit code and standard output. */
  const run = async (...words: readonly string[]) => {
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', 'scripts/main.ts', ...words],
      {
        cwd: ROOT,
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, TMPDIR: temporary },
      },
    );
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const said = await text(child.stdout);
    return { code: await exited, said };
  };
  /** None where the day did not come so far. */
  const lines = (name: string): readonly string[] =>
    existsSync(join(day, name))
      ? readFileSync(join(day, name), 'latin1')
          .split(/\r?\n/)
          .filter((line) => line !== '')
      : [];
  const logged = () =>
    lines('event-log').map((line) => JSON.parse(line) as { readonly id?: string });
  /** What went wrong in the unit, by its log and by what it said at the start. */
  const failures = (): readonly unknown[] => [
    ...logged().filter(({ id = '' }) => FAILURES.includes(id)),
    ...lines('boot.log').filter((line) => /"crashReport"|"safeMode"|FAILED/.test(line)),
  ];

  test(
    'is taken from its ceremony to a sound tally by robots that see pixels alone',
    WHOLE,
    async () => {
      const { written } = await sharedImage();
      const { code, said } = await run(
        ...['qemu', '--headless', '--image', written.image, '--out', day],
        ...['--election', SMALL_PATH, '--voters', '1', '--json'],
      );
      // A process that ends is started anew, once; the day's accounts have to agree all the same.
      for (const failure of failures()) process.stderr.write(`${JSON.stringify(failure)}\n`);
      expect(code).toBe(0);
      expect(JSON.parse(said)).toMatchObject({
        ...{ ok: true, findings: [], voters: 1, ballots: 1 },
        ...{ paperRecords: 1, pollbookMarks: 1, occupiedSlots: null },
      });
      // Nothing of it is left running or lying about.
      expect(readdirSync(temporary)).toEqual(['day']);

      // Papers and log are sound to who was not there.
      const key = ['--key', join(day, 'authority-key.pem')];
      expect(await run('verify-report', join(day, 'tally-report.txt'), ...key)).toMatchObject({
        code: 0,
      });
      const audited = await run('audit', 'log', day, '--json');
      expect(JSON.parse(audited.said)).toMatchObject({ ok: true, findings: [] });
      const log = lines('event-log').join();
      for (const stage of ['unit', 'release', 'device', 'devices', 'version', 'data'])
        expect(log).toContain(`"id":"startStagePassed","f":{"stage":"${stage}"`);

      // The unit was what its maker lists, part for part.
      const wrong = ['inventoryExtra', 'inventoryMissing'];
      expect(logged().filter(({ id = '' }) => wrong.includes(id))).toEqual([]);
      expect(logged().map(({ id }) => id)).toContain('inventoryMatched');
    },
  );
});
