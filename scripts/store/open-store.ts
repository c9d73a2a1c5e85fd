/** The store that a person names on the command line; it must be there. */
import { existsSync } from 'node:fs';
import { MissingError, UsageError } from '../commands/options.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import type { ResultStore } from './result-store.ts';

export const openStore = async (name: string): Promise<ResultStore> => {
  if (!existsSync(name)) throw new MissingError(`no store ${name}: --store names its file`);
  try {
    return openEmbeddedStore(name);
  } catch (cause) {
    throw new UsageError(`--store ${name}: ${cause instanceof Error ? cause.message : cause}`);
  }
};
