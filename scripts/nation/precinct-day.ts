/**
 * One precinct of a national run: its day through the real machine with what provisioning handed out, and
 * what it sends to the authority: the signed result, pictures of its tally report, the machine's own key.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import type { PinCost } from '#firmware/vault/officer-token.ts';
import { RESULT_FILES } from '#firmware/vault/result-package.ts';
import { reconcile } from '../day/accounts.ts';
import { resultFile } from '../day/artefacts.ts';
import { evidenceOf } from '../day/evidence.ts';
import { runDay } from '../day/run-day.ts';
import { givenPrecinct } from './given-precinct.ts';

export type PrecinctTask = {
  /** The folder that provisioning wrote. */
  readonly root: string;
  readonly precinct: string;
  readonly seed: number;
  /** A folder for each precinct's result is made in it. */
  readonly packages: string;
  /** The machine's key is left here, as units send theirs back. */
  readonly identities: string;
  readonly pinCost: PinCost | null;
};

export type PrecinctDay = {
  readonly precinct: string;
  readonly ballots: number;
  /** What does not agree, or why the day did not end; empty: all is well. */
  readonly errors: readonly string[];
};

export const runPrecinctDay = async (task: PrecinctTask): Promise<PrecinctDay> => {
  const { root, precinct, seed, packages, identities, pinCost } = task;
  const given = givenPrecinct(root, precinct, seed);
  const { definition } = given;
  const outcome = await runDay({
    given,
    definition,
    voters: given.pollbook.voters.length,
    seed,
    locale: definition.locale,
    ...(pinCost === null ? {} : { pinCost }),
  });
  const evidence = evidenceOf(definition, outcome);
  const folder = join(packages, precinct);
  mkdirSync(folder, { recursive: true });
  for (const name of ['package', 'signature', 'machineKey'] as const)
    writeFileSync(join(folder, RESULT_FILES[name]), resultFile(outcome, name));
  const [tally] = outcome.reports.tally;
  if (tally === undefined) throw new Error('no tally report was printed');
  writeFileSync(join(folder, 'tally-report.txt'), `${renderText(tally)}\n`);
  writeFileSync(join(folder, 'tally-report.png'), await renderPng(tally));
  const { machineKey, machineCode } = evidence.result;
  writeFileSync(join(identities, `${precinct}.json`), JSON.stringify({ machineKey, machineCode }));
  return { precinct, ballots: evidence.result.ballots, errors: reconcile(evidence) };
};
