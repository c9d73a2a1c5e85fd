/** Officers' tokens: what a PIN opens, what anyone sees, and the slots they go into. */
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { makeEmulatedToken, makeEmulatedTokenSlot } from '#drivers/storage/emulator-token.ts';
import { LOOK_EVERY_MS, makeTokenFileSlot, TOKEN_FILE } from '#drivers/storage/token-file.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import {
  isListedToken,
  isPin,
  MAX_TOKEN_BYTES,
  openToken,
  sealToken,
  type TokenHeader,
  tokenDigest,
  tokenHeader,
} from '#firmware/vault/officer-token.ts';
import { type OfficerTokenSlot, TOKEN_LIMIT_MS } from '#hal/officer-token.ts';

const CHEAP = { N: 16, r: 1, p: 1 };
const HEADER: TokenHeader = {
  version: 1,
  electionId: 'AN-2020',
  precinct: '201301006.01',
  officerId: 'presiding',
  role: 'presidingOfficer',
};
const entropy = makeSeededEntropy(20201206, 'tokens');
const SECRETS = { share: entropy.bytes(33), pollbookKey: entropy.bytes(32) };
const PIN = '4711081';
const seal = (pin = PIN, secrets: Parameters<typeof sealToken>[0] = SECRETS, header = HEADER) =>
  sealToken(secrets, header, pin, CHEAP, entropy);
