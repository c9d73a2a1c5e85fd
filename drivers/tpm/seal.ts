/**
 * A secret of a few bytes that only this TPM gives, and only while the registers that measure the start of
 * the platform hold what they held when it was sealed. It crosses the wires between TPM and processor in
 * the clear: on a board whose TPM is a part of its own, who can listen there while it starts has it.
 */
import type { Entropy } from '#hal/entropy.ts';
import type { Result } from '#hal/result.ts';
import { forget, joinSecret } from '#hal/secret-bytes.ts';
import { decodeNvData } from './codec.ts';
import { withObjects } from './objects.ts';
import {
  createSealed,
  createStorageKey,
  decodeCreated,
  load,
  policyDigest,
  policyPcr,
  type SealedBlob,
  startPolicy,
  unseal,
} from './seal-codec.ts';
import type { TpmTransport } from './transport.ts';

export type TpmSealOptions = {
  /** Whose objects live from one exchange to the next (transport.ts). */
  readonly transport: TpmTransport;
  readonly entropy: Entropy;
  /** Registers of the bank of SHA-256. */
  readonly pcrs: readonly number[];
};

/** Bytes that a TPM seals at most (MAX_SYM_DATA). */
export const MAX_SEALED_BYTES = 128;
const NONCE_BYTES = 16;

/** The error is for the technician: `policyFail` among them says that the platform started differently. */
type Answer<T> = Promise<Result<T, string>>;

export const sealSecret = (options: TpmSealOptions, secret: Uint8Array): Answer<SealedBlob> =>
  withObjects(options.transport, async (ask, keep) => {
    if (secret.length === 0 || secret.length > MAX_SEALED_BYTES)
      throw new Error(`a secret of ${secret.length} bytes`);
    const { entropy, pcrs } = options;
    const trial = await ask('session', startPolicy('trial', entropy.bytes(NONCE_BYTES)), true);
    keep(trial.handle);
    await ask('registers', policyPcr(trial.handle, pcrs));
    const digest = decodeNvData((await ask('policy', policyDigest(trial.handle))).parameters);
    if (digest === null) throw new Error('policy: cut off');
    const parent = keep((await ask('storage key', createStorageKey(), true)).handle);
    const command = createSealed(parent, secret, digest);
    const blob = decodeCreated(await ask('seal', command));
    forget(command);
    if (blob === null) throw new Error('seal: cut off');
    return blob;
  });

export const unsealSecret = (options: TpmSealOptions, blob: SealedBlob): Answer<Uint8Array> =>
  withObjects(options.transport, async (ask, keep) => {
    const { entropy, pcrs } = options;
    const parent = keep((await ask('storage key', createStorageKey(), true)).handle);
    const item = keep((await ask('load', load(parent, blob), true)).handle);
    const session = await ask('session', startPolicy('policy', entropy.bytes(NONCE_BYTES)), true);
    keep(session.handle);
    await ask('registers', policyPcr(session.handle, pcrs));
    const answer = await ask('unseal', unseal(item, session.handle));
    const found = decodeNvData(answer.parameters);
    if (found === null) throw new Error('unseal: cut off');
    const secret = joinSecret(found);
    forget(found, answer.parameters);
    return secret;
  });
