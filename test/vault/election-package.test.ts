import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  buildElectionPackage,
  decryptPollbook,
  openElectionPackage,
  PACKAGE_FORMAT,
  sealEnvelope,
} from '#firmware/vault/election-package.ts';
import { makeEd25519KeyPair, publicKeyPem } from '#firmware/vault/keys.ts';
import { PAPER_CODE_ALPHABET, paperCodesFor } from '#firmware/vault/paper-codes.ts';
import { loadOwnDefinition, SMALL_PATH } from '#scripts/elections/load.ts';

const definition = loadOwnDefinition(SMALL_PATH);
const authority = makeEd25519KeyPair(makeSeededEntropy(1, 'authority'));
const stranger = makeEd25519KeyPair(makeSeededEntropy(2, 'authority'));
const pollbook = new TextEncoder().encode('voters and their prints');
const pollbookKey = makeSeededEntropy(1, 'pollbook key').bytes(32);
const here = { pollingPlaceCode: '010203004', precinctNumber: '01' };
const ELECTION_DAY = Date.UTC(2020, 11, 6, 10);

const build = (seed = 1) =>
  buildElectionPackage(
    { definition, registered: 40, pollbook, pollbookKey },
    authority.privateKey,
    makeSeededEntropy(seed, 'package'),
  );
const open = (bytes: Uint8Array, expected = here, calendarMs: number | null = ELECTION_DAY) =>
  openElectionPackage(bytes, authority.publicKey, expected, calendarMs);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (value: string): Uint8Array => new TextEncoder().encode(value);
const payloadOf = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(JSON.parse(text(bytes)).payload, 'base64').toString()) as Record<
    string,
    unknown
  >;
const signedAgain = (change: (payload: Record<string, unknown>) => unknown) =>
  sealEnvelope(bytesOf(JSON.stringify(change(payloadOf(build())))), authority.privateKey);

