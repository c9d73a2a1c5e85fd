/** A unit's programs on the sources of a release: as they lie there, with nothing left for Node to blank. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RELEASE_ROOT } from '#boot/release/root.ts';
import { UNTYPED_LOADER } from '#boot/release/untyped.ts';
import { ROOT_FILES } from '#boot/release/which-files.ts';
import { layReleasedSources } from '#scripts/image/release-tree.ts';
import { ownRelease } from '#scripts/release/build-release.ts';

let tree = '';
beforeAll(() => {
  tree = join(mkdtempSync(join(tmpdir(), 'urna-untyped-')), 'urna');
  mkdirSync(tree);
  layReleasedSources(tree);
  for (const each of ROOT_FILES) cpSync(join(RELEASE_ROOT, each), join(tree, each));
  symlinkSync(join(RELEASE_ROOT, 'node_modules'), join(tree, 'node_modules'));
});
afterAll(() => rmSync(dirname(tree), { recursive: true, force: true }));

/** What a program of the tree prints, started as a unit starts its own. */
const run = async (source: string): Promise<unknown> => {
  const path = join(tree, 'boot/probe.ts');
  writeFileSync(path, source);
  const { stdout } = await promisify(execFile)(process.execPath, [
    `--import=${join(tree, UNTYPED_LOADER)}`,
    path,
  ]);
  rmSync(path);
  return JSON.parse(stdout);
};
const PROGRAMS = [
  './unit/keep.ts',
  './unit/devices.ts',
  './unit/open-data.ts',
  './supervisor/run-supervisor.ts',
  './booth/run-booth.ts',
  './desk/run-desk.ts',
  './console/run-console.ts',
  './counting/run-counting.ts',
  './sender/run-sender-process.ts',
];

test('load, and would fail with a type in them', async () => {
  const loaded = await run(`
    const loaded = [];
    for (const each of ${JSON.stringify(PROGRAMS)}) loaded.push(Object.keys(await import(each)).length);
    console.log(JSON.stringify(loaded));`);
  expect(loaded).toHaveLength(PROGRAMS.length);
  await expect(run('const typed: number = 1; console.log(typed);')).rejects.toThrow('SyntaxError');
});

test('are one source each, whatever names it, and none where there is none', async () => {
  const one = await run(`
    const ways = [import('#hal/result.ts'), import('../hal/result.ts'), import('./../boot/../hal/result.ts')];
    const [first, ...others] = await Promise.all(ways);
    console.log(JSON.stringify(others.map((other) => other === first)));`);
  expect(one).toEqual([true, true]);
  await expect(run(`await import('#hal/none.ts');`)).rejects.toThrow('hal/none.ts');
});

test('hand the loader on to what they start', async () => {
  writeFileSync(
    join(tree, 'boot/child.ts'),
    'process.stdout.write(JSON.stringify(process.execArgv))',
  );
  const said = await run(`
    const { startProgram } = await import('./process/spawn.ts');
    startProgram({ file: 'child.ts', args: [], channel: 'ignore', control: false, confinement: null });`);
  rmSync(join(tree, 'boot/child.ts'));
  expect(said).toContain(`--import=${join(tree, UNTYPED_LOADER)}`);
});

test('are the release that a clone’s sources make, compared as they lie there', async () => {
  const { manifest } = ownRelease();
  const paths = manifest.files
    .map(({ path }) => path)
    .filter((path) => !path.includes('node_modules/'));
  const found = await run(`
    const { hashFile } = await import('./release/hash-file.ts');
    const { hashAside } = await import('./release/hash-aside.ts');
    const found = [];
    for (const path of ${JSON.stringify(paths)}) found.push([path, await hashFile(${JSON.stringify(tree)}, path)]);
    const aside = await hashAside()(${JSON.stringify(tree)}, 'package.json');
    const missing = await hashAside()(${JSON.stringify(tree)}, 'boot/none.ts');
    console.log(JSON.stringify({ found, aside, missing }));`);
  const expected = manifest.files.filter(({ path }) => paths.includes(path));
  expect(found).toEqual({
    found: expected.map(({ path, sha256 }) => [path, sha256]),
    aside: expected.find(({ path }) => path === 'package.json')?.sha256,
    missing: null,
  });
});
