/** The report of a draw: who is audited, how many of each state, and whether an announced draw is this one. */

import { DRAW_CODES, type Draw, listDigest, type Place } from './draw-sample.ts';
import type { Finding } from './finding.ts';
import type { AuditReport } from './report.ts';
import type { Drawn } from './sampler.ts';
import { says } from './words/phrase.ts';

export type SampleAudit = {
  readonly places: readonly Place[];
  readonly draw: Draw;
  readonly drawn: readonly Drawn<Place>[];
  /** Rows of an announced draw that were compared; null: none was given. */
  readonly announced: number | null;
  readonly findings: readonly Finding[];
};

/** A title is not translated. */
export const METHOD = 'R. L. Rivest, Consistent Sampling with Replacement, arXiv:1808.10016';

const TICKET_SHOWN = 14;

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
    title: says('sample.title'),
    facts: [
      [says('sample.seed'), draw.seed],
      [
        says('sample.share'),
        says(draw.by === 'state' ? 'sample.ofStates' : 'sample.ofNation', {
          share: says('percent', { value: draw.share.millionths / 10_000 }),
        }),
      ],
      [
        says('sample.list'),
        says('sample.listOf', { count: places.length, digest: listDigest(places) }),
      ],
      [says('sample.drawn'), drawn.length],
      [says('sample.method'), METHOD],
    ],
    checks: [
      {
        what: says('sample.check'),
        done: announced ?? 0,
        codes: DRAW_CODES,
      },
    ],
    charts: [
      {
        title: says('sample.chart'),
        note: says('sample.chartNote'),
        bars: states.map(({ state, all, count }) => ({
          label: state,
          share: count / most,
          text: says('ratio', { part: count, all }),
        })),
      },
    ],
    tables: [
      {
        title: says('sample.table'),
        heads: [
          says('sample.order'),
          says('precinct'),
          says('sample.state'),
          says('sample.ticketHead'),
        ],
        rows: drawn.map(({ item, ticket }, at) => [
          at + 1,
          item.id,
          item.state,
          ticket.slice(0, TICKET_SHOWN),
        ]),
      },
    ],
    findings,
    limits: [says('sample.limitDice'), ...(announced === null ? [says('sample.limitCheck')] : [])],
    again,
  };
};
