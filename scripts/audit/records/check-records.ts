/** Cast vote records of a test election, tabulated again, against the machine's result package. */
import type { CastVote } from '#firmware/election/cast-vote-record.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { publicKeyFromPem } from '#firmware/vault/keys.ts';
import { openResultPackage, resultContests } from '#firmware/vault/result-package.ts';
import { optionName } from '../boxes/country.ts';
import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';

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
    const message = opened === null ? 'no machine key in PEM' : opened.error.kind;
    return [{ code: 'records.signature', subject: 'package', message }];
  }
  const result = opened.value;
  const findings: Finding[] = [];
  if (result.election !== definition.id)
    findings.push({
      code: 'records.otherElection',
      subject: 'package',
      message: `is of ${result.election}, the records of ${definition.id}`,
    });
  if (result.ballots !== votes.length)
    findings.push({
      code: 'records.ballots',
      subject: 'package',
      message: `${result.ballots} ballots, ${votes.length} records`,
    });
  for (const contest of resultContests(tabulate(definition, votes))) {
    const found = result.contests.find(({ id }) => id === contest.id);
    if (found?.nulls !== contest.nulls)
      findings.push({
        code: 'records.nulls',
        subject: contest.id,
        message: `${found?.nulls ?? 'no'} nulls in the package, ${contest.nulls} by the records`,
      });
    for (const { card, candidate, votes: count } of contest.options) {
      const reported =
        found?.options.find((each) => each.card === card && each.candidate === candidate)?.votes ??
        0;
      if (reported !== count)
        findings.push({
          code: 'records.votes',
          subject: `${contest.id} ${optionName({ cardId: card, candidateId: candidate })}`,
          message: `${reported} in the package, ${count} by the records`,
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
    title: 'Audit: cast vote records tabulated again',
    facts: [
      ['election', `${definition.id}, a test`],
      ['records', String(votes.length)],
    ],
    checks: [
      { what: 'package signed by its machine', done: 1, codes: RECORDS_CODES.signature },
      { what: 'package of this election', done: opened, codes: RECORDS_CODES.election },
      { what: 'records against ballots', done: opened, codes: RECORDS_CODES.ballots },
      {
        what: 'votes and nulls by the records',
        done: options * opened,
        codes: RECORDS_CODES.votes,
      },
    ],
    charts: contests.map(({ id, options: all, nulls, ballots, positions }) => ({
      title: `By the records, ${id}`,
      note: `${ballots} records times ${positions} positions, ${nulls} null.`,
      bars: all
        .filter(({ votes: count }) => count > 0)
        .map(({ card, candidate, votes: count }) => ({
          label: optionName({ cardId: card, candidateId: candidate }),
          share: count / Math.max(1, ballots * positions),
          text: String(count),
        })),
    })),
    tables: [],
    findings,
    limits: [
      'Records that agree with a tally may both be wrong: only papers show what voters meant.',
      'Of an election that is no test there are no such records outside the urn, and this refuses them.',
    ],
    again,
  };
};
