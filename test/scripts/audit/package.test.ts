/** One precinct's package as a technician of a party checks it: whatever was done to it has a name. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { openEventLog } from '#firmware/vault/event-log.ts';
import { type KeyPair, makeX25519KeyPair, publicKeyPem } from '#firmware/vault/keys.ts';
import { MAX_RESULT_BYTES, precinctId } from '#firmware/vault/result-package.ts';
import { auditPackage, type Beside, packageReport } from '#scripts/audit/check-package.ts';
import { COUNTRY, OFFER, PACKAGES } from '../../nation/country.ts';
import { LOG_FILE, START_MS } from '../../vault/event-log-bench.ts';
import { reportTextOf } from '../evidence/tally-text.ts';
import { urna } from '../nation/command.ts';
import { makeLanguageCheck } from './both-languages.ts';

const NATION = {
  offer: OFFER,
  register: COUNTRY.register,
  authorityKey: COUNTRY.authority.publicKey,
};
const NOTHING: Beside = { machineKey: null, report: null, log: null };
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const result = COUNTRY.resultOf(0);

const LANGUAGES = makeLanguageCheck(['norte', 'sur', 'other']);
const AGAIN = 'scripts/urna audit package x';

const codes = (
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array },
  beside: Partial<Beside> = {},
  nation = NATION,
): readonly string[] => {
  const audit = auditPackage(nation, { ok: true, bytes, signature }, { ...NOTHING, ...beside });
  LANGUAGES.hold(packageReport(audit, AGAIN));
  return audit.findings.map(({ code }) => code);
};

describe('a package', () => {
  test('as the machine sent it has no finding', () => expect(codes(PACKAGES[0]!)).toEqual([]));

  test.each([
    [
      'edited after it was signed',
      () => ({
        ...PACKAGES[0]!,
        bytes: bytesOf(textOf(PACKAGES[0]!.bytes).replace(/"reprints": \d+/, '"reprints": 9')),
      }),
      'wrongSignature',
    ],
    ['cut', () => ({ ...PACKAGES[0]!, bytes: PACKAGES[0]!.bytes.subarray(0, -5) }), 'malformed'],
    [
      'doubled',
      () => ({ ...PACKAGES[0]!, bytes: bytesOf(textOf(PACKAGES[0]!.bytes).repeat(2)) }),
      'malformed',
    ],
    [
      'in UTF-16',
      () => ({
        ...PACKAGES[0]!,
        bytes: Uint8Array.from(Buffer.from(textOf(PACKAGES[0]!.bytes), 'utf16le')),
      }),
      'malformed',
    ],
    ['nested deep', () => COUNTRY.signBytesAs(0, bytesOf('['.repeat(100_000))), 'malformed'],
    ['huge', () => COUNTRY.signBytesAs(0, new Uint8Array(MAX_RESULT_BYTES + 1)), 'huge'],
    [
      'of another election',
      () => COUNTRY.signAs(0, { ...result, election: 'other' }),
      'otherElection',
    ],
    ['of a test election', () => COUNTRY.signAs(0, { ...result, test: true }), 'testFlag'],
    [
      'of no precinct',
      () => COUNTRY.signAs(0, { ...result, pollingPlaceCode: '999999999' }),
      'unknownPrecinct',
    ],
    [
      'of an unlisted machine',
      () => COUNTRY.signAs(0, { ...result, machineKey: COUNTRY.resultOf(1).machineKey }),
      'unlistedMachine',
    ],
    ['signed by another machine', () => COUNTRY.signAs(1, result), 'wrongSignature'],
    [
      'with another certificate',
      () => COUNTRY.signAs(0, { ...result, certificate: COUNTRY.resultOf(1).certificate }),
      'notCertified',
    ],
    [
      'with a contest too few',
      () => COUNTRY.signAs(0, { ...result, contests: result.contests.slice(1) }),
      'otherOffer',
    ],
    [
      'with more ballots than marks',
      () =>
        COUNTRY.signAs(0, {
          ...result,
          authentication: { ...result.authentication, votersMarked: result.ballots - 1 },
        }),
      'accounting',
    ],
  ])('%s is named', (_, make, code) => expect(codes(make())[0]).toBe(`package.${code}`));

  test.each(['huge', 'noSignature', 'unreadable'] as const)(
    'that is %s on the disk is named',
    (code) => {
      const audit = auditPackage(NATION, { ok: false, code, detail: '' }, NOTHING);
      expect(audit.findings[0]!.code).toBe(`package.${code}`);
      LANGUAGES.hold(packageReport(audit, AGAIN));
    },
  );
});

describe('what lies beside it', () => {
  const key = publicKeyPem(COUNTRY.machineOf(0).publicKey);

  test('the key and the report of this package have no finding', () =>
    expect(
      codes(PACKAGES[0]!, { machineKey: key, report: bytesOf(reportTextOf(COUNTRY, 0)) }),
    ).toEqual([]));

  test.each([
    ['the key of another machine', { machineKey: publicKeyPem(COUNTRY.machineOf(1).publicKey) }],
    ['no key', { machineKey: 'x' }],
  ])('%s is named', (_, beside) =>
    expect(codes(PACKAGES[0]!, beside)).toEqual(['package.machineKey']),
  );

  test.each([
    ["another precinct's report", reportTextOf(COUNTRY, 1)],
    ['no report', 'ACTA'],
  ])('%s is named', (_, text) =>
    expect(codes(PACKAGES[0]!, { report: bytesOf(text) })).toEqual(['package.report']),
  );

  /** The log of a unit with this key and place, and its head after a checkpoint. */
  const logOf = async (identity: KeyPair, electionId: string, precinct: string) => {
    const clock = makeVirtualClock(START_MS);
    const entropy = makeSeededEntropy(1, 'log beside a package');
    const fixed = makeEmulatedMedium({ name: 'fixed', clock });
    const removable = makeEmulatedMedium({ name: 'removable', clock });
    const opened = await openEventLog({
      media: { fixed: fixed.connect(), removable: removable.connect() },
      clock,
      entropy,
      identity,
      before: [],
      electionId,
      precinct,
      authorityKey: makeX25519KeyPair(entropy).publicKey,
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    await opened.value.record({ id: 'pollsOpened', fields: { override: false } });
    const head = await opened.value.checkpoint();
    if (!head.ok) throw new Error(head.error.detail);
    return { log: new Uint8Array(removable.files().get(LOG_FILE)!), head: head.value };
  };
  const place = precinctId(result);
  const withHead = (logHead: string) => COUNTRY.signAs(0, { ...result, logHead });

  test('the log whose head it names has no finding', async () => {
    const { log, head } = await logOf(COUNTRY.machineOf(0), OFFER.id, place);
    expect(codes(withHead(head), { log })).toEqual([]);
  });

  test('a log without that head, of another machine, of another place, or edited is named', async () => {
    const { log, head } = await logOf(COUNTRY.machineOf(0), OFFER.id, place);
    expect(codes(PACKAGES[0]!, { log })).toEqual(['log.head']);
    const foreign = await logOf(COUNTRY.machineOf(1), OFFER.id, place);
    expect(codes(withHead(foreign.head), { log: foreign.log })).not.toEqual([]);
    const elsewhere = await logOf(COUNTRY.machineOf(0), 'other', '999999999.01');
    expect(codes(withHead(elsewhere.head), { log: elsewhere.log })).toEqual(['package.otherLog']);
    const edited = bytesOf(textOf(log).replace('"override":false', '"override":true'));
    expect(textOf(edited)).not.toBe(textOf(log));
    expect(codes(withHead(head), { log: edited })).toContain('log.entry');
    expect(codes(withHead(head), { log: bytesOf('{}') })).toContain('log.header');
  });
});

