/** `urna receive` as a person meets it who gives it what is wrong; and what comes on removable memory. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { openReceipt } from '#firmware/transmission/receipt.ts';
import { makeEd25519KeyPair, privateKeyPem, publicKeyFromPem } from '#firmware/vault/keys.ts';
import type { SignedPackage } from '#scripts/nation/synthetic-country.ts';
import { writeElectionFiles } from '#scripts/nation/write-country.ts';
import { COUNTRY, PACKAGES } from '../../nation/country.ts';
import { urna } from '../nation/command.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'urna-receive-'));
const ELECTION = join(ROOT, 'election');
const MEMORY = join(ROOT, 'memory');
const AUTHORITY = join(ROOT, 'authority.pem');
const STRANGER = join(ROOT, 'stranger.pem');
let count = 0;
const newCentre = (): string => {
  const folder = join(ROOT, `centre-${count++}`);
  mkdirSync(folder);
  return folder;
};
const idOf = (at: number): string => COUNTRY.register.precincts[at]!.id;

/** Lays a package into a folder of the memory, under any name. */
const lay = (
  name: string,
  { bytes, signature }: { readonly bytes: Uint8Array; readonly signature: Uint8Array | null },
): void => {
  const folder = join(MEMORY, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'result-package.json'), bytes);
  if (signature !== null) writeFileSync(join(folder, 'result-package.sig'), signature);
};

beforeAll(() => {
  writeElectionFiles(ELECTION, COUNTRY);
  writeFileSync(AUTHORITY, privateKeyPem('ed25519', COUNTRY.authority.privateKey));
  const stranger = makeEd25519KeyPair(makeSeededEntropy(1, 'stranger'));
  writeFileSync(STRANGER, privateKeyPem('ed25519', stranger.privateKey));
  const [first, second, third, fourth] = PACKAGES.slice(0, 4) as SignedPackage[];
  lay('a/sound', first!);
  lay('b/renamed', second!);
  lay('c/doubled', first!);
  lay('d/cut', { ...third!, bytes: third!.bytes.subarray(0, 500) });
  lay('e/unsigned', { ...third!, signature: null });
  lay('f/edited', {
    ...third!,
    bytes: Buffer.from(
      Buffer.from(third!.bytes)
        .toString()
        .replace(/"ballots": \d/, '"ballots": 9'),
    ),
  });
  lay('g/another', COUNTRY.signAs(0, { ...COUNTRY.resultOf(0), spoils: 3 }));
  lay('h/otherElection', COUNTRY.signAs(3, { ...COUNTRY.resultOf(3), election: 'otra' }));
  lay('i/huge', { ...fourth!, bytes: new Uint8Array(5 << 20) });
  lay('j/deep', {
    ...fourth!,
    bytes: Buffer.from(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  });
  lay('k/utf16', { ...fourth!, bytes: Buffer.from(`\ufeff${'{}'}`, 'utf16le') });
});
afterAll(() => rmSync(ROOT, { recursive: true }));

describe('from removable memory', () => {
  test('what is sound is taken, and everything else named with its place', () => {
    const centre = newCentre();
    const receipts = join(ROOT, 'receipts');
    const args = ['receive', ELECTION, '--centre', centre, '--import', MEMORY];
    const { code, out } = urna(...args, '--receipts', receipts, '--json');
    expect(code).toBe(1);
    const { accepted, repeated, rejected } = JSON.parse(out) as {
      readonly accepted: number;
      readonly repeated: number;
      readonly rejected: readonly { readonly origin: string; readonly code: string }[];
    };
    expect([accepted, repeated]).toEqual([2, 1]);
    expect(rejected.map((each) => [each.origin.split('/')[1], each.code])).toEqual([
      ['cut', 'malformed'],
      ['unsigned', 'noSignature'],
      ['edited', expect.stringMatching(/^(?:malformed|wrongSignature)$/)],
      ['another', 'conflict'],
      ['otherElection', 'otherElection'],
      ['huge', 'huge'],
      ['deep', 'malformed'],
      ['utf16', 'malformed'],
    ]);
    const lines = readFileSync(join(centre, 'anomalies.jsonl'), 'utf8').trim().split('\n');
    expect(lines.length).toBe(rejected.length);
    const key = publicKeyFromPem(readFileSync(join(centre, 'receiver-key.pem'), 'utf8'))!;
    const receipt = new Uint8Array(readFileSync(join(receipts, `${idOf(1)}.receipt`)));
    expect(openReceipt(receipt, key)?.precinct).toBe(idOf(1));
    // The key is for its owner alone.
    expect(statSync(join(centre, 'receiver-private-key.pem')).mode & 0o077).toBe(0);
  });
});

describe('an appointment', () => {
  const appoint = (...more: readonly string[]) => {
    const key = join(ELECTION, 'authority-key.pem');
    return urna('receive', ELECTION, '--appoint', key, '--out', join(ROOT, 'signed'), ...more);
  };
  test.each<[string, number, readonly string[]]>([
    ['without an address', 2, ['--authority', AUTHORITY]],
    ['at an address in clear', 2, ['--authority', AUTHORITY, '--at', 'http://a.example']],
    ['without a key to sign with', 2, ['--at', 'https://a.example']],
    ['signed by somebody else', 2, ['--authority', STRANGER, '--at', 'https://a.example']],
    ['as it should be', 0, ['--authority', AUTHORITY, '--at', 'https://a.example']],
  ])('%s: %i', (_, code, more) => {
    expect(appoint(...more).code).toBe(code);
  });
});

describe('a centre', () => {
  const receive = (centre: string) =>
    urna('receive', ELECTION, '--centre', centre, '--import', join(ROOT, 'memory/a'));

  test.each<[string, (centre: string) => void]>([
    ['a key that is none', (at) => writeFileSync(join(at, 'receiver-private-key.pem'), 'x')],
    ['an appointment that is none', (at) => writeFileSync(join(at, 'receiver.signed'), 'x')],
    [
      'an appointment of another key',
      (at) => {
        const key = ['--appoint', join(ELECTION, 'authority-key.pem'), '--at', 'https://a.example'];
        const out = ['--authority', AUTHORITY, '--out', join(at, 'receiver.signed')];
        expect(urna('receive', ELECTION, ...key, ...out).code).toBe(0);
      },
    ],
    ['a store that is none', (at) => writeFileSync(join(at, 'results.sqlite'), 'x'.repeat(4096))],
    [
      "another program's database",
      (at) => new DatabaseSync(join(at, 'results.sqlite')).exec('CREATE TABLE x (y)'),
    ],
  ])('with %s does not begin, and says which file', (_, spoil) => {
    const centre = newCentre();
    spoil(centre);
    const { code, err } = receive(centre);
    expect(code).toBe(2);
    expect(err).toContain(centre);
  });

  test('of an election that its authority did not sign takes nothing', () => {
    const key = join(ROOT, 'other-key.pem');
    writeFileSync(key, readFileSync(join(ELECTION, 'authority-key.pem')));
    const folder = join(ROOT, 'edited');
    writeElectionFiles(folder, COUNTRY);
    writeFileSync(
      join(folder, 'precincts.json'),
      `${readFileSync(join(folder, 'precincts.json'))} `,
    );
    const centre = newCentre();
    const args = ['--centre', centre, '--key', key, '--import', MEMORY];
    const { code, err } = urna('receive', folder, ...args);
    expect(code).toBe(1);
    expect(err).toContain('precincts.json: wrongSignature');
  });
});
