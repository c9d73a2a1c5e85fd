/** The unit's own screen while it starts: each stage that passed, and a failed one for a poll worker. */
import { expect, test } from 'vitest';
import { STAGE_NAMES, STAGES } from '#boot/unit/stages.ts';
import { startScreenText } from '#boot/unit/start-screen.ts';

test('a stage that passed is one line: its place, its name, its result', () => {
  const passed = { stage: 'release', code: null, detail: '4 files' } as const;
  expect(startScreenText(STAGE_NAMES, passed, 'es')).toBe('2/7 Programas firmados: bien\r\n');
  expect(startScreenText(STAGE_NAMES, passed, 'en')).toBe('2/7 Signed programs: well\r\n');
});

test.each(STAGE_NAMES)('%s that failed takes the screen for itself, in one language', (stage) => {
  const { code, title, remedy } = STAGES[stage];
  for (const [locale, other] of [
    ['es', 'en'],
    ['en', 'es'],
  ] as const) {
    const text = startScreenText(STAGE_NAMES, { stage, code, detail: 'why' }, locale);
    expect(text.startsWith('\x1b[2J\x1b[H')).toBe(true);
    for (const part of [code, title[locale], remedy[locale], 'why']) expect(text).toContain(part);
    expect(text).toContain(`${STAGE_NAMES.indexOf(stage) + 1}/${STAGE_NAMES.length}`);
    expect(text).not.toContain(remedy[other]);
  }
});

test('a unit whose language is not known says it in both', () => {
  const { code, remedy } = STAGES.unit;
  const text = startScreenText(STAGE_NAMES, { stage: 'unit', code, detail: 'no JSON' }, null);
  expect(text).toContain(remedy.es);
  expect(text).toContain(remedy.en);
});

/** What is left without letters and line ends: the control sequences' first characters. */
const ESCAPES = new RegExp(`^${String.fromCharCode(27)}*$`);

test('what it writes fits the console of a screen of 1280x800, and its font', () => {
  // 8x16 cells: 160 columns, 50 rows; the kernel's font has the letters of code page 437.
  for (const stage of STAGE_NAMES) {
    const failed = { stage, code: STAGES[stage].code, detail: 'x'.repeat(300) };
    const text = startScreenText(STAGE_NAMES, failed, null);
    expect(
      text
        .replace(/[\x20-\x7eáéíóúñüÉÑÜ¿¡]/g, '')
        .split(/[\r\n]/)
        .join(''),
    ).toMatch(ESCAPES);
    const lines = text.split('\r\n');
    const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 160)), 0);
    expect(rows).toBeLessThanOrEqual(50);
  }
});
