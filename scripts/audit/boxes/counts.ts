/**
 * What people counted by hand, as two tables. `boxes.csv`: a row a box, with what stands in the roster, on the
 * tally report and in the envelope. `votes.csv`: a row for each option that was counted, and for each contest
 * one with the card NULL, the positions that nobody marked; an option without a row has no votes.
 */
import type { Report } from '#firmware/election/decoder.ts';
import { csvText } from '#firmware/nation/csv.ts';
import { MAX_PRECINCTS } from '#firmware/nation/limits.ts';
import { figureIn, tableRows } from '../read-table.ts';
import { type Country, type Precinct, partOf } from './country.ts';

export const BOX_COLUMNS = [
  'precinct',
  'signatures',
  'marks',
  'ballots',
  'papers',
  'envelope',
  'note',
] as const;
export const VOTE_COLUMNS = ['precinct', 'contest', 'card', 'candidate', 'votes'] as const;
/** No identifier has capital letters. */
export const NULL_CARD = 'NULL';
const MAX_VOTE_ROWS = 2_000_000;

export type CountedContest = {
  /** By the options of the precinct's form. */
  readonly votes: readonly number[];
  readonly nulls: number;
};

export type CountedBox = {
  readonly precinct: Precinct;
  /** In the paper roster. */
  readonly signatures: number;
  /** Voters marked, and ballots, as the printed tally report says. */
  readonly marks: number;
  readonly ballots: number;
  /** In the box, and in the envelope. */
  readonly papers: number;
  readonly envelope: number;
  /** How people explain what differs: voided, reprinted, destroyed records. */
  readonly note: string;
  /** Contests that were counted, by id. */
  readonly contests: ReadonlyMap<string, CountedContest>;
};

type Tally = { readonly votes: (number | null)[]; nulls: number | null };
type Tallies = ReadonlyMap<string, ReadonlyMap<string, Tally>>;

/** Adds the rows of one file to the boxes. */
const readVotes = (
  file: string,
  country: Country,
  boxes: Map<string, Map<string, Tally>>,
  report: Report,
): void => {
  for (const { line, fields } of tableRows(file, VOTE_COLUMNS, MAX_VOTE_ROWS, report)) {
    const [id = '', contestId = '', card = '', candidate = '', field = ''] = fields;
    const path = `${file}:${line}`;
    const precinct = country.precincts.get(id);
    const part = precinct === undefined ? undefined : partOf(precinct, contestId);
    if (precinct === undefined) report(`${path}:precinct`, `${id} is not in the register`);
    else if (part === undefined) report(`${path}:contest`, `${contestId} is not voted on in ${id}`);
    if (precinct === undefined || part === undefined) continue;
    const votes = figureIn(field, `${path}:votes`, report);
    const contests = boxes.get(id) ?? new Map<string, Tally>();
    boxes.set(id, contests);
    const tally = contests.get(contestId) ?? { votes: part.options.map(() => null), nulls: null };
    contests.set(contestId, tally);
    const twice = (before: number | null): void => {
      if (before !== null) report(path, 'repeats a row above');
    };
    if (card === NULL_CARD && candidate === '') {
      twice(tally.nulls);
      tally.nulls = votes;
      continue;
    }
    const option = part.options.findIndex(
      ({ cardId, candidateId }) => cardId === card && (candidateId ?? '') === candidate,
    );
    if (option === -1) report(`${path}:card`, `${card} ${candidate} is no option of ${contestId}`);
    else {
      twice(tally.votes[option] ?? null);
      tally.votes[option] = votes;
    }
  }
};

/** A state may count into files of its own: together they are one table. */
const readAllVotes = (files: readonly string[], country: Country, report: Report): Tallies => {
  const boxes = new Map<string, Map<string, Tally>>();
  for (const file of files) readVotes(file, country, boxes, report);
  for (const [id, contests] of boxes)
    for (const [contestId, { nulls }] of contests)
      if (nulls === null)
        report(files.join(', '), `${id} ${contestId} has no row with the card ${NULL_CARD}`);
  return boxes;
};

/** A row of a table of boxes; null: of no precinct of the register, which was reported. */
const boxIn = (
  country: Country,
  tallies: Tallies,
  [id = '', ...rest]: readonly string[],
  path: string,
  report: Report,
): CountedBox | null => {
  const precinct = country.precincts.get(id);
  if (precinct === undefined) report(`${path}:precinct`, `${id} is not in the register`);
  const [signatures = 0, marks = 0, ballots = 0, papers = 0, envelope = 0] = rest
    .slice(0, -1)
    .map((field, at) => figureIn(field, `${path}:${BOX_COLUMNS[at + 1]}`, report));
  const contests = new Map(
    [...(tallies.get(id) ?? [])].map(([contestId, { votes, nulls }]) => [
      contestId,
      { votes: votes.map((each) => each ?? 0), nulls: nulls ?? 0 },
    ]),
  );
  const note = rest.at(-1) ?? '';
  return precinct === undefined
    ? null
    : { precinct, signatures, marks, ballots, papers, envelope, note, contests };
};

/** The boxes in these tables; every mistake is reported with its file and line. */
export const readCounts = (
  boxesFiles: readonly string[],
  votesFiles: readonly string[],
  country: Country,
  report: Report,
): readonly CountedBox[] => {
  const tallies = readAllVotes(votesFiles, country, report);
  const seen = new Map<string, string>();
  const boxes = boxesFiles.flatMap((file) =>
    tableRows(file, BOX_COLUMNS, MAX_PRECINCTS, report).flatMap(
      ({ line, fields }): readonly CountedBox[] => {
        const [id = ''] = fields;
        const path = `${file}:${line}`;
        const earlier = seen.get(id);
        if (earlier !== undefined) report(`${path}:precinct`, `repeats ${earlier}`);
        seen.set(id, earlier ?? path);
        const box = boxIn(country, tallies, fields, path, report);
        return box === null ? [] : [box];
      },
    ),
  );
  for (const id of tallies.keys())
    if (!seen.has(id)) report(votesFiles.join(', '), `${id} has votes and no row among the boxes`);
  return boxes;
};

/** Both tables to fill in, for these precincts: a row for every option. */
export const blankForms = (
  precincts: readonly Precinct[],
): { readonly boxes: string; readonly votes: string } => ({
  boxes: csvText(
    BOX_COLUMNS,
    precincts.map(({ id }) => [id, '', '', '', '', '', '']),
  ),
  votes: csvText(
    VOTE_COLUMNS,
    precincts.flatMap(({ id, form }) =>
      form.contests.flatMap(({ contest, options }) => [
        ...options.map(({ cardId, candidateId }) => [
          id,
          contest.id,
          cardId,
          candidateId ?? '',
          '',
        ]),
        [id, contest.id, NULL_CARD, '', ''],
      ]),
    ),
  ),
});
