/** The catalogue of the event log as a document: one table a type. Made from the rows the types come from. */
import { describeEvent, EVENT_IDS, isOfVisit } from '#firmware/events/catalogue.ts';
import { EVENT_TYPES, type FieldKind } from '#firmware/events/fields.ts';

const kindText = (kind: FieldKind): string =>
  typeof kind === 'string' ? kind : kind.map((word) => `\`${word}\``).join(' ');

const rowOf = (id: (typeof EVENT_IDS)[number]): string => {
  const { disposition, meaning, fields } = describeEvent(id);
  const carried = Object.entries(fields).map(([name, kind]) => `${name}: ${kindText(kind)}`);
  const time = isOfVisit(id) ? 'quarter' : 'minute';
  return `| \`${id}\` | ${disposition} | ${meaning} | ${carried.join('; ')} | ${time} |`;
};

/** Markdown, with a line end. */
export const eventDocument = (): string =>
  [
    '# What the event log can say',
    '',
    'Made by `scripts/urna audit log --events` from the catalogue beside it; a test fails when it is stale.',
    'Types and dispositions are those of NIST SP 1500-101. Time: the grain of an entry, a minute or, for',
    "a voter's visit, a quarter of an hour.",
    ...Object.entries(EVENT_TYPES).flatMap(([type, meaning]) => [
      '',
      `## ${type}`,
      '',
      meaning,
      '',
      '| event | disposition | meaning | fields | time |',
      '|---|---|---|---|---|',
      ...EVENT_IDS.filter((id) => describeEvent(id).type === type).map(rowOf),
    ]),
    '',
  ].join('\n');
