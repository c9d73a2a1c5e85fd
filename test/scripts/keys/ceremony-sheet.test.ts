import { describe, expect, test } from 'vitest';
import { screenText } from '#firmware/locale/screen.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { ceremonySheet, waysOf } from '#scripts/keys/ceremony-sheet.ts';

describe.each(['es', 'en'] as const)('the sheet of a ceremony, in %s', (locale) => {
  test.each([SMALL_PATH, DEMO_PATH])('names every officer, to come and to sign: %s', (path) => {
    const definition = loadOwnDefinition(path);
    const sheet = ceremonySheet(definition, locale);
    for (const { name } of definition.officers) expect(sheet.split(name)).toHaveLength(3);
    expect(sheet.split('[ ]')).toHaveLength(definition.officers.length + 1);
    expect(sheet).toContain(screenText(locale, 'startCeremony'));
    expect(sheet).not.toMatch(/[{}]/);
    for (const line of sheet.split('\n')) expect(line.length).toBeLessThanOrEqual(78);
  });
});

test('who keeps no share is told so, and the ways are counted without them', () => {
  const definition = loadOwnDefinition(SMALL_PATH);
  const [first, ...others] = definition.officers;
  const sheet = ceremonySheet(
    { ...definition, officers: [{ ...first!, holdsShare: false }, ...others] },
    'en',
  );
  expect(sheet).toContain('keeps no share');
  expect(sheet).toContain('3 of the 4 shares (4 ways)');
});

test.each([
  [5, 3, 10],
  [6, 3, 20],
  [12, 6, 924],
  [4, 4, 1],
])('of %i officers %i can be taken in %i ways', (all, chosen, ways) => {
  expect(waysOf(all, chosen)).toBe(ways);
});
