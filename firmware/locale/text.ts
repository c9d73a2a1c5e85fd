/**
 * How a text of the locale is looked up. Every subject (screen, paper, desk, …) has one table with
 * the same keys in every language, which the compiler holds, and asks for its texts by key. Nothing
 * that a person reads is a literal in logic.
 */
import type { Locale } from '#firmware/election/definition.ts';

/** All texts of one subject: the same keys in every language. `{name}` stands for a parameter. */
export type TextTable<K extends string> = Readonly<Record<Locale, Readonly<Record<K, string>>>>;

export type TextParams = Readonly<Record<string, string | number>>;

/** Looks a text up and puts its parameters in. Throws on a missing parameter: that is a bug. */
export type Texts<K extends string> = (locale: Locale, key: K, params?: TextParams) => string;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** Names of the parameters that a text wants, in order of appearance. */
export const placeholdersOf = (template: string): readonly string[] =>
  [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');

/**
 * Makes the look-up of one table: `const say = makeTexts({ es: {…}, en: {…} })`, then
 * `say('es', 'missing', { count: 3 })`. Figures are written in plain digits.
 */
export const makeTexts =
  <K extends string>(table: TextTable<K>): Texts<K> =>
  (locale, key, params = {}) =>
    table[locale][key].replaceAll(PLACEHOLDER, (_whole, name: string) => {
      const value = params[name];
      if (value === undefined) throw new Error(`text ${key} needs the parameter ${name}`);
      return String(value);
    });
