/** Quotes of swtpm, read by tpm2-tools, which nobody here wrote: the key is the TPM's own, always the same. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeQuoter, QUOTED_REGISTERS } from '#boot/unit/quoting.ts';
import {
  decodeAttestation,
  digestOfRegisters,
  fingerprintOf,
  qualifiedNameOf,
} from '#drivers/tpm/attestation.ts';
import { decodeResponse } from '#drivers/tpm/codec.ts';
import { attestationKeyOf, type Quote, quoteRegisters } from '#drivers/tpm/quote.ts';
import { auditQuote } from '#scripts/audit/unit/check-quote.ts';
import { extendRegister, SWTPM, type Swtpm, startSwtpm } from './swtpm.ts';

const CHECKQUOTE = ['/usr/bin/tpm2_checkquote', '/usr/local/bin/tpm2_checkquote'].find((path) =>
  existsSync(path),
);
const REASON = SWTPM === null ? ' (skipped: swtpm is not installed)' : '';
const NO_JUDGE = CHECKQUOTE === undefined ? ' (skipped: tpm2-tools is not installed)' : '';
const PCRS = [...QUOTED_REGISTERS];
const NONCE = Uint8Array.from({ length: 32 }, (_, at) => 3 * at);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const opened: Swtpm[] = [];
afterAll(async () => {
  for (const tpm of opened) await tpm.close();
});
const make = async (): Promise<Swtpm> => {
  const tpm = await startSwtpm();
  opened.push(tpm);
  return tpm;
};
const quoted = async (tpm: Swtpm, nonce = NONCE): Promise<Quote> => {
  const found = await quoteRegisters(tpm.transport, PCRS, nonce);
  if (!found.ok) throw new Error(found.error);
  return found.value;
};
const attested = ({ attest }: Quote) => {
  const found = decodeAttestation(attest);
  if (typeof found === 'string') throw new Error(found);
  return found;
};

/** What `tpm2_checkquote` says: null when it is content. */
const judged = (quote: Quote, nonce: Uint8Array): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'urna-quote-'));
  const file = (name: string, bytes: Uint8Array): string => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  try {
    const values = Buffer.concat(quote.registers.map(({ value }) => value));
    const { status, stderr } = spawnSync(
      CHECKQUOTE ?? '',
      [
        ...['-u', file('public', quote.publicArea), '-m', file('attest', quote.attest)],
        ...['-s', file('signature', quote.signature), '-g', 'sha256', '-q', hexOf(nonce)],
        ...['-f', file('registers', values), '-l', `sha256:${PCRS.join(',')}`],
      ],
      { encoding: 'utf8' },
    );
    return status === 0 ? null : stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

describe.skipIf(SWTPM === null)(`swtpm${REASON}`, () => {
  test('quotes its registers over the nonce, by the key that it names, and keeps nothing', async () => {
    const tpm = await make();
    for (let times = 0; times < 5; times++) {
      const quote = await quoted(tpm);
      const { signer, nonce, pcrs, digest } = attested(quote);
      expect(nonce).toEqual(NONCE);
      expect(pcrs).toEqual(PCRS);
      expect(quote.registers.map(({ pcr }) => pcr)).toEqual(PCRS);
      expect(digest).toEqual(digestOfRegisters(quote.registers.map(({ value }) => value)));
      expect(signer).toEqual(qualifiedNameOf(quote.publicArea));
    }
  });

  test('has one key, also after a power cut and for another owner; another TPM has another', async () => {
    const [tpm, other] = [await make(), await make()];
    const { publicArea } = await quoted(tpm);
    expect(await attestationKeyOf(tpm.transport)).toEqual({ ok: true, value: publicArea });
    await tpm.stop();
    await tpm.start();
    // TPM2_Clear (Part 3, 24.6) by the platform, byte for byte.
    const cleared = decodeResponse(
      await tpm.transport.exchange(
        new Uint8Array(
          Buffer.from('80020000001b000001264000000c0000000940000009000001' + '0000', 'hex'),
        ),
      ),
    );
    expect(cleared).toMatchObject({ ok: true, value: { code: 0 } });
    expect((await quoted(tpm)).publicArea).toEqual(publicArea);
    expect(fingerprintOf((await quoted(other)).publicArea)).not.toEqual(fingerprintOf(publicArea));
  });

  test('tells a register that was measured into, and how often it was started', async () => {
    const tpm = await make();
    const before = await quoted(tpm);
    await extendRegister(tpm, 11);
    const after = await quoted(tpm);
    const changed = after.registers.filter(
      ({ value }, at) => hexOf(value) !== hexOf(before.registers[at]!.value),
    );
    expect(changed.map(({ pcr }) => pcr)).toEqual([11]);
    await tpm.stop();
    await tpm.start();
    expect(attested(await quoted(tpm)).resets).toBe(attested(before).resets + 1);
  });

  test.skipIf(NO_JUDGE !== '')(
    `convinces tpm2_checkquote, and nothing changed does${NO_JUDGE}`,
    async () => {
      const tpm = await make();
      await extendRegister(tpm, 7);
      const quote = await quoted(tpm);
      expect(judged(quote, NONCE)).toBeNull();
      const flip = (bytes: Uint8Array): Uint8Array =>
        bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte));
      const [first, ...rest] = quote.registers;
      const registers = [{ pcr: 0, value: flip(first!.value) }, ...rest];
      expect(judged(quote, flip(NONCE))).not.toBeNull();
      expect(judged({ ...quote, attest: flip(quote.attest) }, NONCE)).not.toBeNull();
      expect(judged({ ...quote, signature: flip(quote.signature) }, NONCE)).not.toBeNull();
      expect(judged({ ...quote, registers }, NONCE)).not.toBeNull();
      const other = await quoted(await make());
      expect(judged({ ...quote, publicArea: other.publicArea }, NONCE)).not.toBeNull();
    },
  );

  test('answers the unit’s first program, which says what a TPM did not do', async () => {
    const tpm = await make();
    const said: string[] = [];
    // Whoever asks opens and closes it; the simulator's line stays.
    const { present, exchange } = tpm.transport;
    const kept = { present, exchange, close: () => undefined };
    const quoter = makeQuoter(
      async () => kept,
      (text) => said.push(text),
    );
    const given = await quoter.quote(hexOf(NONCE));
    if (typeof given === 'string') throw new Error(given);
    const { publicArea } = await quoted(tpm);
    expect(given.publicArea).toBe(hexOf(publicArea));
    const keys = [hexOf(fingerprintOf(publicArea))];
    const registers = new Map(PCRS.map((pcr) => [pcr, '0'.repeat(64)]));
    expect(auditQuote({ quote: given, nonce: NONCE, keys, registers }).findings).toEqual([]);
    expect(await quoter.key()).toEqual({ ok: true, value: hexOf(fingerprintOf(publicArea)) });
    expect(said).toEqual([]);
    await tpm.stop();
    expect(await quoter.quote(hexOf(NONCE))).toBe('tpmFailed');
    expect(said).toEqual([expect.stringContaining('no quote: ')]);
    const gone = makeQuoter(
      () => Promise.reject(new Error('ENOENT')),
      (text) => said.push(text),
    );
    expect(await gone.key()).toEqual({ ok: false, error: 'the TPM is not there' });
  });
});
