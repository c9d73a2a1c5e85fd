import { describe, expect, test } from 'vitest';
import { makeTexts, placeholdersOf } from '#firmware/locale/text.ts';

const say = makeTexts({
  es: { left: 'Quedan {minutes} minutos de {total}', stop: 'Alto' },
  en: { left: '{minutes} minutes of {total} left', stop: 'Stop' },
});

describe('texts of a locale', () => {
  test('parameters go where the language puts them', () => {
    expect(say('es', 'left', { minutes: 3, total: 6 })).toBe('Quedan 3 minutos de 6');
    expect(say('en', 'left', { minutes: 3, total: 6 })).toBe('3 minutes of 6 left');
  });

  test('a value that looks like a placeholder stays as it is', () => {
    expect(say('en', 'left', { minutes: '{total}', total: 6 })).toBe('{total} minutes of 6 left');
  });

  test('a missing parameter is a bug', () => {
    expect(() => say('en', 'left', { minutes: 3 })).toThrow('text left needs the parameter total');
  });

  test('a text names what it wants', () => {
    expect(placeholdersOf('{a} and {b2}, {a}')).toEqual(['a', 'b2', 'a']);
    expect(placeholdersOf('nothing')).toEqual([]);
  });
});
