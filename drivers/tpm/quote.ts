/**
 * A quote: the TPM says, signed by a key that never leaves it, what its registers hold and which nonce it was asked
 * with. The key is made anew for each, from the TPM's own seed, so that nothing of it is stored anywhere.
 *
 * It says nothing of who asked: whoever reaches the TPM gets one. What it proves is that this TPM answered after the
 * nonce was drawn, and what was measured into it since it was started; who measured nothing, it says nothing about.
 */
import { err, type Result } from '#hal/result.ts';
import { type Ask, withObjects } from './objects.ts';
import {
  createAttestationKey,
  decodePrimary,
  decodeQuote,
  decodeRegisters,
  MAX_REGISTERS,
  pcrRead,
  quote,
} from './quote-codec.ts';
import type { TpmTransport } from './transport.ts';

export type Quote = {
  /** What was signed (TPMS_ATTEST), and its signature (TPMT_SIGNATURE). */
  readonly attest: Uint8Array;
  readonly signature: Uint8Array;
  /** The key's public area (TPMT_PUBLIC). */
  readonly publicArea: Uint8Array;
  /** What the registers hold, of which the quote signs one digest. Ascending. */
  readonly registers: readonly { readonly pcr: number; readonly value: Uint8Array }[];
};

/** Fewer could have been drawn before; more does not go into every TPM (TPM2B_DATA). */
export const NONCE_BYTES = { least: 16, most: 32 } as const;

/** The error is for the technician. */
type Answer<T> = Promise<Result<T, string>>;

const makeKey = async (
  ask: Ask,
  keep: (handle: number) => number,
): Promise<{ readonly handle: number; readonly publicArea: Uint8Array }> => {
  const made = await ask('attestation key', createAttestationKey(), true);
  const handle = keep(made.handle);
  const publicArea = decodePrimary(made);
  if (publicArea === null) throw new Error('attestation key: cut off');
  return { handle, publicArea };
};

/** The public area of the key that quotes. `transport`: one whose objects live on, as for all here. */
export const attestationKeyOf = (transport: TpmTransport): Answer<Uint8Array> =>
  withObjects(transport, async (ask, keep) => (await makeKey(ask, keep)).publicArea);

/** `pcrs`: registers of the bank of SHA-256, at most `MAX_REGISTERS`. */
export const quoteRegisters = async (
  transport: TpmTransport,
  pcrs: readonly number[],
  nonce: Uint8Array,
): Answer<Quote> => {
  const { least, most } = NONCE_BYTES;
  if (nonce.length < least || nonce.length > most)
    return err(`a nonce of ${nonce.length} bytes; ${least} to ${most} are needed`);
  if (pcrs.length === 0 || pcrs.length > MAX_REGISTERS) return err(`${pcrs.length} registers`);
  return withObjects(transport, async (ask, keep) => {
    const { handle, publicArea } = await makeKey(ask, keep);
    const registers = decodeRegisters(await ask('registers', pcrRead(pcrs)));
    const missing = pcrs.find((pcr) => registers?.some((each) => each.pcr === pcr) !== true);
    if (registers === null || missing !== undefined)
      throw new Error(`registers: ${missing ?? 'all'} not told in the bank of SHA-256`);
    const signed = decodeQuote(await ask('quote', quote(handle, nonce, pcrs)));
    if (signed === null) throw new Error('quote: cut off');
    return { ...signed, publicArea, registers };
  });
};
