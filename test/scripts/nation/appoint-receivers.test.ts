/** The receivers' appointments in the deliveries of a provisioned election. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { openDelivery } from '#boot/supervisor/delivery.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { openAppointment, signAppointment } from '#firmware/transmission/appointment.ts';
import { ed25519PublicKey, makeEd25519KeyPair, privateKeyFromPem } from '#firmware/vault/keys.ts';
import { appointReceivers } from '#scripts/nation/appoint-receivers.ts';
import {
  ELECTION,
  electionFolder,
  provisionTo,
  removeFolders,
  removePattern,
  temporary,
} from './folders.ts';

afterEach(removeFolders);
afterAll(removePattern);

const RECEIVER = makeEd25519KeyPair(makeSeededEntropy(1, 'receiver')).publicKey;

const provisioned = (): { readonly root: string; readonly key: Uint8Array } => {
  const root = join(temporary(), 'out');
  expect(provisionTo(root, electionFolder()).errors).toEqual([]);
  const pem = readFileSync(join(root, 'secret', 'authority-private-key.pem'), 'utf8');
  const key = privateKeyFromPem(pem);
  if (key === null) throw new Error('no authority');
  return { root, key };
};

const appointment = (
  name: string,
  url: string,
  key: Uint8Array,
  election = ELECTION.offer.id,
): string => {
  const path = join(temporary(), name);
  writeFileSync(path, signAppointment({ election, url, key: RECEIVER }, key));
  return path;
};

describe('appointments', () => {
  test('come into every delivery, in the order in which they are tried, and a unit reads them', async () => {
    const { root, key } = provisioned();
    const urls = ['https://a.example:8443', 'https://b.example:8443'];
    const files = urls.map((url, at) => appointment(`centre-${at}.signed`, url, key));
    const count = readdirSync(join(root, 'deliveries')).length;
    expect(appointReceivers(root, files)).toEqual({ deliveries: count, errors: [] });
    for (const each of readdirSync(join(root, 'deliveries'))) {
      const read = await openDelivery(join(root, 'deliveries', each)).read();
      if (!read.ok) throw new Error(read.error);
      const found = [...read.value.receivers.values()].map(
        (bytes) => openAppointment(bytes, ed25519PublicKey(key))?.url,
      );
      expect(found).toEqual(urls);
    }
    // Later ones take their place.
    expect(appointReceivers(root, files.slice(1)).errors).toEqual([]);
    const [first = ''] = readdirSync(join(root, 'deliveries'));
    expect(readdirSync(join(root, 'deliveries', first, 'receivers'))).toEqual(['1.signed']);
  });

  test('that are wrong are all told, with their paths, and nothing is written', () => {
    const { root, key } = provisioned();
    const good = appointment('good.signed', 'https://a.example:8443', key);
    const other = makeEd25519KeyPair(makeSeededEntropy(2, 'other')).privateKey;
    const forged = appointment('forged.signed', 'https://b.example:8443', other);
    const foreign = appointment('foreign.signed', 'https://c.example:8443', key, 'another');
    const missing = join(temporary(), 'missing.signed');
    const { deliveries, errors } = appointReceivers(root, [good, forged, foreign, missing, good]);
    expect(deliveries).toBe(0);
    expect(errors.map(({ path }) => path)).toEqual([forged, foreign, missing, good]);
    const [first = ''] = readdirSync(join(root, 'deliveries'));
    expect(existsSync(join(root, 'deliveries', first, 'receivers'))).toBe(false);
  });

  test('can be given with the election, and a wrong one stops all of it', () => {
    // The same seed has the same authority.
    const { key } = provisioned();
    const good = appointment('good.signed', 'https://a.example:8443', key);
    const other = makeEd25519KeyPair(makeSeededEntropy(2, 'other')).privateKey;
    const forged = appointment('forged.signed', 'https://b.example:8443', other);
    const out = join(temporary(), 'out');
    const wrong = provisionTo(out, electionFolder(), { receivers: [good, forged] });
    expect(wrong.errors.map(({ path }) => path)).toEqual([forged]);
    expect(existsSync(out)).toBe(false);
    expect(provisionTo(out, electionFolder(), { receivers: [good] }).errors).toEqual([]);
    for (const each of readdirSync(join(out, 'deliveries')))
      expect(existsSync(join(out, 'deliveries', each, 'receivers', '1.signed'))).toBe(true);
  });
});

describe('a delivery', () => {
  test.each([
    ['a file that is none of them', (folder: string) => writeFileSync(join(folder, 'READ-ME'), '')],
    [
      'too many',
      (folder: string) => {
        for (let at = 0; at < 9; at++) writeFileSync(join(folder, `${at}.signed`), 'x');
      },
    ],
    [
      'one that is too long',
      (folder: string) => writeFileSync(join(folder, '1.signed'), 'x'.repeat(70_000)),
    ],
  ] as const)('with %s among the receivers is told by name', async (_what, spoil) => {
    const { root } = provisioned();
    const [first = ''] = readdirSync(join(root, 'deliveries'));
    const delivery = join(root, 'deliveries', first);
    mkdirSync(join(delivery, 'receivers'));
    spoil(join(delivery, 'receivers'));
    const read = await openDelivery(delivery).read();
    expect(read.ok).toBe(false);
    expect(read.ok ? '' : read.error).toContain('receivers');
  });

  test('without receivers is whole', async () => {
    const { root } = provisioned();
    const [first = ''] = readdirSync(join(root, 'deliveries'));
    const read = await openDelivery(join(root, 'deliveries', first)).read();
    expect(read.ok && read.value.receivers.size).toBe(0);
  });
});
