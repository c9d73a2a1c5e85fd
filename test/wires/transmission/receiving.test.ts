/** The measure of `urna measure nation` in small: the receiving command, killed while machines send. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runReceiving } from '#scripts/measure/receiving-run.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-receiving-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
const LIMIT_MS = 180_000;

test('300 packages from 20 machines at once, the receiver killed three times: none is lost', {
  timeout: LIMIT_MS,
}, async () => {
  const found = await runReceiving({
    folder: ROOT,
    precincts: 300,
    clients: 20,
    kills: 3,
    onProgress: () => undefined,
  });
  expect(found).toMatchObject({
    acknowledged: 300,
    lost: 0,
    unacknowledged: 0,
    conflicts: 0,
    kills: 3,
  });
  // Some were on their way when it was killed, and were sent again.
  expect(found.attempts).toBeGreaterThan(300);
});
