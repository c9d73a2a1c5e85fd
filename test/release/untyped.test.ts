/** A release has the sources as they run: without types, and otherwise letter by letter. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RELEASE_ROOT } from '#boot/release/root.ts';
import { asReleased } from '#boot/release/untyped.ts';
import { isReleasedSource, SOURCE_FOLDERS } from '#boot/release/which-files.ts';

const SOURCES = SOURCE_FOLDERS.flatMap((folder) =>
  readdirSync(join(RELEASE_ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith('.ts') && isReleasedSource(path)),
);
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const text = (content: Uint8Array): string => Buffer.from(content).toString('utf8');

describe('a source of a release', () => {
  test('stands where it stood: what is left of every line is at its column, the rest is blank', () => {
    expect(SOURCES.length).toBeGreaterThan(400);
    for (const path of SOURCES) {
      const typed = readFileSync(join(RELEASE_ROOT, path), 'utf8');
      const left = text(asReleased(path, bytes(typed)));
      expect(left, path).toHaveLength(typed.length);
      // A semicolon or a bracket may stand where a type did, so that lines go on as they did.
      for (let at = 0; at < left.length; at++)
        if (left[at] !== typed[at]) expect(left[at], `${path}, letter ${at}`).toMatch(/[\s;)]/);
    }
  });

  test('loses nothing more when it is blanked again', () => {
    for (const path of SOURCES) {
      const once = asReleased(path, readFileSync(join(RELEASE_ROOT, path)));
      expect(text(asReleased(path, once)), path).toBe(text(once));
    }
  });

  test('is another with other code, and the same with other types', () => {
    const one = asReleased('hal/a.ts', bytes('export const a: number = 1;\n'));
    expect(text(one)).toBe('export const a         = 1;\n');
    expect(text(asReleased('hal/a.ts', bytes('export const a: string = 1;\n')))).toBe(text(one));
    expect(text(asReleased('hal/a.ts', bytes('export const a: number = 2;\n')))).not.toBe(
      text(one),
    );
  });

  test('only sources are touched', () => {
    const typed = bytes('const a: number = 1;');
    for (const path of ['package.json', 'boot/boards/a.json', 'node_modules/a/b.ts'])
      expect(asReleased(path, typed)).toBe(typed);
    expect(() => asReleased('hal/a.ts', bytes('const ='))).toThrow(SyntaxError);
  });
});
