/** The EFI system partition: systemd-boot, its settings, and a UKI for each slot that holds a release. */
import type { Arch } from '#boot/release/which-files.ts';
import { ESP_BYTES } from './disk/layout.ts';
import { makeVolume } from './fat/change.ts';

/** Where firmware looks on a disk that nobody told it about (UEFI Specification 3.5.1.1). */
export const BOOT_PATH = {
  x64: 'EFI/BOOT/BOOTX64.EFI',
  arm64: 'EFI/BOOT/BOOTAA64.EFI',
} as const satisfies Record<Arch, string>;

export const SETTINGS_PATH = 'loader/loader.conf';
/** No menu, no editor, nothing but what lies in EFI/Linux. */
export const SETTINGS = 'timeout 0\neditor no\nauto-entries no\nauto-firmware no\n';

export const UKI_FOLDER = 'EFI/Linux';
/** Of a release that was flashed onto a whole disk. */
export const FIRST_NUMBER = 1;
/** How often a release is tried after an update before the unit goes back to the other one. */
export const TRIES = 3;

export type UkiName = {
  /** The higher one is started first. */
  readonly number: number;
  /** Null: it has shown that it starts. Otherwise how often it may still be tried. */
  readonly triesLeft: number | null;
};

/** As systemd-boot counts (Automatic Boot Assessment): `+left-done` before the ending. */
export const ukiPath = ({ number, triesLeft }: UkiName): string =>
  `${UKI_FOLDER}/urna-${number}${triesLeft === null ? '' : `+${triesLeft}`}.efi`;

/** Null: not a name that is given here. Capital letters are the same to FAT. */
export const readUkiPath = (path: string): UkiName | null => {
  const [, number, left] =
    /^EFI\/Linux\/urna-(\d{1,9})(?:\+(\d{1,2})(?:-\d{1,2})?)?\.efi$/i.exec(path) ?? [];
  if (number === undefined) return null;
  return { number: Number(number), triesLeft: left === undefined ? null : Number(left) };
};

/** Both signed where there is a signature. */
export const makeEsp = (arch: Arch, boot: Uint8Array, uki: Uint8Array): Uint8Array =>
  makeVolume(
    ESP_BYTES,
    new Map([
      [BOOT_PATH[arch], boot],
      [SETTINGS_PATH, Buffer.from(SETTINGS)],
      [ukiPath({ number: FIRST_NUMBER, triesLeft: null }), uki],
    ]),
  );
