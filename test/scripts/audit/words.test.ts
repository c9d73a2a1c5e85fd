/** The words of the audits: a text in both languages, with the same figures in it, and not one left as it was. */
import { describe, expect, test } from 'vitest';
import { placeholdersOf } from '#firmware/locale/text.ts';
import { percent, says, tell } from '#scripts/audit/words/phrase.ts';
import { WORDS, type WordKey } from '#scripts/audit/words/words.ts';
import { expectBothLanguages } from './both-languages.ts';

const KEYS = Object.keys(WORDS.es) as WordKey[];
/** A parameter or a unit is no word of a language. */
const isBare = (text: string): boolean =>
  !/\p{L}{2,}/u.test(text.replaceAll(/\{\w+\}|^bytes$/g, ''));

test('every text has both languages with the same parameters', () => {
  expect(KEYS.length).toBeGreaterThan(300);
  expect(Object.keys(WORDS.en).sort()).toEqual([...KEYS].sort());
  for (const key of KEYS)
    expect([key, placeholdersOf(WORDS.es[key]).toSorted()]).toEqual([
      key,
      placeholdersOf(WORDS.en[key]).toSorted(),
    ]);
});

test('no text with words in it is the same in both', () => {
  expect(KEYS.filter((key) => WORDS.es[key] === WORDS.en[key] && !isBare(WORDS.es[key]))).toEqual(
    [],
  );
});

/** Words that no sentence does without, and that the other language does not have. */
const LITTLE_WORDS = {
  es: /(?<![\p{L}-])(?:el|la|los|las|de|del|que|con|una?|por|se|su)(?![\p{L}-])/iu,
  en: /(?<![\p{L}-])(?:the|of|is|are|was|were|and|that|with|not|by|it|this|has|have)(?![\p{L}-])/iu,
} as const;

test('no text has a little word of the other language', () => {
  const bare = (text: string): string => text.replaceAll(/\{\w+\}/g, '');
  expect(KEYS.filter((key) => LITTLE_WORDS.en.test(bare(WORDS.es[key])))).toEqual([]);
  expect(KEYS.filter((key) => LITTLE_WORDS.es.test(bare(WORDS.en[key])))).toEqual([]);
});

describe('what is told', () => {
  test('is a sentence of the language, its parameters too', () => {
    const finding = says('boxes.explained', { what: says('boxes.notCounted'), note: 'atasco' });
    expect(tell('es', finding)).toBe('salió en el sorteo y no se contó (explicación: atasco)');
    expect(tell('en', finding)).toBe('was drawn and not counted (explained: atasco)');
  });

  test('writes a fraction as the language does', () => {
    expect(tell('es', percent(0.0512))).toBe('5,12 %');
    expect(tell('en', percent(0.0512))).toBe('5.12 %');
    expect(tell('es', percent(0.00001))).toBe('menos de 0,01 %');
  });

  test('has its parameters, or it is a bug', () => {
    expect(() => tell('es', says('more'))).toThrow('count');
  });
});

describe('a report', () => {
  const report = {
    title: says('sample.title'),
    facts: [[says('election'), 'AN-2020']],
    checks: [],
    charts: [],
    tables: [],
    findings: [],
    limits: [],
    again: 'scripts/urna audit sample list.csv',
  } as const;

  test('of words and names passes', () => expectBothLanguages(report, []));

  test.each([
    ['a sentence that was written down', 'was drawn and is not announced'],
    ['a word that was written down', 'package'],
  ])('with %s does not', (_, text) =>
    expect(() =>
      expectBothLanguages({ ...report, facts: [[says('election'), text]] }, []),
    ).toThrow(),
  );
});
