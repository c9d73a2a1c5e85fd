import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import { describeResultStore } from '#test/contracts/result-store.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-store-'));
afterAll(() => rmSync(ROOT, { recursive: true }));
let count = 0;
const newFile = (): string => join(ROOT, `store-${count++}.sqlite`);

describeResultStore('embedded (node:sqlite)', async () => {
  const file = newFile();
  return { open: async () => openEmbeddedStore(file), remove: async () => undefined };
});

describe('the embedded store', () => {
  test.each<[string, (file: string) => void]>([
    [
      'no database',
      (file) => writeFileSync(file, 'nothing of the kind, and long enough for a header'),
    ],
    [
      'the database of another program',
      (file) => new DatabaseSync(file).exec('CREATE TABLE x (y)'),
    ],
    [
      'a store of another version',
      (file) => {
        void openEmbeddedStore(file).close();
        new DatabaseSync(file).exec('PRAGMA user_version = 9');
      },
    ],
  ])('does not take %s for its own', (_, make) => {
    const file = newFile();
    make(file);
    expect(() => openEmbeddedStore(file)).toThrow();
  });

  test('lets nobody change or remove what it keeps', async () => {
    const file = newFile();
    const store = openEmbeddedStore(file);
    await store.put({
      precinct: '010000001.01',
      bytes: new Uint8Array(3),
      signature: new Uint8Array(64),
    });
    const other = new DatabaseSync(file);
    expect(() => other.exec("UPDATE package SET bytes = x'00'")).toThrow('append-only');
    expect(() => other.exec('DELETE FROM package')).toThrow('append-only');
    other.close();
    await store.close();
  });

  test('has everything that it said was kept, killed at any moment', async () => {
    const file = newFile();
    const child = fileURLToPath(new URL('./put-for-ever.ts', import.meta.url));
    let acknowledged = 0;
    for (let round = 0; round < 3; round++) {
      const process_ = spawn(process.execPath, [child, file, String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => process_.on('close', resolve));
      let lines = 0;
      process_.stdout.on('data', (chunk: Buffer) => {
        lines += chunk.toString().split('\n').length - 1;
        if (lines >= 5 + 7 * round) process_.kill('SIGKILL');
      });
      await ended;
      acknowledged += lines;
      const store = openEmbeddedStore(file);
      const { precincts } = await store.counts();
      expect(precincts).toBeGreaterThanOrEqual(acknowledged);
      // The one that was on its way when it was killed may be there too.
      expect(precincts).toBeLessThanOrEqual(acknowledged + round + 1);
      for await (const { bytes } of store.packages()) expect(bytes.length).toBe(20_000);
      await store.close();
    }
    expect(existsSync(file)).toBe(true);
  });
});
