/**
 * What a mock election left against its script: the signed package, the papers in the box, those in the
 * envelope, the marks in the pollbook. The answer was known before; whatever differs is named.
 */

import type { Marks } from '#firmware/election/ballot.ts';
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import {
  openResultPackage,
  type ResultContest,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';
import { makePaperReader } from '../../day/hand-count.ts';
import { reportProblem } from '../../evidence/report-text.ts';
import { optionName } from '../boxes/country.ts';
import type { Finding } from '../finding.ts';
import type { AuditReport, Check } from '../report.ts';
import type { MockScript } from './script.ts';

/** What lies on the table at the end. */
export type MockEvidence = {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  /** PEM. */
  readonly machineKey: string;
  /** The authority's public key, Ed25519. */
  readonly authorityKey: Uint8Array;
  /** The tally report as text; null: it is not there. */
  readonly report: Uint8Array | null;
  /** What stands on each paper of the box; or people's count of it; null: nobody looked. */
  readonly papers:
    | { readonly kind: 'texts'; readonly texts: readonly string[] }
    | {
        readonly kind: 'counted';
        readonly contests: readonly ResultContest[];
        readonly ballots: number;
      }
    | null;
  /** Papers in the envelope; null: nobody looked. */
  readonly envelope: number | null;
};

type Code =
  | 'script'
  | 'signature'
  | 'otherElection'
  | 'notReal'
  | 'ballots'
  | 'marks'
  | 'votes'
  | 'report'
  | 'unreadable'
  | 'papers'
  | 'envelope';
type Find = (code: Code, subject: string, message: string) => void;

const compareContests = (
  answer: readonly ResultContest[],
  found: readonly ResultContest[],
  code: 'votes' | 'papers',
  where: string,
  find: Find,
): void => {
  for (const contest of answer) {
    const other = found.find(({ id }) => id === contest.id);
    if (other === undefined) {
      find(code, contest.id, `is not ${where}`);
      continue;
    }
    if (other.nulls !== contest.nulls)
      find(code, contest.id, `${other.nulls} nulls ${where}, ${contest.nulls} in the script`);
    contest.options.forEach(({ card, candidate, votes }) => {
      const counted =
        other.options.find((each) => each.card === card && each.candidate === candidate)?.votes ??
        0;
      if (counted !== votes)
        find(
          code,
          `${contest.id} ${optionName({ cardId: card, candidateId: candidate })}`,
          `${counted} ${where}, ${votes} in the script`,
        );
    });
  }
  for (const { id } of found)
    if (!answer.some((contest) => contest.id === id)) find(code, id, 'is not in the script');
};

const keyOf = (styleId: string, marks: Marks): string => JSON.stringify([styleId, marks]);

/** What stands on the papers, as far as each can be read as a record of some ballot style; null: it can not. */
export const readTexts = (
  definition: ElectionDefinition,
  texts: readonly string[],
): readonly (CastVote | null)[] => {
  const readers = definition.ballotStyles
    .map(({ id }) => resolveBallot(definition, id))
    // A style with more contests is recognised first.
    .sort((a, b) => b.contests.length - a.contests.length)
    .map((ballot) => ({ styleId: ballot.styleId, reader: makePaperReader(definition, ballot) }));
  return texts.map((text) => {
    for (const { styleId, reader } of readers) {
      const marks = reader.read(text);
      if (marks !== null) return { styleId, marks };
    }
    return null;
  });
};

/** Paper by paper: the box holds one for each voter of the script, and no other. */
const comparePapers = (
  definition: ElectionDefinition,
  { voters }: MockScript,
  texts: readonly string[],
  find: Find,
): void => {
  const left = new Map<string, number>();
  for (const { styleId, marks } of voters) {
    const key = keyOf(styleId, marks);
    left.set(key, (left.get(key) ?? 0) + 1);
  }
  for (const read of readTexts(definition, texts)) {
    if (read === null) {
      find('unreadable', 'box', 'a paper can not be read as a record');
      continue;
    }
    const key = keyOf(read.styleId, read.marks);
    if ((left.get(key) ?? 0) === 0) find('papers', 'box', `a paper that nobody voted: ${key}`);
    else left.set(key, (left.get(key) ?? 0) - 1);
  }
  for (const [key, count] of left)
    if (count > 0) find('papers', 'box', `${count} papers are missing: ${key}`);
};

/** Total. `result`: as far as the package could be opened. `answerChanged`: as the folder says (folder.ts). */
export const compareMock = (
  definition: ElectionDefinition,
  script: MockScript,
  evidence: MockEvidence,
  answerChanged = false,
): { readonly result: ResultPackage | null; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = [];
  const find: Find = (code, subject, message) => {
    findings.push({ code: `mock.${code}`, subject, message });
  };
  const { papers, envelope, report } = evidence;
  if (answerChanged)
    find(
      'script',
      'known-answer.json',
      'is not what election and dice give; compared is what they give',
    );
  if (papers?.kind === 'texts') comparePapers(definition, script, papers.texts, find);
  if (papers?.kind === 'counted') {
    compareContests(script.answer, papers.contests, 'papers', 'on paper', find);
    if (papers.ballots !== script.voters.length)
      find(
        'papers',
        'box',
        `${papers.ballots} papers, ${script.voters.length} voters in the script`,
      );
  }
  const key = publicKeyFromPem(evidence.machineKey);
  const opened =
    key === null
      ? null
      : openResultPackage(evidence.bytes, evidence.signature, key, evidence.authorityKey);
  if (opened === null || !opened.ok) {
    const error = opened?.error ?? { kind: 'malformed', detail: 'no machine key in PEM' };
    const detail = 'detail' in error ? `: ${error.detail}` : '';
    find('signature', 'package', `${error.kind}${detail}`);
    return { result: null, findings };
  }
  const result = opened.value;
  const count = script.voters.length;
  if (result.election !== definition.id)
    find('otherElection', 'package', `is of ${result.election}, the script of ${definition.id}`);
  if (result.test && !definition.test)
    find('notReal', 'package', 'is of a test election: the machine could know that it was one');
  if (result.ballots !== count)
    find('ballots', 'package', `${result.ballots} ballots, ${count} voters`);
  if (result.authentication.votersMarked !== count)
    find('marks', 'pollbook', `${result.authentication.votersMarked} marks, ${count} voters`);
  compareContests(script.answer, result.contests, 'votes', 'in the tally', find);
  if (envelope !== null && envelope !== result.reprints + result.spoils)
    find(
      'envelope',
      'envelope',
      `${envelope} papers, ${result.reprints} reprints and ${result.spoils} spoils`,
    );
  const problem = report === null ? null : reportProblem(report, result, evidence.authorityKey);
  if (problem !== null) find('report', 'tally report', problem);
  return { result, findings };
};

export const mockReport = (
  definition: ElectionDefinition,
  script: MockScript,
  {
    result,
    findings,
    evidence,
    seed,
    by,
  }: {
    readonly result: ResultPackage | null;
    readonly findings: readonly Finding[];
    readonly evidence: Pick<MockEvidence, 'papers' | 'envelope' | 'report'>;
    readonly seed: string;
    readonly by: 'robots' | 'hand';
  },
  again: string,
): AuditReport => {
  const options = script.answer.reduce((sum, contest) => sum + contest.options.length + 1, 0);
  const { papers, envelope, report } = evidence;
  const opened = result === null ? 0 : 1;
  const code = (...names: readonly Code[]): readonly string[] =>
    names.map((name) => `mock.${name}`);
  const checks: readonly Check[] = [
    { what: 'known answer from election and dice', done: 1, codes: code('script') },
    { what: 'signed by a certified machine', done: 1, codes: code('signature') },
    {
      what: 'of this election, and of its kind',
      done: opened,
      codes: code('otherElection', 'notReal'),
    },
    { what: 'ballots and marks against voters', done: 2 * opened, codes: code('ballots', 'marks') },
    { what: 'tally against the known answer', done: options * opened, codes: code('votes') },
    { what: 'tally report as text', done: report === null ? 0 : opened, codes: code('report') },
    {
      what: 'papers in the box against the script',
      done: papers === null ? 0 : papers.kind === 'texts' ? papers.texts.length : options,
      codes: code('papers', 'unreadable'),
    },
    {
      what: 'papers in the envelope',
      done: envelope === null ? 0 : opened,
      codes: code('envelope'),
    },
  ];
  const votesOf = (contest: ResultContest, card: string, candidate: string | null): number =>
    result?.contests
      .find(({ id }) => id === contest.id)
      ?.options.find((each) => each.card === card && each.candidate === candidate)?.votes ?? 0;
  return {
    title: 'Audit: a mock election with a known answer',
    facts: [
      ['election', `${definition.id}: ${definition.title.es}`],
      ['seed', seed],
      [
        'voters',
        `${script.voters.length}, by ${by === 'robots' ? 'robots at the screen' : 'hand'}`,
      ],
      ['machine', result?.machineCode ?? 'unknown'],
    ],
    checks,
    charts: script.answer.map((contest) => {
      const rows = contest.options.map(({ card, candidate, votes }) => ({
        label: optionName({ cardId: card, candidateId: candidate }),
        votes,
        counted: votesOf(contest, card, candidate),
      }));
      const most = Math.max(1, ...rows.map(({ votes, counted }) => Math.max(votes, counted)));
      return {
        title: `Counted in ${contest.id}`,
        note: 'Counted by the machine, of what the script says.',
        bars: rows
          .filter(({ votes, counted }) => votes + counted > 0)
          .map(({ label, votes, counted }) => ({
            label,
            share: counted / most,
            text: `${counted} of ${votes}`,
            bad: counted !== votes,
          })),
      };
    }),
    tables: [
      {
        title: 'How voters of the script voted',
        heads: ['way', 'voters'],
        rows: [...Map.groupBy(script.voters, ({ way }) => way)].map(([way, all]) => [
          way,
          all.length,
        ]),
      },
    ],
    findings,
    limits: [
      'One precinct, one day, these votes: a machine that misbehaves only on another day, hour or pattern of votes is not seen here. It can not tell this election from a real one by anything but its names and the clock.',
      ...(papers === null
        ? ['Nobody looked into the box: name what was counted with --papers FILE.']
        : []),
      ...(envelope === null ? ['Nobody looked into the envelope.'] : []),
      ...(by === 'robots'
        ? [
            'The unit was the firmware on emulated devices; a unit of metal is audited by hand with the printed script.',
          ]
        : []),
    ],
    again,
  };
};
