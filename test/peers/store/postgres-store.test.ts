/** The result store on a real PostgreSQL server: what every store must do, and what only a server can do wrong. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { MissingError, UsageError } from '#scripts/commands/options.ts';
import { openOrMakeStore, openStore } from '#scripts/store/open-store.ts';
import { GRANT_RECEIVER } from '#scripts/store/postgres-schema.ts';
import { openPostgresStore } from '#scripts/store/postgres-store.ts';
import type { ReceivedPackage } from '#scripts/store/result-store.ts';
import { describeResultStore } from '#test/contracts/result-store.ts';
import { eventually } from '../swtpm.ts';
import { type Cluster, POSTGRES, startCluster } from './postgres-cluster.ts';

const packageOf = (precinct: string, length = 3): ReceivedPackage => ({
  precinct,
  bytes: new Uint8Array(length),
  signature: new Uint8Array(64),
});
const A = '010000001.01';
const PATIENCE_MS = 60_000;

const child = (path: string, args: readonly string[]) =>
  spawn(process.execPath, [fileURLToPath(new URL(path, import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

let cluster: Cluster;
describe.skipIf(POSTGRES === null)('a store on a server (postgresql)', () => {
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.close());
  beforeEach(() => cluster.clear());

  describeResultStore('PostgreSQL', async () => {
    return {
      open: () => openPostgresStore(cluster.url(), { make: true }),
      remove: async () => undefined,
    };
  });

  describe('what is kept', () => {
    test.each([
      "UPDATE urna.package SET bytes = ''",
      'DELETE FROM urna.package',
      'TRUNCATE urna.package',
    ])(
      'nobody changes or removes it, the owner and where triggers are off too: %s',
      async (wrong) => {
        const store = await openOrMakeStore(cluster.url());
        await store.put(packageOf(A));
        expect(cluster.sql(wrong)).toContain('append-only');
        const replica = `SET session_replication_role = replica; ${wrong}`;
        expect(cluster.sql(replica)).toContain('append-only');
        expect(await store.counts()).toMatchObject({ precincts: 1, bytes: 3 });
        await store.close();
      },
    );

    test('a receiver needs a role that owns nothing, and that can not take the lock off', async () => {
      await (await openOrMakeStore(cluster.url())).close();
      cluster.sql(`CREATE ROLE receiver LOGIN; ${GRANT_RECEIVER('receiver')}`);
      const store = await openOrMakeStore(cluster.url('receiver'));
      expect(await store.put(packageOf(A))).toBe('kept');
      expect((await store.of(A)).length).toBe(1);
      expect(await store.bytesOnDisk()).toBeGreaterThan(0);
      await store.close();
      for (const wrong of [
        'DELETE FROM urna.package',
        'ALTER TABLE urna.package DISABLE TRIGGER append_only',
        'DROP TABLE urna.package',
      ])
        expect(cluster.sql(`SET ROLE receiver; ${wrong}`)).toMatch(
          /permission denied|must be owner/,
        );
    });

    test('bytes stand under their own digest alone', async () => {
      await (await openOrMakeStore(cluster.url())).close();
      const wrong = `INSERT INTO urna.package VALUES ('${A}', '${sha256Hex(new Uint8Array(3))}', true, decode(repeat('00', 64), 'hex'), '\\x010203')`;
      expect(cluster.sql(wrong)).toContain('digest_of_bytes');
    });
  });

  test('two receivers race for every precinct: each is kept once, and who was second is told so', async () => {
    const [url, count] = [cluster.url(), 200];
    const receivers = [1, 2].map((who) => child('./race.ts', [url, String(who), String(count)]));
    const told: Map<string, string>[] = [new Map(), new Map()];
    let ready = 0;
    await Promise.all(
      receivers.map(async (receiver, at) => {
        for await (const line of createInterface(receiver.stdout)) {
          const [precinct = '', what = ''] = line.split(' ');
          if (precinct !== 'ready') told[at]!.set(precinct, what);
          else if (++ready === receivers.length)
            for (const each of receivers) each.stdin.write('go\n');
        }
      }),
    );
    const store = await openStore(url);
    let seen = 0;
    const winners = [0, 0];
    for await (const { precinct, first, bytes } of store.packages()) {
      seen += 1;
      const who = bytes[0]! - 1;
      expect(told[who]!.get(precinct)).toBe(first ? 'kept' : 'different');
      if (first) winners[who]! += 1;
    }
    expect(seen).toBe(2 * count);
    expect(winners[0]! + winners[1]!).toBe(count);
    expect(await store.counts()).toMatchObject({ precincts: count, conflicts: count });
    await store.close();
  });

  test('has everything that it said was kept when the server is killed, and goes on when it is back', async () => {
    const url = cluster.url();
    const receiver = child('../../scripts/store/put-for-ever.ts', [url]);
    onTestFinished(() => void receiver.kill('SIGKILL'));
    const acknowledged: string[] = [];
    const ended = (async () => {
      for await (const line of createInterface(receiver.stdout)) acknowledged.push(line);
    })();
    for (const least of [30, 90]) {
      await eventually(() => acknowledged.length >= least, PATIENCE_MS);
      await cluster.kill();
      const before = [...acknowledged];
      await cluster.start();
      const store = await openStore(url);
      for (const precinct of before) {
        const found = await store.of(precinct);
        expect(found.map(({ first, bytes }) => [first, bytes.length])).toEqual([[true, 20_000]]);
      }
      await store.close();
    }
    const whenBack = acknowledged.length;
    await eventually(() => acknowledged.length > whenBack + 10, PATIENCE_MS);
    receiver.kill('SIGKILL');
    await ended;
    const store = await openStore(url);
    const { precincts, conflicts } = await store.counts();
    // The one that was on its way may be there too.
    expect([precincts - acknowledged.length, conflicts]).toEqual([expect.toBeOneOf([0, 1]), 0]);
    await store.close();
  });

  test('a server that says nothing has failed, and is asked anew when it is back', async () => {
    const url = cluster.url();
    const store = await openPostgresStore(url, { make: true, patienceMs: 1_000 });
    await store.put(packageOf(A));
    cluster.hold();
    try {
      await expect(store.put(packageOf(A, 4))).rejects.toThrow();
    } finally {
      cluster.release();
    }
    expect(await store.put(packageOf('010000002.01'))).toBe('kept');
    await store.close();
  });

  test('gives packages one at a time: memory does not grow with their number', async () => {
    const store = await openOrMakeStore(cluster.url());
    const [count, length] = [48, 3 * 1024 * 1024];
    const filled =
      cluster.sql(`INSERT INTO urna.package SELECT lpad(n::text, 9, '0') || '.01', encode(sha256(b), 'hex'), true, decode(repeat('00', 64), 'hex'), b
       FROM (SELECT n, decode(repeat(lpad(n::text, 8, '0'), ${length / 4}), 'hex') AS b FROM generate_series(1, ${count}) n) made`);
    expect(filled).toBe('');
    const before = process.memoryUsage().rss;
    let [bytes, most] = [0, 0];
    for await (const each of store.packages()) {
      bytes += each.bytes.length;
      most = Math.max(most, process.memoryUsage().rss - before);
    }
    expect(bytes).toBe(count * length);
    expect(most).toBeLessThan(bytes / 2);
    await store.close();
  });

  test('over a network the server proves who it is, by a certificate of this name and authority', async () => {
    const store = await openOrMakeStore(cluster.tlsUrl('127.0.0.1', cluster.ca));
    expect(await store.put(packageOf(A))).toBe('kept');
    expect(
      cluster.sql(
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'urna'",
      ),
    ).toMatch(/^t(\nt)*$/);
    await store.close();
    await expect(openStore(cluster.tlsUrl('127.0.0.1', cluster.otherCa))).rejects.toThrow(
      'self-signed',
    );
    await expect(openStore(cluster.tlsUrl('localhost', cluster.ca))).rejects.toThrow(
      "does not match certificate's altnames",
    );
  });

  describe('is told by what is wrong with it', () => {
    test('no server there', async () => {
      const nowhere = 'postgres://urna:secreto@127.0.0.1:1/x';
      const error = await openStore(nowhere).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(MissingError);
      expect(String(error)).toMatch(/urna@127.0.0.1:1\/x: no PostgreSQL server answers there/);
      expect(String(error)).not.toContain('secreto');
      await expect(openStore('postgres://urna@localhost/x?host=/nowhere')).rejects.toThrow(
        'no PostgreSQL server',
      );
    });

    test.each<[string, typeof MissingError, string, () => void]>([
      ['nothing was ever received', MissingError, 'holds no store', () => undefined],
      ['another program', UsageError, 'another program', () => cluster.sql('CREATE SCHEMA urna')],
      [
        'another version',
        UsageError,
        'version 9, not 1',
        () => cluster.sql('CREATE SCHEMA urna; CREATE TABLE urna.about AS SELECT 9 AS version'),
      ],
      [
        'no permission',
        UsageError,
        'permission denied',
        () =>
          cluster.sql(
            'CREATE SCHEMA urna; CREATE TABLE urna.about AS SELECT 1 AS version; CREATE ROLE stranger LOGIN',
          ),
      ],
    ])('a database of %s', async (what, kind, message, make) => {
      make();
      const url = cluster.url(what === 'no permission' ? 'stranger' : undefined);
      const error = await openStore(url).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(kind);
      expect(String(error)).toContain(message);
    });

    test('no such database, no such user', async () => {
      await expect(openStore(cluster.url(undefined, 'none'))).rejects.toThrow('no such database');
      await expect(openStore(cluster.url('nobody-knows'))).rejects.toThrow(
        'role "nobody-knows" does not exist',
      );
    });

    test('a server that does not keep what it says is kept', async () => {
      const set = async (to: string): Promise<void> => {
        cluster.sql(`ALTER SYSTEM SET fsync = ${to}`);
        cluster.sql('SELECT pg_reload_conf()');
        await eventually(() => cluster.sql('SHOW fsync') === to);
      };
      await set('off');
      try {
        await expect(openOrMakeStore(cluster.url())).rejects.toThrow('fsync is off');
      } finally {
        await set('on');
      }
      expect(cluster.sql("SELECT to_regnamespace('urna') IS NULL")).toBe('t');
    });
  });
});
