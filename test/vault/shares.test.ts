/** Secret sharing against another implementation, and shares that are named before they do harm. */
import fc from 'fast-check';
import { combine as theirCombine, split as theirSplit } from 'shamir-secret-sharing';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  type CeremonyRecord,
  checkShare,
  combineShares,
  decodeCeremonyRecord,
  encodeCeremonyRecord,
  type Share,
  splitKey,
  withTokens,
} from '#firmware/vault/key-shares.ts';
import { makeEd25519KeyPair, makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { combineShares as combine, invert, multiply, splitSecret } from '#firmware/vault/shamir.ts';

const runs = { seed: 20201206, numRuns: 80 };
const CONTEXT = { election: 'AN-2020', precinct: '201301006.01' };
const HOLDERS = ['presiding', 'member-1', 'member-2', 'observer-1', 'observer-2', 'authority'];

describe('GF(2^8)', () => {
  test('reproduces the products of FIPS 197, 4.2', () => {
    expect(multiply(0x57, 0x83)).toBe(0xc1);
    expect(multiply(0x57, 0x13)).toBe(0xfe);
  });

  test('has an inverse for everything but 0', () => {
    for (let a = 1; a < 256; a++) expect(multiply(a, invert(a))).toBe(1);
    expect(invert(0)).toBe(0);
  });
});

const split = fc
  .record({
    secret: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    threshold: fc.integer({ min: 2, max: 8 }),
    more: fc.integer({ min: 0, max: 6 }),
    seed: fc.nat(),
  })
  .map((made) => ({
    ...made,
    shares: splitSecret(
      made.secret,
      made.threshold + made.more,
      made.threshold,
      makeSeededEntropy(made.seed, 'shamir'),
    ),
  }));

describe('Shamir', () => {
  test('any threshold of shares give the secret back, in any order', () => {
    fc.assert(
      fc.property(split, fc.nat(), ({ secret, threshold, shares, seed }, turn) => {
        const shuffled = [...shares].sort(
          (a, b) => (((a.at(-1) ?? 0) * (seed + 7)) % 251) - (((b.at(-1) ?? 0) * (seed + 7)) % 251),
        );
        const from = turn % (shares.length - threshold + 1);
        expect(combine(shuffled.slice(from, from + threshold))).toEqual(secret);
        expect(combine(shuffled)).toEqual(secret);
      }),
      runs,
    );
  });

  test('fewer than the threshold fit every secret alike', () => {
    // With one share missing, each value of it gives another secret byte: all 256 are possible.
    const shares = splitSecret(Uint8Array.of(42), 3, 3, makeSeededEntropy(1, 'perfect'));
    const seen = new Set<number>();
    for (let value = 0; value < 256; value++) {
      const guess = Uint8Array.of(value, 3);
      seen.add(combine([shares[0]!, shares[1]!, guess])[0]!);
    }
    expect(seen.size).toBe(256);
  });

  test('each byte has a polynomial of its own: a share of a constant secret is not constant', () => {
    for (let seed = 0; seed < 10; seed++)
      for (const share of splitSecret(new Uint8Array(32), 6, 3, makeSeededEntropy(seed, 'own')))
        expect(new Set(share.subarray(0, 32)).size).toBeGreaterThan(16);
  });

  test('is joined by shamir-secret-sharing, and joins what that split', async () => {
    for (let seed = 0; seed < 12; seed++) {
      const entropy = makeSeededEntropy(seed, 'interop');
      const secret = entropy.bytes(32);
      const ours = splitSecret(secret, 6, 3, entropy);
      expect(await theirCombine([ours[5]!.slice(), ours[0]!.slice(), ours[2]!.slice()])).toEqual(
        secret,
      );
      const theirs = await theirSplit(secret, 6, 3);
      expect(combine(theirs.slice(seed % 3, (seed % 3) + 3))).toEqual(secret);
    }
  });

  test('throws on what can not be split or combined', () => {
    const entropy = makeSeededEntropy(1, 'limits');
    const secret = new Uint8Array(32);
    expect(() => splitSecret(new Uint8Array(0), 3, 2, entropy)).toThrow();
    expect(() => splitSecret(secret, 3, 1, entropy)).toThrow();
    expect(() => splitSecret(secret, 2, 3, entropy)).toThrow();
    expect(() => splitSecret(secret, 256, 3, entropy)).toThrow();
    const shares = splitSecret(secret, 3, 2, entropy);
    expect(() => combine([shares[0]!])).toThrow();
    expect(() => combine([shares[0]!, shares[0]!])).toThrow(/twice/);
    expect(() => combine([shares[0]!, shares[1]!.subarray(1)])).toThrow(/length/);
  });
});

const ceremony = (seed: number, context = CONTEXT) => {
  const entropy = makeSeededEntropy(seed, 'ceremony');
  const { privateKey, publicKey } = makeX25519KeyPair(entropy);
  return { privateKey, publicKey, ...splitKey(privateKey, HOLDERS, 3, context, entropy) };
};
const altered = (share: Share, at: number): Share => {
  const bytes = share.bytes.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return { ...share, bytes };
};

describe('shares of the private key', () => {
  test('any three of six open', () => {
    const { privateKey, shares, record } = ceremony(1);
    for (let a = 0; a < 6; a++)
      for (let b = a + 1; b < 6; b++)
        for (let c = b + 1; c < 6; c++)
          expect(combineShares([shares[c]!, shares[a]!, shares[b]!], record)).toEqual({
            ok: true,
            value: privateKey,
          });
  });

  test('names each faulty share, by its holder, and combines nothing', () => {
    const { shares, record } = ceremony(2);
    const foreign = ceremony(3, { ...CONTEXT, precinct: '201301006.02' }).shares[1]!;
    const stranger: Share = { ...shares[2]!, holder: 'nobody' };
    const short: Share = { ...shares[3]!, bytes: shares[3]!.bytes.subarray(1) };
    const given = [shares[0]!, shares[0]!, foreign, stranger, short, altered(shares[4]!, 7)];
    expect(combineShares(given, record)).toEqual({
      ok: false,
      error: [
        { holder: 'presiding', kind: 'repeated' },
        { holder: 'member-1', kind: 'foreign' },
        { holder: 'nobody', kind: 'unknown' },
        { holder: 'observer-1', kind: 'malformed' },
        { holder: 'observer-2', kind: 'forged' },
        { holder: null, kind: 'tooFew' },
      ],
    });
  });

  test('two sound shares of three are too few, and nothing is joined', () => {
    const { shares, record } = ceremony(11);
    expect(combineShares(shares.slice(0, 2), record)).toEqual({
      ok: false,
      error: [{ holder: null, kind: 'tooFew' }],
    });
  });

  test('any changed byte of a share is seen as it comes, its index too', () => {
    const { shares, record } = ceremony(4);
    for (let at = 0; at < 33; at++)
      expect(checkShare(altered(shares[1]!, at), record, [])).toEqual({
        holder: 'member-1',
        kind: 'forged',
      });
    expect(checkShare(shares[1]!, record, [shares[0]!])).toBeNull();
    const lent: Share = { ...shares[0]!, holder: 'member-1' };
    expect(checkShare(lent, record, [])).toMatchObject({ kind: 'forged' });
    expect(checkShare(lent, record, [shares[0]!])).toMatchObject({ kind: 'repeated' });
  });

  test('a share of the same precinct in an earlier election is foreign; of an earlier ceremony, forged', () => {
    const { record } = ceremony(5);
    const earlier = ceremony(6, { ...CONTEXT, election: 'AN-2015' }).shares[0]!;
    expect(checkShare(earlier, record, [])).toMatchObject({ kind: 'foreign' });
    expect(checkShare(ceremony(6).shares[0]!, record, [])).toMatchObject({ kind: 'forged' });
  });

  test('sound shares of a key that is not the one of the ballots are refused', () => {
    const { shares, record } = ceremony(7);
    const other = ceremony(8).record.publicKey;
    expect(combineShares(shares.slice(0, 3), { ...record, publicKey: other })).toEqual({
      ok: false,
      error: [{ holder: null, kind: 'wrongKey' }],
    });
  });

  test('shows neither key nor share in the record', () => {
    const { privateKey, shares, record } = ceremony(9);
    const text = JSON.stringify(record);
    for (const secret of [privateKey, ...shares.map(({ bytes }) => bytes)])
      expect(text).not.toContain(Buffer.from(secret.subarray(0, 32)).toString('hex'));
  });
});

describe('the ceremony record', () => {
  const machine = makeEd25519KeyPair(makeSeededEntropy(1, 'machine'));
  const tokens = HOLDERS.map((officerId, index) => ({
    officerId,
    digest: String(index).repeat(64),
  }));
  const record: CeremonyRecord = withTokens(ceremony(10).record, tokens);

  test('comes back as it was, for this machine only', () => {
    const bytes = encodeCeremonyRecord(record, machine.privateKey);
    expect(decodeCeremonyRecord(bytes, machine.publicKey)).toEqual(record);
    const other = makeEd25519KeyPair(makeSeededEntropy(2, 'machine')).publicKey;
    expect(decodeCeremonyRecord(bytes, other)).toBeNull();
  });

  test('is refused with any byte changed or cut', () => {
    const bytes = encodeCeremonyRecord(record, machine.privateKey);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = bytes.slice();
        changed[at]! ^= mask;
        expect(decodeCeremonyRecord(changed, machine.publicKey)).toBeNull();
        expect(decodeCeremonyRecord(bytes.subarray(0, at), machine.publicKey)).toBeNull();
      }),
      runs,
    );
  });

  test('is refused when the machine signed nonsense', () => {
    const wrong: readonly CeremonyRecord[] = [
      { ...record, threshold: 1 },
      { ...record, threshold: 7 },
      { ...record, publicKey: 'ab' },
      { ...record, commitments: [{ ...record.commitments[0]!, digest: 'x' }] },
      { ...record, tokens: [{ officerId: '', digest: tokens[0]!.digest }] },
    ];
    for (const each of wrong)
      expect(
        decodeCeremonyRecord(encodeCeremonyRecord(each, machine.privateKey), machine.publicKey),
      ).toBeNull();
  });
});
