/** The kernel's text goes off the voters' screen and comes back, on a tree as the kernel's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { setTextOnScreen } from '#boot/unit/screen-text.ts';

const sysfs = mkdtempSync(join(tmpdir(), 'urna-sysfs-'));
afterAll(() => rmSync(sysfs, { recursive: true }));
const folder = join(sysfs, 'class', 'vtconsole');
const bindOf = (name: string): string => readFileSync(join(folder, name, 'bind'), 'latin1');

test('without a text console nothing is done', () => setTextOnScreen(sysfs, false));

test('the one on the frame buffer is taken off and put back, the other is left alone', () => {
  for (const [name, what] of [
    ['vtcon0', '(S) dummy device'],
    ['vtcon1', '(M) frame buffer device'],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'name'), `${what}\n`);
    writeFileSync(join(folder, name, 'bind'), 'as it was');
  }
  setTextOnScreen(sysfs, false);
  expect([bindOf('vtcon0'), bindOf('vtcon1')]).toEqual(['as it was', '0']);
  setTextOnScreen(sysfs, true);
  expect([bindOf('vtcon0'), bindOf('vtcon1')]).toEqual(['as it was', '1']);
});
