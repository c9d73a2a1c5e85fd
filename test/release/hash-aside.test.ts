/** Hashing in threads is hashing, of what was begun ahead too. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { hashAside } from '#boot/release/hash-aside.ts';
import { RELEASE_ROOT } from '#boot/release/root.ts';

const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

test('Node is hashed once, and in each tree what lies there', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'urna-aside-'));
  writeFileSync(join(tree, 'package.json'), '{}');
  const hash = hashAside();
  const node = relative(RELEASE_ROOT, process.execPath);
  const asked = hash(RELEASE_ROOT, node);
  expect(hash(RELEASE_ROOT, node)).toBe(asked);
  // A Node beside the tree is none of a release.
  const expected = node.startsWith('..') ? null : sha256(await readFile(process.execPath));
  expect(await asked).toBe(expected);
  expect(await hash(tree, 'package.json')).toBe(sha256('{}'));
  expect(await hash(tree, node)).toBeNull();
  rmSync(tree, { recursive: true });
});
