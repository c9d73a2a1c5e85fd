/** The election definition that `--election` names, or a usage error with everything wrong with it. */
import { existsSync } from 'node:fs';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { screenFault } from '#firmware/screen/scene-of.ts';
import { loadDefinition } from '../elections/load.ts';
import { MissingError, UsageError } from './options.ts';

export const readElection = (path: string): ElectionDefinition => {
  if (!existsSync(path))
    throw new MissingError(`no election definition at ${path}; --election names a JSON file`);
  const loaded = loadDefinition(path);
  if (!loaded.ok) {
    const lines = loaded.error.map(({ path: where, message }) => `  ${where}: ${message}`);
    throw new UsageError(`${path} is not a sound election definition:\n${lines.join('\n')}`);
  }
  const misfit = screenFault(loaded.value, DEFAULT_PANEL);
  if (misfit !== null)
    throw new UsageError(`${path} can not be shown on the unit's screen:\n  ${misfit}`);
  return loaded.value;
};
