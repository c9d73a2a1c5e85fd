/** What people run on a store that is on a PostgreSQL server. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { publicKeyPem } from '#firmware/vault/keys.ts';
import { writeElectionFiles, writePackage } from '#scripts/nation/write-country.ts';
import { COUNTRY } from '#test/nation/country.ts';
import { urna } from '#test/scripts/nation/command.ts';
import { type Cluster, POSTGRES, startCluster } from './postgres-cluster.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-pg-commands-'));
const PRECINCTS = COUNTRY.register.precincts.length;
const ELECTION = join(ROOT, 'election');
const KEY = join(ROOT, 'key.pem');

let cluster: Cluster;
describe.skipIf(POSTGRES === null)('a store on a server (postgresql)', () => {
  beforeAll(async () => {
    cluster = await startCluster();
    writeElectionFiles(ELECTION, COUNTRY);
    writeFileSync(KEY, publicKeyPem(COUNTRY.authority.publicKey));
  });
  afterAll(async () => {
    rmSync(ROOT, { recursive: true });
    await cluster.close();
  });

  test('two centres receive into it; it is added up and published as one', () => {
    const store = cluster.url();
    const imported = [0, 1].map((centre) => {
      const memory = join(ROOT, `memory-${centre}`);
      mkdirSync(memory);
      // The first precinct's comes to both.
      for (let at = 0; at < PRECINCTS; at++)
        if (at === 0 || at % 2 === centre) writePackage(memory, COUNTRY, at);
      const where = ['--centre', join(ROOT, `centre-${centre}`), '--store', store];
      const { code, out, err } = urna(
        'receive',
        ELECTION,
        '--key',
        KEY,
        ...where,
        '--import',
        memory,
        '--json',
      );
      expect([code, err]).toEqual([0, expect.any(String)]);
      return JSON.parse(out) as { readonly accepted: number; readonly repeated: number };
    });
    expect(imported).toMatchObject([
      { accepted: Math.ceil(PRECINCTS / 2), repeated: 0 },
      { accepted: Math.floor(PRECINCTS / 2), repeated: 1 },
    ]);
    const added = urna('aggregate', ELECTION, '--key', KEY, '--store', store, '--json');
    expect(added.code).toBe(0);
    expect(JSON.parse(added.out)).toMatchObject({ accepted: PRECINCTS, missing: [], rejected: [] });
    const site = join(ROOT, 'site');
    expect(urna('publish', ELECTION, '--key', KEY, '--store', store, '--out', site).code).toBe(0);
    expect(urna('verify', site, '--key', KEY).code).toBe(0);
  });

  test('that is not there: exit code 3, and why', () => {
    const { code, err } = urna(
      'aggregate',
      ELECTION,
      '--key',
      KEY,
      '--store',
      'postgres://a@127.0.0.1:1/x',
    );
    expect([code, err]).toEqual([3, expect.stringContaining('no PostgreSQL server answers there')]);
  });
});
