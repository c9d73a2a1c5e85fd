/**
 * What the unit's first program has its TPM quote: for whoever audits the unit, at the supervisor's word, with a nonce
 * that the auditor drew. The supervisor itself has no way to the TPM.
 *
 * The registers: 0 and 2, the platform's firmware and that on its cards; 4, what the firmware started; 7, whether
 * Secure Boot was on, and with which keys; 11, the parts of the unified kernel image, the command line with the root
 * hash among them; 12, what a command line or credentials from outside it would be measured into. Left out are those
 * that differ from board to board of one kind: 1, settings and boot entries, and 5, the partition table of this disk.
 */
import { fingerprintOf } from '#drivers/tpm/attestation.ts';
import { attestationKeyOf, type Quote, quoteRegisters } from '#drivers/tpm/quote.ts';
import type { TpmTransport } from '#drivers/tpm/transport.ts';
import type { QuoteAnswer } from '#firmware/messages/console-catalogue.ts';
import { err, ok, type Result } from '#hal/result.ts';

export const QUOTED_REGISTERS = [0, 2, 4, 7, 11, 12] as const;

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const textOf = ({ attest, signature, publicArea, registers }: Quote): QuoteAnswer => ({
  attest: hexOf(attest),
  signature: hexOf(signature),
  publicArea: hexOf(publicArea),
  registers: registers.map(({ pcr, value }) => ({ pcr, sha256: hexOf(value) })),
});

export type Quoter = {
  /** `nonce`: 16 to 32 bytes in hex. Never rejects; what went wrong is said. */
  readonly quote: (nonce: string) => Promise<QuoteAnswer>;
  /** The fingerprint of the key that quotes, in hex. */
  readonly key: () => Promise<Result<string, string>>;
};

/** `open`: the TPM, held for one question. `say`: to the technician. */
export const makeQuoter = (
  open: () => Promise<TpmTransport>,
  say: (text: string) => void,
): Quoter => {
  const withTpm = async <T>(
    work: (transport: TpmTransport) => Promise<Result<T, string>>,
  ): Promise<Result<T, string>> => {
    const transport = await open().catch(() => null);
    if (transport === null) return err('the TPM is not there');
    try {
      return await work(transport);
    } finally {
      transport.close();
    }
  };
  return {
    quote: async (nonce) => {
      const bytes = new Uint8Array(Buffer.from(nonce, 'hex'));
      const found = await withTpm((tpm) => quoteRegisters(tpm, QUOTED_REGISTERS, bytes));
      if (found.ok) return textOf(found.value);
      say(`no quote: ${found.error}`);
      return 'tpmFailed';
    },
    key: async () => {
      const area = await withTpm(attestationKeyOf);
      return area.ok ? ok(hexOf(fingerprintOf(area.value))) : area;
    },
  };
};
