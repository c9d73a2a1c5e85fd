/** Counting the box by hand: a paper says what its own record says, whatever stands above it. */
import { expect, test } from 'vitest';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { makePaperReader } from '#scripts/day/hand-count.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const reader = makePaperReader(definition, resolveBallot(definition, 'unica'));
const RECORD = [
  'COMPROBANTE DE VOTO',
  'Diputados por lista (1 cargo)',
  'US',
  'Unión de la Sabana',
  'Diputados nominales (2 cargos)',
  'Aurora Peña Linares',
  'MR - Movimiento del Río',
  'Benito Rondón Yánez',
  'MR - Movimiento del Río',
];

test('a record is read as it stands', () => {
  expect(reader.read(RECORD.join('\n'))).toEqual([[2], [0, 1]]);
});

// simulate --seed 3 --days 1 --voters 700: a printer that was out of reach owed three lines.
test('lines that a printer still owed of an attempt that failed stand above, and count for nothing', () => {
  const owed = ['────────', 'Diputados nominales (2 cargos)', 'Aurora Peña Linares'];
  expect(reader.read([...owed, ...RECORD].join('\n'))).toEqual([[2], [0, 1]]);
});

test('what is no record can not be read', () => {
  expect(reader.read('Diputados nominales (2 cargos)')).toBeNull();
});
