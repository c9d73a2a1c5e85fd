/**
 * TPM 2.0 commands that quote registers, and their answers, as bytes. Pure. After the TCG's "Trusted Platform
 * Module Library", family 2.0, level 00, revision 01.38, Part 3 (18.4 quote, 22.4 reading registers, 24.1).
 */
import { ATTESTATION_TEMPLATE } from './attestation.ts';
import { command, makeReader, type Response, sized, u16 } from './codec.ts';
import {
  ALG,
  createPrimary,
  ENDORSEMENT,
  NO_AUTH,
  readSelection,
  selection,
} from './object-codec.ts';

/**
 * Of the endorsement hierarchy: the key outlives a new owner, and the TPM tells how often it was started without
 * obfuscating it (Part 1, 36 "Timing Components").
 */
export const createAttestationKey = (): Uint8Array =>
  createPrimary(ENDORSEMENT, ATTESTATION_TEMPLATE);

/** The public area (TPMT_PUBLIC) of a primary key; null: cut off. */
export const decodePrimary = ({ parameters }: Response): Uint8Array | null => {
  const reader = makeReader(parameters);
  const area = reader.sized().slice();
  return reader.short() ? null : area;
};

/** With the scheme that the key has. */
export const quote = (key: number, nonce: Uint8Array, pcrs: readonly number[]): Uint8Array =>
  command('quote', [key], NO_AUTH, [...sized(nonce), ...u16(ALG.none), ...selection(pcrs)]);

/** TPMS_ATTEST and TPMT_SIGNATURE; null: cut off. */
export const decodeQuote = ({
  parameters,
}: Response): { readonly attest: Uint8Array; readonly signature: Uint8Array } | null => {
  const reader = makeReader(parameters);
  const attest = reader.sized().slice();
  const signature = reader.take(reader.left()).slice();
  return reader.short() || signature.length === 0 ? null : { attest, signature };
};

/** At most 8 of them: a TPM gives no more digests in one answer (TPML_DIGEST). */
export const MAX_REGISTERS = 8;
export const pcrRead = (pcrs: readonly number[]): Uint8Array =>
  command('pcrRead', [], null, selection(pcrs));

/** Registers with their values, ascending; null: cut off, or not what a TPM says. */
export const decodeRegisters = ({
  parameters,
}: Response): readonly { readonly pcr: number; readonly value: Uint8Array }[] | null => {
  const reader = makeReader(parameters);
  // How often any register was changed.
  reader.number(4);
  const pcrs = readSelection(reader);
  const count = reader.number(4);
  if (pcrs === null || count !== pcrs.length || count > MAX_REGISTERS) return null;
  const registers = pcrs.map((pcr) => ({ pcr, value: reader.sized().slice() }));
  return reader.short() || reader.left() > 0 ? null : registers;
};
