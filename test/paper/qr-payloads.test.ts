import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '#firmware/paper/base64url.ts';
import {
  machineKeyCertificateBytes,
  parseSignedQr,
  publicLine,
  QR_PART_BYTES,
  type SignedTally,
  signedQrParts,
  signingBytes,
  type VerifyEd25519,
  verifySignedQr,
} from '#firmware/paper/qr-payloads.ts';
import { signedContentOf } from '#firmware/paper/tally-report.ts';
import { DEMO, sampleTally } from './samples.ts';

const rawKey = (key: KeyObject): Uint8Array =>
  Uint8Array.from(key.export({ type: 'spki', format: 'der' }).subarray(-32));

/** SubjectPublicKeyInfo of an Ed25519 key is a fixed prefix and the key (RFC 8410, 4). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const verifyEd25519: VerifyEd25519 = (key, message, signature) =>
  verify(
    null,
    message,
    createPublicKey({ key: Buffer.concat([SPKI_PREFIX, key]), format: 'der', type: 'spki' }),
    signature,
  );

const authority = generateKeyPairSync('ed25519');
const machine = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const AUTHORITY_KEY = rawKey(authority.publicKey);

const CONTENT = signedContentOf(sampleTally(DEMO, 700));

const certified = (change: Partial<SignedTally> = {}): SignedTally => {
  const tally = {
    ...CONTENT,
    machineKey: rawKey(machine.publicKey),
    ...change,
  };
  const certificate = sign(null, machineKeyCertificateBytes(tally), authority.privateKey);
  return { ...tally, certificate: Uint8Array.from(certificate) };
};
const partsOf = (tally: SignedTally, key = machine.privateKey): readonly string[] =>
  signedQrParts(tally, Uint8Array.from(sign(null, signingBytes(tally), key)));

const outcomeOf = (parts: readonly string[]): unknown => {
  const parsed = parseSignedQr(parts);
  return parsed.ok ? verifySignedQr(parsed.value, AUTHORITY_KEY, verifyEd25519) : parsed;
};

describe('the public line', () => {
  test('is report!votes of the list contest!nulls!0', () => {
    const { totals } = sampleTally(DEMO, 700);
    const line = publicLine(DEMO, totals);
    const [report, votes, nulls, fourth] = line.split('!');
    expect(report).toBe(DEMO.precinct.reportId);
    expect(votes?.split(',').map(Number)).toEqual(totals.contests[0]?.votes);
    expect(Number(nulls)).toBe(totals.contests[0]?.nulls);
    expect(fourth).toBe('0');
    expect(line).toMatch(/^[!-~]+$/);
    expect(line.length).toBeLessThan(1264);
  });
});

describe('the signed payload', () => {
  test('parts are printable ASCII of at most 512 bytes, numbered', () => {
    const parts = partsOf(certified());
    expect(parts.length).toBeGreaterThan(1);
    parts.forEach((part, index) => {
      expect(part.length).toBeLessThanOrEqual(QR_PART_BYTES);
      expect(part).toMatch(/^[ -~]+$/);
      expect(part.startsWith(`URNA1 ${index + 1}/${parts.length} `)).toBe(true);
    });
  });

  test("is read back in any order, and verifies with the authority's key alone", () => {
    const tally = certified();
    const parts = [...partsOf(tally)].reverse();
    expect(outcomeOf([...parts, parts[0]!])).toEqual({ ok: true, value: tally });
  });

  test('one changed figure is found', () => {
    const tally = certified();
    const signature = sign(null, signingBytes(tally), machine.privateKey);
    const [contest, ...rest] = tally.contests;
    const votes = contest!.votes.map((count, index) => (index === 3 ? count + 1 : count));
    const forged = {
      ...tally,
      contests: [{ ...contest!, votes, nulls: contest!.nulls - 1 }, ...rest],
    };
    expect(outcomeOf(signedQrParts(forged, Uint8Array.from(signature)))).toEqual({
      ok: false,
      error: 'signature',
    });
  });

  test('a machine that the authority did not certify is found', () => {
    const own = { ...certified(), machineKey: rawKey(stranger.publicKey) };
    expect(outcomeOf(partsOf(own, stranger.privateKey))).toEqual({
      ok: false,
      error: 'certificate',
    });
    // A certificate is for one precinct: another report can not borrow it.
    const moved = { ...certified(), reportId: '201301006.02.1.0001' };
    expect(outcomeOf(partsOf(moved))).toEqual({ ok: false, error: 'certificate' });
  });

  test('totals that do not balance are found even when signed', () => {
    const tally = certified();
    const contests = tally.contests.map((contest) => ({ ...contest, nulls: contest.nulls + 1 }));
    expect(outcomeOf(partsOf({ ...tally, contests }))).toEqual({ ok: false, error: 'accounting' });
  });

  test.each([
    ['no part', 'noPart', () => []],
    ['a part missing', 'missingPart', () => partsOf(certified()).slice(1)],
    ['a foreign text', 'strangePart', () => ['https://example.org']],
    ['two reports mixed', 'otherReport', () => [...partsOf(certified()), 'URNA1 1/9 abc']],
    [
      'two parts of one number',
      'twoParts',
      () => [...partsOf(certified()), `${partsOf(certified())[0]!.slice(0, -1)}~`],
    ],
    ['a cut part', 'field', () => partsOf(certified()).map((part) => part.slice(0, -3))],
    ['fields missing', 'fields', () => ['URNA1 1/1 a|b']],
  ])('refused with a reason: %s', (_name, kind, make) => {
    const parsed = parseSignedQr(make());
    expect(parsed).toMatchObject({ ok: false, error: { kind } });
  });

  test('another spelling of the same totals is refused', () => {
    const [first, ...rest] = partsOf(certified());
    const respelt = first!.replace('|700|', '|0700|');
    expect(respelt).not.toBe(first);
    expect(parseSignedQr([respelt, ...rest]).ok).toBe(false);
  });

  test('any content survives the way there and back, nasty names included', () => {
    const anyName = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const anyFigure = fc.nat(99_999);
    const anyTally = fc.record({
      electionId: anyName,
      reportId: anyName,
      machineCode: anyName,
      logHead: fc.constant('00ff'),
      contests: fc.array(
        fc.record({
          contestId: anyName,
          ballots: anyFigure,
          positions: anyFigure,
          nulls: anyFigure,
          votes: fc.array(anyFigure, { minLength: 1, maxLength: 120 }),
        }),
        { minLength: 1, maxLength: 5 },
      ),
    });
    fc.assert(
      fc.property(anyTally, (content) => {
        const tally = { ...CONTENT, ...content };
        const signature = new Uint8Array(64).fill(7);
        const parts = signedQrParts(tally, signature);
        expect(parts.every((part) => /^[ -~]{1,512}$/.test(part))).toBe(true);
        expect(parseSignedQr(parts)).toEqual({ ok: true, value: { tally, signature } });
      }),
      { seed: 21, numRuns: 100 },
    );
  });

  test('any texts are read or refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 80 })), (texts) => {
        expect(parseSignedQr(texts).ok).toBe(false);
        expect(parseSignedQr(texts.map((text) => `URNA1 1/1 ${text}`)).ok).toBe(false);
      }),
      { seed: 22, numRuns: 500 },
    );
  });
});

describe('base64url', () => {
  test('is the one of node:crypto, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toBase64Url(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(bytes);
      }),
      { seed: 23 },
    );
  });
  test('has one spelling: bits left over and foreign characters are refused', () => {
    expect(fromBase64Url('AB')).toBeNull();
    expect(fromBase64Url('A')).toBeNull();
    expect(fromBase64Url('AA==')).toBeNull();
    expect(fromBase64Url('a+b/')).toBeNull();
  });
});
