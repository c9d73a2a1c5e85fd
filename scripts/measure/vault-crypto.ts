/** Sealing and opening ballots, beside the system's own X25519 and ChaCha20-Poly1305 and nothing else. */
import {
  createCipheriv,
  createDecipheriv,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { encodeBallot } from '#firmware/election/cast-vote-record.ts';
import { resolveBallot } from '#firmware/election/resolve-ballot.ts';
import { ballotInfo } from '#firmware/vault/context.ts';
import { countUrn } from '#firmware/vault/counting.ts';
import { sealTo } from '#firmware/vault/hpke.ts';
import { makeX25519KeyPair } from '#firmware/vault/keys.ts';
import { DEMO_PATH, loadOwnDefinition } from '../elections/load.ts';
import { againstFloor, type Figure, figureOf } from './figure.ts';

const VOTES = 1_000;
const SEALS = 400;
const COUNTS = 5;
const SEAL_RATIO = 5;
const COUNT_RATIO = 3;
const TAG = { authTagLength: 16 } as const;
const NONCE = new Uint8Array(12);
const EMPTY = new Uint8Array(0);

const timed = <T>(work: () => T): readonly [T, number] => {
  const began = performance.now();
  const value = work();
  return [value, performance.now() - began];
};

const sealNative = (recipient: KeyObject, plain: Uint8Array): KeyObject => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const secret = diffieHellman({ privateKey, publicKey: recipient });
  const cipher = createCipheriv('chacha20-poly1305', secret, NONCE, TAG);
  cipher.update(plain);
  cipher.final();
  return publicKey;
};

type NativeSealed = { readonly sender: KeyObject; readonly text: Buffer; readonly tag: Buffer };

const openNative = (privateKey: KeyObject, { sender, text, tag }: NativeSealed): void => {
  const secret = diffieHellman({ privateKey, publicKey: sender });
  const decipher = createDecipheriv('chacha20-poly1305', secret, NONCE, TAG);
  decipher.setAuthTag(tag);
  decipher.update(text);
  decipher.final();
};

export const measureCrypto = async (): Promise<readonly Figure[]> => {
  const definition = loadOwnDefinition(DEMO_PATH);
  const [style] = definition.ballotStyles;
  if (style === undefined) throw new Error('the demo election has no ballot style');
  const ballot = resolveBallot(definition, style.id);
  const plain = encodeBallot(
    definition,
    ballot,
    ballot.contests.map(() => []),
  );
  const keys = makeX25519KeyPair(systemEntropy);
  const info = ballotInfo(definition.id, 'measured');
  const native = generateKeyPairSync('x25519');

  const seals: number[] = [];
  const sealFloor: number[] = [];
  for (let at = 0; at < SEALS; at++) {
    seals.push(timed(() => sealTo(keys.publicKey, info, EMPTY, plain, systemEntropy))[1]);
    sealFloor.push(timed(() => sealNative(native.publicKey, plain))[1]);
  }

  const sealed = Array.from({ length: VOTES }, () =>
    sealTo(keys.publicKey, info, EMPTY, plain, systemEntropy),
  );
  const nativeSealed = Array.from({ length: VOTES }, (): NativeSealed => {
    const sender = generateKeyPairSync('x25519');
    const secret = diffieHellman({ privateKey: sender.privateKey, publicKey: native.publicKey });
    const cipher = createCipheriv('chacha20-poly1305', secret, NONCE, TAG);
    const text = Buffer.concat([cipher.update(plain), cipher.final()]);
    return { sender: sender.publicKey, text, tag: cipher.getAuthTag() };
  });
  const counts: number[] = [];
  const countFloor: number[] = [];
  for (let at = 0; at < COUNTS; at++) {
    const began = performance.now();
    const totals = await countUrn({
      definition,
      sealedBallots: sealed,
      privateKey: keys.privateKey.slice(),
      info,
    });
    counts.push(performance.now() - began);
    if (!totals.ok || totals.value.ballots !== VOTES) throw new Error('the count is wrong');
    countFloor.push(
      timed(() => {
        for (const each of nativeSealed) openNative(native.privateKey, each);
      })[1],
    );
  }
  return [
    againstFloor(figureOf('sealing a ballot', 'ms', seals), sealFloor, SEAL_RATIO),
    againstFloor(figureOf(`tabulation of ${VOTES} votes`, 'ms', counts), countFloor, COUNT_RATIO),
  ];
};
