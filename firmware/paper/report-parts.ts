/**
 * What several papers share: the heading, the test banner, identifiers, remarks, the lines on which
 * officers sign, and the results of a contest.
 */
import type { ContestTotals } from '#firmware/election/ballot.ts';
import type { Contest, ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { type PaperText, sayOnPaper } from '#firmware/locale/paper.ts';
import type { PaperElement } from '#hal/receipt-printer.ts';
import {
  feed,
  gridLines,
  groupHex,
  pairLines,
  paragraph,
  plainLines,
  type Row,
  RULE,
} from './layout.ts';

/** How a paper is set: in which language and how wide. */
export type PaperSetting = { readonly locale: Locale; readonly columns: number };

/** Papers of a test election say so at both ends; those of a real one have nothing there. */
export const testBanner = (
  definition: ElectionDefinition,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] =>
  definition.test
    ? [
        ...paragraph(
          `*** ${sayOnPaper(locale, 'testBanner')} - ${sayOnPaper(locale, 'testBannerNote')} ***`,
          columns,
          { align: 'centre', bold: true },
        ),
      ]
    : [];

/** Authority, election, the paper's own name, polling place and precinct. */
export const heading = (
  definition: ElectionDefinition,
  title: PaperText,
  setting: PaperSetting,
): readonly PaperElement[] => {
  const { locale, columns } = setting;
  const { precinct } = definition;
  const say = (key: PaperText): string => sayOnPaper(locale, key);
  return [
    ...testBanner(definition, setting),
    ...paragraph(definition.authority, columns, { align: 'centre' }),
    ...paragraph(definition.title[locale], columns, { align: 'centre', bold: true }),
    ...paragraph(say(title), columns, { align: 'centre', bold: true, size: 2 }),
    RULE,
    ...plainLines(
      pairLines(
        `${say('pollingPlace')} ${precinct.pollingPlaceCode}`,
        `${say('precinct')} ${precinct.number}`,
        columns,
        ' ',
      ),
      { bold: true },
    ),
  ];
};

/** Name and address of the polling place and the report's number. */
export const placeLines = (
  definition: ElectionDefinition,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => [
  ...paragraph(definition.precinct.pollingPlaceName, columns),
  ...paragraph(definition.precinct.address, columns),
  ...paragraph(`${sayOnPaper(locale, 'reportId')} ${definition.precinct.reportId}`, columns),
];

/** A heading inside a report. */
export const section = (text: string, columns: number): readonly PaperElement[] => [
  RULE,
  ...paragraph(text, columns, { bold: true }),
];

/** A name and a long value below it, indented by grouping: hashes and keys. */
export const labelled = (
  label: string,
  value: string,
  columns: number,
): readonly PaperElement[] => [
  ...paragraph(`${label}:`, columns),
  ...paragraph(value, columns, { bold: true }),
];

export const hexValue = (label: string, hex: string, columns: number): readonly PaperElement[] =>
  labelled(label, groupHex(hex), columns);

export const figureRows = (rows: readonly Row[], columns: number): readonly PaperElement[] =>
  plainLines(rows.flatMap((row) => pairLines(row.label, row.value, columns)));

/** Remarks that officers sign with the rest: overrides, warnings; "none" is said too. */
export const remarks = (
  title: string,
  none: string,
  lines: readonly string[],
  columns: number,
): readonly PaperElement[] => [
  ...section(title, columns),
  ...(lines.length === 0 ? [none] : lines).flatMap((line) => paragraph(`- ${line}`, columns)),
];

/** A line to sign on for each officer. */
export const signatureLines = (
  definition: ElectionDefinition,
  { locale, columns }: PaperSetting,
): readonly PaperElement[] => [
  ...section(sayOnPaper(locale, 'signatures'), columns),
  ...definition.officers.flatMap((officer): readonly PaperElement[] => [
    feed(2),
    ...plainLines(['_'.repeat(Math.max(1, columns - 12))]),
    ...paragraph(`${officer.name} (${sayOnPaper(locale, officer.role)})`, columns),
  ]),
  feed(1),
];

const MOST_LIST_COLUMNS = 3;
const MOST_CARD_COLUMNS = 4;

/** Votes of one contest: of each card's list, or of each candidate and then card by card. */
export const contestResult = (
  definition: ElectionDefinition,
  contest: Contest,
  totals: ContestTotals,
  setting: PaperSetting,
): readonly PaperElement[] => {
  const { columns } = setting;
  const organisations = new Map(definition.organisations.map((one) => [one.id, one.shortName]));
  const cards = new Map(
    definition.cards.map((card) => [card.id, organisations.get(card.organisationId) ?? card.id]),
  );
  const rows = totals.options.map((option, index) => ({
    candidateId: option.candidateId,
    label: cards.get(option.cardId) ?? option.cardId,
    votes: totals.votes[index] ?? 0,
  }));
  const cardGrid = (part: typeof rows, most: number): readonly PaperElement[] =>
    plainLines(
      gridLines(
        part.map((row) => ({ label: row.label, value: String(row.votes) })),
        columns,
        most,
      ),
    );
  if (contest.kind === 'list') return cardGrid(rows, MOST_LIST_COLUMNS);
  return definition.candidates
    .filter((candidate) => candidate.contestId === contest.id)
    .flatMap((candidate) => {
      const own = rows.filter((row) => row.candidateId === candidate.id);
      if (own.length === 0) return [];
      const sum = own.reduce((total, row) => total + row.votes, 0);
      // Presented by one card alone: its name and the candidate's share the line.
      const only = own.length === 1 ? ` (${own[0]?.label})` : '';
      return [
        ...plainLines(pairLines(`${candidate.name}${only}`, String(sum), columns), { bold: true }),
        ...(only === '' ? cardGrid(own, MOST_CARD_COLUMNS) : []),
      ];
    });
};

/** "1 cargo" or "3 cargos". */
export const positionsText = (count: number, locale: Locale): string =>
  count === 1 ? sayOnPaper(locale, 'onePosition') : sayOnPaper(locale, 'positions', { count });

/** Every contest with its options, nulls and the accounting line. */
export const contestSections = (
  definition: ElectionDefinition,
  contests: readonly ContestTotals[],
  setting: PaperSetting,
): readonly PaperElement[] => {
  const { locale, columns } = setting;
  return contests.flatMap((totals) => {
    const contest = definition.contests.find((one) => one.id === totals.contestId);
    if (contest === undefined) return [];
    const votes = totals.votes.reduce((sum, count) => sum + count, 0);
    return [
      ...section(`${contest.name[locale]} (${positionsText(totals.positions, locale)})`, columns),
      ...contestResult(definition, contest, totals, setting),
      ...plainLines(pairLines(sayOnPaper(locale, 'nulls'), String(totals.nulls), columns), {
        bold: true,
      }),
      ...paragraph(
        sayOnPaper(locale, 'accountingVotes', {
          votes,
          nulls: totals.nulls,
          sum: votes + totals.nulls,
        }),
        columns,
      ),
      ...paragraph(
        sayOnPaper(locale, 'accountingBallots', {
          ballots: totals.ballots,
          positions: totals.positions,
          product: totals.ballots * totals.positions,
        }),
        columns,
      ),
    ];
  });
};
