import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rejection } from '#firmware/nation/aggregate.ts';
import { certifyMachine } from '#firmware/vault/identity.ts';
import {
  decodeResultPackage,
  encodeResultPackage,
  type ResultPackage,
} from '#firmware/vault/result-package.ts';
import { makeSyntheticCountry, type SignedPackage } from '#scripts/nation/synthetic-country.ts';
import { COUNTRY, electionWith, OFFER, PACKAGES, startAggregation } from './country.ts';

const SEED = 20_201_206;
const NORTH = 0;
const SOUTH = 8;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const idAt = (at: number): string => COUNTRY.register.precincts[at]!.id;

const taken = (...packages: readonly (readonly [string, SignedPackage])[]) => {
  const aggregation = startAggregation();
  const verdicts = packages.map(
    ([origin, { bytes, signature }]) => aggregation.take(origin, bytes, signature).kind,
  );
  return { verdicts, ...aggregation.sums() };
};
const codes = (rejected: readonly Rejection[]) =>
  rejected.map(({ precinct, code, origin }) => [precinct, code, origin]);

/** The figures of precinct `at` with something changed, signed by its own machine all the same. */
const changed = (at: number, change: (result: ResultPackage) => ResultPackage): SignedPackage =>
  COUNTRY.signAs(at, change(COUNTRY.resultOf(at)));

/** Signed by its machine though no machine would write it: encoding refuses such figures. */
const bent = (at: number, change: (text: string) => string): SignedPackage => {
  const text = change(Buffer.from(PACKAGES[at]!.bytes).toString('utf8'));
  return COUNTRY.signBytesAs(at, new TextEncoder().encode(text));
};

