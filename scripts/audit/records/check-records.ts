/** Cast vote records of a test election, tabulated again, against the machine's result package. */
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { openResultPackage, resultContests } from '#firmware/vault/result-package.ts';
import { optionName } from '../boxes/country.ts';
import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import { packagePhrase, says } from '../words/phrase.ts';

export type RecordsEvidence = {
  readonly bytes: Uint8Array;
  readonly signature: Uint8Array;
  /** PEM. */
  readonly machineKey: string;
};

export const RECORDS_CODES = {
  signature: ['records.signature'],
  election: ['records.otherElection'],
  ballots: ['records.ballots'],
  votes: ['records.votes', 'records.nulls'],
} as const;

export const checkRecords = (
  definition: ElectionDefinition,
  votes: readonly CastVote[],
  { bytes, signature, machineKey }: RecordsEvidence,
): readonly Finding[] => {
  const key = publicKeyFromPem(machineKey);
  const opened = key === null ? null : openResultPackage(bytes, signature, key, null);
  if (opened === null || !opened.ok) {
    const message = packagePhrase(opened?.error ?? null);
    return [{ code: 'records.signature', subject: says('subject.package'), message }];
  }
  const result = opened.value;
  const findings: Finding[] = [];
  if (result.election !== definition.id)
    findings.push({
      code: 'records.otherElection',
      subject: says('subject.package'),
      message: says('records.otherElection', { found: result.election, expected: definition.id }),
    });
  if (result.ballots !== votes.length)
    findings.push({
      code: 'records.ballots',
      subject: says('subject.package'),
      message: says('records.ballots', { found: result.ballots, expected: votes.length }),
    });
  for (const contest of resultContests(tabulate(definition, votes))) {
    const found = result.contests.find(({ id }) => id === contest.id);
    if (found?.nulls !== contest.nulls)
      findings.push({
        code: 'records.nulls',
        subject: contest.id,
        message:
          found === undefined
            ? says('records.notInPackage', { expected: contest.nulls })
            : says('records.nulls', { found: found.nulls, expected: contest.nulls }),
      });
    for (const { card, candidate, votes: count } of contest.options) {
      const reported =
        found?.options.find((each) => each.card === card && each.candidate === candidate)?.votes ??
        0;
      if (reported !== count)
        findings.push({
          code: 'records.votes',
          subject: `${contest.id} ${optionName({ cardId: card, candidateId: candidate })}`,
          message: says('records.votes', { found: reported, expected: count }),
        });
    }
  }
  return findings;
};

export const recordsReport = (
  definition: ElectionDefinition,
  votes: readonly CastVote[],
  findings: readonly Finding[],
  again: string,
): AuditReport => {
  const contests = resultContests(tabulate(definition, votes));
  const opened = findings.some(({ code }) => code === 'records.signature') ? 0 : 1;
  const options = contests.reduce((sum, contest) => sum + contest.options.length + 1, 0);
  return {
    title: says('records.title'),
    facts: [
      [says('election'), says('records.electionIs', { election: definition.id })],
      [says('records.records'), votes.length],
    ],
    checks: [
      { what: says('records.checkSignature'), done: 1, codes: RECORDS_CODES.signature },
      { what: says('records.checkElection'), done: opened, codes: RECORDS_CODES.election },
      { what: says('records.checkBallots'), done: opened, codes: RECORDS_CODES.ballots },
      {
        what: says('records.checkVotes'),
        done: options * opened,
        codes: RECORDS_CODES.votes,
      },
    ],
    charts: contests.map(({ id, options: all, nulls, ballots, positions }) => ({
      title: says('records.chart', { contest: id }),
      note: says('records.chartNote', { ballots, positions, nulls }),
      bars: all
        .filter(({ votes: count }) => count > 0)
        .map(({ card, candidate, votes: count }) => ({
          label: optionName({ cardId: card, candidateId: candidate }),
          share: count / Math.max(1, ballots * positions),
          text: count,
        })),
    })),
    tables: [],
    findings,
    limits: [says('records.limitBoth'), says('records.limitTest')],
    again,
  };
};
