/** The audit of a log as a page: what was checked, which papers witness it, what happened on the unit and how often. */
import { describeEvent, type EventId } from '#firmware/events/catalogue.ts';
import type { LogAudit } from './check-log.ts';
import type { AuditReport, Bar } from './report.ts';
import type { WitnessedHead } from './witnessed-heads.ts';
import { says } from './words/phrase.ts';

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
    label: says(`event.${id}`),
    share: count / most,
    text: count,
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
    title: says('log.title'),
    facts: [
      [says('precinct'), header?.precinct ?? says('unknown')],
      [says('election'), header?.election ?? says('unknown')],
      [says('log.head'), head ?? says('log.noHead')],
      [says('log.span'), `${entries[0]?.minute ?? '?'}, ${entries.at(-1)?.minute ?? '?'}`],
    ],
    checks: [
      { what: says('log.checkEntries'), done: entries.length, codes: CHAIN_CODES },
      { what: says('log.checkCheckpoints'), done: checkpoints, codes: [] },
      { what: says('log.checkHeads'), done: witnessed.length, codes: HEAD_CODES },
      {
        what: says('log.checkMacs'),
        done: authenticated ? entries.length : 0,
        codes: ['log.escrow'],
      },
      {
        what: says('log.checkNetwork'),
        done: entries.filter(({ id }) => id === 'networkEnabled').length,
        codes: ['log.network'],
      },
      { what: says('log.checkCopies'), done: copies, codes: ['log.copies'] },
    ],
    charts: [
      {
        title: says('log.wrongChart'),
        note: says('log.wrongNote'),
        bars: barsOf(entries, true),
      },
      {
        title: says('log.otherChart'),
        note: says('log.otherNote'),
        bars: barsOf(entries, false),
      },
    ],
    tables: [
      {
        title: says('log.papers'),
        heads: [says('log.paper'), says('log.entry'), says('log.head')],
        rows: witnessed.map(({ head: printed, on }) => [
          says(`log.on.${on}`),
          entries.find(({ hash }) => hash === printed)?.number ?? says('log.notInLog'),
          printed,
        ]),
      },
    ],
    findings,
    limits: [
      ...(authenticated ? [] : [says('log.limitMacs')]),
      ...(witnessed.length === 0 ? [says('log.limitPaper')] : []),
      ...(unsigned === 0 ? [] : [says('log.limitUnsigned', { count: unsigned })]),
      says('log.limitWritten'),
    ],
    again,
  };
};
