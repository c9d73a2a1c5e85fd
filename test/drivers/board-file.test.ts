import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoardFile, readBoardFile } from '#drivers/board-file.ts';
import { averageLoad, VISIT } from '#scripts/measure/power-model.ts';

const FOLDER = fileURLToPath(new URL('../../boot/boards/', import.meta.url));
/** Beside a board's file stand others of its name, such as its list of parts. */
const FILES = readdirSync(FOLDER).filter((name) => /^[\w-]+\.json$/.test(name));
const textOf = (name: string): string => readFileSync(`${FOLDER}${name}`, 'utf8');

/** One of the shipped files as JSON, to be spoilt. */
type Json = { [key: string]: Json } & { [key: string]: unknown };
const shipped = (): Json => JSON.parse(textOf('mini-pc-x64.json'));
const problemsOf = (json: unknown): readonly string[] => {
  const read = readBoardFile(JSON.stringify(json));
  return read.ok ? [] : read.error.map(({ path }) => path);
};

test('there is a file for a unit of either architecture, and for one in a virtual machine', () => {
  expect(FILES).toEqual(['mini-pc-x64.json', 'single-board-arm64.json', 'virtual-x64.json']);
});

test.each(FILES)('%s reads as what it says', (name) => {
  const read = readBoardFile(textOf(name));
  expect(read).toEqual({ ok: true, value: JSON.parse(textOf(name)) as BoardFile });
  expect(`${read.ok && read.value.unit}.json`).toBe(name);
});

test('everything that is wrong is told at once, each with its path', () => {
  const file = shipped();
  file.desk!.reader!.family = 'R504' as never;
  file.desk!.display!.wire!.baud = 57_600.5 as never;
  file.booth!.cells!.board!.path = '/tmp/cell' as never;
  file.booth!.tokens!.folder = '/media/../etc' as never;
  file.booth!.panel!.colour = 'blue' as never;
  delete (file.supervisor!.media!.fixed as Record<string, unknown>).budgetBytes;
  file.booth!.glass!.pin = {} as never;
  file.supervisor!.powerBoard!.port = { vendor: '2341', product: '43' } as never;
  expect([...problemsOf(file)].sort()).toEqual([
    'booth.cells.board.path',
    'booth.glass.pin',
    'booth.panel.colour',
    'booth.tokens.folder',
    'desk.display.wire.baud',
    'desk.reader.family',
    'supervisor.media.fixed.budgetBytes',
    'supervisor.powerBoard.port.product',
  ]);
});

test('the power model may be left out; what can not be one is told', () => {
  const file = shipped();
  delete (file.supervisor as Record<string, unknown>).powerModel;
  const without = readBoardFile(JSON.stringify(file));
  expect(without.ok && without.value.supervisor.powerModel).toBeUndefined();
  const model = { capacityWh: 96.2, loadW: 21.5 };
  Object.assign(file.supervisor!, { powerModel: model });
  const read = readBoardFile(JSON.stringify(file));
  expect(read.ok && read.value.supervisor.powerModel).toEqual(model);
  Object.assign(file.supervisor!, { powerModel: null });
  expect(problemsOf(file)).toEqual(['supervisor.powerModel']);
  Object.assign(file.supervisor!, { powerModel: { capacityWh: 0, loadW: '28' } });
  expect(problemsOf(file)).toEqual([
    'supervisor.powerModel.capacityWh',
    'supervisor.powerModel.loadW',
  ]);
});

test('a missing part is told once, not field by field', () => {
  const file = shipped();
  delete (file as Record<string, unknown>).booth;
  expect(problemsOf(file)).toEqual(['booth']);
});

describe('what is no board file is refused in words', () => {
  test.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    ['[]', 'an object is needed'],
    ['null', 'an object is needed'],
    [`"${'x'.repeat(70_000)}"`, 'longer than'],
  ])('text %#', (text, message) => {
    const read = readBoardFile(text);
    expect(!read.ok && read.error[0]?.message).toContain(message);
  });

  test('any value in any place is a file or problems, never an exception', () => {
    const paths: (readonly string[])[] = [];
    const walk = (value: unknown, path: readonly string[]): void => {
      paths.push(path);
      if (typeof value === 'object' && value !== null)
        for (const [key, each] of Object.entries(value)) walk(each, [...path, key]);
    };
    walk(shipped(), []);
    const replaced = (path: readonly string[], value: unknown): unknown => {
      const copy = shipped();
      const last = path.at(-1);
      if (last === undefined) return value;
      const parent = path.slice(0, -1).reduce<Json>((at, key) => at[key]!, copy);
      (parent as Record<string, unknown>)[last] = value;
      return copy;
    };
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const json = replaced(path, value);
        const read = readBoardFile(JSON.stringify(json));
        if (read.ok)
          expect(JSON.parse(JSON.stringify(read.value))).toEqual(JSON.parse(JSON.stringify(json)));
        else expect(read.error.length).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});

describe('a cell in a TPM', () => {
  const cell = {
    kind: 'tpm',
    path: '/dev/tpmrm0',
    nvIndex: 0x01800100,
    overwritesInPlace: false,
    ratedWrites: 100_000,
  };
  const withCell = (change: Readonly<Record<string, unknown>>): unknown => {
    const file = shipped();
    file.booth!.cells!.board = { ...cell, ...change } as never;
    return file;
  };

  test('is read as it stands', () => {
    const read = readBoardFile(JSON.stringify(withCell({})));
    expect(read.ok && read.value.booth.cells.board).toEqual(cell);
  });

  test.each([
    ['path', '/tmp/tpm'],
    ['nvIndex', 0x81000001],
    ['nvIndex', 0x01c00002],
    ['overwritesInPlace', 'yes'],
    ['ratedWrites', 0],
    ['offset', 0],
  ])('with %s %j is refused', (field, value) => {
    expect(problemsOf(withCell({ [field]: value }))).toEqual([`booth.cells.board.${field}`]);
  });
});

// Nobody measured these units yet: the figures are those of the energy model, on the safe side.
test.each([
  ['single-board-arm64.json', 0],
  // A mini PC of the 6 W class instead of the board's processor, by its makers' sheets up to 10 W more.
  ['mini-pc-x64.json', 10],
] as const)('%s: the battery carries the modelled load for four hours and more', (name, moreW) => {
  const read = readBoardFile(textOf(name));
  if (!read.ok) throw new Error('not a board file');
  const { powerModel } = read.value.supervisor;
  if (powerModel === undefined) throw new Error('no power model');
  expect(powerModel.loadW).toBeGreaterThan(1.2 * (averageLoad(VISIT.votingS) + moreW));
  expect(powerModel.capacityWh / powerModel.loadW).toBeGreaterThan(4);
});
