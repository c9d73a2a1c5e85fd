/** A secret sealed by swtpm: given while the platform is as it was, and to nobody else. */
import { afterAll, describe, expect, test } from 'vitest';
import { systemEntropy } from '#drivers/system/system-entropy.ts';
import { sealSecret, type TpmSealOptions, unsealSecret } from '#drivers/tpm/seal.ts';
import { extendRegister, SWTPM, type Swtpm, startSwtpm } from './swtpm.ts';

const REASON = SWTPM === null ? ' (skipped: swtpm is not installed)' : '';
const SECRET = Uint8Array.from({ length: 32 }, (_, at) => at);
const PCR = 7;

const opened: Swtpm[] = [];
afterAll(async () => {
  for (const tpm of opened) await tpm.close();
});
const make = async (): Promise<Swtpm & { readonly options: TpmSealOptions }> => {
  const tpm = await startSwtpm();
  opened.push(tpm);
  return { ...tpm, options: { transport: tpm.transport, entropy: systemEntropy, pcrs: [PCR] } };
};

describe.skipIf(SWTPM === null)(`swtpm${REASON}`, () => {
  test('gives a sealed secret again, also after a power cut and as often as it is asked', async () => {
    const tpm = await make();
    const sealed = await sealSecret(tpm.options, SECRET);
    if (!sealed.ok) throw new Error(sealed.error);
    expect(Buffer.from(sealed.value.private).includes(Buffer.from(SECRET))).toBe(false);
    for (let times = 0; times < 5; times++)
      expect(await unsealSecret(tpm.options, sealed.value)).toEqual({ ok: true, value: SECRET });
    await tpm.stop();
    await tpm.start();
    expect(await unsealSecret(tpm.options, sealed.value)).toEqual({ ok: true, value: SECRET });
  });

  test('does not give it when the platform started differently; another register is none of it', async () => {
    const tpm = await make();
    const sealed = await sealSecret(tpm.options, SECRET);
    if (!sealed.ok) throw new Error(sealed.error);
    await extendRegister(tpm, PCR + 1);
    expect(await unsealSecret(tpm.options, sealed.value)).toEqual({ ok: true, value: SECRET });
    await extendRegister(tpm, PCR);
    const refused = await unsealSecret(tpm.options, sealed.value);
    expect(refused.ok ? '' : refused.error).toContain('policyFail');
  });

  test('is the only one that does, and takes no blob that was changed', async () => {
    const [tpm, other] = [await make(), await make()];
    const sealed = await sealSecret(tpm.options, SECRET);
    if (!sealed.ok) throw new Error(sealed.error);
    expect((await unsealSecret(other.options, sealed.value)).ok).toBe(false);
    const changed = sealed.value.private.slice();
    changed[changed.length - 1]! ^= 1;
    expect((await unsealSecret(tpm.options, { ...sealed.value, private: changed })).ok).toBe(false);
    expect((await unsealSecret(tpm.options, sealed.value)).ok).toBe(true);
  });

  test('seals nothing longer than a TPM takes', async () => {
    const tpm = await make();
    expect((await sealSecret(tpm.options, new Uint8Array(129))).ok).toBe(false);
  });
});
