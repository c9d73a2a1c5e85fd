/** A report's QR texts, checked by somebody who has the authority's public key and nothing else. */
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  machineKeyCertificateBytes,
  type SignedTally,
  signedQrParts,
  signingBytes,
} from '#firmware/paper/qr-payloads.ts';
import { makeEd25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { checkReportText } from '#scripts/evidence/verify-report.ts';

const entropy = makeSeededEntropy(1, 'verify-report');
const authority = makeEd25519KeyPair(entropy);
const machine = makeEd25519KeyPair(entropy);
const PUBLIC_LINE = '010203004.01.1.0001!3,2,0!1!0';

const certified = (tally: Omit<SignedTally, 'certificate'>): SignedTally => ({
  ...tally,
  certificate: sign(authority.privateKey, machineKeyCertificateBytes(tally)),
});

const TALLY = certified({
  electionId: 'eleccion-pequena',
  reportId: '010203004.01.1.0001',
  pollingPlaceCode: '010203004',
  precinct: '01',
  machineCode: 'AS04-E7R1-FSEZ-75XE-5Z40',
  machineKey: machine.publicKey,
  keyCertificate: new Uint8Array(64).fill(3),
  packageSignature: new Uint8Array(64).fill(4),
  logHead: 'cd'.repeat(32),
  ballots: 6,
  counters: { epoch: 6, reprints: 1, spoils: 0 },
  authentication: {
    match: 5,
    noMatch: 1,
    noStoredPrint: 0,
    noUpperLimbs: 0,
    overrides: 1,
    votersMarked: 6,
    registered: 9,
  },
  contests: [
    { contestId: 'lista', ballots: 6, positions: 1, nulls: 1, votes: [3, 2, 0] },
    // So many options that the signed text takes several parts.
    {
      contestId: 'nominal',
      ballots: 6,
      positions: 2,
      nulls: 0,
      votes: Array(600).fill(0).with(7, 12),
    },
  ],
});

const partsOf = (tally: SignedTally): readonly string[] =>
  signedQrParts(tally, sign(machine.privateKey, signingBytes(tally)));
const codesOf = (text: string, key = authority.publicKey): readonly string[] =>
  checkReportText(text, key).failures.map(({ code }) => code);

describe('a report that is sound', () => {
  const parts = partsOf(TALLY);

  test('has several parts here, so that their order matters to nobody', () => {
    expect(parts.length).toBeGreaterThan(2);
  });

  test.each([
    ['in order', parts],
    ['backwards', [...parts].reverse()],
    ['scanned twice', [...parts, ...parts]],
    ['with the public line', [PUBLIC_LINE, ...parts]],
    ['in brackets, as a report in text has them', parts.map((part) => `  [QR ${part}]  `)],
  ])('%s', (_, texts) => {
    const check = checkReportText(texts.join('\n'), authority.publicKey);
    expect(check.failures).toEqual([]);
    expect(check.tally?.contests).toEqual(TALLY.contests);
  });
});

describe('a report that is not', () => {
  const parts = partsOf(TALLY);

  test.each(parts.map((_, index) => [index + 1] as const))('part %i is missing', (missing) => {
    expect(codesOf(parts.filter((_, index) => index + 1 !== missing).join('\n'))).toEqual([
      'unreadable',
    ]);
  });

  test.each(['', 'URNA1', 'URNA1 1/1 x', 'hello'.repeat(9999), '\0\xff'])('text %#', (text) => {
    expect(codesOf(text)).toEqual(['unreadable']);
  });

  test('moves one vote, with the rest adding up', () => {
    const [list, ...others] = TALLY.contests;
    const votes = [2, 3, 0];
    const moved = {
      ...TALLY,
      contests: [{ ...list, votes } as (typeof TALLY.contests)[0], ...others],
    };
    const forged = signedQrParts(moved, sign(machine.privateKey, signingBytes(TALLY)));
    expect(codesOf(forged.join('\n'))).toEqual(['signature']);
  });

  test('is signed by a machine that nobody certified', () => {
    const other = makeEd25519KeyPair(entropy);
    const tally = { ...TALLY, machineKey: other.publicKey };
    const texts = signedQrParts(tally, sign(other.privateKey, signingBytes(tally)));
    expect(codesOf(texts.join('\n'))).toEqual(['certificate']);
  });

  test('belongs to another precinct than the certificate', () => {
    expect(codesOf(partsOf({ ...TALLY, reportId: '010203004.02.1.0001' }).join('\n'))).toEqual([
      'certificate',
    ]);
  });

  test('is held against the key of another authority', () => {
    expect(codesOf(parts.join('\n'), makeEd25519KeyPair(entropy).publicKey)).toEqual([
      'certificate',
    ]);
  });

  test('does not add up, though it is signed', () => {
    const [list, ...others] = TALLY.contests;
    const nulls = 2;
    const wrong = {
      ...TALLY,
      contests: [{ ...list, nulls } as (typeof TALLY.contests)[0], ...others],
    };
    expect(codesOf(partsOf(wrong).join('\n'))).toEqual(['accounting']);
  });

  test.each([
    '010203004.01.1.0001!4,1,0!1!0',
    '010203004.01.1.0001!3,2,0!0!0',
    '010203004.02.1.0001!3,2,0!1!0',
  ])('has a public line that says something else: %s', (line) => {
    expect(codesOf([line, ...parts].join('\n'))).toEqual(['publicLine']);
  });
});
