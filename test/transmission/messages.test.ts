import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import {
  isReceiverUrl,
  openAppointment,
  signAppointment,
} from '#firmware/transmission/appointment.ts';
import { selfSignedCertificate, tlsIdentity } from '#firmware/transmission/certificate.ts';
import { isReceiptFor, openReceipt, signReceipt } from '#firmware/transmission/receipt.ts';
import {
  MAX_SUBMISSION_BYTES,
  readRefusal,
  readSubmission,
  writeRefusal,
  writeSubmission,
} from '#firmware/transmission/submission.ts';
import { sha256Hex } from '#firmware/vault/digest.ts';
import { makeEd25519KeyPair } from '#firmware/vault/keys.ts';

const pair = (name: string) => makeEd25519KeyPair(makeSeededEntropy(1, name));
const [AUTHORITY, RECEIVER] = [pair('authority'), pair('receiver')];
const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

describe('a certificate', () => {
  test('is one that OpenSSL reads: of this key, signed by itself, without an end', () => {
    const found = new X509Certificate(selfSignedCertificate(RECEIVER, '010000001.01'));
    const { x } = found.publicKey.export({ format: 'jwk' });
    expect(x).toBe(Buffer.from(RECEIVER.publicKey).toString('base64url'));
    expect(found.verify(found.publicKey)).toBe(true);
    expect(found.subject).toBe('CN=010000001.01');
    expect(found.validTo).toContain('9999');
  });

  test('has long names too, and the same bytes for the same key', () => {
    const name = 'n'.repeat(64);
    expect(new X509Certificate(tlsIdentity(RECEIVER, name).cert).subject).toBe(`CN=${name}`);
    expect(selfSignedCertificate(RECEIVER, name)).toEqual(selfSignedCertificate(RECEIVER, name));
  });
});

describe('a submission', () => {
  const submission = { signature: new Uint8Array(64).fill(1), bytes: Uint8Array.of(2, 3) };
  test('comes back as it was', () => {
    expect(readSubmission(writeSubmission(submission))).toEqual(submission);
  });
  test.each([0, 63, 64, MAX_SUBMISSION_BYTES + 1])('is none of %i bytes', (length) => {
    expect(readSubmission(new Uint8Array(length))).toBeNull();
  });
  test('is not written with half a signature', () => {
    expect(() => writeSubmission({ ...submission, signature: new Uint8Array(3) })).toThrow();
  });
});

describe('a receipt', () => {
  const bytes = Uint8Array.of(5, 6);
  const receipt = { election: 'e', precinct: '010000001.01', digest: sha256Hex(bytes) };
  const signed = signReceipt(receipt, RECEIVER.privateKey);
  test('is the same for the same package, and is for it alone', () => {
    expect(signReceipt(receipt, RECEIVER.privateKey)).toEqual(signed);
    expect(openReceipt(signed, RECEIVER.publicKey)).toEqual(receipt);
    const sent = { election: 'e', precinct: '010000001.01', bytes };
    expect(isReceiptFor(receipt, sent)).toBe(true);
    expect(isReceiptFor(receipt, { ...sent, bytes: Uint8Array.of(5, 7) })).toBe(false);
    expect(isReceiptFor(receipt, { ...sent, precinct: '010000001.02' })).toBe(false);
    expect(isReceiptFor(receipt, { ...sent, election: 'f' })).toBe(false);
  });
  test('does not open with one bit changed anywhere, cut, or with another key', () => {
    for (let at = 0; at < signed.length; at++)
      expect(openReceipt(flipped(signed, at), RECEIVER.publicKey)).toBeNull();
    expect(openReceipt(signed.slice(0, -1), RECEIVER.publicKey)).toBeNull();
    expect(openReceipt(signed, AUTHORITY.publicKey)).toBeNull();
  });
});

describe('an appointment', () => {
  const appointment = { election: 'e', url: 'https://127.0.0.1:8443', key: RECEIVER.publicKey };
  const signed = signAppointment(appointment, AUTHORITY.privateKey);
  test('opens with the key of the authority and no other, and is no receipt', () => {
    expect(openAppointment(signed, AUTHORITY.publicKey)).toEqual(appointment);
    expect(openAppointment(signed, RECEIVER.publicKey)).toBeNull();
    expect(openReceipt(signed, AUTHORITY.publicKey)).toBeNull();
  });
  test('does not open with one bit changed anywhere', () => {
    for (let at = 0; at < signed.length; at++)
      expect(openAppointment(flipped(signed, at), AUTHORITY.publicKey)).toBeNull();
  });
  test.each<[string, boolean]>([
    ['https://a.example', true],
    ['https://[::1]:8443', true],
    ['http://a.example', false],
    ['https://a.example/path', false],
    ['https://user@a.example', false],
    [`https://${'a'.repeat(200)}`, false],
  ])('%s as an address: %s', (url, good) => {
    expect(isReceiverUrl(url)).toBe(good);
  });
});

describe('a refusal', () => {
  test('comes back as it was, cut where it is long', () => {
    expect(readRefusal(writeRefusal({ code: 'huge', detail: 'x'.repeat(9999) }))).toEqual({
      code: 'huge',
      detail: 'x'.repeat(300),
    });
  });
  test.each(['', '[]', '{"code":"a b","detail":""}', '{"code":"a"}', '{"code":1,"detail":""}'])(
    'is not %s',
    (text) => expect(readRefusal(new TextEncoder().encode(text))).toBeNull(),
  );
});
