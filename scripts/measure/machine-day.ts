/**
 * A faultless day in a process of its own, up to the accounts: scenes and not pixels, the real
 * cryptography, a PIN's real cost. Prints one JSON document (`MachineDay`).
 *
 *     node scripts/measure/machine-day.ts VOTERS SEED
 */
import { reconcile } from '../day/accounts.ts';
import { evidenceOf } from '../day/evidence.ts';
import { runDay } from '../day/run-day.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';

export type MachineDay = {
  readonly seconds: number;
  readonly ballots: number;
  readonly findings: readonly string[];
};

const [voters, seed] = process.argv.slice(2).map(Number);
if (voters === undefined || seed === undefined) throw new Error('machine-day VOTERS SEED');
const definition = loadOwnDefinition(DEMO_PATH);
const beganMs = performance.now();
const outcome = await runDay({ definition, voters, seed, locale: definition.locale });
const evidence = evidenceOf(definition, outcome);
const day: MachineDay = {
  seconds: (performance.now() - beganMs) / 1000,
  ballots: evidence.result.ballots,
  findings: reconcile(evidence),
};
process.stdout.write(JSON.stringify(day));
