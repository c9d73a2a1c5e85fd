import { describe, expect, test } from 'vitest';
import { NATIONAL_FILES, type NationalFiles, openNation } from '#firmware/nation/open-nation.ts';
import { type Register, registerText } from '#firmware/nation/register.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { sign } from '#firmware/vault/keys.ts';
import { COUNTRY, electionWith, OFFER } from './country.ts';

const utf8 = new TextEncoder();
const { authority } = COUNTRY;
const FILES: NationalFiles = {
  offer: COUNTRY.offerBytes,
  offerSignature: COUNTRY.offerSignature,
  register: COUNTRY.registerBytes,
  registerSignature: COUNTRY.registerSignature,
};

/** Signed by the authority, whatever they say. */
const signed = (offer: Uint8Array, register: Partial<Register> = {}): NationalFiles => {
  const text = registerText({ ...COUNTRY.register, offer: sha256Hex(offer), ...register });
  const bytes = utf8.encode(text);
  return {
    offer,
    offerSignature: sign(authority.privateKey, offer),
    register: bytes,
    registerSignature: sign(authority.privateKey, bytes),
  };
};
const problems = (files: NationalFiles, key = authority.publicKey) => {
  const opened = openNation(files, key);
  return opened.ok ? [] : opened.error.map(({ code, file }) => [code, file]);
};

describe('the election that is added up', () => {
  test('is what the authority signed', () => {
    const opened = openNation(FILES, authority.publicKey);
    expect(opened.ok && opened.value.offer).toEqual(OFFER);
    expect(opened.ok && opened.value.register).toEqual(COUNTRY.register);
  });

  test('is not looked at before its signatures hold', () => {
    const edited = FILES.offer.with(FILES.offer.length - 3, 0x21);
    expect(problems({ ...FILES, offer: edited })).toEqual([
      ['wrongSignature', NATIONAL_FILES.offer],
    ]);
    expect(problems({ ...FILES, registerSignature: FILES.offerSignature })).toEqual([
      ['wrongSignature', NATIONAL_FILES.register],
    ]);
    expect(problems(FILES, COUNTRY.machineOf(0).publicKey)).toEqual([
      ['wrongSignature', NATIONAL_FILES.offer],
      ['wrongSignature', NATIONAL_FILES.register],
    ]);
  });

  test('a sound register of another offer is told', () => {
    const other = utf8.encode(`${JSON.stringify(electionWith({ authority: 'Otra' }).offer)}\n`);
    const { offer, offerSignature } = signed(other);
    expect(problems({ ...FILES, offer, offerSignature })).toEqual([
      ['otherElection', NATIONAL_FILES.register],
    ]);
  });

  test.each([
    ['another name', { election: 'otra' }],
    ['a test', { test: true }],
    [
      'districts nobody offered',
      { precincts: COUNTRY.register.precincts.map((each) => ({ ...each, districtIds: ['luna'] })) },
    ],
  ])('a register with %s is told', (_, change) => {
    expect(problems(signed(COUNTRY.offerBytes, change))).toEqual([
      ['otherElection', NATIONAL_FILES.register],
    ]);
  });

  test.each([
    ['no JSON', 'x'],
    ['nested deep', '['.repeat(1_000_000)],
    ['an empty object', '{}'],
  ])('a signed offer that is %s is malformed, and says where', (_, text) => {
    const opened = openNation(signed(utf8.encode(text)), authority.publicKey);
    if (opened.ok) throw new Error('it opened');
    expect(new Set(opened.error.map(({ code, file }) => `${code} ${file}`))).toEqual(
      new Set([`malformed ${NATIONAL_FILES.offer}`]),
    );
    expect(opened.error.every(({ message }) => message.startsWith('$'))).toBe(true);
  });
});
