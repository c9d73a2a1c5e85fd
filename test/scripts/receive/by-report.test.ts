/** A centre that gets photographs: the texts of reports' QR codes become the packages that machines signed. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';
import { writeElectionFiles } from '#scripts/nation/write-country.ts';
import { openAnomalyBook } from '#scripts/receive/anomalies.ts';
import { openArrivalBook } from '#scripts/receive/arrivals.ts';
import { importReports } from '#scripts/receive/import-reports.ts';
import { makeReportReader } from '#scripts/receive/package-of-report.ts';
import { makeReception } from '#scripts/receive/reception.ts';
import { openEmbeddedStore } from '#scripts/store/embedded-store.ts';
import type { ResultStore } from '#scripts/store/result-store.ts';
import { COUNTRY, OFFER, PACKAGES } from '../../nation/country.ts';
import { reportTextOf } from '../evidence/tally-text.ts';
import { urna } from '../nation/command.ts';

const NATION = {
  offer: OFFER,
  register: COUNTRY.register,
  authorityKey: COUNTRY.authority.publicKey,
};
const READ = makeReportReader(NATION);
const idOf = (at: number): string => COUNTRY.register.precincts[at]!.id;
const KEY = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver'));
const ROOT = mkdtempSync(join(tmpdir(), 'urna-by-report-'));
const OPEN: ResultStore[] = [];
afterEach(async () => {
  for (const store of OPEN.splice(0)) await store.close();
});
afterAll(() => rmSync(ROOT, { recursive: true }));

let count = 0;
const openCentre = (root = join(ROOT, `centre-${count++}`)) => {
  mkdirSync(root, { recursive: true });
  const store = openEmbeddedStore(join(root, 'results.sqlite'));
  OPEN.push(store);
  const clock = makeVirtualClock(0);
  const anomalies = openAnomalyBook(join(root, 'anomalies.jsonl'), clock);
  const reception = makeReception({
    nation: NATION,
    store,
    receiverKey: KEY.privateKey,
    anomalies,
    arrivals: openArrivalBook(join(root, 'arrivals.jsonl'), clock),
    bytesOnDisk: async () => 1000,
  });
  return { root, store, anomalies, reception };
};

const shuffled = (text: string): string => text.trim().split('\n').reverse().join('\n');
const report = (at: number) => ({ origin: `${at}`, text: shuffled(reportTextOf(COUNTRY, at)) });

describe('a photographed report', () => {
  test('gives the very package that the machine signed, to the last byte', () => {
    for (const [at, found] of PACKAGES.slice(0, 3).entries()) {
      const read = READ(report(at).text);
      if (!read.ok) throw new Error(read.error.detail);
      expect(Buffer.from(read.value.bytes).toString()).toBe(Buffer.from(found.bytes).toString());
      expect(read.value.signature).toEqual(found.signature);
    }
  });

  test('is counted, marked as come by its report, and confirmed by the package that comes later', async () => {
    const { root, store, reception, anomalies } = openCentre();
    const imported = await importReports({ reception, anomalies }, READ, [report(0)], null);
    expect(imported).toEqual({ accepted: 1, repeated: 0, rejected: [] });
    expect((await store.of(idOf(0)))[0]?.bytes).toEqual(PACKAGES[0]!.bytes);
    expect(reception.byReport()).toEqual({ confirmed: 0, waiting: 1, precincts: [idOf(0)] });
    // The same photograph again changes nothing; the mark outlives a restart.
    await importReports({ reception, anomalies }, READ, [report(0)], null);
    const later = openCentre(root).reception;
    expect(later.byReport().waiting).toBe(1);
    const taken = await later.take(PACKAGES[0]!, { origin: '10.0.0.1', precinct: idOf(0) });
    expect(taken).toMatchObject({ kind: 'acknowledged', again: true });
    expect(later.byReport()).toEqual({ confirmed: 1, waiting: 0, precincts: [] });
    expect(openCentre(root).reception.byReport()).toMatchObject({ confirmed: 1, waiting: 0 });
  });

  test('that comes after the package is known by it already, and not marked', async () => {
    const { reception, anomalies } = openCentre();
    await reception.take(PACKAGES[1]!, { origin: 'memory', precinct: null });
    const imported = await importReports({ reception, anomalies }, READ, [report(1)], null);
    expect(imported).toMatchObject({ accepted: 0, repeated: 1 });
    expect(reception.byReport()).toMatchObject({ confirmed: 0, waiting: 0 });
  });

  test('against which another package comes is an alarm', async () => {
    const { reception, anomalies } = openCentre();
    await importReports({ reception, anomalies }, READ, [report(2)], null);
    const other = COUNTRY.signAs(2, { ...COUNTRY.resultOf(2), reprints: 9 });
    expect(await reception.take(other, { origin: 'x', precinct: idOf(2) })).toMatchObject({
      code: 'conflict',
    });
    expect((await reception.progress()).conflicts).toBe(1);
    expect(reception.byReport()).toMatchObject({ waiting: 1 });
  });

  test.each([
    ['a part is missing', (text: string) => text.replace(/URNA1 1\/.*\n?/, ''), 'unreadable'],
    ['a figure was changed', (text: string) => text.replace(/:(\d+):/, ':7$1:'), null],
    ['there are no codes', () => 'ACTA DE ESCRUTINIO', 'unreadable'],
  ] as const)(
    'in which %s is refused with its reason, and nothing is kept',
    async (_what, change, code) => {
      const { reception, anomalies } = openCentre();
      const text = change(reportTextOf(COUNTRY, 0));
      expect(text).not.toBe(reportTextOf(COUNTRY, 0));
      const { accepted, rejected } = await importReports(
        { reception, anomalies },
        READ,
        [{ origin: 'photo', text }],
        null,
      );
      expect(accepted).toBe(0);
      expect(rejected).toHaveLength(1);
      if (code !== null) expect(rejected[0]?.code).toBe(code);
      expect((await reception.progress()).received).toBe(0);
      expect(anomalies.latest()).toHaveLength(1);
    },
  );

  test('of a precinct that the register does not have is refused', () => {
    const { register } = NATION;
    const fewer = { ...NATION, register: { ...register, precincts: register.precincts.slice(1) } };
    const read = makeReportReader(fewer)(report(0).text);
    expect(read).toMatchObject({ ok: false, error: { code: 'unknownPrecinct' } });
  });
});

describe('urna receive --qr', () => {
  test('takes a folder of reports, texts of codes, and says what was wrong with the others', () => {
    const election = join(ROOT, 'election');
    writeElectionFiles(election, COUNTRY);
    const photos = join(ROOT, 'photos');
    mkdirSync(photos);
    writeFileSync(join(photos, 'a.txt'), reportTextOf(COUNTRY, 0));
    writeFileSync(join(photos, 'b.txt'), 'nothing');
    const centre = join(ROOT, 'command');
    const codes = reportTextOf(COUNTRY, 1).trim().split('\n').slice(1);
    const args = ['receive', election, '--centre', centre, '--qr', photos];
    const { code, out } = urna(
      ...args,
      ...codes.flatMap((each) => ['--qr', each]),
      ...['--receipts', join(ROOT, 'receipts'), '--json'],
    );
    expect(code).toBe(1);
    const said = JSON.parse(out) as { readonly rejected: readonly { readonly code: string }[] };
    expect(said).toMatchObject({ accepted: 2, repeated: 0 });
    expect(said.rejected.map((each) => each.code)).toEqual(['unreadable']);
    expect(readFileSync(join(ROOT, 'receipts', `${idOf(1)}.receipt`)).length).toBeGreaterThan(200);
    expect(readFileSync(join(centre, 'arrivals.jsonl'), 'utf8').trim().split(/\n+/)).toHaveLength(
      2,
    );
  });
});