describe('an election package', () => {
  test('opens with what was put in', () => {
    const opened = open(build());
    if (!opened.ok) throw new Error(opened.error.kind);
    expect(opened.value.definition).toEqual(definition);
    expect(opened.value.registered).toBe(40);
    expect(decryptPollbook(opened.value, pollbookKey)).toEqual({ ok: true, value: pollbook });
    expect(text(build())).not.toContain(Buffer.from(pollbook).toString('base64'));
  });

  test('has codes for a third more papers than voters, distinct and without look-alikes', () => {
    const opened = open(build());
    if (!opened.ok) throw new Error(opened.error.kind);
    const { paperCodes } = opened.value;
    expect(paperCodes).toHaveLength(paperCodesFor(40));
    expect(paperCodesFor(40)).toBe(102);
    expect(new Set(paperCodes).size).toBe(102);
    expect(
      paperCodes.every(
        (code) => code.length === 10 && [...code].every((c) => PAPER_CODE_ALPHABET.includes(c)),
      ),
    ).toBe(true);
    expect([...paperCodes].sort()).not.toEqual(paperCodes);
  });

  test('is the same for the same chance', () => {
    expect(build(1)).toEqual(build(1));
    expect(build(1)).not.toEqual(build(2));
  });

  test('its signature is one that others can check', () => {
    const envelope = JSON.parse(text(build())) as Record<string, string>;
    const payload = Buffer.from(envelope.payload ?? '', 'base64');
    const signed = Buffer.concat([Buffer.from(`${PACKAGE_FORMAT}\0`), payload]);
    const key = createPublicKey(publicKeyPem(authority.publicKey));
    expect(verify(null, signed, key, Buffer.from(envelope.signature ?? '', 'base64'))).toBe(true);
  });

  test.each(['', '{}', '[]', 'null', 'not json', '{"format":"urna election package 2"}', '\xff'])(
    '%j is malformed',
    (content) => {
      expect(open(bytesOf(content))).toMatchObject({ ok: false, error: { kind: 'malformed' } });
    },
  );

  test('cut anywhere it is malformed', () => {
    const whole = build();
    for (const length of [1, 10, 100, whole.length >> 1, whole.length - 1]) {
      expect(open(whole.subarray(0, length))).toMatchObject({
        ok: false,
        error: { kind: 'malformed' },
      });
    }
  });

  test('without a signature it is unsigned', () => {
    const { signature, ...rest } = JSON.parse(text(build())) as Record<string, string>;
    expect(signature).not.toBe('');
    expect(open(bytesOf(`${JSON.stringify(rest)}\n`))).toEqual({
      ok: false,
      error: { kind: 'unsigned' },
    });
    expect(open(bytesOf(`${JSON.stringify({ ...rest, signature: '' })}\n`))).toEqual({
      ok: false,
      error: { kind: 'unsigned' },
    });
  });

  test('signed by somebody else it is foreign', () => {
    const foreign = sealEnvelope(bytesOf('{}'), stranger.privateKey);
    const publicKey = Buffer.from(stranger.publicKey).toString('hex');
    expect(open(foreign)).toEqual({ ok: false, error: { kind: 'foreignKey', publicKey } });
  });

  test("under the authority's name but with another signature it is bad", () => {
    const own = JSON.parse(text(build())) as Record<string, string>;
    const other = JSON.parse(text(sealEnvelope(bytesOf('{}'), stranger.privateKey))) as Record<
      string,
      string
    >;
    const forged = { ...own, signature: other.signature };
    expect(open(bytesOf(`${JSON.stringify(forged)}\n`))).toEqual({
      ok: false,
      error: { kind: 'badSignature' },
    });
  });

  test('of another precinct it is refused', () => {
    expect(open(build(), { ...here, precinctNumber: '02' })).toEqual({
      ok: false,
      error: { kind: 'wrongPrecinct', pollingPlaceCode: '010203004', precinctNumber: '01' },
    });
    expect(open(build(), { ...here, pollingPlaceCode: '999999999' })).toMatchObject({
      ok: false,
      error: { kind: 'wrongPrecinct' },
    });
  });

  test('after its last day it is expired; a clock that nobody believes expires nothing', () => {
    const late = Date.UTC(2020, 11, 8, 4, 0, 1);
    expect(open(build(), here, late)).toEqual({
      ok: false,
      error: { kind: 'expired', validUntil: '2020-12-08T00:00:00-04:00' },
    });
    expect(open(build(), here, Date.UTC(2020, 11, 8, 4))).toMatchObject({ ok: true });
    expect(open(build(), here, null)).toMatchObject({ ok: true });
  });

  test('a bad definition names every mistake, even well signed', () => {
    const bad = signedAgain((payload) => ({
      ...payload,
      definition: { ...definition, locale: 'fr', test: 1 },
    }));
    const opened = open(bad);
    expect(opened).toMatchObject({
      ok: false,
      error: { kind: 'badDefinition', errors: [{ path: '$.test' }, { path: '$.locale' }] },
    });
  });

  test.each([
    ['registered', 0],
    ['registered', 1.5],
    ['registered', 41],
    ['pollbook', 'AAAA'],
    ['pollbook', '?'],
    ['paperCodes', []],
    ['paperCodes', Array.from({ length: 102 }, () => 'CDFGHJKMNP')],
    ['paperCodes', Array.from({ length: 102 }, () => 'CDFGHJKMN0')],
  ])('with %s = %j it is malformed, even well signed', (field, value) => {
    expect(open(signedAgain((payload) => ({ ...payload, [field]: value })))).toMatchObject({
      ok: false,
      error: { kind: 'malformed' },
    });
  });

  test('no flipped bit goes unnoticed', () => {
    const whole = build();
    const step = Math.max(1, Math.floor(whole.length / 700));
    for (let at = 0; at < whole.length; at += at > whole.length - 200 || at < 200 ? 1 : step) {
      const flipped = Uint8Array.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      expect(open(flipped).ok, `byte ${at}`).toBe(false);
    }
  });

  test('the pollbook opens under its own key and for its own precinct alone', () => {
    const opened = open(build());
    if (!opened.ok) throw new Error(opened.error.kind);
    const wrong = Uint8Array.from(pollbookKey);
    wrong[31] = (wrong[31] ?? 0) ^ 1;
    expect(decryptPollbook(opened.value, wrong)).toEqual({
      ok: false,
      error: { kind: 'wrongKey' },
    });
    expect(decryptPollbook(opened.value, pollbookKey.subarray(1))).toEqual({
      ok: false,
      error: { kind: 'wrongKey' },
    });
    const moved = {
      ...opened.value,
      definition: { ...definition, precinct: { ...definition.precinct, number: '02' } },
    };
    expect(decryptPollbook(moved, pollbookKey)).toEqual({ ok: false, error: { kind: 'wrongKey' } });
  });
});
