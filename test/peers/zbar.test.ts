/** Debian's zbarimg reads the QR symbols of printed papers from their pictures. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderPng } from '#drivers/printer/emulator/render.ts';
import { PRINTER_MODELS } from '#drivers/printer/profiles.ts';
import { makePrinterRig } from '#test/drivers/printer/rig.ts';

const hasZbar = (() => {
  try {
    execFileSync('zbarimg', ['--version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

const read = (png: Uint8Array): string => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-zbar-'));
  try {
    const path = join(folder, 'paper.png');
    writeFileSync(path, png);
    return execFileSync('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trimEnd();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe.skipIf(!hasZbar)('QR symbols read by zbarimg (needs zbar-tools)', () => {
  test.each([
    ['80mm-203dpi', 512],
    ['80mm-203dpi', 1_100],
    ['80mm-180dpi', 400],
    ['58mm-203dpi', 300],
    ['58mm-180dpi', 200],
  ] as const)('%s, %i bytes', async (name, bytes) => {
    const model = PRINTER_MODELS[name];
    const { widthDots, dotsPerInch } = model;
    const rig = makePrinterRig({ widthDots, dotsPerInch }, model);
    const text = `URNA1 1/9 ${'0123456789abcdefXYZ-_'.repeat(60)}`.slice(0, bytes);
    await rig.run(rig.printer.start());
    const elements = [
      { kind: 'text', text: 'CÓDIGO QR 1 DE 9', align: 'centre', bold: true },
      { kind: 'feed', lines: 2 },
      { kind: 'qr', text, moduleDots: 4, correction: 'M' },
      { kind: 'feed', lines: 2 },
      { kind: 'text', text: 'fin' },
    ] as const;
    expect((await rig.run(rig.printer.print({ name: 'qr', elements }))).value.ok).toBe(true);
    await rig.run(rig.printer.cut());
    const [piece] = rig.emulator.takePapers();
    expect(read(await renderPng(piece!))).toBe(text);
  });
});
