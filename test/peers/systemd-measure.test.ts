/** What a unified kernel image is measured as, reckoned by systemd's own program from the same parts. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registersOf } from '#scripts/image/measured.ts';
import { withSections } from '#scripts/image/uefi/pe.ts';
import { tinyProgram } from '../scripts/image/tiny-image.ts';

const MEASURE = '/usr/lib/systemd/systemd-measure';
const REASON = existsSync(MEASURE) ? '' : ' (skipped: systemd-measure is not installed)';
const folder = mkdtempSync(join(tmpdir(), 'urna-measure-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Register 11 before any phase of a start: systemd's own phases are of units that systemd starts. */
const judged = (parts: Readonly<Record<string, Uint8Array>>): string | undefined => {
  const words = Object.entries(parts).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return `--${name}=${join(folder, name)}`;
  });
  const { stdout } = spawnSync(MEASURE, ['calculate', ...words, '--bank=sha256', '--phase=:'], {
    encoding: 'utf8',
  });
  return /^11:sha256=([0-9a-f]{64})$/m.exec(stdout)?.[1];
};

const bytes = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => i * 7));
const PARTS = {
  osrel: Buffer.from('ID=urna\n'),
  cmdline: Buffer.from('roothash=00 panic=10'),
  initrd: bytes(5_001),
  linux: bytes(9_002),
};

test.skipIf(REASON !== '').each<[string, Readonly<Record<string, Uint8Array>>]>([
  ['a unit’s four', PARTS],
  ['others too', { dtb: bytes(300), splash: bytes(40), pcrpkey: bytes(64), ...PARTS }],
])(`sections are measured as systemd does, in its order: %s${REASON}`, (_, parts) => {
  const sections = Object.entries(parts).map(([name, content]) => ({ name: `.${name}`, content }));
  const uki = withSections(tinyProgram(3), sections);
  expect(registersOf({ boot: tinyProgram(4), uki }).get(11)).toBe(judged(parts));
});
