/** From the closed urn to signed totals: identity, machine code, counting, result package. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keepNew, keepOld } from '#drivers/storage/emulator-disk.ts';
import { makeEmulatedMedium } from '#drivers/storage/emulator-medium.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { tabulate } from '#firmware/election/tabulation.ts';
import { BALLOTS_AT_ONCE, countUrn } from '#firmware/vault/counting.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import {
  certifyMachine,
  openIdentity,
  readIdentity,
  verifyCertificate,
} from '#firmware/vault/identity.ts';
import { makeEd25519KeyPair, makeX25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { machineCode, readMachineCode } from '#firmware/vault/machine-code.ts';
import {
  decodeResultPackage,
  encodeResultPackage,
  openResultPackage,
  precinctId,
  RESULT_FILES,
  type ResultPackage,
  resultContests,
  resultFiles,
  signResultPackage,
  writeResultFiles,
} from '#firmware/vault/result-package.ts';
import { packageProblems, packageProblemText } from '#firmware/vault/result-package-check.ts';
import { DEMO_PATH, loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';
import {
  arbitraryElection,
  arbitraryTouches,
  marksFromTouches,
} from '#test/election/arbitrary-elections.ts';

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const NONE = new Uint8Array(0);
const INFO = new TextEncoder().encode('urna ballot 1, AN-2020, 201301006.01');
const SEED = 20201206;

describe('the identity of a machine', () => {
  const bench = () => makeEmulatedMedium({ name: 'fixed', clock: makeVirtualClock(0) });

  test('is made once and is the same after every restart', async () => {
    const medium = bench();
    const entropy = makeSeededEntropy(1, 'identity');
    expect(await readIdentity(medium.connect())).toEqual({ ok: true, value: null });
    const first = await openIdentity(medium.connect(), entropy);
    medium.cutPower(keepOld);
    const second = await openIdentity(medium.connect(), entropy);
    if (!first.ok || !second.ok) throw new Error('no identity');
    expect([first.value.made, second.value.made]).toEqual([true, false]);
    expect(second.value.identity).toEqual(first.value.identity);
  });

  test('a cut while it is made leaves none or a whole one, whatever survives', async () => {
    for (const choice of [keepOld, keepNew])
      for (const kind of ['write', 'sync', 'rename', 'syncFolder'] as const) {
        const clock = makeVirtualClock(0);
        const cutter: { cut: () => void } = { cut: () => undefined };
        const medium = makeEmulatedMedium({
          name: 'fixed',
          clock,
          afterOperation: (operation) => {
            if (operation.kind === kind) cutter.cut();
          },
        });
        let cuts = 0;
        cutter.cut = () => {
          if (cuts++ === 0) medium.cutPower(choice, true);
        };
        void openIdentity(medium.connect(), makeSeededEntropy(1, kind));
        await new Promise((resolve) => setImmediate(resolve));
        expect(cuts).toBe(1);
        const after = await openIdentity(medium.connect(), makeSeededEntropy(2, kind));
        expect(after.ok).toBe(true);
      }
  });

  test('is never replaced when it is damaged', async () => {
    const medium = bench();
    await openIdentity(medium.connect(), makeSeededEntropy(1, 'identity'));
    medium.rot('identity', 40);
    const again = await openIdentity(medium.connect(), makeSeededEntropy(2, 'identity'));
    expect(again).toEqual({ ok: false, error: { kind: 'damaged' } });
  });

  test("is certified for one precinct by the authority's key", () => {
    const authority = makeEd25519KeyPair(makeSeededEntropy(1, 'authority'));
    const other = makeEd25519KeyPair(makeSeededEntropy(2, 'authority'));
    const machine = { election: 'AN-2020', precinct: '1', machineKey: other.publicKey };
    const certificate = certifyMachine(machine, authority.privateKey);
    expect(certificate.length).toBe(64);
    expect(verifyCertificate(machine, certificate, authority.publicKey)).toBe(true);
    expect(verifyCertificate({ ...machine, precinct: '2' }, certificate, authority.publicKey)).toBe(
      false,
    );
    expect(verifyCertificate({ ...machine, election: 'X' }, certificate, authority.publicKey)).toBe(
      false,
    );
    expect(verifyCertificate(machine, certificate, other.publicKey)).toBe(false);
  });
});

describe('the machine code', () => {
  const input = {
    releaseDigest: new Uint8Array(32).fill(1),
    packageDigest: new Uint8Array(32).fill(2),
    identityPublicKey: new Uint8Array(32).fill(3),
  };

  test('is five groups of four, the same for the same machine, another for any other', () => {
    const code = machineCode(input);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(machineCode(input)).toBe(code);
    const others = (['releaseDigest', 'packageDigest', 'identityPublicKey'] as const).map(
      (name) => {
        const changed = input[name].slice();
        changed[31] = 9;
        return machineCode({ ...input, [name]: changed });
      },
    );
    expect(new Set([code, ...others]).size).toBe(4);
    expect(() => machineCode({ ...input, releaseDigest: NONE })).toThrow();
  });

  test('is read however people type it', () => {
    const code = machineCode(input);
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readMachineCode(typed)).toBe(code);
    expect(readMachineCode(code)).toBe(code);
  });

  test('any one wrong character and any two swapped ones are seen', () => {
    const code = machineCode(input).replaceAll('-', '');
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    for (let at = 0; at < code.length; at++) {
      for (const letter of alphabet)
        if (letter !== code[at])
          expect(readMachineCode(code.slice(0, at) + letter + code.slice(at + 1))).toBeNull();
      for (let other = at + 1; other < code.length; other++) {
        const letters = [...code];
        [letters[at], letters[other]] = [letters[other]!, letters[at]!];
        if (letters.join('') !== code) expect(readMachineCode(letters.join(''))).toBeNull();
      }
    }
    for (const wrong of ['', code.slice(1), `${code}0`, 'U'.repeat(20)])
      expect(readMachineCode(wrong)).toBeNull();
  });
});

describe('counting', () => {
  test('gives the totals of what was sealed, for any election and any marks', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryElection,
        fc.array(fc.tuple(fc.boolean(), arbitraryTouches), { maxLength: 12 }),
        fc.nat(),
        async (definition, cast, seed) => {
          const entropy = makeSeededEntropy(seed, 'counting');
          const { privateKey, publicKey } = makeX25519KeyPair(entropy);
          const votes = cast.map(([whole, touches]) => {
            const ballot = resolveBallot(definition, whole ? 'whole' : 'first');
            return { styleId: ballot.styleId, ballot, marks: marksFromTouches(ballot, touches) };
          });
          const sealedBallots = votes.map(({ ballot, marks }) =>
            sealTo(publicKey, INFO, NONE, encodeBallot(definition, ballot, marks), entropy),
          );
          const counted = await countUrn({ definition, sealedBallots, privateKey, info: INFO });
          expect(counted).toEqual({ ok: true, value: tabulate(definition, votes) });
          expect(privateKey.every((byte) => byte === 0)).toBe(true);
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });

  test('names every ballot that does not open or is none, and gives no totals then', async () => {
    const definition = loadOwnDefinition(SMALL_PATH);
    const entropy = makeSeededEntropy(3, 'counting');
    const { privateKey, publicKey } = makeX25519KeyPair(entropy);
    const style = definition.ballotStyles[0]!.id;
    const ballot = resolveBallot(definition, style);
    const plain = encodeBallot(
      definition,
      ballot,
      ballot.contests.map(() => []),
    );
    const good = sealTo(publicKey, INFO, NONE, plain, entropy);
    const foreign = sealTo(makeX25519KeyPair(entropy).publicKey, INFO, NONE, plain, entropy);
    const garbage = sealTo(publicKey, INFO, NONE, new Uint8Array(plain.length).fill(0xee), entropy);
    const sealedBallots = [good, foreign, good, garbage, NONE];
    const counted = await countUrn({ definition, sealedBallots, privateKey, info: INFO });
    expect(counted).toEqual({
      ok: false,
      error: [
        { index: 1, kind: 'notOpened' },
        { index: 3, kind: 'undecodable' },
        { index: 4, kind: 'notOpened' },
      ],
    });
    expect(privateKey.every((byte) => byte === 0)).toBe(true);
  });

  const manyBallots = (count: number) => {
    const definition = loadOwnDefinition(SMALL_PATH);
    const entropy = makeSeededEntropy(4, 'counting');
    const { privateKey, publicKey } = makeX25519KeyPair(entropy);
    const ballot = resolveBallot(definition, definition.ballotStyles[0]!.id);
    const plain = encodeBallot(
      definition,
      ballot,
      ballot.contests.map(() => []),
    );
    const sealedBallots = Array.from({ length: count }, () =>
      sealTo(publicKey, INFO, NONE, plain, entropy),
    );
    return { definition, privateKey, sealedBallots, info: INFO };
  };

  test('pauses after every portion, and at the end', async () => {
    const urn = manyBallots(2 * BALLOTS_AT_ONCE + 7);
    const pauses: number[] = [];
    const counted = await countUrn({
      ...urn,
      pause: async (opened) => {
        pauses.push(opened);
      },
    });
    expect(counted.ok && counted.value.ballots).toBe(2 * BALLOTS_AT_ONCE + 7);
    expect(pauses).toEqual([BALLOTS_AT_ONCE, 2 * BALLOTS_AT_ONCE, 2 * BALLOTS_AT_ONCE + 7]);
  });

  test('overwrites the key when it is broken off in a pause', async () => {
    const urn = manyBallots(BALLOTS_AT_ONCE + 1);
    const pause = () => Promise.reject(new Error('broken off'));
    await expect(countUrn({ ...urn, pause })).rejects.toThrow('broken off');
    expect(urn.privateKey.every((byte) => byte === 0)).toBe(true);
  });
});

const authority = makeEd25519KeyPair(makeSeededEntropy(SEED, 'authority'));
const machine = makeEd25519KeyPair(makeSeededEntropy(SEED, 'machine'));
const demo = (): ResultPackage => {
  const definition = loadOwnDefinition(DEMO_PATH);
  const style = definition.ballotStyles[0]!.id;
  const ballot = resolveBallot(definition, style);
  const votes = Array.from({ length: 10 }, (_, index) => ({
    styleId: style,
    marks: marksFromTouches(ballot, [index, index * 7, index * 31, index * 101]),
  }));
  const place = {
    pollingPlaceCode: definition.precinct.pollingPlaceCode,
    precinctNumber: definition.precinct.number,
  };
  const certificate = certifyMachine(
    { election: definition.id, precinct: precinctId(place), machineKey: machine.publicKey },
    authority.privateKey,
  );
  return {
    format: 'urna-result-1',
    election: definition.id,
    test: true,
    ...place,
    reportId: definition.precinct.reportId,
    ballots: votes.length,
    contests: resultContests(tabulate(definition, votes)),
    authentication: {
      match: 8,
      noMatch: 1,
      noStoredPrint: 1,
      noUpperLimbs: 0,
      overrides: 2,
      votersMarked: 10,
      registered: 700,
    },
    reprints: 1,
    spoils: 0,
    copies: 1,
    machineCode: machineCode({
      releaseDigest: new Uint8Array(32).fill(1),
      packageDigest: new Uint8Array(32).fill(2),
      identityPublicKey: machine.publicKey,
    }),
    logHead: 'ab'.repeat(32),
    machineKey: hex(machine.publicKey),
    certificate: hex(certificate),
  };
};

describe('the result package', () => {
  test('comes back as it was, under machine and authority key', () => {
    const files = resultFiles(demo(), machine);
    const bytes = files[RESULT_FILES.package]!;
    const signature = files[RESULT_FILES.signature]!;
    const opened = openResultPackage(bytes, signature, machine.publicKey, authority.publicKey);
    expect(opened).toEqual({ ok: true, value: demo() });
    expect(signature.length).toBe(64);
  });

  test('has one spelling: the order in which members were put does not matter', () => {
    const shuffled = Object.fromEntries(
      Object.entries(demo()).reverse(),
    ) as unknown as ResultPackage;
    expect(encodeResultPackage(shuffled)).toEqual(encodeResultPackage(demo()));
    const respelled = new TextEncoder().encode(JSON.stringify(demo()));
    expect(decodeResultPackage(respelled)).toMatchObject({
      error: { kind: 'malformed', problems: [{ kind: 'spelling', path: '' }] },
    });
  });

  test('any changed byte breaks the signature', () => {
    const bytes = encodeResultPackage(demo());
    const signature = signResultPackage(bytes, machine);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = bytes.slice();
        changed[at]! ^= mask;
        expect(openResultPackage(changed, signature, machine.publicKey, null)).toEqual({
          ok: false,
          error: { kind: 'wrongSignature' },
        });
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  test('is refused from another machine, and without the certificate for its precinct', () => {
    const impostor = makeEd25519KeyPair(makeSeededEntropy(1, 'impostor'));
    const bytes = encodeResultPackage(demo());
    const forged = sign(impostor.privateKey, bytes);
    expect(openResultPackage(bytes, forged, impostor.publicKey, authority.publicKey)).toEqual({
      ok: false,
      error: { kind: 'otherMachine' },
    });
    for (const wrong of [
      { ...demo(), precinctNumber: '02' },
      { ...demo(), certificate: null },
      { ...demo(), election: 'other' },
    ]) {
      const signed = resultFiles(wrong, machine);
      const opened = openResultPackage(
        signed[RESULT_FILES.package]!,
        signed[RESULT_FILES.signature]!,
        machine.publicKey,
        authority.publicKey,
      );
      expect(opened).toEqual({ ok: false, error: { kind: 'notCertified' } });
    }
    expect(() =>
      resultFiles({ ...demo(), machineKey: hex(impostor.publicKey) }, machine),
    ).toThrow();
  });

  test('is not written when it does not add up', () => {
    const good = demo();
    const first = good.contests[0]!;
    const wrong: readonly (readonly [string, ResultPackage])[] = [
      [
        'not ballots times positions',
        { ...good, contests: [{ ...first, nulls: first.nulls + 1 }] },
      ],
      ['more than there are', { ...good, ballots: 9 }],
      ['comes twice', { ...good, contests: [first, first] }],
      ['reprints', { ...good, reprints: -1 }],
      ['machineCode', { ...good, machineCode: 'AAAA' }],
      ['extra is not a member', { ...good, extra: 1 } as ResultPackage],
    ];
    for (const [reason, each] of wrong) {
      expect(packageProblems(each).map(packageProblemText).join()).toContain(reason);
      expect(() => encodeResultPackage(each)).toThrow(/not a result package/);
    }
  });

  test('no bytes make reading it throw', () => {
    const good = demo();
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.jsonValue()),
        (content) => {
          const text = `${JSON.stringify({ ...good, ...content }, null, 1)}\n`;
          const decoded = decodeResultPackage(new TextEncoder().encode(text));
          expect(typeof decoded.ok).toBe('boolean');
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('holds totals: no ballot, no voter, no time', () => {
    const text = new TextDecoder().decode(encodeResultPackage(demo()));
    expect(text).not.toMatch(/marks|nationalId|timestamp|"time|voterId/);
  });

  test('is whole on the medium after a cut, the package last', async () => {
    const medium = makeEmulatedMedium({ name: 'removable', clock: makeVirtualClock(0) });
    const files = resultFiles(demo(), machine);
    expect(await writeResultFiles(medium.connect(), 'result', files)).toMatchObject({ ok: true });
    medium.cutPower(keepOld, true);
    const stored = medium.files();
    for (const [name, content] of Object.entries(files))
      expect(stored.get(`result/${name}`)).toEqual(content);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  test.skipIf(!openssl)(
    'OpenSSL verifies it by the published command (skipped without openssl)',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'urna-result-'));
      try {
        for (const [name, content] of Object.entries(resultFiles(demo(), machine)))
          writeFileSync(join(folder, name), content);
        const verify = () => {
          const command =
            'openssl pkeyutl -verify -pubin -inkey machine-key.pem -rawin -in result-package.json -sigfile result-package.sig';
          const [program = '', ...args] = command.split(' ');
          return spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
        };
        expect(verify()).toMatchObject({
          status: 0,
          stdout: expect.stringContaining('Verified Successfully'),
        });
        writeFileSync(join(folder, 'result-package.json'), `${JSON.stringify(demo(), null, 1)} \n`);
        expect(verify().status).not.toBe(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
