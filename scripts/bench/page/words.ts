/** How the page's words come onto it, in the language that is chosen. */
import { type Language, WORDS, type Word } from './vocabulary.ts';

export type { Language, Word } from './vocabulary.ts';

const isLanguage = (text: string | null): text is Language => text === 'es' || text === 'en';
const REMEMBERED = 'urna-language';

const fromUser = (): Language => {
  const chosen = localStorage.getItem(REMEMBERED);
  if (isLanguage(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en';
};

let language: Language = fromUser();
const listeners = new Set<() => void>();

export const currentLanguage = (): Language => language;

/** A word, its `{parameters}` filled in. */
export const say = (
  word: Word,
  parameters: Readonly<Record<string, string | number>> = {},
): string =>
  WORDS[word][language === 'es' ? 0 : 1].replace(/\{(\w+)\}/g, (_, name: string) =>
    String(parameters[name] ?? ''),
  );

/** A word by a name made at run time; the name itself when there is none. */
export const sayIfKnown = (name: string): string => {
  const known = Object.keys(WORDS).find((each): each is Word => each === name);
  return known === undefined ? name.replace(/^[^.]*\./, '') : say(known);
};

const fill = (): void => {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll<HTMLElement>('[data-words]'))
    element.textContent = sayIfKnown(element.dataset.words ?? '');
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]'))
    element.setAttribute('aria-label', sayIfKnown(element.dataset.label ?? ''));
};

/** Calls `listener` now and whenever the language changes. */
export const withLanguage = (listener: () => void): void => {
  listeners.add(listener);
  listener();
};

export const setLanguage = (next: Language): void => {
  language = next;
  localStorage.setItem(REMEMBERED, next);
  fill();
  for (const listener of [...listeners]) listener();
};

export const startWords = (): void => {
  const button = document.querySelector<HTMLElement>('#language');
  const label = (): void => {
    if (button === null) return;
    button.textContent = language === 'es' ? 'English' : 'Español';
    button.lang = language === 'es' ? 'en' : 'es';
  };
  button?.addEventListener('click', () => setLanguage(language === 'es' ? 'en' : 'es'));
  fill();
  withLanguage(label);
};