describe('adding up', () => {
  test('sums are those of the packages, by contest and option, and nothing is missing', () => {
    const { accepted, missing, rejected, ballots, contests } = taken(
      ...PACKAGES.map((each, at) => [`p${at}`, each] as const),
    );
    expect([accepted, missing, rejected]).toEqual([12, [], []]);
    const results = PACKAGES.map(({ bytes }) => {
      const decoded = decodeResultPackage(bytes);
      if (!decoded.ok) throw new Error('not a package');
      return decoded.value;
    });
    expect(ballots).toBe(results.reduce((sum, each) => sum + each.ballots, 0));
    expect(ballots).toBeGreaterThan(0);
    for (const { contest, options, votes, nulls, ballots: here } of contests) {
      const parts = results.flatMap((each) => each.contests.filter(({ id }) => id === contest.id));
      expect(parts.length).toBe(contest.id.endsWith('sur') ? 4 : 8);
      const sum = (of: (part: (typeof parts)[number]) => number): number =>
        parts.reduce((total, part) => total + of(part), 0);
      expect(votes).toEqual(options.map((_, at) => sum((part) => part.options[at]!.votes)));
      expect([nulls, here]).toEqual([sum((part) => part.nulls), sum((part) => part.ballots)]);
      expect(votes.reduce((a, b) => a + b, 0) + nulls).toBe(here * contest.votes);
    }
  });

  test('precincts without a package are named, and districts say how much is in', () => {
    const { missing, districts } = taken(['a', PACKAGES[NORTH]!], ['b', PACKAGES[SOUTH]!]);
    expect(missing).toEqual(
      COUNTRY.register.precincts
        .map(({ id }) => id)
        .filter((_, at) => at !== NORTH && at !== SOUTH),
    );
    const of = (id: string) => districts.find(({ districtId }) => districtId === id);
    expect(of('pais')).toMatchObject({ precincts: 12, counted: 2, registered: 6000 });
    expect(of('norte')).toMatchObject({ precincts: 8, counted: 1, registeredCounted: 500 });
    expect(of('selva')).toMatchObject({ precincts: 8, counted: 1 });
  });

  test('a package that comes twice is counted once', () => {
    const once = taken(['a', PACKAGES[NORTH]!]);
    const twice = taken(['a', PACKAGES[NORTH]!], ['b', PACKAGES[NORTH]!]);
    expect(twice.verdicts).toEqual(['counted', 'repeated']);
    expect(twice).toMatchObject({ accepted: 1, repeated: 1, rejected: [] });
    expect(twice.contests).toEqual(once.contests);
  });

  test('two different sound packages of a precinct are both set aside and named', () => {
    const other = changed(NORTH, (result) => ({ ...result, copies: 4 }));
    const { accepted, missing, rejected, ballots } = taken(
      ['a', PACKAGES[NORTH]!],
      ['b', other],
      ['c', PACKAGES[NORTH]!],
    );
    expect([accepted, missing.includes(idAt(NORTH)), ballots]).toEqual([0, true, 0]);
    expect(codes(rejected)).toEqual([
      [idAt(NORTH), 'conflict', 'a'],
      [idAt(NORTH), 'conflict', 'b'],
    ]);
  });

  test('the order in which packages come changes nothing', () => {
    const other = changed(3, (result) => ({ ...result, copies: 9 }));
    const broken = { ...PACKAGES[5]!, signature: PACKAGES[6]!.signature };
    const all: readonly (readonly [string, SignedPackage])[] = [
      ...PACKAGES.map((each, at) => [`p${at}`, each] as const),
      ['again', PACKAGES[2]!],
      ['other', other],
      ['other again', other],
      ['broken', broken],
      ['broken again', broken],
    ];
    const { verdicts: _, ...expected } = taken(...all);
    expect(expected.accepted).toBe(11);
    fc.assert(
      fc.property(fc.shuffledSubarray([...all], { minLength: all.length }), (order) => {
        const { verdicts, ...sums } = taken(...order);
        expect(verdicts.length).toBe(all.length);
        expect(sums).toEqual(expected);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});

describe('what is refused, and why', () => {
  const text = (from: string | RegExp, to: string) => (whole: string) => {
    const done = whole.replace(from, to);
    if (done === whole) throw new Error(`nothing to change: ${from}`);
    return done;
  };
  const elsewhere = makeSyntheticCountry(electionWith({ id: 'otra' }), 1);
  const rehearsal = makeSyntheticCountry(electionWith({ test: true }), 1);
  const otherCards = makeSyntheticCountry(electionWith({ cards: [...OFFER.cards].reverse() }), 1);
  const stranger = makeSyntheticCountry(electionWith({}), 2);

  test.each([
    [
      'a vote too many',
      'wrongSignature',
      { ...PACKAGES[NORTH]!, bytes: bent(NORTH, text(/"votes": /, '"votes": 9')).bytes },
    ],
    [
      "another package's signature",
      'wrongSignature',
      { ...PACKAGES[NORTH]!, signature: PACKAGES[1]!.signature },
    ],
    [
      'half a signature',
      'wrongSignature',
      { ...PACKAGES[NORTH]!, signature: PACKAGES[NORTH]!.signature.subarray(32) },
    ],
    ['no signature', 'wrongSignature', { ...PACKAGES[NORTH]!, signature: new Uint8Array(0) }],
    ['another election', 'otherElection', elsewhere.packageOf(NORTH)],
    ['a test election', 'testFlag', rehearsal.packageOf(NORTH)],
    ['cards in another order', 'otherOffer', otherCards.packageOf(NORTH)],
    ["another authority's machines", 'unlistedMachine', stranger.packageOf(NORTH)],
    [
      "another precinct's machine",
      'unlistedMachine',
      COUNTRY.signAs(1, {
        ...COUNTRY.resultOf(1),
        precinctNumber: '01',
        reportId: COUNTRY.register.precincts[NORTH]!.reportId,
      }),
    ],
    [
      "another precinct's report",
      'unknownPrecinct',
      changed(NORTH, (of) => ({ ...of, reportId: COUNTRY.register.precincts[1]!.reportId })),
    ],
    [
      'a precinct that does not exist',
      'unknownPrecinct',
      changed(NORTH, (of) => ({ ...of, precinctNumber: '77' })),
    ],
    [
      'a code that is not listed',
      'unlistedMachine',
      changed(NORTH, (of) => ({
        ...of,
        machineCode: COUNTRY.register.precincts[1]!.machines[0]!.code,
      })),
    ],
    ['no certificate', 'notCertified', changed(NORTH, (of) => ({ ...of, certificate: null }))],
    [
      "another precinct's certificate",
      'notCertified',
      changed(NORTH, (of) => ({ ...of, certificate: COUNTRY.resultOf(1).certificate })),
    ],
    [
      'a certificate by somebody else',
      'notCertified',
      changed(NORTH, (of) => ({
        ...of,
        certificate: hex(
          certifyMachine(
            {
              election: OFFER.id,
              precinct: idAt(NORTH),
              machineKey: COUNTRY.machineOf(NORTH).publicKey,
            },
            stranger.authority.privateKey,
          ),
        ),
      })),
    ],
    ['votes that do not add up', 'accounting', bent(NORTH, text(/"votes": /, '"votes": 9'))],
    [
      'more ballots than voters',
      'accounting',
      changed(NORTH, (of) => ({
        ...of,
        authentication: { ...of.authentication, votersMarked: of.ballots - 1 },
      })),
    ],
    [
      'other registered voters',
      'accounting',
      changed(NORTH, (of) => ({
        ...of,
        authentication: { ...of.authentication, registered: 501 },
      })),
    ],
    [
      'more outcomes than voters',
      'accounting',
      changed(NORTH, (of) => ({ ...of, authentication: { ...of.authentication, match: 501 } })),
    ],
    [
      'marks without authentication',
      'accounting',
      changed(NORTH, (of) => ({ ...of, authentication: { ...of.authentication, match: 0 } })),
    ],
    [
      'more overrides than voters',
      'accounting',
      changed(NORTH, (of) => ({ ...of, authentication: { ...of.authentication, overrides: 500 } })),
    ],
    [
      'a contest that some ballots lack',
      'accounting',
      changed(NORTH, (of) => ({
        ...of,
        contests: of.contests.map((each, index) =>
          index === 0
            ? {
                ...each,
                ballots: 0,
                nulls: 0,
                options: each.options.map((option) => ({ ...option, votes: 0 })),
              }
            : each,
        ),
      })),
    ],
    [
      'one option twice on a ballot',
      'accounting',
      changed(NORTH, (of) => ({
        ...of,
        contests: of.contests.map((each) =>
          each.id !== 'n-norte'
            ? each
            : {
                ...each,
                nulls: 0,
                options: each.options.map((option, at) => ({
                  ...option,
                  votes: at === 0 ? each.ballots + 1 : at === 1 ? each.ballots - 1 : 0,
                })),
              },
        ),
      })),
    ],
    [
      'a log head that is none',
      'malformed',
      bent(NORTH, text(/"logHead": ".{64}"/, `"logHead": "${'G'.repeat(64)}"`)),
    ],
    ['the end missing', 'malformed', bent(NORTH, (whole) => whole.slice(0, -30))],
    ['itself twice', 'malformed', bent(NORTH, (whole) => whole + whole)],
    ['another spelling', 'malformed', bent(NORTH, text('"copies": ', '"copies":  '))],
    ['a leading zero', 'malformed', bent(NORTH, text(/"copies": \d+/, '"copies": 03'))],
    ['a member more', 'malformed', bent(NORTH, text('"spoils"', '"voters": [],\n "spoils"'))],
    [
      'UTF-16',
      'malformed',
      {
        ...PACKAGES[NORTH]!,
        bytes: new Uint8Array(
          Buffer.from(Buffer.from(PACKAGES[NORTH]!.bytes).toString(), 'utf16le'),
        ),
      },
    ],
    ['a byte order mark', 'malformed', bent(NORTH, (whole) => `\ufeff${whole}`)],
    ['nothing', 'malformed', { bytes: new Uint8Array(0), signature: new Uint8Array(64) }],
    [
      'a list nested deep',
      'malformed',
      { bytes: new TextEncoder().encode('['.repeat(1_000_000)), signature: new Uint8Array(64) },
    ],
    [
      'something huge',
      'huge',
      { bytes: new Uint8Array(5 * 1024 * 1024), signature: new Uint8Array(64) },
    ],
  ] as const)('%s: %s', (_, code, given) => {
    const { verdicts, accepted, ballots, rejected } = taken(['x', given]);
    expect(rejected.map((each) => each.code)).toEqual([code]);
    expect(rejected[0]?.detail).not.toBe('');
    expect([verdicts, accepted, ballots]).toEqual([['rejected'], 0, 0]);
  });

  test('a spare that is listed may report, a certificate for its own key in hand', () => {
    const spare = makeSyntheticCountry(electionWith({}), 3);
    const { publicKey } = spare.machineOf(NORTH);
    const { machines } = spare.register.precincts[NORTH]!;
    const register = {
      ...COUNTRY.register,
      precincts: COUNTRY.register.precincts.map((each, at) =>
        at === NORTH ? { ...each, machines: [...each.machines, ...machines] } : each,
      ),
    };
    const certified = { election: OFFER.id, precinct: idAt(NORTH), machineKey: publicKey };
    const certificate = hex(certifyMachine(certified, COUNTRY.authority.privateKey));
    const { bytes, signature } = spare.signAs(NORTH, { ...spare.resultOf(NORTH), certificate });
    const aggregation = startAggregation(register);
    expect(aggregation.take('spare', bytes, signature).kind).toBe('counted');
  });

  test('a precinct whose machine sent no key yet has no package that counts', () => {
    const register = {
      ...COUNTRY.register,
      precincts: COUNTRY.register.precincts.map((each) => ({ ...each, machines: [] })),
    };
    const aggregation = startAggregation(register);
    const { bytes, signature } = PACKAGES[NORTH]!;
    expect(aggregation.take('x', bytes, signature).kind).toBe('rejected');
    expect(aggregation.sums().rejected[0]?.code).toBe('unlistedMachine');
  });

  test('any bytes changed in a sound package are refused, whatever they are', () => {
    const { bytes, signature } = PACKAGES[SOUTH]!;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (edits) => {
          const edited = Uint8Array.from(bytes);
          for (const [at, value] of edits) edited[at] = value;
          const same = Buffer.compare(edited, bytes) === 0;
          const { verdicts } = taken(['x', { bytes: edited, signature }]);
          expect(verdicts).toEqual([same ? 'counted' : 'rejected']);
        },
      ),
      { seed: SEED, numRuns: 400 },
    );
  });

  test('figures that a machine signed are counted as they stand, or refused as they can not be', () => {
    const original = COUNTRY.resultOf(NORTH);
    fc.assert(
      fc.property(fc.nat({ max: 4 }), fc.nat({ max: 500 }), (option, votes) => {
        const [first, ...rest] = original.contests;
        const options = first!.options.map((each, at) =>
          at === option % first!.options.length ? { ...each, votes } : each,
        );
        const given = options.reduce((sum, each) => sum + each.votes, 0);
        const nulls = first!.ballots - given;
        if (nulls < 0) return;
        const result = { ...original, contests: [{ ...first!, options, nulls }, ...rest] };
        expect(decodeResultPackage(encodeResultPackage(result)).ok).toBe(true);
        const { contests } = taken(['x', COUNTRY.signAs(NORTH, result)]);
        expect(contests[0]?.votes).toEqual(options.map((each) => each.votes));
      }),
      { seed: SEED, numRuns: 50 },
    );
  });
});
