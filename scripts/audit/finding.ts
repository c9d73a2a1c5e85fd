/** What an audit found wrong, as data: a stable code for programs, what it is about, and what is to be said of it. */
import type { Locale } from '#firmware/election/definition.ts';
import { type Phrase, type Said, tell } from './words/phrase.ts';

export type Finding = {
  readonly code: string;
  readonly subject: Said;
  readonly message: Phrase;
};

/** A finding's subject in its one spelling, whatever language it is told in: for programs and records. */
export const subjectOf = ({ subject }: Pick<Finding, 'subject'>): string => tell('en', subject);

/** A finding as a program reads it: code and subject do not change with the language, the sentence does. */
export const plainFinding = (finding: Finding, locale: Locale) => ({
  code: finding.code,
  subject: subjectOf(finding),
  message: tell(locale, finding.message),
});
