/**
 * What an audit says, as data until the edge: a phrase is a key of the words and its parameters, anything else
 * stands as it is in every language (a name, an identifier, a command, a figure). Checks and reports are made of
 * these; `tell` makes the sentence.
 */
import type { Locale } from '#firmware/election/definition.ts';
import { makeTexts } from '#firmware/locale/text.ts';
import type { ResultProblem } from '#firmware/vault/result-package.ts';
import type { PackageProblem } from '#firmware/vault/result-package-check.ts';
import type { ReportProblem } from '../../evidence/report-text.ts';
import { reportProblemWords } from '../../evidence/report-words.ts';
import { WORDS, type WordKey } from './words.ts';

export type Phrase = {
  readonly key: WordKey;
  readonly params: Readonly<Record<string, Said>>;
};

/** A name that an election has in each language. */
type Named = Readonly<Record<Locale, string>>;

/** Several are told with commas between them. */
export type Said = string | number | Phrase | Named | readonly Said[];

export const says = (key: WordKey, params: Readonly<Record<string, Said>> = {}): Phrase => ({
  key,
  params,
});

const MARK: Readonly<Record<Locale, string>> = { es: ',', en: '.' };

const lookUp = makeTexts<WordKey>(WORDS);

export const tell = (locale: Locale, said: Said): string => {
  if (typeof said === 'string') return said;
  if (typeof said === 'number') return String(said).replace('.', MARK[locale]);
  if ('es' in said) return said[locale];
  if (!('key' in said)) return said.map((each) => tell(locale, each)).join(', ');
  const params = Object.entries(said.params).map(([name, value]) => [name, tell(locale, value)]);
  return lookUp(locale, said.key, Object.fromEntries(params));
};

/** A share from 0 to 1 with two decimals of a per cent. */
export const percent = (share: number): Phrase =>
  share > 0 && share < 0.0001
    ? says('percentBelow', { value: 0.01 })
    : says('percent', { value: Number((100 * share).toFixed(2)) });

/** Where a result package is not as it must be. */
export const malformedPhrase = (problems: readonly PackageProblem[]): Said =>
  problems.map(({ kind, path }) => says(`malformed.${kind}`, { path }));

/** Why a text is not the tally report of a package. */
export const tallyPhrase = (problem: ReportProblem): Phrase => {
  const { key, params } = reportProblemWords(problem);
  return says(`tally.${key}`, params);
};

/** Why the package is not the machine's own; null: there is no key to check it with. */
export const packagePhrase = (error: ResultProblem | null): Phrase => {
  if (error === null) return says('package.noPem');
  return error.kind === 'malformed'
    ? says('package.malformed', { why: malformedPhrase(error.problems) })
    : says(`package.${error.kind}`);
};
