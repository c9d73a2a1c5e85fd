/** The report of the boxes that were counted: accounts, votes, the risk of each contest, and what all that does not show. */
import type { Rejection } from '#firmware/nation/aggregate.ts';
import type { Draw } from '../draw-sample.ts';
import { type Finding, subjectOf } from '../finding.ts';
import type { AuditReport, Chart } from '../report.ts';
import { type Phrase, percent, says } from '../words/phrase.ts';
import type { ContestRisk } from './contest-risk.ts';
import type { CountedBox } from './counts.ts';
import { ACCOUNT_CODES, COUNT_CODES, reconcileBox, VOTE_CODES } from './reconcile.ts';

export type BoxesAudit = {
  readonly boxes: readonly CountedBox[];
  /** Precincts with a sound package. */
  readonly packages: number;
  readonly rejected: readonly Rejection[];
  /** The draw, and the precincts in it; null: the boxes were not drawn by lot, or nobody said how. */
  readonly draw: (Draw & { readonly drawn: readonly string[] }) | null;
  /** Empty without a draw. */
  readonly risks: readonly ContestRisk[];
  /** The highest risk that is accepted, 0 to 1. */
  readonly limit: number;
};

const overOf = (winner: string, loser: string): Phrase => says('boxes.over', { winner, loser });

/** What was drawn and not counted. */
const notCounted = ({ boxes, draw }: BoxesAudit): readonly Finding[] => {
  const there = new Set(boxes.map(({ precinct }) => precinct.id));
  return (draw?.drawn ?? [])
    .filter((id) => !there.has(id))
    .map((id) => ({
      code: 'boxes.notCounted',
      subject: id,
      message: says('boxes.notCounted'),
    }));
};

const riskFinding =
  (limit: number) =>
  ({ id, state, risk, weakest, inOrder, boxes, next }: ContestRisk): readonly Finding[] => {
    if (risk <= limit) return [];
    if (state === 'counted')
      return [{ code: 'boxes.outcome', subject: id, message: says('boxes.outcome') }];
    const goOn = next ?? '–';
    const message =
      state === 'tied'
        ? says('boxes.tied', { next: goOn })
        : says('boxes.aboveLimit', {
            risk: percent(risk),
            limit: percent(limit),
            pair: overOf(weakest?.winner ?? '–', weakest?.loser ?? '–'),
            inOrder,
            boxes,
            next: goOn,
          });
    return [{ code: 'boxes.risk', subject: id, message }];
  };

export const boxesFindings = (audit: BoxesAudit): readonly Finding[] => [
  ...audit.rejected.map(({ precinct, code, origin }) => ({
    code: 'boxes.package',
    subject: precinct ?? origin,
    message: says(`refusal.${code}`),
  })),
  ...notCounted(audit),
  ...audit.boxes.flatMap(reconcileBox),
  ...audit.risks.flatMap(riskFinding(audit.limit)),
];

const differences = (findings: readonly Finding[], ids: readonly string[]): Chart => {
  const counts = ids.map((id) => ({
    id,
    count: findings.filter((each) => subjectOf(each).split(' ')[0] === id).length,
  }));
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return {
    title: says('boxes.differences'),
    note: says('boxes.differencesNote'),
    bars: counts
      .filter(({ count }) => count > 0)
      .map(({ id, count }) => ({ label: id, share: count / most, text: count, bad: true })),
  };
};

const LIMITS = [
  'boxes.limitOthers',
  'boxes.limitOutcome',
  'boxes.limitRegistered',
  'boxes.limitFew',
  'boxes.limitSeals',
  'boxes.limitRecords',
] as const;

export const boxesReport = (audit: BoxesAudit, again: string): AuditReport => {
  const { boxes, packages, rejected, draw, risks, limit } = audit;
  const findings = boxesFindings(audit);
  const comparisons = boxes.reduce(
    (sum, { contests }) =>
      sum + [...contests.values()].reduce((all, { votes }) => all + votes.length + 1, 0),
    0,
  );
  const contests = boxes.reduce((sum, { precinct }) => sum + precinct.form.contests.length, 0);
  return {
    title: says('boxes.title'),
    facts: [
      [says('boxes.boxes'), boxes.length],
      [says('boxes.seed'), draw?.seed ?? says('none')],
      [
        says('boxes.drawn'),
        draw === null
          ? says('boxes.noDrawNamed')
          : says('boxes.drawnOf', {
              count: draw.drawn.length,
              share: says('percent', { value: draw.share.millionths / 10_000 }),
            }),
      ],
      [says('boxes.riskLimit'), percent(limit)],
      [says('boxes.method'), says('boxes.methodIs')],
    ],
    checks: [
      {
        what: says('boxes.checkPackages'),
        done: packages + rejected.length,
        codes: ['boxes.package'],
      },
      {
        what: says('boxes.checkDrawn'),
        done: draw?.drawn.length ?? 0,
        codes: ['boxes.notCounted'],
      },
      {
        what: says('boxes.checkAccounts'),
        done: boxes.length,
        codes: ACCOUNT_CODES,
      },
      { what: says('boxes.checkSums'), done: contests, codes: COUNT_CODES },
      { what: says('boxes.checkVotes'), done: comparisons, codes: VOTE_CODES },
      {
        what: says('boxes.checkRisk'),
        done: risks.length,
        codes: ['boxes.risk', 'boxes.outcome'],
      },
    ],
    charts: [
      ...(risks.length === 0
        ? []
        : [
            {
              title: says('boxes.riskChart'),
              note: says('boxes.riskNote', { limit: percent(limit) }),
              bars: risks.map(({ id, risk }) => ({
                label: id,
                share: risk,
                text: percent(risk),
                bad: risk > limit,
              })),
            },
          ]),
      differences(
        findings,
        boxes.map(({ precinct }) => precinct.id),
      ),
    ],
    tables: [
      {
        title: says('boxes.accounts'),
        heads: [
          says('precinct'),
          says('boxes.signaturesHead'),
          says('boxes.marksHead'),
          says('ballots'),
          says('boxes.papersHead'),
          says('envelope'),
          says('boxes.noteHead'),
        ],
        rows: boxes.map(({ precinct, signatures, marks, ballots, papers, envelope, note }) => [
          precinct.id,
          signatures,
          marks,
          ballots,
          papers,
          envelope,
          note,
        ]),
      },
      ...(risks.length === 0
        ? []
        : [
            {
              title: says('boxes.contests'),
              heads: [
                says('contest'),
                says('boxes.weakest'),
                says('boxes.margin'),
                says('boxes.counted'),
                says('boxes.inOrder'),
                says('boxes.boxes'),
                says('boxes.risk'),
              ],
              rows: risks.map(({ id, weakest, counted, inOrder, boxes: all, risk, state }) => [
                id,
                weakest === null
                  ? says(`boxes.state.${state}`)
                  : overOf(
                      `${weakest.winner}/${weakest.winnerDivisor}`,
                      `${weakest.loser}/${weakest.loserDivisor}`,
                    ),
                weakest?.margin ?? '–',
                counted,
                inOrder,
                all,
                percent(risk),
              ]),
            },
          ]),
    ],
    findings,
    limits: (draw === null ? (['boxes.limitNoDraw', ...LIMITS] as const) : LIMITS).map((key) =>
      says(key),
    ),
    again,
  };
};
