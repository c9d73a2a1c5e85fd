/** The audit of a log as a page: what was checked, which papers witness it, what happened on the unit and how often. */
import { describeEvent, type EventId } from '#firmware/events/catalogue.ts';
import type { LogAudit } from './check-log.ts';
import type { AuditReport, Bar } from './report.ts';
import type { WitnessedHead } from './witnessed-heads.ts';

const CHAIN_CODES = ['log.header', 'log.entry', 'log.rewritten'];
const HEAD_CODES = ['log.head', 'log.headOrder'];

const barsOf = (entries: LogAudit['entries'], bad: boolean): readonly Bar[] => {
  const counts = new Map<EventId, number>();
  for (const { id } of entries)
    if ((describeEvent(id).disposition === 'failure') === bad)
      counts.set(id, (counts.get(id) ?? 0) + 1);
  const rows = [...counts].sort(([, a], [, b]) => b - a);
  const most = Math.max(1, ...counts.values());
  return rows.map(([id, count]) => ({
    label: describeEvent(id).meaning,
    share: count / most,
    text: String(count),
    bad,
  }));
};

/** `copies`: how many of the log were there, this one included. */
export const logReport = (
  audit: LogAudit,
  witnessed: readonly WitnessedHead[],
  copies: number,
  again: string,
): AuditReport => {
  const { header, entries, checkpoints, head, unsigned, authenticated, findings } = audit;
  return {
    title: 'Audit: the event log of a unit',
    facts: [
      ['precinct', header?.precinct ?? 'unknown'],
      ['election', header?.election ?? 'unknown'],
      ['head', head ?? 'none'],
      ['from, to', `${entries[0]?.minute ?? '?'}, ${entries.at(-1)?.minute ?? '?'}`],
    ],
    checks: [
      { what: 'entries, each bound to the one before', done: entries.length, codes: CHAIN_CODES },
      { what: 'checkpoints signed by the machine', done: checkpoints, codes: [] },
      { what: 'heads on paper, in their order', done: witnessed.length, codes: HEAD_CODES },
      {
        what: 'MACs with the escrowed key',
        done: authenticated ? entries.length : 0,
        codes: ['log.escrow'],
      },
      { what: 'copies of the log', done: copies, codes: ['log.copies'] },
    ],
    charts: [
      {
        title: 'What went wrong on the unit',
        note: 'Entries of failures, by kind.',
        bars: barsOf(entries, true),
      },
      {
        title: 'What else happened',
        note: 'All other entries, by kind.',
        bars: barsOf(entries, false),
      },
    ],
    tables: [
      {
        title: 'Papers that witness the log',
        heads: ['paper', 'entry', 'head'],
        rows: witnessed.map(({ head: printed, on }) => [
          on,
          entries.find(({ hash }) => hash === printed)?.number ?? 'not in the log',
          printed,
        ]),
      },
    ],
    findings,
    limits: [
      ...(authenticated
        ? []
        : ['MACs were not checked: that needs the authority’s escrow key (--escrow).']),
      ...(witnessed.length === 0
        ? ['No paper was there to hold it against: name a head with --head.']
        : []),
      ...(unsigned === 0 ? [] : [`The last ${unsigned} entries are signed by nothing yet.`]),
      'A log says what the machine wrote down. What it never wrote is not in it.',
    ],
    again,
  };
};
