import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorityPublicKey } from '#scripts/day/provision.ts';
import type { DayOutcome } from '#scripts/day/run-day.ts';
import { openClosedPrecinct } from '#scripts/transmit/closed-precinct.ts';
import { dayOf } from '../../day/rig.ts';

let outcome: DayOutcome;
let authority: Uint8Array;
const ROOT = mkdtempSync(join(tmpdir(), 'urna-transmit-'));
beforeAll(async () => {
  outcome = await dayOf('small', 2, 1, 'es');
  authority = authorityPublicKey(outcome.provision);
});
afterAll(() => rmSync(ROOT, { recursive: true }));

const LOG = 'log/event-log/log.jsonl';
let count = 0;

/** What a day leaves on its media, in a folder; `change` may spoil a file, or take it away by null. */
const left = (change: (path: string, bytes: Uint8Array) => Uint8Array | null): string => {
  const folder = join(ROOT, String(count++));
  for (const medium of ['fixed', 'removable'] as const)
    for (const [path, bytes] of outcome.media[medium]) {
      const changed = change(path, bytes);
      if (changed === null) continue;
      const file = join(folder, 'media', medium, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, changed);
    }
  return folder;
};
const same = (_: string, bytes: Uint8Array): Uint8Array => bytes;
const lines = (bytes: Uint8Array): readonly string[] => Buffer.from(bytes).toString().split('\n');
const codeOf = (folder: string, key = authority): string => {
  const opened = openClosedPrecinct(folder, key, null);
  return opened.ok ? 'open' : opened.error.code;
};

describe('a closed precinct', () => {
  test('of a whole day may be sent: its log says that the tally report is on paper', () => {
    const opened = openClosedPrecinct(left(same), authority, null);
    if (!opened.ok) throw new Error(opened.error.detail);
    const { closed } = opened.value;
    expect(closed.bytes).toEqual(outcome.media.removable.get('booth/result/result-package.json'));
  });

  test('is held back when the log ends before the report was printed', () => {
    const cut = (path: string, bytes: Uint8Array): Uint8Array => {
      if (path !== LOG) return bytes;
      const all = lines(bytes);
      const printed = all.findIndex((line) => line.includes('"tallyReportPrinted"'));
      expect(printed).toBeGreaterThan(0);
      return Buffer.from(`${all.slice(0, printed).join('\n')}\n`);
    };
    expect(codeOf(left(cut))).toBe('reportNotPrinted');
  });

  test.each<[string, string, (path: string, bytes: Uint8Array) => Uint8Array | null]>([
    ['no package', 'noPackage', (path, bytes) => (path.includes('result-package') ? null : bytes)],
    ['no identity', 'noIdentity', (path, bytes) => (path === 'log/identity' ? null : bytes)],
    ['no log', 'noLog', (path, bytes) => (path === LOG ? null : bytes)],
    [
      'an entry taken out of the log',
      'wrongLog',
      (path, bytes) =>
        path === LOG ? Buffer.from(lines(bytes).toSpliced(3, 1).join('\n')) : bytes,
    ],
    [
      'a figure changed in the package',
      'wrongPackage',
      (path, bytes) =>
        path.endsWith('result-package.json')
          ? Buffer.from(
              Buffer.from(bytes)
                .toString()
                .replace(/"spoils": 0/, '"spoils": 1'),
            )
          : bytes,
    ],
  ])('with %s is named, and not sent', (_, code, change) => {
    expect(codeOf(left(change))).toBe(code);
  });

  test('of another authority is not sent', () => {
    expect(codeOf(left(same), new Uint8Array(32).fill(3))).toBe('wrongPackage');
  });

  test('reads nothing that a medium does not hold', () => {
    const folder = left(same);
    expect(readFileSync(join(folder, 'media/fixed/log/identity')).length).toBeLessThan(4096);
    expect(codeOf(join(ROOT, 'nowhere'))).toBe('noPackage');
  });
});
