/**
 * The folder of a mock audit: the election to provision, the script to print, the known answer, and a table for
 * the papers that are counted by hand. What follows from election and dice is made again when it is read, so
 * that an answer which somebody changed is seen.
 */
import { join } from 'node:path';
import { checkDefinition } from '#firmware/election/check-definition.ts';
import type { Report } from '#firmware/election/decoder.ts';
import type { ElectionDefinition, Locale } from '#firmware/election/definition.ts';
import { csvText } from '#firmware/nation/csv.ts';
import { MAX_OFFER_BYTES } from '#firmware/nation/limits.ts';
import { jsonObject } from '#firmware/vault/bytes.ts';
import type { ResultContest } from '#firmware/vault/result-package.ts';
import { NULL_CARD } from '../boxes/counts.ts';
import { readSeed } from '../draw-sample.ts';
import { figureIn, fileText, tableRows } from '../read-table.ts';
import { type MockPrecinct, scriptFor } from './robots.ts';
import type { MockScript } from './script.ts';
import { scriptPage } from './script-page.ts';

export const MOCK_FILES = {
  mock: 'mock.json',
  election: 'election.json',
  script: 'script.html',
  answer: 'known-answer.json',
  papers: 'papers.csv',
} as const;
export const MOCK_VOTERS_MOST = 1_000;

const PAPERS_ROW = 'PAPERS';
const PAPER_COLUMNS = ['contest', 'card', 'candidate', 'votes'] as const;
const MAX_PAPER_ROWS = 100_000;

const answerText = ({ answer, voters }: MockScript): string =>
  `${JSON.stringify({ ballots: voters.length, contests: answer }, null, 1)}\n`;

/** A table with a row for everything that is counted in the box. */
const papersForm = ({ answer }: MockScript): string =>
  csvText(PAPER_COLUMNS, [
    [PAPERS_ROW, '', '', ''],
    ...answer.flatMap(({ id, options }) => [
      ...options.map(({ card, candidate }) => [id, card, candidate ?? '', '']),
      [id, NULL_CARD, '', ''],
    ]),
  ]);

/** Contents by name; `locale`: of the script. */
export const mockFolder = (precinct: MockPrecinct, locale: Locale): ReadonlyMap<string, string> => {
  const { definition, voters, seed } = precinct;
  const script = scriptFor(precinct);
  return new Map([
    [MOCK_FILES.mock, `${JSON.stringify({ format: 'urna-mock-1', voters, seed })}\n`],
    [MOCK_FILES.election, `${JSON.stringify(definition, null, 1)}\n`],
    [MOCK_FILES.script, scriptPage(definition, script, seed, locale)],
    [MOCK_FILES.answer, answerText(script)],
    [MOCK_FILES.papers, papersForm(script)],
  ]);
};

export type ReadMock = {
  readonly precinct: MockPrecinct;
  readonly script: MockScript;
  /** The known answer that lies in the folder is not the one that follows from election and dice. */
  readonly answerChanged: boolean;
};

const parsed = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
};

const electionIn = (folder: string, report: Report): ElectionDefinition | null => {
  const file = join(folder, MOCK_FILES.election);
  const text = fileText(file, MAX_OFFER_BYTES, report);
  const json = parsed(text);
  if (json === null) {
    if (text !== null) report(file, 'is not JSON');
    return null;
  }
  const checked = checkDefinition(json);
  if (checked.ok) return checked.value;
  for (const { path, message } of checked.error) report(`${file}: ${path}`, message);
  return null;
};

/** Null: it can not be relied on, and everything that is wrong was reported. */
export const readMock = (folder: string, report: Report): ReadMock | null => {
  const definition = electionIn(folder, report);
  const file = join(folder, MOCK_FILES.mock);
  const { format, voters, seed } = jsonObject(fileText(file, 4096, report) ?? '') ?? {};
  const digits = typeof seed === 'string' ? readSeed(seed) : null;
  const count = Number.isInteger(voters) ? Number(voters) : 0;
  if (format !== 'urna-mock-1') report(file, 'is no mock audit');
  if (digits === null) report(`${file}: $.seed`, 'must be 20 decimal digits or more');
  if (count < 1 || count > MOCK_VOTERS_MOST) report(`${file}: $.voters`, 'must be 1 to 1000');
  if (definition === null || digits === null || count < 1 || count > MOCK_VOTERS_MOST) return null;
  const precinct = { definition, voters: count, seed: digits };
  const script = scriptFor(precinct);
  const answer = fileText(join(folder, MOCK_FILES.answer), MAX_OFFER_BYTES, report);
  return { precinct, script, answerChanged: answer !== answerText(script) };
};

/** The box as people counted it: like the known answer, an option without a row has no votes. */
export const readPapers = (
  file: string,
  { answer }: MockScript,
  report: Report,
): { readonly contests: readonly ResultContest[]; readonly ballots: number } => {
  const seen = new Set<string>();
  const votes = new Map<string, number>();
  const keyOf = (...parts: readonly string[]): string => parts.join(' ');
  const known = new Set([
    keyOf(PAPERS_ROW, '', ''),
    ...answer.flatMap(({ id, options }) => [
      keyOf(id, NULL_CARD, ''),
      ...options.map(({ card, candidate }) => keyOf(id, card, candidate ?? '')),
    ]),
  ]);
  for (const { line, fields } of tableRows(file, PAPER_COLUMNS, MAX_PAPER_ROWS, report)) {
    const [contest = '', card = '', candidate = '', field = ''] = fields;
    const key = keyOf(contest, card, candidate);
    if (!known.has(key)) report(`${file}:${line}`, `${key} is not on the ballot`);
    else if (seen.has(key)) report(`${file}:${line}`, 'repeats a row above');
    seen.add(key);
    votes.set(key, figureIn(field, `${file}:${line}:votes`, report));
  }
  const papers = keyOf(PAPERS_ROW, '', '');
  for (const key of [papers, ...answer.map(({ id }) => keyOf(id, NULL_CARD, ''))])
    if (!seen.has(key)) report(file, `has no row ${key.trim()}`);
  return {
    ballots: votes.get(papers) ?? 0,
    contests: answer.map((contest) => ({
      ...contest,
      nulls: votes.get(keyOf(contest.id, NULL_CARD, '')) ?? 0,
      options: contest.options.map((option) => ({
        ...option,
        votes: votes.get(keyOf(contest.id, option.card, option.candidate ?? '')) ?? 0,
      })),
    })),
  };
};
