/**
 * What the TPM 2.0 commands about keys and registers have in common, as bytes. Pure. After the TCG's "Trusted
 * Platform Module Library", family 2.0, level 00, revision 01.38: Part 2 (6.3 algorithms, 6.4 curves, 7.4
 * hierarchies, 8.3 attributes of objects, 10.6.2 selections of registers), Part 3 (24.1, 28.4).
 */
import { command, type makeReader, SHA256, sized, u16, u32 } from './codec.ts';

/** Part 2, 6.3 TPM_ALG_ID. */
export const ALG = {
  keyedHash: 0x0008,
  aes: 0x0006,
  none: 0x0010,
  ecdsa: 0x0018,
  ecc: 0x0023,
  cfb: 0x0043,
} as const;
/** Part 2, 6.4 TPM_ECC_CURVE. */
export const NIST_P256 = 0x0003;
/** Part 2, 7.4 TPM_RH_ENDORSEMENT: its seed stays when the TPM is cleared for another owner. */
export const ENDORSEMENT = 0x4000000b;

/** Part 2, 8.3 TPMA_OBJECT. */
export const ATTRIBUTE = {
  fixedTpm: 1 << 1,
  fixedParent: 1 << 4,
  sensitiveDataOrigin: 1 << 5,
  userWithAuth: 1 << 6,
  noLockout: 1 << 10,
  restricted: 1 << 16,
  decrypt: 1 << 17,
  sign: 1 << 18,
} as const;

/** Registers of a selection: 24 of them in 3 bytes. */
const SELECTION_BYTES = 3;
const MAX_PCR = 8 * SELECTION_BYTES - 1;
export const NO_AUTH = new Uint8Array(0);

/** A selection of registers in the bank of SHA-256. */
export const selection = (pcrs: readonly number[]): readonly number[] => {
  const bits = new Uint8Array(SELECTION_BYTES);
  for (const pcr of pcrs) {
    if (!Number.isInteger(pcr) || pcr < 0 || pcr > MAX_PCR) throw new Error(`no register ${pcr}`);
    bits[pcr >> 3]! |= 1 << (pcr & 7);
  }
  return [...u32(1), ...u16(SHA256), SELECTION_BYTES, ...bits];
};

/** The registers of a selection, ascending; null: not of the bank of SHA-256 alone. */
export const readSelection = (reader: ReturnType<typeof makeReader>): readonly number[] | null => {
  const [banks, hash, bytes] = [reader.number(4), reader.number(2), reader.number(1)];
  if (banks !== 1 || hash !== SHA256 || bytes > SELECTION_BYTES + 1) return null;
  return [...reader.take(bytes)].flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (1 << bit)) !== 0).map((bit) => 8 * at + bit),
  );
};

/** No data from outside, and no registers noted at creation. */
export const NOTHING_NOTED = [...u16(0), ...u32(0)] as const;

/**
 * Part 3, 24.1: the key that the hierarchy's seed gives for this template (TPMT_PUBLIC): the same every time,
 * so that it need be kept nowhere. No password, and nothing of ours in it.
 */
export const createPrimary = (hierarchy: number, template: Iterable<number>): Uint8Array =>
  command('createPrimary', [hierarchy], NO_AUTH, [
    ...sized([...u16(0), ...u16(0)]),
    ...sized(template),
    ...NOTHING_NOTED,
  ]);

/** Part 3, 28.4. */
export const flush = (handle: number): Uint8Array => command('flushContext', [], null, u32(handle));
