/** The words of all audits, by key. Each audit has its own file; a key begins with what it belongs to. */
import { EVENT_MEANINGS } from '#firmware/locale/events.ts';
import type { TextTable } from '#firmware/locale/text.ts';
import { ACCOUNTING_PROBLEMS } from '#firmware/nation/accounting.ts';
import { PACKAGE_PROBLEMS } from '#firmware/vault/result-package-check.ts';
import { REPORT_PROBLEMS } from '../../evidence/report-words.ts';
import { REJECTIONS } from '../../nation/result-words.ts';
import { BOXES_WORDS } from './boxes.ts';
import { IMAGE_WORDS } from './image.ts';
import { LOG_WORDS } from './log.ts';
import { MOCK_WORDS } from './mock.ts';
import { ACCOUNTING_SPANISH, PACKAGE_SPANISH, PACKAGE_WORDS } from './package.ts';
import { QUOTE_WORDS } from './quote.ts';
import { RECORDS_WORDS } from './records.ts';
import { REPORT_WORDS } from './report.ts';
import { SAMPLE_WORDS } from './sample.ts';
import { UNIT_WORDS } from './unit.ts';

type Prefixed<P extends string, K extends string> = Readonly<Record<`${P}.${K}`, string>>;

const prefixed = <P extends string, K extends string>(
  prefix: P,
  texts: Readonly<Record<K, string>>,
): Prefixed<P, K> =>
  Object.fromEntries(
    Object.entries(texts).map(([key, text]) => [`${prefix}.${key}`, text]),
  ) as Prefixed<P, K>;

const SPANISH = {
  ...REPORT_WORDS.es,
  ...SAMPLE_WORDS.es,
  ...BOXES_WORDS.es,
  ...PACKAGE_WORDS.es,
  ...UNIT_WORDS.es,
  ...QUOTE_WORDS.es,
  ...IMAGE_WORDS.es,
  ...MOCK_WORDS.es,
  ...RECORDS_WORDS.es,
  ...LOG_WORDS.es,
  ...prefixed('event', EVENT_MEANINGS.es),
  ...prefixed('refusal', REJECTIONS.es),
  ...prefixed('accounting', ACCOUNTING_SPANISH),
  ...prefixed('malformed', PACKAGE_SPANISH),
  ...prefixed('tally', REPORT_PROBLEMS.es),
};

export type WordKey = keyof typeof SPANISH;

export const WORDS: TextTable<WordKey> = {
  es: SPANISH,
  en: {
    ...REPORT_WORDS.en,
    ...SAMPLE_WORDS.en,
    ...BOXES_WORDS.en,
    ...PACKAGE_WORDS.en,
    ...UNIT_WORDS.en,
    ...QUOTE_WORDS.en,
    ...IMAGE_WORDS.en,
    ...MOCK_WORDS.en,
    ...RECORDS_WORDS.en,
    ...LOG_WORDS.en,
    ...prefixed('event', EVENT_MEANINGS.en),
    ...prefixed('refusal', REJECTIONS.en),
    ...prefixed('accounting', ACCOUNTING_PROBLEMS),
    ...prefixed('malformed', PACKAGE_PROBLEMS),
    ...prefixed('tally', REPORT_PROBLEMS.en),
  },
};
