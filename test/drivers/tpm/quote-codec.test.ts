/** The frames of a quote against those written down from the standard, and all that is none of them. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeAttestation,
  decodeSignature,
  digestOfRegisters,
  fingerprintOf,
  qualifiedNameOf,
  readAttestationKey,
} from '#drivers/tpm/attestation.ts';
import { decodeResponse } from '#drivers/tpm/codec.ts';
import { quoteRegisters } from '#drivers/tpm/quote.ts';
import {
  createAttestationKey,
  decodePrimary,
  decodeQuote,
  decodeRegisters,
  pcrRead,
  quote,
} from '#drivers/tpm/quote-codec.ts';
import { TPM_QUOTE } from '#test/vectors/tpm.ts';

const bytesOf = (hex: string): Uint8Array =>
  new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const of = (byte: number, count = 32): Uint8Array => new Uint8Array(count).fill(byte);
const NONCE = Uint8Array.from({ length: 16 }, (_, at) => at);
const PCRS = [0, 2, 4, 7, 11];
const ATTEST = bytesOf(TPM_QUOTE.attest);
const SIGNATURE = bytesOf(TPM_QUOTE.signature);
const PUBLIC = bytesOf(TPM_QUOTE.publicArea);

const answered = (parameters: Uint8Array) => ({ code: 0, handle: 0, parameters });

describe('commands', () => {
  test.each([
    ['createAttestationKey', createAttestationKey()],
    ['pcrRead', pcrRead(PCRS)],
    ['quote', quote(0x80000001, NONCE, PCRS)],
  ] as const)('%s is as the standard has it', (name, bytes) => {
    expect(hexOf(bytes)).toBe(hexOf(bytesOf(TPM_QUOTE[name])));
  });

  test('registers are those of a selection; another is a bug', () => {
    expect(() => pcrRead([24])).toThrow('no register 24');
  });
});

describe('answers', () => {
  test('registers with their values', () => {
    const response = decodeResponse(bytesOf(TPM_QUOTE.registers));
    expect(response.ok && decodeRegisters(response.value)).toEqual([
      { pcr: 0, value: of(0xc3) },
      { pcr: 2, value: of(0xd4) },
    ]);
  });

  test('a key’s public area and a quote, with what follows them left out', () => {
    const sizedKey = Uint8Array.from([0, PUBLIC.length, ...PUBLIC, 9, 9]);
    expect(decodePrimary(answered(sizedKey))).toEqual(PUBLIC);
    const signed = Uint8Array.from([0, ATTEST.length, ...ATTEST, ...SIGNATURE]);
    expect(decodeQuote(answered(signed))).toEqual({ attest: ATTEST, signature: SIGNATURE });
  });

  test('what is cut off anywhere is none', () => {
    const response = decodeResponse(bytesOf(TPM_QUOTE.registers));
    if (!response.ok) throw new Error(response.error);
    const { parameters } = response.value;
    for (let at = 0; at < parameters.length; at++)
      expect(decodeRegisters(answered(parameters.subarray(0, at)))).toBeNull();
    const sizedKey = Uint8Array.from([0, PUBLIC.length, ...PUBLIC]);
    for (let at = 0; at < sizedKey.length; at++)
      expect(decodePrimary(answered(sizedKey.subarray(0, at)))).toBeNull();
    expect(decodeQuote(answered(Uint8Array.from([0, ATTEST.length, ...ATTEST])))).toBeNull();
  });
});

describe('what is signed', () => {
  test('is read field by field', () => {
    expect(decodeAttestation(ATTEST)).toEqual({
      signer: Uint8Array.from([0x00, 0x0b, ...of(0xe5)]),
      nonce: NONCE,
      resets: 3,
      restarts: 1,
      pcrs: PCRS,
      digest: of(0xf6),
    });
  });

  test('is of a TPM, and a quote', () => {
    const changed = (at: number): Uint8Array => ATTEST.map((byte, each) => byte ^ +(each === at));
    for (const at of [0, 1, 2, 3]) expect(decodeAttestation(changed(at))).toBe('notGenerated');
    for (const at of [4, 5]) expect(decodeAttestation(changed(at))).toBe('noQuote');
    for (let at = 6; at < ATTEST.length; at++)
      expect(decodeAttestation(ATTEST.subarray(0, at))).toBe('malformed');
    expect(decodeAttestation(Uint8Array.from([...ATTEST, 0]))).toBe('malformed');
  });

  test('has numbers that are short filled up, and no signature of another kind', () => {
    expect(decodeSignature(SIGNATURE)).toEqual(Uint8Array.from([0, ...of(0x11, 31), ...of(0x22)]));
    for (let at = 0; at < SIGNATURE.length; at++)
      expect(decodeSignature(SIGNATURE.subarray(0, at))).toBeNull();
    const rsa = SIGNATURE.map((byte, at) => (at === 1 ? 0x14 : byte));
    expect(decodeSignature(rsa)).toBeNull();
    expect(decodeSignature(Uint8Array.from([...SIGNATURE, 0]))).toBeNull();
  });

  test('is signed by a key of the one template, whose name is its digest', () => {
    expect(readAttestationKey(PUBLIC)).toEqual({ x: of(0xa1), y: of(0xb2) });
    const kindBytes = PUBLIC.length - 2 * 34;
    for (let at = 0; at < kindBytes; at++)
      expect(readAttestationKey(PUBLIC.map((byte, each) => byte ^ +(each === at)))).toBeNull();
    expect(readAttestationKey(PUBLIC.subarray(0, -1))).toBeNull();
    expect(readAttestationKey(Uint8Array.from([...PUBLIC, 0]))).toBeNull();
    const sha256 = (hex: string) => createHash('sha256').update(bytesOf(hex)).digest('hex');
    const name = sha256(TPM_QUOTE.publicArea);
    expect(hexOf(fingerprintOf(PUBLIC))).toBe(name);
    expect(hexOf(qualifiedNameOf(PUBLIC))).toBe(`000b${sha256(`4000000b 000b ${name}`)}`);
  });

  test('digests the values one behind the other', () => {
    const digest = createHash('sha256').update(of(1)).update(of(2)).digest('hex');
    expect(hexOf(digestOfRegisters([of(1), of(2)]))).toBe(digest);
  });

  test('reads any bytes without falling over', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const framed = Uint8Array.from([...ATTEST.subarray(0, 6), ...bytes]);
        expect(['string', 'object']).toContain(typeof decodeAttestation(framed));
        decodeSignature(bytes);
        decodeRegisters(answered(bytes));
        readAttestationKey(bytes);
      }),
    );
  });
});

describe('a quote', () => {
  const silent = {
    present: () => true,
    exchange: () => Promise.reject(new Error('nothing is to be asked')),
    close: () => undefined,
  };

  test.each([15, 33])('needs a nonce of 16 to 32 bytes, not %i', async (count) => {
    const refused = await quoteRegisters(silent, PCRS, new Uint8Array(count));
    expect(refused.ok ? '' : refused.error).toContain(`a nonce of ${count} bytes`);
  });

  test('is of one to eight registers', async () => {
    for (const pcrs of [[], [0, 1, 2, 3, 4, 5, 6, 7, 8]])
      expect((await quoteRegisters(silent, pcrs, NONCE)).ok).toBe(false);
  });
});
