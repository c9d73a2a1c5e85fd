/** The audit of a log as a technician reads it. */
import type { Locale } from '#firmware/election/definition.ts';
import { describeEvent, type EventId } from '#firmware/events/catalogue.ts';
import type { LogAudit } from './check-log.ts';
import type { WitnessedHead } from './witnessed-heads.ts';
import { type Said, says, tell } from './words/phrase.ts';

/** Kinds of trouble that are listed. */
const TROUBLES_LISTED = 20;

const grouped = (hex: string): string => (hex.match(/.{1,4}/g) ?? []).join(' ');

/** What went wrong on the unit, by kind, the most frequent first. */
const troubles = ({ entries }: LogAudit, locale: Locale): readonly string[] => {
  const counts = new Map<EventId, number>();
  for (const { id } of entries)
    if (describeEvent(id).disposition === 'failure') counts.set(id, (counts.get(id) ?? 0) + 1);
  const rows = [...counts].sort(([, a], [, b]) => b - a).slice(0, TROUBLES_LISTED);
  return rows.map(
    ([id, count]) => `  ${String(count).padStart(6)}  ${tell(locale, says(`event.${id}`))}`,
  );
};

const papers = (
  { entries }: LogAudit,
  witnessed: readonly WitnessedHead[],
  locale: Locale,
): readonly string[] => {
  const rows = witnessed.map(({ head, on }) => {
    const number = entries.find(({ hash }) => hash === head)?.number;
    const place =
      number === undefined ? says('log.told.notInLog') : says('subject.entry', { number });
    return [tell(locale, says(`log.on.${on}`)), tell(locale, place)] as const;
  });
  const width = Math.max(...rows.map(([on]) => on.length));
  return rows.map(([on, place]) => `  ${on.padEnd(width)} ${place}`);
};

export const tellLogAudit = (
  audit: LogAudit,
  witnessed: readonly WitnessedHead[],
  locale: Locale,
): string => {
  const { header, entries, checkpoints, head, unsigned, authenticated, findings } = audit;
  const told = (said: Said): string => tell(locale, said);
  const happened = troubles(audit, locale);
  const lines = [
    told(
      header === null
        ? says('log.told.none')
        : says('log.told.of', { precinct: header.precinct, election: header.election }),
    ),
    told(
      says('log.told.counts', {
        entries: entries.length,
        checkpoints,
        from: entries[0]?.minute ?? '?',
        to: entries.at(-1)?.minute ?? '?',
      }),
    ),
    ...(head === null ? [] : [told(says('log.told.head', { head: grouped(head) }))]),
    told(says(authenticated ? 'log.told.macs' : 'log.told.noMacs')),
    ...(unsigned === 0 ? [] : [told(says('log.told.unsigned', { count: unsigned }))]),
    ...(witnessed.length === 0
      ? [told(says('log.told.noPaper'))]
      : [told(says('log.told.papers')), ...papers(audit, witnessed, locale)]),
    ...(happened.length === 0 ? [] : [told(says('log.told.troubles')), ...happened]),
    ...(findings.length === 0
      ? [told(says('log.told.sound'))]
      : [
          told(says('log.told.notSound')),
          ...findings.map(({ code, message }) => `  ${code}: ${told(message)}`),
        ]),
  ];
  return `${lines.join('\n')}\n`;
};
