/** The primitives of the vault against RFC vectors and against implementations nobody here wrote. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  createHmac as nodeHmac,
  scryptSync,
} from 'node:crypto';
import { AeadId, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { openBytes, SEAL_OVERHEAD_BYTES, sealBytes } from '#firmware/vault/aead.ts';
import { deriveKeyPair, HPKE_OVERHEAD_BYTES, openWith, sealTo } from '#firmware/vault/hpke.ts';
import {
  ed25519PublicKey,
  makeEd25519KeyPair,
  makeX25519KeyPair,
  publicKeyFromPem,
  publicKeyPem,
  sign,
  verify,
  x25519,
  x25519PublicKey,
} from '#firmware/vault/keys.ts';
import {
  RFC_5869,
  RFC_7748,
  RFC_7914,
  RFC_8032,
  RFC_8439,
  RFC_9180_A_2_1,
  SMALL_ORDER_POINTS,
} from '#test/vectors/rfc.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');
const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const SEED = 20201206;
const runs = { seed: SEED, numRuns: 60 };
const data = fc.uint8Array({ maxLength: 300 });
const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** `data` with one bit turned over. */
const flip = (data: Uint8Array, bit: number): Uint8Array => {
  const out = data.slice();
  const at = bit % (out.length * 8);
  out[at >> 3]! ^= 1 << (at & 7);
  return out;
};

const nodeSeal = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array) => {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: plain.length });
  return Uint8Array.from(
    Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  );
};

const nodeOpen = (key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array) => {
  const cut = sealed.length - 16;
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  cipher.setAAD(aad, { plaintextLength: cut });
  cipher.setAuthTag(sealed.subarray(cut));
  return Uint8Array.from(Buffer.concat([cipher.update(sealed.subarray(0, cut)), cipher.final()]));
};

describe('ChaCha20-Poly1305', () => {
  test('reproduces RFC 8439, 2.8.2', () => {
    const nonce = bytes(RFC_8439.nonce);
    const sealed = sealBytes(
      bytes(RFC_8439.key),
      ascii(RFC_8439.plaintextAscii),
      bytes(RFC_8439.associated),
      { bytes: () => nonce },
    );
    expect(hex(sealed)).toBe(RFC_8439.nonce + RFC_8439.ciphertext + RFC_8439.tag);
  });

  test("seals what OpenSSL's would, and opens what OpenSSL sealed", () => {
    fc.assert(
      fc.property(key32, data, data, fc.nat(), (key, aad, plain, seed) => {
        const sealed = sealBytes(key, plain, aad, makeSeededEntropy(seed, 'aead'));
        expect(sealed.length).toBe(plain.length + SEAL_OVERHEAD_BYTES);
        const nonce = sealed.subarray(0, 12);
        expect(sealed.subarray(12)).toEqual(nodeSeal(key, nonce, aad, plain));
        expect(openBytes(key, sealed, aad)).toEqual(plain);
      }),
      runs,
    );
  });

  test('does not open after any one bit has changed', () => {
    fc.assert(
      fc.property(key32, data, data, fc.nat(), (key, aad, plain, bit) => {
        const sealed = sealBytes(key, plain, aad, makeSeededEntropy(SEED, 'flip'));
        expect(openBytes(key, flip(sealed, bit), aad)).toBeNull();
        expect(openBytes(flip(key, bit), sealed, aad)).toBeNull();
        expect(openBytes(key, sealed, flip(Uint8Array.of(0, ...aad), bit))).toBeNull();
        expect(openBytes(key, sealed.subarray(0, bit % sealed.length), aad)).toBeNull();
      }),
      runs,
    );
  });

  test('throws on a key of another length', () => {
    expect(() =>
      sealBytes(new Uint8Array(16), ascii('x'), ascii(''), makeSeededEntropy(1, 'k')),
    ).toThrow();
    expect(() => openBytes(new Uint8Array(33), new Uint8Array(40), ascii(''))).toThrow();
  });
});

describe('hashes and derivation', () => {
  test('HKDF-SHA256 reproduces RFC 5869, A.1 to A.3, and agrees with OpenSSL', () => {
    for (const { ikm, salt, info, length, okm } of RFC_5869)
      expect(hex(hkdf(sha256, bytes(ikm), bytes(salt), bytes(info), length))).toBe(okm);
    fc.assert(
      fc.property(data, data, data, fc.integer({ min: 1, max: 200 }), (k, s, i, n) => {
        expect(hkdf(sha256, k, s, i, n)).toEqual(new Uint8Array(hkdfSync('sha256', k, s, i, n)));
      }),
      runs,
    );
  });

  test('SHA-256 and HMAC agree with OpenSSL', () => {
    fc.assert(
      fc.property(data, data, (key, message) => {
        expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
        expect(hex(hmac(sha256, key, message))).toBe(
          nodeHmac('sha256', key).update(message).digest('hex'),
        );
      }),
      runs,
    );
  });

  test('scrypt reproduces RFC 7914, 12, and agrees with OpenSSL', () => {
    const { passwordAscii, saltAscii, N, r, p, out } = RFC_7914;
    const made = scrypt(passwordAscii, saltAscii, { N, r, p, dkLen: 64 });
    expect(hex(made)).toBe(out);
    const small = { N: 32, r: 8, p: 2 };
    expect(hex(scrypt('1234567', 'salt', { ...small, dkLen: 32 }))).toBe(
      scryptSync('1234567', 'salt', 32, small).toString('hex'),
    );
  });
});

