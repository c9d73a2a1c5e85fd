/** Hashing in a thread is hashing, of what was begun ahead too. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashAside } from '#boot/release/hash-aside.ts';
import { RELEASE_ROOT } from '#boot/release/root.ts';

const sha256 = (content: Uint8Array | string): string =>
  createHash('sha256').update(content).digest('hex');

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), 'urna-aside-'));
  writeFileSync(join(tree, 'package.json'), '{}');
});
afterEach(() => rmSync(tree, { recursive: true }));

test('Node is hashed once, and in each tree what lies there', async () => {
  const { hash, end } = hashAside();
  const node = relative(RELEASE_ROOT, process.execPath);
  const asked = hash(RELEASE_ROOT, node);
  if (!node.startsWith('..')) expect(hash(RELEASE_ROOT, node)).toBe(asked);
  // A Node beside the tree is none of a release.
  const expected = node.startsWith('..') ? null : sha256(await readFile(process.execPath));
  expect(await asked).toBe(expected);
  expect(await hash(tree, 'package.json')).toBe(sha256('{}'));
  expect(await hash(tree, node)).toBeNull();
  await end();
});

test('each file has its own answer, however many are asked for at once', async () => {
  const { hash, end } = hashAside();
  const names = Array.from({ length: 40 }, (_, n) => `${n}.js`);
  for (const name of names) writeFileSync(join(tree, name), name.repeat(1 + names.length));
  mkdirSync(join(tree, 'folder.js'));
  const digests = names.map((name) => hash(tree, name));
  const folder = hash(tree, 'folder.js');
  const after = hash(tree, 'package.json');
  expect(await Promise.all(digests)).toEqual(names.map((name) => sha256(name.repeat(41))));
  await expect(folder).rejects.toThrow('EISDIR');
  expect(await after).toBe(sha256('{}'));
  await end();
});

test('a thread that is gone leaves nobody waiting', async () => {
  const { hash, end } = hashAside();
  const asked = hash(tree, 'package.json').catch(() => 'rejected');
  await end();
  expect([sha256('{}'), 'rejected']).toContain(await asked);
  await expect(hash(tree, 'package.json')).rejects.toThrow('has ended');
});
