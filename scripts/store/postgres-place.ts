/**
 * Where a PostgreSQL store is, as a person writes it: a URL in the form that PostgreSQL's own programs take
 * (postgresql.org/docs/15/libpq-connect.html, 34.1.1.2), and of its parameters those that are named here.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

export const STORE_URL = 'postgres://USER@HOST:PORT/DATABASE';

export type PostgresPlace = {
  /** A name, an address, or the folder of the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Null: the client's own PGPASSWORD, or none. */
  readonly password: string | null;
  /** Null: not encrypted. `ca`: PEM; null: the system's authorities. */
  readonly tls: { readonly ca: string | null } | null;
};

const PORT = 5432;
const PARAMETERS: ReadonlySet<string> = new Set(['host', 'sslmode', 'sslrootcert']);

export const isPostgresUrl = (name: string): boolean => /^postgres(ql)?:\/\//.test(name);

/** For messages: the URL without its password. */
export const sayPostgresUrl = (name: string): string =>
  name.replace(/^([a-z]+:\/\/[^/?#]*?):[^/?#]*@/, '$1@');

const isHere = (host: string): boolean =>
  host.startsWith('/') ||
  host === 'localhost' ||
  host === '::1' ||
  (isIP(host) === 4 && host.startsWith('127.'));

/**
 * Over a network only with the server's certificate checked: a receiver that asks the wrong server has nothing
 * when it is told that its package is kept. `sslmode=disable` says that the network is trusted instead.
 */
const tlsOf = (host: string, parameters: URLSearchParams): PostgresPlace['tls'] => {
  const mode = parameters.get('sslmode') ?? (isHere(host) ? 'disable' : 'verify-full');
  if (mode === 'disable') return null;
  if (mode !== 'verify-full')
    throw new Error(`sslmode is verify-full or disable; it was "${mode}"`);
  const file = parameters.get('sslrootcert');
  return { ca: file === null ? null : readFileSync(file, 'utf8') };
};

/** Throws an error that says what is wrong with the URL, and never what the password is. */
export const readPostgresPlace = (name: string): PostgresPlace => {
  if (!URL.canParse(name)) throw new Error(`no URL like ${STORE_URL}`);
  const url = new URL(name);
  for (const parameter of url.searchParams.keys())
    if (!PARAMETERS.has(parameter))
      throw new Error(`"${parameter}" is none of ${[...PARAMETERS].join(', ')}`);
  const host =
    url.searchParams.get('host') ??
    (decodeURIComponent(url.hostname).replace(/^\[|\]$/g, '') || 'localhost');
  const port = url.port === '' ? PORT : Number(url.port);
  const database = decodeURIComponent(url.pathname.slice(1));
  const user = decodeURIComponent(url.username);
  if (database === '' || user === '')
    throw new Error(`user or database is missing in ${STORE_URL}`);
  return {
    host,
    port,
    database,
    user,
    password: url.password === '' ? null : decodeURIComponent(url.password),
    tls: tlsOf(host, url.searchParams),
  };
};
