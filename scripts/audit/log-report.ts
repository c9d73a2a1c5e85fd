/** The audit of a log as a technician reads it. */
import { describeEvent, type EventId } from '#firmware/events/catalogue.ts';
import type { LogAudit } from './check-log.ts';
import type { WitnessedHead } from './witnessed-heads.ts';

/** Kinds of trouble that are listed. */
const TROUBLES_LISTED = 20;

const grouped = (hex: string): string => (hex.match(/.{1,4}/g) ?? []).join(' ');

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** What went wrong on the unit, by kind, the most frequent first. */
const troubles = ({ entries }: LogAudit): readonly string[] => {
  const counts = new Map<EventId, number>();
  for (const { id } of entries)
    if (describeEvent(id).disposition === 'failure') counts.set(id, (counts.get(id) ?? 0) + 1);
  const rows = [...counts].sort(([, a], [, b]) => b - a).slice(0, TROUBLES_LISTED);
  return rows.map(([id, count]) => `  ${String(count).padStart(6)}  ${describeEvent(id).meaning}`);
};

const papers = ({ entries }: LogAudit, witnessed: readonly WitnessedHead[]): readonly string[] =>
  witnessed.map(({ head, on }) => {
    const place = entries.find(({ hash }) => hash === head)?.number;
    return `  ${on.padEnd(16)} ${place === undefined ? 'NOT IN THE LOG' : `entry ${place}`}`;
  });

export const tellLogAudit = (audit: LogAudit, witnessed: readonly WitnessedHead[]): string => {
  const { header, entries, checkpoints, head, unsigned, authenticated, findings } = audit;
  const happened = troubles(audit);
  const lines = [
    header === null
      ? 'no log could be read'
      : `log of precinct ${header.precinct}, election ${header.election}`,
    `${counted(entries.length, 'entry', 'entries')}, ${counted(checkpoints, 'signed checkpoint', 'signed checkpoints')}, ${entries[0]?.minute ?? '?'} to ${entries.at(-1)?.minute ?? '?'}`,
    ...(head === null ? [] : [`head ${grouped(head)}`]),
    authenticated
      ? 'MACs checked with the escrowed key'
      : 'MACs not checked: that needs the authority’s escrow key (--escrow)',
    ...(unsigned === 0
      ? []
      : [`${counted(unsigned, 'entry', 'entries')} after the last checkpoint, not signed yet`]),
    ...(witnessed.length === 0
      ? ['no paper was there to hold it against: name a head with --head']
      : ['on paper', ...papers(audit, witnessed)]),
    ...(happened.length === 0 ? [] : ['what went wrong on the unit, and how often', ...happened]),
    ...(findings.length === 0
      ? ['sound']
      : ['NOT SOUND', ...findings.map(({ code, message }) => `  ${code}: ${message}`)]),
  ];
  return `${lines.join('\n')}\n`;
};
