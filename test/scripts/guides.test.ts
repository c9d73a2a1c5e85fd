import { describe, expect, test } from 'vitest';
import { EVENT_IDS } from '#firmware/events/catalogue.ts';
import { FAULT_CODES } from '#firmware/faults/catalogue.ts';
import { COMMAND_NAMES } from '#firmware/locale/console.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import { guidesIn } from '#scripts/guides/guides.ts';
import { guidePage } from '#scripts/guides/page.ts';
import { guidePictures } from '#scripts/guides/pictures.ts';

const LOCALES = ['es', 'en'] as const;
const definition = loadOwnDefinition(SMALL_PATH);

describe.each(LOCALES)('the guides in %s', (locale) => {
  test('are whole pages of their own, with every picture that they speak of', async () => {
    const pictures = await guidePictures(definition, locale, () => undefined);
    for (const guide of guidesIn(locale)) {
      const page = guidePage(guide, locale, pictures);
      const shown = guide.sections.flatMap((section) => section.pictures ?? []);
      expect(shown.length).toBeGreaterThan(0);
      expect(page.match(/src="data:image\/png;base64,iVBOR/g)).toHaveLength(shown.length);
      // Nothing is asked of anybody else, and every section is found from the top.
      expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
      expect(page.match(/href="#s\d+"/g)).toHaveLength(guide.sections.length);
    }
  });

  test('a picture that was not made is a bug and not a hole in the page', () => {
    for (const guide of guidesIn(locale))
      expect(() => guidePage(guide, locale, new Map())).toThrow(/no picture/);
  });

  test('have every fault, console command and event', () => {
    const [worker, technician, auditor] = guidesIn(locale).map(({ sections }) =>
      sections.flatMap(({ table }) => (table?.rows ?? []).map(([first]) => first)),
    );
    expect(technician).toEqual(expect.arrayContaining([...FAULT_CODES, ...COMMAND_NAMES]));
    expect(auditor).toEqual(expect.arrayContaining([...EVENT_IDS]));
    expect(worker).toContain('printer.jam');
    expect(worker).not.toContain('printer.unrecoverable');
  });
});

test('tell the same in both languages', () => {
  const shape = (locale: (typeof LOCALES)[number]) =>
    guidesIn(locale).map(({ name, sections }) => [
      name,
      sections.map(({ steps, text, pictures, table }) => [
        steps?.length,
        text?.length,
        pictures?.map((each) => each.name),
        table?.rows.length,
      ]),
    ]);
  expect(shape('en')).toEqual(shape('es'));
});
