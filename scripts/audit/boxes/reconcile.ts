/**
 * A box against its tally report: signatures in the roster = marks in the pollbook = ballots = papers in the
 * box; reprints and spoils = papers in the envelope; each option's papers = its votes. Every difference has
 * a code; what explains it is written beside it, and it stays a finding.
 */
import type { ContestPart } from '#firmware/nation/ballot-form.ts';
import type { Finding } from '../finding.ts';
import { type Phrase, says } from '../words/phrase.ts';
import { announcedVotes, optionName } from './country.ts';
import type { CountedBox, CountedContest } from './counts.ts';

export const ACCOUNT_CODES = [
  'boxes.signatures',
  'boxes.marks',
  'boxes.ballots',
  'boxes.papers',
  'boxes.envelope',
  'boxes.noPackage',
] as const;
export const VOTE_CODES = ['boxes.votes', 'boxes.nulls'] as const;
export const COUNT_CODES = ['boxes.sum', 'boxes.contestMissing'] as const;

type Code = (typeof ACCOUNT_CODES | typeof VOTE_CODES | typeof COUNT_CODES)[number];

/** Why a hand count of a contest can not be right; null: it adds up. */
export const sumProblem = (
  { contest, onEveryBallot }: ContestPart,
  { votes, nulls }: CountedContest,
  papers: number,
): Phrase | null => {
  const given = votes.reduce((sum, each) => sum + each, 0);
  const all = given + nulls;
  if (all === papers * contest.votes) return null;
  // Not on every ballot: how many papers had it is not known, but each has all of its positions.
  if (!onEveryBallot && all % contest.votes === 0 && all < papers * contest.votes) return null;
  return says('boxes.sum', { votes: given, nulls, papers, positions: contest.votes });
};

/** The hand count of a contest that can be relied on; null: not counted, or to be counted again. */
export const soundCount = (box: CountedBox, part: ContestPart): CountedContest | null => {
  const counted = box.contests.get(part.contest.id);
  return counted !== undefined && sumProblem(part, counted, box.papers) === null ? counted : null;
};

export const reconcileBox = (box: CountedBox): readonly Finding[] => {
  const { precinct, signatures, marks, ballots, papers, envelope, note, contests } = box;
  const { id, form, row } = precinct;
  const findings: Finding[] = [];
  const find = (code: Code, what: Phrase = says(code), subject = id): void => {
    const message = note === '' ? what : says('boxes.explained', { what, note });
    findings.push({ code, subject, message });
  };
  const compare = (code: Code, found: number, expected: number): void => {
    if (found !== expected) find(code, says(code, { found, expected }));
  };
  compare('boxes.signatures', signatures, marks);
  compare('boxes.papers', papers, ballots);
  if (row === null) find('boxes.noPackage');
  else {
    const { places } = form;
    compare('boxes.marks', marks, row[places.votersMarked]!);
    compare('boxes.ballots', ballots, row[places.ballots]!);
    compare('boxes.envelope', envelope, row[places.reprints]! + row[places.spoils]!);
  }
  for (const part of form.contests) {
    const subject = `${id} ${part.contest.id}`;
    const counted = contests.get(part.contest.id);
    if (counted === undefined) {
      find('boxes.contestMissing', says('boxes.contestMissing'), subject);
      continue;
    }
    const problem = sumProblem(part, counted, papers);
    if (problem !== null) find('boxes.sum', problem, subject);
    if (row === null) continue;
    const differ = (code: Code, paper: number, machine: number, of: string): void => {
      if (paper !== machine) find(code, says(code, { paper, machine }), of);
    };
    const announced = announcedVotes(precinct, part);
    part.options.forEach((option, at) => {
      const of = `${subject} ${optionName(option)}`;
      differ('boxes.votes', counted.votes[at] ?? 0, announced[at] ?? 0, of);
    });
    differ('boxes.nulls', counted.nulls, row[part.at + 1]!, subject);
  }
  return findings;
};
