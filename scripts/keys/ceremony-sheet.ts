/**
 * The sheet of a precinct's key ceremony, to be printed and signed: who comes, what each token will hold,
 * what the screen will ask for, and what a PIN is worth. It holds nothing secret.
 */
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { screenText } from '#firmware/locale/screen.ts';
import { SHEET_TEXTS } from './sheet-texts.ts';

const WIDTH = 78;
const INDENT = '   ';

/** Ways to take `chosen` out of `all`. */
export const waysOf = (all: number, chosen: number): number =>
  Array.from({ length: chosen }, (_, at) => at).reduce(
    (ways, at) => (ways * (all - at)) / (at + 1),
    1,
  );

const wrapped = (text: string, first: string, rest: string): string => {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = rest;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()].join('\n');
};

const numbered = (items: readonly string[]): readonly string[] =>
  items.map((item, at) => wrapped(item, `${at + 1}. `, INDENT));

/** Plain text of at most 78 columns, for any printer. */
export const ceremonySheet = (definition: ElectionDefinition, locale: Locale): string => {
  const texts = SHEET_TEXTS[locale];
  const { precinct, calendar, officers, rules } = definition;
  const holders = officers.filter(({ holdsShare }) => holdsShare).length;
  const { shareThreshold: needed } = rules;
  const figures: Readonly<Record<string, number>> = {
    t: needed,
    n: holders,
    ways: waysOf(holders, needed),
    spare: holders - needed,
  };
  const threshold = texts.threshold.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(figures[name] ?? ''),
  );
  const people = officers.flatMap(({ name, role, holdsShare }) => [
    wrapped(
      [
        `[ ] ${name}, ${texts.roles[role]}:`,
        holdsShare ? texts.share : texts.noShare,
        ...(role === 'presidingOfficer' ? [`; ${texts.pollbookKey}`] : []),
      ]
        .join(' ')
        .replace(' ;', ';'),
      '',
      '    ',
    ),
    '',
  ]);
  return [
    texts.title,
    definition.title[locale],
    `${texts.precinct} ${precinct.pollingPlaceCode}.${precinct.number}, ${precinct.pollingPlaceName}`,
    `${texts.from} ${calendar.setupFrom}`,
    '',
    texts.people,
    '',
    ...people,
    wrapped(threshold, '', ''),
    '',
    texts.bringTitle,
    ...numbered(texts.bring),
    '',
    texts.stepsTitle,
    ...numbered(
      texts.steps.map((step) => step.replace('{start}', screenText(locale, 'startCeremony'))),
    ),
    '',
    texts.pinTitle,
    ...numbered(texts.pin),
    '',
    texts.closingTitle,
    ...numbered(texts.closing),
    '',
    texts.signatures,
    ...officers.map(({ name }) => `\n${name} `.padEnd(WIDTH - 1, '_')),
    '',
  ].join('\n');
};
