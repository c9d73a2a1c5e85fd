/** The report of a draw: who is audited, how many of each state, and whether an announced draw is this one. */

import { DRAW_CODES, type Draw, listDigest, type Place } from './draw-sample.ts';
import type { Finding } from './finding.ts';
import type { AuditReport } from './report.ts';
import type { Drawn } from './sampler.ts';

export type SampleAudit = {
  readonly places: readonly Place[];
  readonly draw: Draw;
  readonly drawn: readonly Drawn<Place>[];
  /** Rows of an announced draw that were compared; null: none was given. */
  readonly announced: number | null;
  readonly findings: readonly Finding[];
};

const TICKET_SHOWN = 14;

const percent = (millionths: number): string => `${millionths / 10_000} %`;

const byState = ({ places, drawn }: SampleAudit) => {
  const counts = Map.groupBy(drawn, ({ item }) => item.state);
  return [...Map.groupBy(places, ({ state }) => state)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, all]) => ({ state, all: all.length, count: counts.get(state)?.length ?? 0 }));
};

export const sampleReport = (audit: SampleAudit, again: string): AuditReport => {
  const { places, draw, drawn, announced, findings } = audit;
  const states = byState(audit);
  const most = Math.max(1, ...states.map(({ count }) => count));
  return {
    title: 'Audit: the precincts that were drawn',
    facts: [
      ['seed', draw.seed],
      [
        'share',
        `${percent(draw.share.millionths)} of ${draw.by === 'state' ? 'each state' : 'the country'}, rounded up`,
      ],
      ['list', `${places.length} precincts, SHA-256 ${listDigest(places)}`],
      ['drawn', String(drawn.length)],
      ['method', 'R. L. Rivest, Consistent Sampling with Replacement, arXiv:1808.10016'],
    ],
    checks: [
      {
        what: 'announced draw against seed and list',
        done: announced ?? 0,
        codes: DRAW_CODES,
      },
    ],
    charts: [
      {
        title: 'Drawn in each state',
        note: 'Precincts drawn, of those in the state.',
        bars: states.map(({ state, all, count }) => ({
          label: state,
          share: count / most,
          text: `${count} of ${all}`,
        })),
      },
    ],
    tables: [
      {
        title: 'In the order in which they were drawn',
        heads: ['order', 'precinct', 'state', 'ticket'],
        rows: drawn.map(({ item, ticket }, at) => [
          at + 1,
          item.id,
          item.state,
          ticket.slice(0, TICKET_SHOWN),
        ]),
      },
    ],
    findings,
    limits: [
      'That the dice were fair and thrown in public, after the list (and, for boxes, the results) had been published: witnesses see that, no program does. Who knows the seed before, or may choose the list after, chooses the sample.',
      ...(announced === null
        ? ['No announced draw was compared: name one with --check FILE.']
        : []),
    ],
    again,
  };
};
