/** The voters of an election folder, a precinct at a time, checked within each and against all others. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '#firmware/election/decoder.ts';
import { MAX_POLLBOOK_BYTES } from '#firmware/nation/limits.ts';
import { type NationalPrecinct, precinctIdOf } from '#firmware/nation/offer.ts';
import {
  type ReadVoter,
  readPollbook,
  readPrints,
  terminalOf,
  withPrints,
} from '#firmware/nation/pollbook-table.ts';
import { pollbookFile, printsFile, readText } from './election-folder.ts';
import type { PrecinctVoters } from './precinct-delivery.ts';
import type { DoubleVoter } from './voter-index.ts';

/** The voters and officers' prints of a precinct; null: there is no pollbook, or none that can be read. */
export const readVoters = (
  folder: string,
  precinct: NationalPrecinct,
  styles: ReadonlySet<string>,
  report: Report,
): (PrecinctVoters & { readonly voters: readonly ReadVoter[] }) | null => {
  const id = precinctIdOf(precinct);
  const file = pollbookFile(id);
  const text = readText(folder, file, MAX_POLLBOOK_BYTES, report);
  if (text === null) return null;
  const voters = readPollbook(text, file, precinct, styles, report);
  const prints = existsSync(join(folder, printsFile(id)))
    ? readText(folder, printsFile(id), MAX_POLLBOOK_BYTES, report)
    : null;
  const officers =
    prints === null
      ? withPrints(precinct, new Map())
      : readPrints(prints, printsFile(id), precinct, report);
  const terminals = voters.map(({ nationalId }) => terminalOf(nationalId));
  return { voters, officers, terminals: [Math.min(...terminals), Math.max(...terminals)] };
};

/**
 * Within a polling place the last two digits say the precinct: no two may have voters with the same ones.
 * Takes the precincts in their order.
 */
export const makeTerminalCheck = (
  report: Report,
): ((precinct: NationalPrecinct, voters: readonly ReadVoter[]) => void) => {
  let place = '';
  let owners = new Map<number, string>();
  return (precinct, voters) => {
    if (precinct.pollingPlaceCode !== place) owners = new Map();
    place = precinct.pollingPlaceCode;
    const id = precinctIdOf(precinct);
    let told = false;
    for (const { nationalId, line } of voters) {
      if (nationalId === '') continue;
      const owner = owners.get(terminalOf(nationalId)) ?? id;
      owners.set(terminalOf(nationalId), owner);
      if (owner === id || told) continue;
      told = true;
      report(
        `${pollbookFile(id)}:${line}:nationalId`,
        `its last two digits send the voter to ${owner}, which has voters with the same`,
      );
    }
  };
};

const QUIET: Report = () => undefined;

/** Reports voters who are in two pollbooks, with both lines and no name. */
export const reportDoubles = (
  folder: string,
  precincts: readonly NationalPrecinct[],
  { doubles, count }: { readonly doubles: readonly DoubleVoter[]; readonly count: number },
  report: Report,
): void => {
  const lineOf = (index: number, nationalId: string): string => {
    const precinct = precincts[index];
    if (precinct === undefined) return '';
    const file = pollbookFile(precinctIdOf(precinct));
    const text = readText(folder, file, MAX_POLLBOOK_BYTES, QUIET) ?? '';
    const voters = readPollbook(text, file, precinct, new Set(), QUIET);
    const found = voters.filter((voter) => voter.nationalId === nationalId);
    return `${file}:${found.at(-1)?.line ?? ''}`;
  };
  for (const { nationalId, precincts: both } of doubles) {
    const [first, second] = both;
    // Twice in one pollbook was told with its lines when that was read.
    if (first === second) continue;
    report(
      `${lineOf(second, nationalId)}:nationalId`,
      `is in ${lineOf(first, nationalId)} too: nobody votes twice`,
    );
  }
  if (count > doubles.length)
    report('pollbooks', `${count - doubles.length} more national IDs are there twice`);
};
