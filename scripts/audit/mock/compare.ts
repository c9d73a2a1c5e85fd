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
import { type Phrase, packagePhrase, type Said, says, tallyPhrase } from '../words/phrase.ts';
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
type Find = (code: Code, subject: Said, message: Phrase) => void;

const compareContests = (
  answer: readonly ResultContest[],
  found: readonly ResultContest[],
  code: 'votes' | 'papers',
  find: Find,
): void => {
  const where = code === 'votes' ? 'tally' : 'papers';
  for (const contest of answer) {
    const other = found.find(({ id }) => id === contest.id);
    if (other === undefined) {
      find(code, contest.id, says(`mock.${where}Missing`));
      continue;
    }
    if (other.nulls !== contest.nulls)
      find(
        code,
        contest.id,
        says(`mock.${where}Nulls`, { found: other.nulls, expected: contest.nulls }),
      );
    contest.options.forEach(({ card, candidate, votes }) => {
      const counted =
        other.options.find((each) => each.card === card && each.candidate === candidate)?.votes ??
        0;
      if (counted !== votes)
        find(
          code,
          `${contest.id} ${optionName({ cardId: card, candidateId: candidate })}`,
          says(`mock.${where}Votes`, { found: counted, expected: votes }),
        );
    });
  }
  for (const { id } of found)
    if (!answer.some((contest) => contest.id === id)) find(code, id, says('mock.notInScript'));
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
      find('unreadable', says('subject.box'), says('mock.unreadable'));
      continue;
    }
    const key = keyOf(read.styleId, read.marks);
    if ((left.get(key) ?? 0) === 0)
      find('papers', says('subject.box'), says('mock.paperExtra', { paper: key }));
    else left.set(key, (left.get(key) ?? 0) - 1);
  }
  for (const [key, count] of left)
    if (count > 0)
      find('papers', says('subject.box'), says('mock.paperMissing', { count, paper: key }));
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
  if (answerChanged) find('script', 'known-answer.json', says('mock.script'));
  if (papers?.kind === 'texts') comparePapers(definition, script, papers.texts, find);
  if (papers?.kind === 'counted') {
    compareContests(script.answer, papers.contests, 'papers', find);
    if (papers.ballots !== script.voters.length)
      find(
        'papers',
        says('subject.box'),
        says('mock.paperCount', { found: papers.ballots, expected: script.voters.length }),
      );
  }
  const key = publicKeyFromPem(evidence.machineKey);
  const opened =
    key === null
      ? null
      : openResultPackage(evidence.bytes, evidence.signature, key, evidence.authorityKey);
  if (opened === null || !opened.ok) {
    find('signature', says('subject.package'), packagePhrase(opened?.error ?? null));
    return { result: null, findings };
  }
  const result = opened.value;
  const count = script.voters.length;
  if (result.election !== definition.id)
    find(
      'otherElection',
      says('subject.package'),
      says('mock.otherElection', { found: result.election, expected: definition.id }),
    );
  if (result.test && !definition.test)
    find('notReal', says('subject.package'), says('mock.notReal'));
  if (result.ballots !== count)
    find(
      'ballots',
      says('subject.package'),
      says('mock.ballots', { found: result.ballots, expected: count }),
    );
  if (result.authentication.votersMarked !== count)
    find(
      'marks',
      says('subject.pollbook'),
      says('mock.marks', { found: result.authentication.votersMarked, expected: count }),
    );
  compareContests(script.answer, result.contests, 'votes', find);
  if (envelope !== null && envelope !== result.reprints + result.spoils)
    find(
      'envelope',
      says('subject.envelope'),
      says('mock.envelope', {
        found: envelope,
        reprints: result.reprints,
        spoils: result.spoils,
      }),
    );
  const problem = report === null ? null : reportProblem(report, result, evidence.authorityKey);
  if (problem !== null) find('report', says('subject.tallyReport'), tallyPhrase(problem));
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
    { what: says('mock.checkScript'), done: 1, codes: code('script') },
    { what: says('mock.checkSignature'), done: 1, codes: code('signature') },
    {
      what: says('mock.checkElection'),
      done: opened,
      codes: code('otherElection', 'notReal'),
    },
    { what: says('mock.checkBallots'), done: 2 * opened, codes: code('ballots', 'marks') },
    { what: says('mock.checkVotes'), done: options * opened, codes: code('votes') },
    { what: says('mock.checkReport'), done: report === null ? 0 : opened, codes: code('report') },
    {
      what: says('mock.checkPapers'),
      done: papers === null ? 0 : papers.kind === 'texts' ? papers.texts.length : options,
      codes: code('papers', 'unreadable'),
    },
    {
      what: says('mock.checkEnvelope'),
      done: envelope === null ? 0 : opened,
      codes: code('envelope'),
    },
  ];
  const votesOf = (contest: ResultContest, card: string, candidate: string | null): number =>
    result?.contests
      .find(({ id }) => id === contest.id)
      ?.options.find((each) => each.card === card && each.candidate === candidate)?.votes ?? 0;
  return {
    title: says('mock.title'),
    facts: [
      [says('election'), says('mock.electionIs', { id: definition.id, title: definition.title })],
      [says('mock.seed'), seed],
      [
        says('mock.voters'),
        says(by === 'robots' ? 'mock.byRobots' : 'mock.byHand', { count: script.voters.length }),
      ],
      [says('machine'), result?.machineCode ?? says('unknown')],
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
        title: says('mock.chart', { contest: contest.id }),
        note: says('mock.chartNote'),
        bars: rows
          .filter(({ votes, counted }) => votes + counted > 0)
          .map(({ label, votes, counted }) => ({
            label,
            share: counted / most,
            text: says('ratio', { part: counted, all: votes }),
            bad: counted !== votes,
          })),
      };
    }),
    tables: [
      {
        title: says('mock.ways'),
        heads: [says('mock.way'), says('mock.voters')],
        rows: [...Map.groupBy(script.voters, ({ way }) => way)].map(([way, all]) => [
          says(`mock.way.${way}`),
          all.length,
        ]),
      },
    ],
    findings,
    limits: [
      says('mock.limitDay'),
      ...(papers === null ? [says('mock.limitBox')] : []),
      ...(envelope === null ? [says('mock.limitEnvelope')] : []),
      ...(by === 'robots' ? [says('mock.limitEmulated')] : []),
    ],
    again,
  };
};
