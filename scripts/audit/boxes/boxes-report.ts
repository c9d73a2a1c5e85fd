/** The report of the boxes that were counted: accounts, votes, the risk of each contest, and what all that does not show. */
import type { Rejection } from '#firmware/nation/aggregate.ts';
import type { Draw } from '../draw-sample.ts';
import type { Finding } from '../finding.ts';
import type { AuditReport, Chart } from '../report.ts';
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

const percent = (share: number): string =>
  share > 0 && share < 0.0001 ? 'below 0.01 %' : `${(100 * share).toFixed(2)} %`;

/** What was drawn and not counted. */
const notCounted = ({ boxes, draw }: BoxesAudit): readonly Finding[] => {
  const there = new Set(boxes.map(({ precinct }) => precinct.id));
  return (draw?.drawn ?? [])
    .filter((id) => !there.has(id))
    .map((id) => ({ code: 'boxes.notCounted', subject: id, message: 'was drawn and not counted' }));
};

const riskFinding =
  (limit: number) =>
  ({ id, state, risk, weakest, inOrder, boxes, next }: ContestRisk): readonly Finding[] => {
    if (risk <= limit) return [];
    if (state === 'counted')
      return [
        { code: 'boxes.outcome', subject: id, message: 'the papers of all boxes give other seats' },
      ];
    const goOn = `; the draw goes on with ${next}`;
    const message =
      state === 'tied'
        ? `has no announced votes that decide it: no sample can confirm it${goOn}`
        : `risk ${percent(risk)} is above the limit of ${percent(limit)} (${weakest?.winner} over ${weakest?.loser}): ${inOrder} of ${boxes} boxes in the order of the draw${goOn}`;
    return [{ code: 'boxes.risk', subject: id, message }];
  };

export const boxesFindings = (audit: BoxesAudit): readonly Finding[] => [
  ...audit.rejected.map(({ precinct, code, detail, origin }) => ({
    code: 'boxes.package',
    subject: precinct ?? origin,
    message: `${code}: ${detail}`,
  })),
  ...notCounted(audit),
  ...audit.boxes.flatMap(reconcileBox),
  ...audit.risks.flatMap(riskFinding(audit.limit)),
];

const differences = (findings: readonly Finding[], ids: readonly string[]): Chart => {
  const counts = ids.map((id) => ({
    id,
    count: findings.filter(({ subject }) => subject.split(' ')[0] === id).length,
  }));
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return {
    title: 'Differences in each box',
    note: 'Findings of the box, accounts and votes together; boxes without one are left out.',
    bars: counts
      .filter(({ count }) => count > 0)
      .map(({ id, count }) => ({ label: id, share: count / most, text: String(count), bad: true })),
  };
};

const LIMITS = [
  'Boxes that were not counted may hold anything. What a sample shows is the outcome of a contest, with the risk beside it: the chance that a wrong outcome would have passed this draw.',
  'For lists the outcome is the seats of each alliance by d’Hondt; for candidates who is elected, over all cards that present them. That every vote figure is right only a count of all boxes shows.',
  'A box is taken to hold at most as many papers as the register has voters, whatever the machine says of it. That costs evidence where few came to vote: more boxes have to be counted, not fewer.',
  'A contest of few precincts needs nearly all of their boxes. A tie can not be confirmed by any sample.',
  'Whether papers were added or taken away together with signatures in the roster, or the box was not the one of that day, is not in these figures: seals and witnesses are.',
  'Cast vote records are not among these files and are not exported: of a real election they leave the machine only pooled by the authority, for rare patterns of marks are signatures. Exports here are sums of precincts.',
];
const NO_DRAW =
  'No draw was named (--seed, --percent): the boxes are compared, and nothing is said of the others. Boxes that somebody chose measure no risk.';

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
    title: 'Audit: boxes counted by hand',
    facts: [
      ['boxes', String(boxes.length)],
      ['seed', draw?.seed ?? 'none'],
      [
        'drawn',
        draw === null
          ? 'no draw was named'
          : `${draw.drawn.length} boxes, ${draw.share.millionths / 10_000} %`,
      ],
      ['risk limit', percent(limit)],
      [
        'method',
        'relative overstatement by precinct (Stark 2009), martingale without replacement (SHANGRLA, Stark 2020), assertions for d’Hondt (Stark and Teague 2014)',
      ],
    ],
    checks: [
      {
        what: 'packages of the result',
        done: packages + rejected.length,
        codes: ['boxes.package'],
      },
      { what: 'boxes that were drawn', done: draw?.drawn.length ?? 0, codes: ['boxes.notCounted'] },
      {
        what: 'accounts: signatures, marks, ballots, papers, envelope',
        done: boxes.length,
        codes: ACCOUNT_CODES,
      },
      { what: 'hand counts that add up', done: contests, codes: COUNT_CODES },
      { what: 'votes on paper against the result', done: comparisons, codes: VOTE_CODES },
      {
        what: 'outcomes within the risk limit',
        done: risks.length,
        codes: ['boxes.risk', 'boxes.outcome'],
      },
    ],
    charts: [
      ...(risks.length === 0
        ? []
        : [
            {
              title: 'Risk of each contest',
              note: `The chance that a wrong outcome would have passed; the limit is ${percent(limit)}.`,
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
        title: 'Accounts of each box',
        heads: ['precinct', 'signatures', 'marks', 'ballots', 'papers', 'envelope', 'note'],
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
              title: 'Contests',
              heads: [
                'contest',
                'weakest comparison',
                'margin',
                'counted',
                'in order',
                'boxes',
                'risk',
              ],
              rows: risks.map(({ id, weakest, counted, inOrder, boxes: all, risk, state }) => [
                id,
                weakest === null
                  ? state
                  : `${weakest.winner}/${weakest.winnerDivisor} over ${weakest.loser}/${weakest.loserDivisor}`,
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
    limits: draw === null ? [NO_DRAW, ...LIMITS] : LIMITS,
    again,
  };
};
