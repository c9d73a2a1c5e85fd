/** What is loaded before the release is verified: read from the imports themselves. */
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Imports and exports that run; `import type` is taken out before anything runs, `import()` comes later. */
const STATIC = /^(?:import|export)\s+(?!type\b)(?:[\w*\s{},$]+\s+from\s+)?'([^']+)'/gm;

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(STATIC)].map(([, to = '']) =>
    to.startsWith('#') ? to.slice(1) : to.startsWith('.') ? normalize(join(dirname(file), to)) : to,
  );

const closureOf = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (file.endsWith('.ts')) for (const to of importsOf(file)) closureOf(to, seen);
  return seen;
};

test('the first program imports nothing of the firmware, of drivers or of packages before it verified them', () => {
  const later = [
    ...readFileSync(join(ROOT, 'boot/unit.ts'), 'utf8').matchAll(/import\('([^']+)'\)/g),
  ];
  expect(later.map(([, to]) => to)).toEqual(['./unit/run-unit.ts']);
  const loaded = [...closureOf('boot/unit.ts'), ...closureOf('boot/unit/run-unit.ts')];
  expect(loaded).toContain('boot/release/hash-aside.ts');
  expect(loaded).toContain('boot/release/verify.ts');
  expect(loaded).toContain('hal/signed-file.ts');
  expect(loaded.filter((each) => !/^(boot\/|hal\/|node:)/.test(each))).toEqual([]);
});

test('what hashes Node while the stages are loaded is light', () => {
  const loaded = [...closureOf('boot/unit.ts'), ...closureOf('boot/release/hash-thread.ts')];
  expect(loaded.filter((each) => !each.startsWith('node:')).sort()).toEqual([
    'boot/release/hash-aside.ts',
    'boot/release/hash-file.ts',
    'boot/release/hash-thread.ts',
    'boot/release/root.ts',
    'boot/release/untyped.ts',
    'boot/release/which-files.ts',
    'boot/unit.ts',
  ]);
});

test('a reader of imports that would miss one is no test: it finds those of the last stage', () => {
  expect([...closureOf('boot/unit/keep.ts')].some((each) => each.startsWith('drivers/'))).toBe(
    true,
  );
});
