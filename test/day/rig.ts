/** A day in this process, with a PIN that costs nothing to guess, and what it left as plain values. */
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { Locale } from '#firmware/election/definition.ts';
import { type DayOutcome, runDay } from '#scripts/day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const PIN_COST = { N: 2, r: 1, p: 1 };

export const ELECTIONS = {
  small: loadOwnDefinition(SMALL_PATH),
  demo: loadOwnDefinition(DEMO_PATH),
} as const;

export const dayOf = (
  election: keyof typeof ELECTIONS,
  voters: number,
  seed: number,
  locale: Locale,
): Promise<DayOutcome> =>
  runDay({ definition: ELECTIONS[election], voters, seed, locale, pinCost: PIN_COST });

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Everything that a day leaves and that is no measure of the processor under it. */
export const leftBy = (outcome: DayOutcome) => ({
  media: (['fixed', 'removable'] as const).map((name) =>
    [...outcome.media[name]].map(([path, bytes]) => `${name}/${path} ${hex(bytes)}`),
  ),
  papers: [...outcome.box, ...outcome.envelope].map(renderText),
  reports: [
    outcome.reports.readiness,
    outcome.reports.setupZero,
    outcome.reports.zero,
    ...outcome.reports.tally,
  ].map(renderText),
  machineCode: outcome.machineCode,
  voted: [...outcome.voted],
  refused: outcome.refused,
  virtualMs: outcome.figures.virtualMs,
});
