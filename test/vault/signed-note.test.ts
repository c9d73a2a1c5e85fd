import { describe, expect, test } from 'vitest';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { utf8 } from '#firmware/vault/bytes.ts';
import { makeEd25519KeyPair, sign } from '#firmware/vault/keys.ts';
import { noteVerifier, openSignedNote, signedNote } from '#firmware/vault/signed-note.ts';

/** The example of Go's golang.org/x/mod/sumdb/note, from which the format of C2SP comes. */
const VERIFIER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const NAME = 'PeterNeumann';
const KEY = new Uint8Array(Buffer.from(VERIFIER.split('+')[2]!, 'base64').subarray(1));

describe('a signed note', () => {
  test('of another program opens, and its key is spelled as that program spells it', () => {
    expect(openSignedNote(utf8(NOTE), NAME, KEY)).toBe(TEXT);
    expect(noteVerifier(NAME, KEY)).toBe(VERIFIER);
  });

  test('is written as that program writes it', () => {
    const signature = new Uint8Array(
      Buffer.from(NOTE.trimEnd().split(' ').at(-1)!, 'base64').subarray(4),
    );
    expect(signedNote(TEXT, NAME, KEY, signature)).toBe(NOTE);
  });

  test.each([
    ['a changed text', NOTE.replace('answer', 'reason')],
    ['a changed signature', NOTE.replace('x08go/ZJ', 'x08go/ZK')],
    ['another name', NOTE.replace('— PeterNeumann', '— Peter')],
    ['another key identifier', NOTE.replace('x08g', 'y08g')],
    ['no signature', TEXT],
    ['cut', NOTE.slice(0, -1)],
    ['nothing', ''],
  ])('with %s does not', (_, note) => {
    expect(openSignedNote(utf8(note), NAME, KEY)).toBeNull();
  });

  test('may carry signatures of others', () => {
    const other = makeEd25519KeyPair(makeSeededEntropy(1, 'witness'));
    const witnessed = signedNote(
      TEXT,
      'witness',
      other.publicKey,
      sign(other.privateKey, utf8(TEXT)),
    );
    const both = `${NOTE}${witnessed.split('\n\n')[1]}`;
    expect(openSignedNote(utf8(both), NAME, KEY)).toBe(TEXT);
    expect(openSignedNote(utf8(both), 'witness', other.publicKey)).toBe(TEXT);
  });
});
