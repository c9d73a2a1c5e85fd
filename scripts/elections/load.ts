/** Reads an election definition from a file: the demo, the small one, or one that `--election` names. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkDefinition, type DefinitionError } from '#firmware/election/check-definition.ts';
import type { ElectionDefinition } from '#firmware/election/definition.ts';
import { err, type Result } from '#hal/result.ts';

export const DEMO_PATH = fileURLToPath(new URL('./demo.json', import.meta.url));
export const SMALL_PATH = fileURLToPath(new URL('./small.json', import.meta.url));

/** The checked definition in `path`, or everything wrong with it; a file that can not be read or is no JSON is an error at `$`. */
export const loadDefinition = (
  path: string,
): Result<ElectionDefinition, readonly DefinitionError[]> => {
  try {
    return checkDefinition(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    return err([{ path: '$', message: cause instanceof Error ? cause.message : String(cause) }]);
  }
};

/** For the definitions that are part of the project: a mistake in one is a bug. */
export const loadOwnDefinition = (path: string): ElectionDefinition => {
  const loaded = loadDefinition(path);
  if (loaded.ok) return loaded.value;
  const lines = loaded.error.map((each) => `${each.path}: ${each.message}`);
  throw new Error(`${path} is no election definition\n${lines.join('\n')}`);
};
