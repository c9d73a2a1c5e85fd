/** Python's own codecs read what the printer's code pages write. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { CODE_PAGES, decodeByte, encodeText } from '#drivers/printer/code-page.ts';
import { PC437_UPPER } from '#drivers/printer/emulator/code-tables.ts';

const run = (script: string, ...args: readonly string[]): string =>
  execFileSync('python3', ['-c', script, ...args], { encoding: 'utf8' });

const hasPython = (() => {
  try {
    return run('print(1)') === '1\n';
  } catch {
    return false;
  }
})();

const CODECS = [
  ['cp858', 'cp858'],
  ['cp850', 'cp850'],
  ['windows1252', 'cp1252'],
] as const;

/** Bytes 80h to FFh as Python decodes them, NUL for one that has no character. */
const UPPER = `
import json, sys
one = lambda byte: bytes([byte]).decode(sys.argv[1], 'ignore') or chr(0)
print(json.dumps([one(byte) for byte in range(128, 256)]))`;
const DECODE = `
import sys
sys.stdout.buffer.write(bytes.fromhex(sys.argv[2]).decode(sys.argv[1]).encode('utf-8'))`;

describe.skipIf(!hasPython)('code pages as Python knows them (needs python3)', () => {
  test.each(CODECS)('%s: every byte is its character', (name, codec) => {
    const upper = JSON.parse(run(UPPER, codec)) as readonly string[];
    const ours = upper.map((_, index) => decodeByte(0x80 + index, CODE_PAGES[name]) ?? '\0');
    expect(ours).toEqual(upper);
  });

  test("the emulated printer's table 0 is cp437", () => {
    expect([...PC437_UPPER]).toEqual(JSON.parse(run(UPPER, 'cp437')));
  });

  test.each(CODECS)('%s: text of a paper record comes back', (name, codec) => {
    const text = 'José Ñáñez: ¿Cuántos? ¡17 VOTOS! áéíóúü ÁÉÍÓÚÜ ºª «»';
    const hex = Buffer.from(encodeText(text, CODE_PAGES[name])).toString('hex');
    expect(run(DECODE, codec, hex)).toBe(text);
  });
});
