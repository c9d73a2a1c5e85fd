/** Two benches never share a folder, and one that was killed keeps nobody out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUseError, lockFolder } from '#scripts/bench/state-lock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder in use is refused until it is left', () => {
  const leave = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(FolderInUseError);
  expect(() => lockFolder(folder)).toThrow(`process ${process.pid} `);
  leave();
  lockFolder(folder)();
});

test.each([
  ['a process that started at another time has its number', `${process.pid} 1`],
  ['no process has its number', '999999999 1'],
  ['it is cut short', ''],
])('a lock left behind keeps nobody out: %s', (_, left) => {
  writeFileSync(join(folder, 'bench-lock'), left);
  lockFolder(folder)();
});
