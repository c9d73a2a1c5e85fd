import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cellCount,
  gridLines,
  groupHex,
  pairLines,
  paragraph,
  toCells,
  wrapText,
} from '#firmware/paper/layout.ts';

describe('lines of a fixed width', () => {
  test('wraps at words and cuts only words that do not fit', () => {
    expect(wrapText('uno dos tres', 8)).toEqual(['uno dos', 'tres']);
    expect(wrapText('constitucionalmente sí', 10)).toEqual(['constituci', 'onalmente', 'sí']);
    expect(wrapText('', 10)).toEqual(['']);
  });

  test('takes out what has no cell of its own', () => {
    expect(toCells('a\u0301\u200d\u202eb\n\u001bc')).toBe('áb c');
    expect(toCells('x\u0301\u0302')).toBe('x');
  });

  test('puts a figure at the right edge with a leader', () => {
    expect(pairLines('GPP', '140', 14)).toEqual(['GPP .......140']);
    expect(pairLines('Unidad Política Popular', '7', 16)).toEqual([
      'Unidad Política',
      'Popular .......7',
    ]);
    expect(pairLines('Clave', '0123456789ab', 14)).toEqual(['Clave', '0123456789ab']);
  });

  test('lists rows downwards in as many columns as fit', () => {
    const rows = ['A', 'B', 'C', 'D', 'E'].map((label, index) => ({
      label,
      value: String(index),
    }));
    expect(gridLines(rows, 14, 2)).toEqual(['A ...0  D ...3', 'B ...1  E ...4', 'C ...2']);
    expect(gridLines(rows, 14, 1)).toHaveLength(5);
    expect(gridLines([], 14, 3)).toEqual([]);
  });

  test('groups hexadecimal', () => {
    expect(groupHex('0123456789')).toBe('0123 4567 89');
  });

  const anyText = fc.string({ unit: 'binary', maxLength: 120 });
  const anyColumns = fc.integer({ min: 4, max: 64 });

  test('no line is ever wider than asked for, and no character that has a cell is lost', () => {
    fc.assert(
      fc.property(anyText, anyColumns, (text, columns) => {
        const lines = wrapText(text, columns);
        for (const line of lines) expect(cellCount(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(toCells(text).replaceAll(' ', ''));
      }),
      { seed: 11, numRuns: 500 },
    );
  });

  test('pairs and grids keep to their width and show every figure', () => {
    const anyRow = fc.record({ label: anyText, value: fc.nat(20_000).map(String) });
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 30 }), anyColumns, (rows, columns) => {
        const wide = columns + 8;
        const grid = gridLines(rows, wide, 4);
        for (const line of grid) expect(cellCount(line)).toBeLessThanOrEqual(wide);
        const all = grid.join('\n');
        for (const row of rows) expect(all).toContain(row.value);
        for (const row of rows) {
          for (const line of pairLines(row.label, row.value, wide)) {
            expect(cellCount(line)).toBeLessThanOrEqual(wide);
          }
        }
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  test('a paragraph of double size has half the columns', () => {
    for (const element of paragraph('VOTO NULO EN TODOS LOS CARGOS', 20, { size: 2 })) {
      expect(element.kind === 'text' && cellCount(element.text) <= 10).toBe(true);
    }
  });
});
