/** What a finished day lays on the table for `reconcile`, read from what it left. */
import { renderText } from '#drivers/printer/emulator/render.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { decodeResultPackage } from '#firmware/vault/result-package.ts';
import type { Evidence } from './accounts.ts';
import { resultFile } from './artefacts.ts';
import type { SeenOutcome } from './run-day.ts';

/** Throws when the result package can not be read: a day that ended has one. */
export const evidenceOf = (definition: ElectionDefinition, outcome: SeenOutcome): Evidence => {
  const result = decodeResultPackage(resultFile(outcome, 'package'));
  if (!result.ok)
    throw new Error(`the result package can not be read: ${JSON.stringify(result.error)}`);
  return {
    definition,
    confirmed: outcome.confirmed,
    result: result.value,
    box: outcome.box.map(renderText),
    envelope: outcome.envelope.length,
    marked: outcome.marked,
    voted: outcome.voted,
    occupiedSlots: outcome.occupiedSlots,
  };
};
