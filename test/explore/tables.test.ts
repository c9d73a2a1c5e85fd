/** The tables beside the machines are those of the code, and nothing is missing in them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AWAITED_CALL } from '#firmware/booth/vault-calls.ts';
import { makeTables } from '#scripts/explore/tables.ts';

const tables = makeTables();
const statesOf = (path: string): readonly string[] => [
  ...new Set(tables.find((table) => table.path === path)?.answers.map(({ state }) => state)),
];

describe.each(tables.map((table) => [table.path, table] as const))('%s', (path, table) => {
  test('says what the machine does', () => {
    const written = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    expect(written === table.text, 'stale: run scripts/urna explore --tables').toBe(true);
  });

  test('has an answer for every event in every state', () => {
    expect(table.unanswered).toEqual([]);
  });
});

test('every stage of the booth is in its table', () => {
  expect([...statesOf('firmware/booth/TABLE.md')].sort()).toEqual(Object.keys(AWAITED_CALL).sort());
});

test('every mode of the desk is in its table', () => {
  expect([...statesOf('firmware/desk/TABLE.md')].sort()).toEqual([
    'atBooth',
    'companion',
    'finger',
    'held',
    'needsOfficer',
    'noPollbook',
    'notice',
    'officerCode',
    'opening',
    'parked',
    'pendingChoice',
    'readerFault',
    'ready',
    'recording',
    'tokenDue',
  ]);
});

test('every level of the power is in its table', () => {
  expect([...statesOf('firmware/power/TABLE.md')].sort()).toEqual([
    'battery',
    'critical',
    'degraded',
    'low',
    'mains',
    'parked',
    'unassessed',
  ]);
});

test('everything that the unit can be is in the supervisor’s table', () => {
  expect([...statesOf('firmware/supervisor/TABLE.md')].sort()).toEqual([
    'closing',
    'endAwaited',
    'ended',
    'off',
    'safeMode',
    'safeModeAtStart',
    'serving',
    'starting',
    'stopping',
  ]);
});

test('every state of the sending is in its table', () => {
  expect([...statesOf('firmware/dispatch/TABLE.md')].sort()).toEqual([
    'acknowledged',
    'failed',
    'held',
    'keeping',
    'looking',
    'noResult',
    'printing',
    'refused',
    'sending',
    'starting',
    'unappointed',
    'waiting',
  ]);
});
