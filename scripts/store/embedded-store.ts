/**
 * A result store in one file, over node:sqlite: what a centre with one receiver needs, without a server.
 * A write-ahead log with full synchronisation: a commit is on the disk when it returns, and readers never
 * wait for writers (sqlite.org/wal.html, sqlite.org/pragma.html#pragma_synchronous).
 */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { sha256Hex } from '#firmware/vault/digest.ts';
import {
  assertReceived,
  type Kept,
  type ReceivedPackage,
  type ResultStore,
  type StoreCounts,
  type StoredPackage,
} from './result-store.ts';

/** Told by a file of this kind: `file` and others know it then, and another program's file is not touched. */
const APPLICATION_ID = 0x55_52_4e_41;
const VERSION = 1;
/** Another receiver may hold the file this long, ms. */
const BUSY_MS = 30_000;
/** The file, and what SQLite keeps beside it (sqlite.org/wal.html, 2.2). */
const BESIDE = ['', '-wal', '-shm'] as const;

const SCHEMA = `
CREATE TABLE package (
  precinct TEXT NOT NULL,
  digest TEXT NOT NULL,
  first INTEGER NOT NULL,
  signature BLOB NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (precinct, digest)
) STRICT;
CREATE UNIQUE INDEX one_first ON package (precinct) WHERE first = 1;
CREATE TRIGGER append_only_update BEFORE UPDATE ON package BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER append_only_delete BEFORE DELETE ON package BEGIN SELECT RAISE(ABORT, 'append-only'); END;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${VERSION};
`;

type Row = Readonly<Record<string, SQLOutputValue>>;

const bytesIn = (value: SQLOutputValue | undefined): Uint8Array =>
  value instanceof Uint8Array ? Uint8Array.from(value) : new Uint8Array(0);

const packageIn = (row: Row): StoredPackage => ({
  precinct: String(row.precinct),
  digest: String(row.digest),
  first: row.first === 1,
  signature: bytesIn(row.signature),
  bytes: bytesIn(row.bytes),
});

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

const pragma = (database: DatabaseSync, name: string): SQLOutputValue | undefined =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

/** Runs `work` alone: whoever else writes waits. */
const alone = <T>(database: DatabaseSync, work: () => T): T => {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done = work();
    database.exec('COMMIT');
    return done;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
};

/** A new file is made ready; one of another program or version is left as it is, with an error. */
const prepare = (database: DatabaseSync, file: string): void => {
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  alone(database, () => {
    const tables = Number(pragma(database, 'schema_version'));
    if (tables === 0 && pragma(database, 'application_id') === 0) database.exec(SCHEMA);
  });
  if (pragma(database, 'application_id') !== APPLICATION_ID)
    throw new Error(`${file} is a database of another program`);
  const version = pragma(database, 'user_version');
  if (version !== VERSION) throw new Error(`${file} is a store of version ${version}`);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
};

/** Opens the store in `file`, or makes it. Throws when the file is none. */
export const openEmbeddedStore = (file: string): ResultStore => {
  const database = new DatabaseSync(file);
  try {
    prepare(database, file);
  } catch (error) {
    database.close();
    throw error;
  }
  const COLUMNS = 'precinct, digest, first, signature, bytes';
  const find = database.prepare('SELECT 1 FROM package WHERE precinct = ? AND digest = ?');
  const any = database.prepare('SELECT 1 FROM package WHERE precinct = ?');
  const insert = database.prepare(`INSERT INTO package (${COLUMNS}) VALUES (?, ?, ?, ?, ?)`);
  const next = database.prepare(
    `SELECT ${COLUMNS} FROM package WHERE (precinct, digest) > (?, ?) ORDER BY precinct, digest LIMIT 1`,
  );
  const ofPrecinct = database.prepare(
    `SELECT ${COLUMNS} FROM package WHERE precinct = ? ORDER BY first DESC, digest`,
  );
  const count = database.prepare(
    `SELECT count(DISTINCT precinct) AS precincts, coalesce(sum(length(bytes)), 0) AS bytes,
       (SELECT count(*) FROM (SELECT 1 FROM package GROUP BY precinct HAVING count(*) > 1)) AS conflicts
     FROM package`,
  );

  // From the index of the primary key alone.
  const ofEach = database.prepare(
    'SELECT precinct, count(*) AS packages FROM package GROUP BY precinct',
  );

  const put = ({ precinct, bytes, signature }: ReceivedPackage): Kept =>
    alone(database, () => {
      const digest = sha256Hex(bytes);
      if (find.get(precinct, digest) !== undefined) return 'same';
      const first = any.get(precinct) === undefined;
      insert.run(precinct, digest, first ? 1 : 0, signature, bytes);
      return first ? 'kept' : 'different';
    });

  return {
    put: async (received) => {
      assertReceived(received);
      return put(received);
    },
    // From where the last one stood: nothing is held open while a reader takes its time.
    packages: async function* () {
      let row = next.get('', '') as Row | undefined;
      while (row !== undefined) {
        const found = packageIn(row);
        yield found;
        row = next.get(found.precinct, found.digest) as Row | undefined;
      }
    },
    of: async (precinct) => (ofPrecinct.all(precinct) as readonly Row[]).map(packageIn),
    counts: async (): Promise<StoreCounts> => {
      const { precincts, bytes, conflicts } = count.get() as Row;
      return {
        precincts: Number(precincts),
        conflicts: Number(conflicts),
        bytes: Number(bytes),
      };
    },
    packagesOfEach: async () =>
      new Map(
        (ofEach.all() as readonly Row[]).map(({ precinct, packages }) => [
          String(precinct),
          Number(packages),
        ]),
      ),
    bytesOnDisk: async () => BESIDE.reduce((sum, end) => sum + sizeOf(`${file}${end}`), 0),
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
};
