import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  answered,
  CHALLENGE_MS,
  challenged,
  IDLE_MS,
  isLocked,
  LOCK_MS,
  loggedOut,
  MAX_WRONG,
  NOBODY,
  openChallenge,
  SESSION_MS,
  used,
  whoIsThere,
} from '#firmware/console/session.ts';
import { toHex } from '#firmware/vault/bytes.ts';
import {
  readTechnicians,
  signChallenge,
  supportCode,
  TECHNICIANS_FORMAT,
  whoAnswered,
} from '#firmware/vault/console-keys.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';

const chance = (fill: number): Uint8Array => new Uint8Array(16).fill(fill);

describe('who is logged in', () => {
  test('a challenge is good once, for ten minutes, and a fresh one voids it', () => {
    const first = challenged(NOBODY, 0, chance(1));
    const shown = openChallenge(first, CHALLENGE_MS - 1);
    expect(shown).toMatchObject({
      nonce: '01'.repeat(16),
      digits: expect.stringMatching(/^\d{8}$/),
    });
    expect(openChallenge(first, CHALLENGE_MS)).toBeNull();
    expect(openChallenge(challenged(first, 1, chance(2)), 1)).not.toEqual(shown);
    expect(openChallenge(answered(first, 1, null), 1)).toBeNull();
    expect(openChallenge(answered(first, 1, 'tec-1'), 1)).toBeNull();
  });

  test('a session ends by itself: after half an hour, or when nothing is asked for', () => {
    const there = answered(challenged(NOBODY, 0, chance(1)), 0, 'tec-1');
    expect(whoIsThere(there, IDLE_MS - 1)).toBe('tec-1');
    expect(whoIsThere(there, IDLE_MS)).toBeNull();
    const busy = [0, 1, 2, 3].reduce((state, step) => used(state, step * (IDLE_MS - 1)), there);
    expect(whoIsThere(busy, SESSION_MS - 1)).toBe('tec-1');
    expect(whoIsThere(busy, SESSION_MS)).toBeNull();
    expect(whoIsThere(loggedOut(there), 1)).toBeNull();
  });

  test('wrong answers in a row lock, whoever was there is gone, and time unlocks', () => {
    let state = answered(challenged(NOBODY, 0, chance(1)), 0, 'tec-1');
    for (let wrong = 0; wrong < MAX_WRONG; wrong++)
      state = answered(challenged(state, 0, chance(wrong)), 0, null);
    expect(isLocked(state, LOCK_MS - 1)).toBe(true);
    expect(isLocked(state, LOCK_MS)).toBe(false);
    expect(whoIsThere(state, 1)).toBeNull();
  });
});

describe('an answer to a challenge', () => {
  const entropy = makeSeededEntropy(1, 'console');
  const [mine, other] = [makeEd25519KeyPair(entropy), makeEd25519KeyPair(entropy)];
  const support = entropy.bytes(32);
  const keys = { technicians: [{ id: 'tec-1', publicKey: mine.publicKey }], support };
  const challenge = { nonce: 'ab'.repeat(16), digits: '12345678' };
  const CODE = 'K1A8-QCP3-0S4H-QHDW-M4WD';

  test('by a technician’s key names the technician', () => {
    const response = signChallenge(mine.privateKey, CODE, challenge.nonce);
    expect(response).toMatch(/^[\w-]{86}$/);
    expect(whoAnswered(keys, CODE, challenge, response)).toBe('tec-1');
  });

  test('is good for no other challenge, unit or key', () => {
    const response = signChallenge(mine.privateKey, CODE, challenge.nonce);
    expect(whoAnswered(keys, CODE, { ...challenge, nonce: 'ac'.repeat(16) }, response)).toBeNull();
    expect(whoAnswered(keys, 'another', challenge, response)).toBeNull();
    const stranger = signChallenge(other.privateKey, CODE, challenge.nonce);
    expect(whoAnswered(keys, CODE, challenge, stranger)).toBeNull();
  });

  test('by telephone is eight digits that only the support key gives', () => {
    const code = supportCode(support, CODE, challenge.digits);
    expect(whoAnswered(keys, CODE, challenge, code)).toBe('support');
    expect(whoAnswered({ ...keys, support: null }, CODE, challenge, code)).toBeNull();
    expect(whoAnswered(keys, 'another', challenge, code)).toBeNull();
    expect(supportCode(support, CODE, '12345679')).not.toBe(code);
    expect(supportCode(mine.publicKey, CODE, challenge.digits)).not.toBe(code);
  });

  test('counts technicians of a list that is one, and none of any other', () => {
    const entry = { id: 'tec-1', key: toHex(mine.publicKey) };
    expect(readTechnicians({ format: TECHNICIANS_FORMAT, technicians: [entry] })).toHaveLength(1);
    for (const wrong of [
      null,
      { format: 'other', technicians: [entry] },
      { format: TECHNICIANS_FORMAT, technicians: [{ ...entry, key: 'ab' }] },
      { format: TECHNICIANS_FORMAT, technicians: [{ ...entry, id: '../x' }] },
      { format: TECHNICIANS_FORMAT, technicians: Array(65).fill(entry) },
    ])
      expect(readTechnicians(wrong)).toBeNull();
  });
});
