/** A whole day in real time, over the unit's own processes: its accounts agree, and nothing is left of it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { ROOT } from '#scripts/commands/run-tool.ts';
import { SMALL_PATH } from '#scripts/elections/load.ts';

test('robots that see pixels alone take a unit in processes from its ceremony to its tally', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'urna-real-'));
  const out = join(temporary, 'out');
  const child = spawn(
    process.execPath,
    [
      ...['scripts/main.ts', 'day', '--real-time', '--json', '--voters', '1'],
      ...['--election', SMALL_PATH, '--out', out],
    ],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: temporary },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const said: unknown = JSON.parse(await text(child.stdout));
  expect(await exited).toBe(0);
  expect(said).toMatchObject({
    ...{ ok: true, findings: [], voters: 1, ballots: 1 },
    ...{ paperRecords: 1, pollbookMarks: 1, occupiedSlots: 1 },
  });
  expect(readdirSync(out)).toEqual(
    expect.arrayContaining(['zero-report.txt', 'tally-report.txt', 'result-package.sig']),
  );
  // Sent over TLS by a process of its own, received by the real service, acknowledged on paper.
  expect(readFileSync(join(out, 'receipt.txt'), 'utf8')).toContain('ACUSE DE RECIBO');
  const log = readFileSync(join(out, 'event-log'), 'utf8');
  const ids = [...log.matchAll(/"id":"(\w+)"/g)].map(([, id]) => id);
  const sending = ['networkEnabled', 'resultsSent', 'resultsAcknowledged', 'receiptPrinted'];
  expect(ids.filter((id) => sending.includes(id ?? ''))).toEqual(sending);
  expect(ids.indexOf('networkEnabled')).toBeGreaterThan(ids.lastIndexOf('tallyReportPrinted'));
  expect(ids).toContain('networkDisabled');
  expect(readdirSync(temporary)).toEqual(['out']);
  rmSync(temporary, { recursive: true });
}, 400_000);