describe('X25519', () => {
  test('reproduces RFC 7748, 5.2 and 6.1', () => {
    for (const { scalar, u, out } of RFC_7748.scalarMult)
      expect(hex(x25519(bytes(scalar), bytes(u))!)).toBe(out);
    const { alice, bob, shared } = RFC_7748;
    for (const { privateKey, publicKey } of [alice, bob])
      expect(hex(x25519PublicKey(bytes(privateKey)))).toBe(publicKey);
    expect(hex(x25519(bytes(alice.privateKey), bytes(bob.publicKey))!)).toBe(shared);
    expect(hex(x25519(bytes(bob.privateKey), bytes(alice.publicKey))!)).toBe(shared);
  });

  test.each(SMALL_ORDER_POINTS)('refuses the point of small order %s', (point) => {
    const { privateKey } = makeX25519KeyPair(makeSeededEntropy(SEED, 'small order'));
    expect(x25519(privateKey, bytes(point))).toBeNull();
    const none = new Uint8Array(0);
    const sealed = Uint8Array.from([...bytes(point), ...new Uint8Array(40)]);
    expect(openWith(privateKey, none, none, sealed)).toBeNull();
    expect(() => sealTo(bytes(point), none, none, none, makeSeededEntropy(1, 'x'))).toThrow(
      /all-zero/,
    );
  });
});

describe('Ed25519', () => {
  test('reproduces RFC 8032, 7.1', () => {
    for (const { privateKey, publicKey, message, signature } of RFC_8032) {
      expect(hex(ed25519PublicKey(bytes(privateKey)))).toBe(publicKey);
      expect(hex(sign(bytes(privateKey), bytes(message)))).toBe(signature);
      expect(verify(bytes(publicKey), bytes(message), bytes(signature))).toBe(true);
    }
  });

  test('refuses another message, key, length or changed bit', () => {
    fc.assert(
      fc.property(fc.nat(), data, (seed, message) => {
        const pair = makeEd25519KeyPair(makeSeededEntropy(seed, 'ed25519'));
        const signature = sign(pair.privateKey, message);
        expect(signature.length).toBe(64);
        expect(verify(pair.publicKey, message, signature)).toBe(true);
        expect(verify(pair.publicKey, Uint8Array.of(...message, 0), signature)).toBe(false);
        expect(verify(pair.publicKey, message, flip(signature, seed))).toBe(false);
        expect(verify(pair.publicKey, message, signature.subarray(1))).toBe(false);
        expect(verify(pair.publicKey.subarray(1), message, signature)).toBe(false);
        expect(verify(new Uint8Array(32).fill(0xff), message, signature)).toBe(false);
      }),
      runs,
    );
  });

  test('writes and reads its public key as PEM, and reads no other kind', () => {
    const { publicKey } = makeEd25519KeyPair(makeSeededEntropy(SEED, 'pem'));
    const pem = publicKeyPem(publicKey);
    expect(pem).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\w+/=]{60}\n-----END PUBLIC KEY-----\n$/);
    expect(publicKeyFromPem(pem)).toEqual(publicKey);
    expect(
      publicKeyFromPem('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'),
    ).toBeNull();
  });
});

/** The suite's AEAD for @hpke/core, out of OpenSSL: core brings none but AES. */
const opensslChaCha = {
  id: AeadId.Chacha20Poly1305,
  keySize: 32,
  nonceSize: 12,
  tagSize: 16,
  createEncryptionContext: (key: ArrayBuffer) => {
    const view = (buffer: ArrayBufferLike | ArrayBufferView): Uint8Array =>
      ArrayBuffer.isView(buffer)
        ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
        : new Uint8Array(buffer);
    const exact = (made: Uint8Array): ArrayBuffer => new Uint8Array(made).buffer;
    return {
      seal: async (iv: ArrayBuffer, plain: ArrayBuffer, aad: ArrayBuffer) =>
        exact(nodeSeal(view(key), view(iv), view(aad), view(plain))),
      open: async (iv: ArrayBuffer, sealed: ArrayBuffer, aad: ArrayBuffer) =>
        exact(nodeOpen(view(key), view(iv), view(aad), view(sealed))),
    };
  },
};
const exactBuffer = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;

