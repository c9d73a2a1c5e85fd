/** Debian's PostgreSQL with a cluster of its own in a folder of its own: started, killed, held still, ended. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../swtpm.ts';

/** Debian keeps each version's programs in a folder of its own. */
const FOLDERS = ['/usr/lib/postgresql', '/usr/pgsql'] as const;
const bin = FOLDERS.filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((version) => join(folder, version, 'bin')))
  .filter((folder) =>
    ['initdb', 'postgres', 'psql'].every((name) => existsSync(join(folder, name))),
  )
  .sort()
  .at(-1);
export const POSTGRES = bin ?? null;

/** It refuses to run as root: then as nobody. */
const NOBODY = 65_534;
const OWNER = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
/** The cluster's superuser, and the database that it has from the start. */
const ADMIN = 'urna';
const DATABASE = 'postgres';
/** ms, after which it has not recovered. */
const RECOVERY_MS = 60_000;

export type Cluster = {
  /** Of its one database, unless another is named, for the superuser or another user. */
  readonly url: (user?: string, database?: string) => string;
  /** The same over TLS, at a name or an address of this computer; the certificate is of 127.0.0.1. */
  readonly tlsUrl: (host: string, ca: string) => string;
  /** Its own certificate's file (PEM), and another one's. */
  readonly ca: string;
  readonly otherCa: string;
  /** Runs SQL as the superuser, in psql: what it prints, or the error. */
  readonly sql: (text: string) => string;
  /** There is no store any more. */
  readonly clear: () => void;
  /** All its processes die at once, as in a power cut; what they did not write is lost. */
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Its processes stand still, and go on. */
  readonly hold: () => void;
  readonly release: () => void;
  readonly close: () => Promise<void>;
};

const childrenOf = (pid: number): readonly number[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number);
  } catch {
    return [];
  }
};

const isAlive = (pid: number): boolean => {
  try {
    // A zombie is dead: only its parent has not looked yet (proc(5), stat, field 3).
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
};

const signal = (pids: readonly number[], name: NodeJS.Signals): void => {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, name);
};

const makeCertificate = (folder: string, name: string): void => {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  const { status, stderr } = spawnSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-subj', '/CN=urna', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
      ...['-keyout', key, '-out', certificate],
    ],
    { ...OWNER, cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const makeFolder = (programs: string): string => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-pg-'));
  if (OWNER.uid !== undefined) chownSync(folder, OWNER.uid, OWNER.gid);
  const { status, stderr } = spawnSync(
    join(programs, 'initdb'),
    [
      '-D',
      join(folder, 'data'),
      '-U',
      ADMIN,
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ],
    { ...OWNER, cwd: folder, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`initdb: ${stderr}`);
  for (const name of ['server', 'other']) makeCertificate(folder, name);
  return folder;
};

/** What the server with this id says of itself in its postmaster.pid, line 8; a file of an earlier one says nothing. */
const stateOf = (folder: string, pid: string): string | null => {
  try {
    const lines = readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n');
    return lines[0] === pid ? (lines[7]?.trim() ?? null) : null;
  } catch {
    return null;
  }
};

export const startCluster = async (): Promise<Cluster> => {
  if (POSTGRES === null) throw new Error('PostgreSQL is not installed');
  const programs = POSTGRES;
  const folder = makeFolder(programs);
  const port = await freePort();
  let server: ChildProcess | null = null;

  const sql = (text: string): string => {
    const { status, stdout, stderr } = spawnSync(
      join(programs, 'psql'),
      [
        '-h',
        folder,
        '-p',
        String(port),
        '-U',
        ADMIN,
        '-d',
        DATABASE,
        '-XAtq',
        '-v',
        'ON_ERROR_STOP=1',
        '-c',
        text,
      ],
      { encoding: 'utf8' },
    );
    return status === 0 ? stdout.trim() : stderr.trim();
  };
  const pids = (): readonly number[] => {
    const pid = server?.pid;
    return pid === undefined ? [] : [pid, ...childrenOf(pid)];
  };
  const gone = async (all: readonly number[]): Promise<void> =>
    eventually(() => all.every((pid) => !isAlive(pid)));

  const start = async (): Promise<void> => {
    const options = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      'ssl=on',
      `ssl_cert_file=${join(folder, 'server.crt')}`,
      `ssl_key_file=${join(folder, 'server.key')}`,
      `unix_socket_directories=${folder}`,
      'logging_collector=off',
    ];
    server = spawn(
      join(programs, 'postgres'),
      ['-D', join(folder, 'data'), ...options.flatMap((each) => ['-c', each])],
      {
        ...OWNER,
        cwd: folder,
        stdio: 'ignore',
      },
    );
    const pid = String(server.pid);
    await eventually(() => stateOf(folder, pid) === 'ready', RECOVERY_MS);
  };
  const kill = async (): Promise<void> => {
    const all = pids();
    // The parent first: it would start what has died anew.
    signal(all, 'SIGKILL');
    await gone(all);
    server = null;
  };
  await start();
  return {
    url: (user = ADMIN, database = DATABASE) =>
      `postgres://${user}@localhost:${port}/${database}?host=${encodeURIComponent(folder)}`,
    tlsUrl: (host, ca) =>
      `postgres://${ADMIN}@${host}:${port}/${DATABASE}?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`,
    ca: join(folder, 'server.crt'),
    otherCa: join(folder, 'other.crt'),
    sql,
    clear: () => {
      const said = sql('DROP SCHEMA IF EXISTS urna CASCADE').replace(/^NOTICE.*/s, '');
      if (said !== '') throw new Error(said);
    },
    kill,
    start,
    hold: () => signal(pids(), 'SIGSTOP'),
    release: () => signal(pids(), 'SIGCONT'),
    close: async () => {
      const all = pids();
      // Fast shutdown (postgresql.org/docs/15/server-shutdown.html).
      server?.kill('SIGINT');
      await gone(all);
      rmSync(folder, { recursive: true, force: true });
    },
  };
};
