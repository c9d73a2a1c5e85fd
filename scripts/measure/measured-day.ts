/**
 * A day in a process of its own, for its figures: everything that `urna day` does, with an eye on
 * time, memory and the event loop. Prints one JSON document (`MeasuredDay`).
 *
 *     node scripts/measure/measured-day.ts OUT VOTERS SEED
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { reconcile } from '../day/accounts.ts';
import { prepareFolder, writeArtefacts } from '../day/artefacts.ts';
import { evidenceOf } from '../day/evidence.ts';
import { type DayFigures, runDay } from '../day/run-day.ts';
import { DEMO_PATH, loadDefinition } from '../elections/load.ts';

export type MeasuredDay = {
  readonly ballots: number;
  readonly cards: number;
  /** What does not agree at the end of the day. */
  readonly findings: readonly string[];
  readonly figures: DayFigures;
  /** Since the process started: until the day was over, and until every artefact was written, ms. */
  readonly dayMs: number;
  readonly wholeMs: number;
  /** Longest time in which no timer could run, ms: during the day, and while papers were drawn. */
  readonly dayBlockMs: number;
  readonly drawingBlockMs: number;
  readonly peakBytes: number;
};

const measure = async (out: string, voters: number, seed: number): Promise<MeasuredDay> => {
  const loaded = loadDefinition(DEMO_PATH);
  if (!loaded.ok) throw new Error('the demo election is not sound');
  const definition = loaded.value;
  await prepareFolder(out);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const outcome = await runDay({ definition, voters, seed, locale: definition.locale });
  const evidence = evidenceOf(definition, outcome);
  const findings = reconcile(evidence);
  const dayMs = performance.now();
  const dayBlockMs = delay.max / 1e6;
  delay.reset();
  await writeArtefacts(out, outcome, () => undefined);
  const drawingBlockMs = delay.max / 1e6;
  delay.disable();
  return {
    ballots: evidence.result.ballots,
    cards: definition.cards.length,
    findings,
    figures: outcome.figures,
    dayMs,
    wholeMs: performance.now(),
    dayBlockMs,
    drawingBlockMs,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
};

const [out, voters, seed] = process.argv.slice(2);
if (out === undefined || voters === undefined || seed === undefined)
  throw new Error('measured-day OUT VOTERS SEED');
process.stdout.write(`${JSON.stringify(await measure(out, Number(voters), Number(seed)))}\n`);
