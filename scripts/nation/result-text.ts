/** The national result for a terminal: what is in it, who sits in the chamber, what is wrong. */
import { chamberOf, makeCompetitors } from './chamber.ts';
import type { NationalResult } from './result-document.ts';

const LISTED = 20;

const several = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0
    ? []
    : [
        `${title}: ${lines.length}`,
        ...lines.slice(0, LISTED).map((line) => `  ${line}`),
        ...(lines.length > LISTED ? [`  and ${lines.length - LISTED} more`] : []),
      ];

export const tellResult = ({ offer, sums, seats }: NationalResult): string => {
  const { rows, vacant, seats: all } = chamberOf(seats, makeCompetitors(offer));
  const ties = seats.flatMap(({ id, tie }) =>
    tie === null
      ? []
      : [
          `${id}: ${tie.tied.join(', ')} for ${tie.seats}; ${tie.rule}: ${tie.decided.join(', ') || 'open'}`,
        ],
  );
  const lines = [
    `election     ${offer.id}${offer.test ? ', A TEST' : ''}`,
    `precincts    ${sums.accepted} of ${sums.accepted + sums.missing.length}`,
    ...(sums.madeUp.length === 0
      ? []
      : [`MADE UP      ${sums.madeUp.length} of them: no machine ran there`]),
    `ballots      ${sums.ballots}`,
    `seats        ${all - vacant} of ${all}`,
    ...rows.map(
      ({ name, total, summed, list, nominal, indigenous }) =>
        `  ${String(total).padStart(4)}  ${name} (national list ${summed}, lists ${list}, nominal ${nominal}, indigenous ${indigenous})`,
    ),
    ...several('ties', ties),
    ...several('missing', sums.missing),
    ...several(
      'rejected',
      sums.rejected.map(
        ({ precinct, code, origin, detail }) =>
          `${precinct ?? 'unknown precinct'} ${code}: ${origin}: ${detail}`,
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
};
