/**
 * A result store on a PostgreSQL server (15 or newer): for a centre with several receivers. Each receiver has
 * a few connections; what they put at once the server's unique indexes decide (postgres-schema.ts).
 */
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import postgres from 'postgres';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { type PostgresPlace, readPostgresPlace } from './postgres-place.ts';
import {
  BYTES_ON_DISK,
  COUNTS,
  DURABLE_SETTINGS,
  MAKE_SCHEMA,
  MAKING_LOCK,
  NEXT,
  OF_EACH,
  OF_PRECINCT,
  PUT,
  SCHEMA_VERSION,
} from './postgres-schema.ts';
import { assertReceived, type Kept, type ResultStore, type StoredPackage } from './result-store.ts';

export type PostgresOptions = {
  /** Makes the store where the database has none. */
  readonly make: boolean;
  /** ms, until a server that says nothing has failed. */
  readonly patienceMs?: number;
};

/** The store is not there, or its server is not: nothing is wrong with it. */
export class StoreAbsent extends Error {}

const PATIENCE_MS = 30_000;
const CONNECT_S = 10;
const CLOSE_S = 5;
/** Connections of one receiver. */
const CONNECTIONS = 4;
/** s, before a lost connection is tried again. */
const AGAIN_S = 0.2;

type Sql = postgres.Sql;
type Row = Readonly<Record<string, unknown>>;

/** The certificate is of this very name or address; the client alone would hold an address to no name of its own. */
const checked = (host: string, ca: string | null) => ({
  ...(ca === null ? {} : { ca }),
  checkServerIdentity: (_: string, certificate: PeerCertificate) =>
    checkServerIdentity(host, certificate),
});

const connect = ({ host, port, database, user, password, tls }: PostgresPlace): Sql =>
  postgres({
    ...(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : {}),
    ...(password === null ? {} : { password }),
    host,
    port,
    database,
    user,
    ssl: tls === null ? false : checked(host, tls.ca),
    max: CONNECTIONS,
    connect_timeout: CONNECT_S,
    backoff: () => AGAIN_S,
    fetch_types: false,
    onnotice: () => undefined,
    connection: {
      application_name: 'urna',
      // Whatever server, database or role have as their own default.
      synchronous_commit: 'on',
      default_transaction_isolation: 'read committed',
    },
  });

const bytesIn = (value: unknown): Uint8Array =>
  value instanceof Uint8Array ? Uint8Array.from(value) : new Uint8Array(0);

const packageIn = (row: Row): StoredPackage => ({
  precinct: String(row.precinct),
  digest: String(row.digest),
  first: row.first === true,
  signature: bytesIn(row.signature),
  bytes: bytesIn(row.bytes),
});

const settingsOf = async (sql: Sql): Promise<void> => {
  for (const name of DURABLE_SETTINGS) {
    const [row] = await sql.unsafe<Row[]>(`SELECT current_setting('${name}') AS value`);
    if (row?.value !== 'on')
      throw new Error(
        `its server does not keep what it says is kept: ${name} is ${String(row?.value)}, and must be on`,
      );
  }
};

/** Asks the table: the server's functions for names answer from a cache that may not know what was just made. */
const hasSchema = async (sql: Pick<Sql, 'unsafe'>): Promise<boolean> => {
  const [row] = await sql.unsafe<Row[]>(
    `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'urna') AS there`,
  );
  return row?.there === true;
};

const makeSchema = (sql: Sql): Promise<void> =>
  sql.begin(async (alone) => {
    await alone.unsafe(`SELECT pg_advisory_xact_lock(${MAKING_LOCK})`);
    if (!(await hasSchema(alone))) await alone.unsafe(MAKE_SCHEMA);
  });

/** Made ready when it is new and that was asked for; of another version or program it is left as it is. */
const prepare = async (sql: Sql, make: boolean): Promise<void> => {
  await settingsOf(sql);
  if (!(await hasSchema(sql))) {
    if (!make) throw new StoreAbsent('its database holds no store: a receiver makes it');
    await makeSchema(sql);
  }
  const [table] = await sql.unsafe<Row[]>(`SELECT to_regclass('urna.about') IS NOT NULL AS there`);
  if (table?.there !== true) throw new Error('its schema "urna" is of another program');
  const [row] = await sql.unsafe<Row[]>('SELECT version FROM urna.about');
  if (row?.version !== SCHEMA_VERSION)
    throw new Error(`it is a store of version ${String(row?.version)}, not ${SCHEMA_VERSION}`);
};

const ABSENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'no PostgreSQL server answers there: is it started?',
  ENOENT: 'no PostgreSQL server has a socket there: is it started?',
  ENOTFOUND: 'nothing has that name',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ETIMEDOUT: 'no PostgreSQL server answers there',
  CONNECT_TIMEOUT: `no PostgreSQL server answers there within ${CONNECT_S} s`,
  CONNECTION_DESTROYED: 'the PostgreSQL server there does not answer',
  // postgresql.org/docs/15/errcodes-appendix.html
  '3D000': 'the server has no such database: createdb makes it',
  '57P03': 'the server is only starting, or ending: try again',
};

/** What the person who named the store is told. */
const named = (error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const absent = ABSENT[code];
  return absent === undefined ? error : new StoreAbsent(absent);
};

/** Opens the store at a URL (postgres-place.ts). Rejects with a `StoreAbsent`, or an error that says what is wrong. */
export const openPostgresStore = async (
  url: string,
  { make, patienceMs = PATIENCE_MS }: PostgresOptions,
): Promise<ResultStore> => {
  const place = readPostgresPlace(url);
  let sql = connect(place);
  let open = true;

  /** A server that says nothing for too long has failed: its connections are given up, with all that waits for them. */
  const within = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    const used = sql;
    const limit = setTimeout(() => {
      if (sql === used && open) sql = connect(place);
      void used.end({ timeout: 0 });
    }, patienceMs);
    try {
      return await work(used);
    } finally {
      clearTimeout(limit);
    }
  };
  const ask = (query: string, values: readonly (string | boolean | Uint8Array)[] = []) =>
    within(
      async (used): Promise<readonly Row[]> =>
        used.unsafe<Row[]>(query, [...values], { prepare: true }),
    );

  const close = async (): Promise<void> => {
    open = false;
    await sql.end({ timeout: CLOSE_S });
  };
  try {
    await within((used) => prepare(used, make));
  } catch (error) {
    await close();
    throw named(error);
  }

  return {
    put: async (received) => {
      assertReceived(received);
      const { precinct, bytes, signature } = received;
      const [row] = await ask(PUT, [precinct, sha256Hex(bytes), signature, bytes]);
      return row?.kept as Kept;
    },
    packages: async function* () {
      let [row] = await ask(NEXT, ['', '']);
      while (row !== undefined) {
        const found = packageIn(row);
        yield found;
        [row] = await ask(NEXT, [found.precinct, found.digest]);
      }
    },
    of: async (precinct) => (await ask(OF_PRECINCT, [precinct])).map(packageIn),
    counts: async () => {
      const [row] = await ask(COUNTS);
      return {
        precincts: Number(row?.precincts),
        conflicts: Number(row?.conflicts),
        bytes: Number(row?.bytes),
      };
    },
    packagesOfEach: async () =>
      new Map(
        (await ask(OF_EACH)).map(({ precinct, packages }) => [String(precinct), Number(packages)]),
      ),
    bytesOnDisk: async () => Number((await ask(BYTES_ON_DISK))[0]?.bytes),
    close,
  };
};