test('every code was told in both languages', () => {
  const report = packageReport({ result: null, findings: [], beside: NOTHING }, AGAIN);
  // How else a log may be wrong is the audit of logs.
  expect(LANGUAGES.untold(report)).toEqual(['log.rewritten', 'log.headOrder']);
});

describe('the command', () => {
  const root = mkdtempSync(join(tmpdir(), 'urna-package-'));
  const place = precinctId(result);
  const precinct = join(root, place);
  const put = (path: string, content: string | Uint8Array) =>
    writeFileSync(join(root, path), content);
  beforeAll(() => {
    mkdirSync(precinct);
    put('election.json', COUNTRY.offerBytes);
    put('election.sig', COUNTRY.offerSignature);
    put('precincts.json', COUNTRY.registerBytes);
    put('precincts.sig', COUNTRY.registerSignature);
    put('key.pem', publicKeyPem(COUNTRY.authority.publicKey));
    put(`${place}/result-package.json`, PACKAGES[0]!.bytes);
    put(`${place}/result-package.sig`, PACKAGES[0]!.signature);
    put(`${place}/machine-key.pem`, publicKeyPem(COUNTRY.machineOf(0).publicKey));
    put(`${place}/tally-report.txt`, reportTextOf(COUNTRY, 0));
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const run = (...more: readonly string[]) =>
    urna('audit', 'package', precinct, '--election', root, '--key', join(root, 'key.pem'), ...more);

  test('a sound package: exit code 0, and a page that shows its votes', () => {
    const page = join(root, 'page.html');
    const { code, out } = run('--json', '--html', page);
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      findings: [],
      result: { ballots: result.ballots },
    });
    expect(code).toBe(0);
    expect(readFileSync(page, 'utf8')).toContain('Votos en l-norte');
  });

  test('speaks the language that was asked for; codes, subjects and figures are the same in both', () => {
    put('not-it.txt', reportTextOf(COUNTRY, 1));
    const report = (...more: readonly string[]) =>
      run('--report', join(root, 'not-it.txt'), ...more);
    expect(report().out).toContain('HALLAZGOS: 1');
    expect(report('--locale', 'es').out).toBe(
      report().out.replace('not-it.txt', 'not-it.txt --locale es'),
    );
    expect(report('--locale', 'en').out).toContain('FOUND 1');
    const [spanish, english] = ['es', 'en'].map((locale) =>
      JSON.parse(report('--json', '--locale', locale).out),
    );
    const bare = (json: { findings: { message: string }[] }) => ({
      ...json,
      findings: json.findings.map(({ message, ...rest }) => rest),
    });
    expect(bare(spanish)).toEqual(bare(english));
    expect(spanish.findings[0].message).toBe(
      'sus cifras firmadas no son las del paquete de resultados',
    );
    expect(english.findings[0].message).toBe(
      'its signed figures are not those of the result package',
    );
    expect(run('--locale', 'fr').code).toBe(2);
  });

  test('the report of another precinct: exit code 1', () => {
    put('other.txt', reportTextOf(COUNTRY, 1));
    const { code, out } = run('--report', join(root, 'other.txt'));
    expect(code).toBe(1);
    expect(out).toContain('package.report');
  });

  test('nothing there: exit code 3; another key: exit code 1', () => {
    put('wrong.pem', publicKeyPem(COUNTRY.machineOf(3).publicKey));
    expect(run('--key', join(root, 'wrong.pem')).code).toBe(1);
    mkdirSync(join(root, 'empty'));
    expect(
      urna(
        'audit',
        'package',
        join(root, 'empty'),
        '--election',
        root,
        '--key',
        join(root, 'key.pem'),
      ).code,
    ).toBe(3);
  });
});
