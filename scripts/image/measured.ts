/**
 * What a TPM's registers hold (the bank of SHA-256) after a unit was started from an image under Secure Boot, reckoned
 * from the image alone: what an auditor who built it from source expects of the unit's quote.
 *
 * 4: what the board's firmware measures of the programs that it loads (TCG, PC Client Platform Firmware Profile
 * Specification, 3.3.4.5 and 10.4.1): that it starts something, the end of its own part, and then the digest, as Secure
 * Boot takes it, of the boot loader and of the unified kernel image. The kernel in that is not among them: under Secure
 * Boot systemd's stub answers for it itself, as it was signed with the rest (src/boot/efi/secure-boot.c), and the
 * firmware does not look. On a board whose firmware tried something else first the register is another: the unit's
 * disk is to be the only thing that it may start.
 *
 * 11: systemd's stub measures each part of the unified kernel image, in this order whatever theirs in the file is: the
 * section's name with a NUL behind it, then its content (systemd 252, src/boot/efi/stub.c, src/fundamental/tpm-pcr.c;
 * systemd-measure(1)). Nothing of ours measures into it later on: no phases of a start.
 *
 * 12: systemd-boot measures the command line that it passes on, which is the image's own as long as nobody changed it
 * at its menu (src/boot/efi/measure.c: UTF-16 with its NUL). Without Secure Boot the stub takes what was passed on, and
 * measures it again: the register is another.
 *
 * Registers 0, 2 and 7 are not the image's but the board's: its firmware, and the keys that it takes.
 */
import { createHash } from 'node:crypto';
import { imageDigest } from './uefi/authenticode.ts';
import { detachSignature, peSection } from './uefi/pe.ts';

const SECTIONS = [
  '.linux',
  '.osrel',
  '.cmdline',
  '.initrd',
  '.splash',
  '.dtb',
  '.pcrpkey',
] as const;

const STARTS = Buffer.from('Calling EFI Application from Boot Option', 'latin1');
/** EV_SEPARATOR: no error. */
const SEPARATOR = Buffer.alloc(4);

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** TPM2_PCR_Extend (TPM 2.0 Library, Part 3, 22.2): each digest into what was there before. In hex. */
const extended = (digests: readonly Uint8Array[]): string =>
  digests
    .reduce<Buffer>((register, digest) => sha256(register, digest), Buffer.alloc(32))
    .toString('hex');

const programDigest = (program: Uint8Array): Buffer =>
  imageDigest(detachSignature(program)?.unsigned ?? program);

export type StartedPrograms = {
  /** The signed boot loader. */
  readonly boot: Uint8Array;
  /** The signed unified kernel image. */
  readonly uki: Uint8Array;
};

/** By register, in hex. */
export const registersOf = ({ boot, uki }: StartedPrograms): ReadonlyMap<number, string> => {
  const sections = SECTIONS.flatMap((name) => {
    const content = peSection(uki, name);
    return content === null ? [] : [Buffer.from(`${name}\0`, 'latin1'), content];
  });
  const line = `${Buffer.from(peSection(uki, '.cmdline') ?? []).toString('utf8')}\0`;
  return new Map([
    [4, extended([sha256(STARTS), sha256(SEPARATOR), ...[boot, uki].map(programDigest)])],
    [11, extended(sections.map((each) => sha256(each)))],
    [12, extended([sha256(Buffer.from(line, 'utf16le'))])],
  ]);
};
