import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvText, MAX_FIELD_LENGTH, readCsv } from '#firmware/nation/csv.ts';

const COLUMNS = ['a', 'b'];
const read = (text: string, most = 100) => {
  const errors: string[] = [];
  const rows = readCsv(text, 't.csv', COLUMNS, most, (path, message) =>
    errors.push(`${path}: ${message}`),
  );
  return { rows: rows.map(({ line, fields }) => [line, ...fields]), errors };
};

describe('a table in CSV', () => {
  test('whatever is written is read back', () => {
    const field = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'ñ', ' ', 'x') });
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { maxLength: 8 }), (rows) => {
        const back = read(csvText(COLUMNS, rows));
        expect(back.errors).toEqual([]);
        expect(back.rows.map(([, ...fields]) => fields)).toEqual(rows);
      }),
    );
  });

  test('lines end in LF or CRLF, and a byte order mark may stand in front', () => {
    expect(read('\ufeffa,b\r\n1,"2"\r\n3,4\n')).toEqual({
      rows: [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
      errors: [],
    });
  });

  test('counts lines through fields that go over several', () => {
    expect(read('a,b\n"1\n\n",2\n3\n')).toEqual({
      rows: [[2, '1\n\n', '2']],
      errors: ['t.csv:5: has 1 field instead of 2'],
    });
  });

  test.each([
    ['', 't.csv: is empty'],
    ['a,b\n1,2', 't.csv: its last line has no end: the file may have been cut'],
    ['a;b\n1;2\n', 't.csv:1: must have the columns a,b'],
    ['b,a\n1,2\n', 't.csv:1: must have the columns a,b'],
    ['a,b\n1,2,3\n', 't.csv:2: has 3 fields instead of 2'],
    ['a,b\n\n', 't.csv:2: has 1 field instead of 2'],
    ['a,b\n1,"2\n', 't.csv:2: a quotation mark that is not closed'],
    ['a,b\n1,x"2"\n', 't.csv:2: a quotation mark inside a field'],
    ['a,b\n"1"x,2\n', 't.csv:2: text after a closing quotation mark'],
    [
      `a,b\n1,${'x'.repeat(MAX_FIELD_LENGTH + 1)}\n`,
      `t.csv:2: field 2 has 8193 characters, at most 8192 fit`,
    ],
  ])('%j: %s', (text, error) => {
    expect(read(text).errors).toEqual([error]);
  });

  test('goes on after a bad row, and no further than the most rows', () => {
    expect(read('a,b\n1\n3,4\n').rows).toEqual([[3, '3', '4']]);
    expect(read('a,b\n1,2\n3,4\n5,6\n', 2)).toEqual({
      rows: [
        [2, '1', '2'],
        [3, '3', '4'],
      ],
      errors: ['t.csv:4: is more than 2 rows'],
    });
  });
});
