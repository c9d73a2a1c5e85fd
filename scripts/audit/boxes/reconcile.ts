/**
 * A box against its tally report: signatures in the roster = marks in the pollbook = ballots = papers in the
 * box; reprints and spoils = papers in the envelope; each option's papers = its votes. Every difference has
 * a code; what explains it is written beside it, and it stays a finding.
 */
import type { ContestPart } from '#firmware/nation/ballot-form.ts';
import type { Finding } from '../finding.ts';
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
): string | null => {
  const given = votes.reduce((sum, each) => sum + each, 0);
  const all = given + nulls;
  if (all === papers * contest.votes) return null;
  // Not on every ballot: how many papers had it is not known, but each has all of its positions.
  if (!onEveryBallot && all % contest.votes === 0 && all < papers * contest.votes) return null;
  return `${given} votes and ${nulls} nulls are not ${papers} papers times ${contest.votes}`;
};

/** The hand count of a contest that can be relied on; null: not counted, or to be counted again. */
export const soundCount = (box: CountedBox, part: ContestPart): CountedContest | null => {
  const counted = box.contests.get(part.contest.id);
  return counted !== undefined && sumProblem(part, counted, box.papers) === null ? counted : null;
};

export const reconcileBox = (box: CountedBox): readonly Finding[] => {
  const { precinct, signatures, marks, ballots, papers, envelope, note, contests } = box;
  const { id, form, row } = precinct;
  const explained = note === '' ? '' : ` (explained: ${note})`;
  const findings: Finding[] = [];
  const find = (code: Code, message: string, subject = id): void => {
    findings.push({ code, subject, message: `${message}${explained}` });
  };
  const compare = (code: Code, what: string, found: number, of: string, expected: number): void => {
    if (found !== expected) find(code, `${found} ${what}, ${expected} ${of}`);
  };
  compare('boxes.signatures', 'signatures in the roster', signatures, 'marks on the report', marks);
  compare('boxes.papers', 'papers in the box', papers, 'ballots on the report', ballots);
  if (row === null) find('boxes.noPackage', 'the result has no sound package of this precinct');
  else {
    const { places } = form;
    const inPackage = 'in the result package';
    compare('boxes.marks', 'marks on the report', marks, inPackage, row[places.votersMarked]!);
    compare('boxes.ballots', 'ballots on the report', ballots, inPackage, row[places.ballots]!);
    const folded = row[places.reprints]! + row[places.spoils]!;
    compare('boxes.envelope', 'papers in the envelope', envelope, 'reprints and spoils', folded);
  }
  for (const part of form.contests) {
    const subject = `${id} ${part.contest.id}`;
    const counted = contests.get(part.contest.id);
    if (counted === undefined) {
      find('boxes.contestMissing', 'was not counted', subject);
      continue;
    }
    const problem = sumProblem(part, counted, papers);
    if (problem !== null) find('boxes.sum', `count it again: ${problem}`, subject);
    if (row === null) continue;
    const announced = announcedVotes(precinct, part);
    part.options.forEach((option, at) => {
      const of = `${subject} ${optionName(option)}`;
      const [paper, machine] = [counted.votes[at] ?? 0, announced[at] ?? 0];
      if (paper !== machine) find('boxes.votes', `${paper} on paper, ${machine} in the result`, of);
    });
    const nulls = row[part.at + 1]!;
    if (counted.nulls !== nulls)
      find('boxes.nulls', `${counted.nulls} nulls on paper, ${nulls} in the result`, subject);
  }
  return findings;
};