describe('HPKE', () => {
  test('reproduces RFC 9180, A.2.1', () => {
    const v = RFC_9180_A_2_1;
    const recipient = deriveKeyPair(bytes(v.ikmR));
    expect(hex(recipient.privateKey)).toBe(v.skRm);
    expect(hex(recipient.publicKey)).toBe(v.pkRm);
    expect(hex(deriveKeyPair(bytes(v.ikmE)).privateKey)).toBe(v.skEm);
    const entropy = { bytes: () => bytes(v.ikmE) };
    const sealed = sealTo(
      bytes(v.pkRm),
      bytes(v.info),
      bytes(v.associated),
      bytes(v.plaintext),
      entropy,
    );
    expect(hex(sealed)).toBe(v.pkEm + v.ciphertext);
    const opened = openWith(bytes(v.skRm), bytes(v.info), bytes(v.associated), sealed);
    expect(hex(opened!)).toBe(v.plaintext);
  });

  test('opens what @hpke/core sealed and is opened by it', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: opensslChaCha,
    });
    for (let seed = 0; seed < 10; seed++) {
      const entropy = makeSeededEntropy(seed, 'interop');
      const recipient = makeX25519KeyPair(entropy);
      const info = entropy.bytes(seed * 7);
      const aad = entropy.bytes(seed * 3);
      const plain = entropy.bytes(64 + seed);
      const privateKey = await suite.kem.importKey('raw', exactBuffer(recipient.privateKey), false);
      const publicKey = await suite.kem.importKey('raw', exactBuffer(recipient.publicKey), true);

      const ours = sealTo(recipient.publicKey, info, aad, plain, entropy);
      const opened = await suite.open(
        {
          recipientKey: privateKey,
          enc: exactBuffer(ours.subarray(0, 32)),
          info: exactBuffer(info),
        },
        exactBuffer(ours.subarray(32)),
        exactBuffer(aad),
      );
      expect(new Uint8Array(opened)).toEqual(plain);

      const theirs = await suite.seal(
        { recipientPublicKey: publicKey, info: exactBuffer(info) },
        exactBuffer(plain),
        exactBuffer(aad),
      );
      const joined = Uint8Array.from([...new Uint8Array(theirs.enc), ...new Uint8Array(theirs.ct)]);
      expect(openWith(recipient.privateKey, info, aad, joined)).toEqual(plain);
    }
  });

  test('opens for one key, one info and one unchanged message only', () => {
    fc.assert(
      fc.property(fc.nat(), data, data, data, fc.nat(), (seed, info, aad, plain, bit) => {
        const entropy = makeSeededEntropy(seed, 'hpke');
        const { privateKey, publicKey } = makeX25519KeyPair(entropy);
        const sealed = sealTo(publicKey, info, aad, plain, entropy);
        expect(sealed.length).toBe(plain.length + HPKE_OVERHEAD_BYTES);
        expect(openWith(privateKey, info, aad, sealed)).toEqual(plain);
        const other = makeX25519KeyPair(entropy).privateKey;
        expect(openWith(other, info, aad, sealed)).toBeNull();
        expect(openWith(privateKey, Uint8Array.of(...info, 1), aad, sealed)).toBeNull();
        expect(openWith(privateKey, info, Uint8Array.of(...aad, 1), sealed)).toBeNull();
        expect(openWith(privateKey, info, aad, flip(sealed, bit % (sealed.length * 8)))).toBeNull();
        expect(openWith(privateKey, info, aad, sealed.subarray(0, bit % sealed.length))).toBeNull();
      }),
      runs,
    );
  });

  test('never gives the same ciphertext twice, and the same bytes for the same seed', () => {
    const { publicKey } = makeX25519KeyPair(makeSeededEntropy(1, 'recipient'));
    const none = new Uint8Array(0);
    const run = (): readonly string[] => {
      const entropy = makeSeededEntropy(2, 'ephemeral');
      return Array.from({ length: 20 }, () => hex(sealTo(publicKey, none, none, none, entropy)));
    };
    const first = run();
    expect(new Set(first).size).toBe(first.length);
    expect(run()).toEqual(first);
  });
});

test('the ChaCha20-Poly1305 used directly by HPKE is the one checked here', () => {
  const key = new Uint8Array(32).fill(7);
  const nonce = new Uint8Array(12).fill(9);
  const plain = ascii('paper, not the machine, is the answer');
  expect(chacha20poly1305(key, nonce, ascii('a')).encrypt(plain)).toEqual(
    nodeSeal(key, nonce, ascii('a'), plain),
  );
});