const textOf = (record: Uint8Array): string => new TextDecoder().decode(record);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the record on a token', () => {
  test('opens with its PIN and gives everything back', () => {
    for (const secrets of [
      SECRETS,
      { share: SECRETS.share, pollbookKey: null },
      { share: null, pollbookKey: SECRETS.pollbookKey },
      { share: null, pollbookKey: null },
    ])
      expect(openToken(seal(PIN, secrets), PIN)).toEqual({
        ok: true,
        value: { header: HEADER, secrets },
      });
  });

  test('opens with no other PIN', () => {
    const record = seal();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (number) => {
        const pin = String(number).padStart(6, '0');
        fc.pre(pin !== PIN);
        expect(openToken(record, pin)).toEqual({ ok: false, error: 'wrongPin' });
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('takes six to eight digits as a PIN and nothing else', () => {
    for (const pin of ['123456', '1234567', '12345678', '000000']) expect(isPin(pin)).toBe(true);
    for (const pin of ['', '12345', '123456789', '12345a', ' 123456', '123456\n', '１２３４５６']) {
      expect(isPin(pin)).toBe(false);
      expect(openToken(seal(), pin)).toEqual({ ok: false, error: 'notAPin' });
      expect(() => seal(pin)).toThrow(/PIN/);
    }
  });

  test('shows its header and nothing of its secrets without a PIN', () => {
    const record = seal();
    expect(tokenHeader(record)).toEqual(HEADER);
    for (const secret of [SECRETS.share, SECRETS.pollbookKey])
      expect(textOf(record)).not.toContain(Buffer.from(secret).toString('hex'));
    expect(textOf(record)).not.toContain(PIN);
  });

  test('has one length whatever secrets are in it, and fits a token', () => {
    const lengths = [SECRETS, { share: null, pollbookKey: null }].map(
      (secrets) => seal(PIN, secrets).length,
    );
    expect(new Set(lengths).size).toBe(1);
    expect(lengths[0]).toBeLessThan(MAX_TOKEN_BYTES / 4);
  });

  test('is another one each time, with the same PIN and secrets', () => {
    expect(textOf(seal())).not.toBe(textOf(seal()));
  });

  test('with any byte changed it opens nothing, and never throws', () => {
    const record = seal();
    fc.assert(
      fc.property(fc.nat(record.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = record.slice();
        changed[at]! ^= mask;
        expect(openToken(changed, PIN).ok).toBe(false);
        expect(openToken(record.subarray(0, at), PIN)).toEqual({ ok: false, error: 'malformed' });
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('a header that was changed by hand shows, and fails with the right PIN', () => {
    const record = bytesOf(textOf(seal()).replace('"presiding"', '"observer1"'));
    expect(tokenHeader(record)?.officerId).toBe('observer1');
    expect(openToken(record, PIN)).toEqual({ ok: false, error: 'wrongPin' });
  });

  test('can not ask for more memory or time than the limit', () => {
    const text = textOf(seal());
    for (const greedy of ['"N":1073741824', '"N":262144', '"N":0', '"N":3', '"N":1.5', '"N":1']) {
      const record = bytesOf(text.replace('"N":16', greedy));
      expect(openToken(record, PIN)).toEqual({ ok: false, error: 'malformed' });
    }
    const wide = bytesOf(text.replace('"r":1,', '"r":4096,'));
    expect(openToken(wide, PIN)).toEqual({ ok: false, error: 'malformed' });
  });

  test.each([
    ['nothing', ''],
    ['no object', '[]'],
    ['other JSON', '{"version":1}'],
    ['too long', `{"version":1,"x":"${'x'.repeat(5000)}"}`],
  ])('is malformed when it is %s', (_, text) => {
    expect(tokenHeader(bytesOf(text))).toBeNull();
    expect(tokenHeader(bytesOf(textOf(seal()) + ' '.repeat(MAX_TOKEN_BYTES)))).toBeNull();
    expect(openToken(bytesOf(text), PIN)).toEqual({ ok: false, error: 'malformed' });
  });

  test('no bytes make reading a token throw', () => {
    const parts = Object.keys(JSON.parse(textOf(seal())));
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...parts), fc.jsonValue()), (content) => {
        const record = bytesOf(JSON.stringify({ ...JSON.parse(textOf(seal())), ...content }));
        expect(typeof openToken(record, PIN).ok).toBe('boolean');
      }),
      { seed: 3, numRuns: 150 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(openToken(bytes, PIN)).toEqual({ ok: false, error: 'malformed' });
      }),
      { seed: 4, numRuns: 150 },
    );
  });

  test('a token made elsewhere with the right name is not one of the ceremony', () => {
    const record = seal();
    const listed = [{ officerId: HEADER.officerId, digest: tokenDigest(record) }];
    expect(isListedToken(record, listed)).toBe(true);
    expect(isListedToken(seal(), listed)).toBe(false);
    expect(isListedToken(record, [{ officerId: 'other', digest: tokenDigest(record) }])).toBe(
      false,
    );
  });

  test('throws on a header or secrets that no token holds', () => {
    expect(() => seal(PIN, { share: new Uint8Array(5), pollbookKey: null })).toThrow(/share/);
    expect(() => seal(PIN, { share: null, pollbookKey: new Uint8Array(5) })).toThrow(/pollbook/);
    expect(() => seal(PIN, SECRETS, { ...HEADER, officerId: '' })).toThrow(/header/);
  });
});

describe('the emulated slot', () => {
  const bench = () => {
    const clock = makeVirtualClock(0);
    const slot = makeEmulatedTokenSlot(clock);
    const seen: boolean[] = [];
    slot.onPresence((present) => seen.push(present));
    return { clock, slot, seen };
  };
  const roundTrip = async (slot: OfficerTokenSlot, record: Uint8Array) => {
    const written = await slot.write(record);
    return written.ok ? slot.read() : written;
  };

  test('keeps a record on the token, not in the slot', async () => {
    const { clock, slot, seen } = bench();
    const token = makeEmulatedToken('one');
    slot.insert(token);
    expect(await clock.run(slot.read())).toEqual({ ok: true, value: null });
    const record = seal();
    expect(await clock.run(roundTrip(slot, record))).toEqual({ ok: true, value: record });
    expect(slot.remove()).toBe(token);
    slot.insert(makeEmulatedToken('two'));
    expect(await clock.run(slot.read())).toEqual({ ok: true, value: null });
    slot.insert(token);
    expect(await clock.run(slot.read())).toEqual({ ok: true, value: record });
    expect(seen).toEqual([true, false, true, false, true]);
    expect(slot.limitsAttempts).toBe(false);
  });

  test('says absent without a token, and when it is pulled in between', async () => {
    const { clock, slot } = bench();
    expect(await slot.read()).toMatchObject({ ok: false, error: { kind: 'absent' } });
    slot.insert(makeEmulatedToken('one', seal()));
    clock.after(5, () => slot.remove());
    expect(await clock.run(slot.read())).toMatchObject({ ok: false, error: { kind: 'absent' } });
  });

  test('pulled during a write leaves half a record, which is malformed', async () => {
    const { clock, slot } = bench();
    const token = makeEmulatedToken('one', seal());
    slot.insert(token);
    slot.behave({ kind: 'pulledDuringWrite' });
    expect(await clock.run(slot.write(seal()))).toMatchObject({ error: { kind: 'absent' } });
    expect(slot.present()).toBe(false);
    expect(openToken(token.record ?? new Uint8Array(0), PIN)).toEqual({
      ok: false,
      error: 'malformed',
    });
  });

  test.each([
    ['unreadable', 'broken'],
    ['silent', 'timeout'],
  ] as const)('%s shows as %s', async (kind, shown) => {
    const { clock, slot } = bench();
    slot.insert(makeEmulatedToken('one', seal()));
    slot.behave({ kind });
    expect(await clock.run(slot.read())).toMatchObject({ error: { kind: shown } });
    expect(clock.nowMs()).toBeLessThanOrEqual(TOKEN_LIMIT_MS);
    slot.behave(null);
    expect(await clock.run(slot.read())).toMatchObject({ ok: true });
  });

  test('takes no record that a token can not hold', async () => {
    const { clock, slot } = bench();
    slot.insert(makeEmulatedToken('one'));
    const result = await clock.run(slot.write(new Uint8Array(MAX_TOKEN_BYTES + 1)));
    expect(result).toMatchObject({ error: { kind: 'full' } });
  });
});

describe('the file slot', () => {
  const folders: string[] = [];
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
  const bench = async () => {
    const root = await mkdtemp(join(tmpdir(), 'urna-token-'));
    folders.push(root);
    const folder = join(root, 'mounted');
    await mkdir(folder);
    const clock = makeVirtualClock(0);
    return { folder, slot: makeTokenFileSlot({ clock, folder }), clock };
  };

  test('keeps a record as a file that only its owner reads, replaced as a whole', async () => {
    const { folder, slot } = await bench();
    expect(await slot.read()).toEqual({ ok: true, value: null });
    const [first, second] = [seal(), seal()];
    expect(await slot.write(first)).toEqual({ ok: true, value: undefined });
    expect(await slot.write(second)).toEqual({ ok: true, value: undefined });
    expect(await slot.read()).toEqual({ ok: true, value: second });
    expect(await readdir(folder)).toEqual([TOKEN_FILE]);
    expect((await stat(join(folder, TOKEN_FILE))).mode & 0o777).toBe(0o600);
    expect(slot.limitsAttempts).toBe(false);
    slot.close();
  });

  test('says absent when the memory is out, garbled for a file that is no token', async () => {
    const { folder, slot } = await bench();
    await writeFile(join(folder, TOKEN_FILE), new Uint8Array(MAX_TOKEN_BYTES + 1));
    expect(await slot.read()).toMatchObject({ error: { kind: 'garbled' } });
    expect(await slot.write(new Uint8Array(MAX_TOKEN_BYTES + 1))).toMatchObject({
      error: { kind: 'full' },
    });
    await rm(folder, { recursive: true });
    expect(await slot.read()).toMatchObject({ error: { kind: 'absent' } });
    expect(await slot.write(seal())).toMatchObject({ error: { kind: 'absent' } });
    slot.close();
  });

  test('tells when the memory comes and goes', async () => {
    const root = await mkdtemp(join(tmpdir(), 'urna-token-'));
    folders.push(root);
    const folder = join(root, 'mounted');
    const tasks: (() => unknown)[] = [];
    // A clock whose tasks are run by hand, so that each look at the file system can be awaited.
    const clock = {
      nowMs: () => 0,
      calendarMs: () => 0,
      after: (_delayMs: number, task: () => unknown) => {
        tasks.push(task);
        return () => undefined;
      },
    };
    const slot = makeTokenFileSlot({ clock, folder });
    const seen: boolean[] = [];
    slot.onPresence((present) => seen.push(present));
    const lookNow = async () => tasks.shift()?.();
    await lookNow();
    expect(slot.present()).toBe(false);
    await mkdir(folder);
    await lookNow();
    expect(slot.present()).toBe(true);
    await rm(folder, { recursive: true });
    await lookNow();
    expect(seen).toEqual([true, false]);
    expect(LOOK_EVERY_MS).toBeLessThanOrEqual(1000);
    slot.close();
  });
});
