/** The store that a person names on the command line: a file, or a database on a PostgreSQL server. */
import { existsSync } from 'node:fs';
import { MissingError, UsageError } from '../commands/options.ts';
import { openEmbeddedStore } from './embedded-store.ts';
import { isPostgresUrl, STORE_URL, sayPostgresUrl } from './postgres-place.ts';
import { openPostgresStore, StoreAbsent } from './postgres-store.ts';
import type { ResultStore } from './result-store.ts';

/** For the help of a command that has --store. */
export const STORE_HELP = `its file, or ${STORE_URL}
                  (the password in PGPASSWORD; ?host=/run/postgresql: by its socket;
                  over a network ?sslmode=verify-full&sslrootcert=FILE checks the server)`;

const open = async (name: string, make: boolean): Promise<ResultStore> => {
  if (isPostgresUrl(name)) return openPostgresStore(name, { make });
  if (!make && !existsSync(name)) throw new StoreAbsent('--store names its file');
  return openEmbeddedStore(name);
};

const openNamed = async (name: string, make: boolean): Promise<ResultStore> => {
  try {
    return await open(name, make);
  } catch (cause) {
    const said = isPostgresUrl(name) ? sayPostgresUrl(name) : name;
    if (cause instanceof StoreAbsent) throw new MissingError(`no store ${said}: ${cause.message}`);
    throw new UsageError(`store ${said}: ${cause instanceof Error ? cause.message : cause}`);
  }
};

/** The store, which must be there. */
export const openStore = (name: string): Promise<ResultStore> => openNamed(name, false);

/** The store, made when it is not there. */
export const openOrMakeStore = (name: string): Promise<ResultStore> => openNamed(name, true);
