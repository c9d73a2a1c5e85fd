/** A machine that starts from an image, and what is said on its serial ports until something awaited is. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MissingError } from '#scripts/commands/options.ts';
import { BUILD_TOOLS } from '#scripts/image/build-image.ts';
import { fetchDebs } from '#scripts/image/debian/fetch.ts';
import { readLock } from '#scripts/image/debian/lock.ts';
import { missingPackages, type Tool } from '#scripts/image/tools.ts';
import { PROCESSOR } from '#scripts/qemu/command-line.ts';
import { enrolKeys } from '#scripts/qemu/secure-boot.ts';

/** Firmware of Debian's package ovmf. */
export const FIRMWARE = {
  plain: '/usr/share/OVMF/OVMF_CODE_4M.fd',
  secure: '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd',
  memory: '/usr/share/OVMF/OVMF_VARS_4M.fd',
} as const;

/** A line for apt; null: everything is here. */
const missingForMachines = (more: readonly Tool[]): string | null => {
  const packages = [
    ...missingPackages([...BUILD_TOOLS, 'qemu-system-x86_64', ...more]),
    ...(existsSync(FIRMWARE.secure) ? [] : ['ovmf']),
  ];
  return packages.length === 0 ? null : `apt-get install ${packages.join(' ')}`;
};

/**
 * Why no image can be built and started here: programs, `more` among them, or locked packages that are not
 * served any more. Said on standard error as well; null: it can be.
 */
export const whyNoImage = async (more: readonly Tool[] = []): Promise<string | null> => {
  const why = missingForMachines(more) ?? (await whyNoPackages());
  if (why !== null) process.stderr.write(`skipped: the image can not be built here: ${why}\n`);
  return why;
};

const whyNoPackages = async (): Promise<string | null> => {
  try {
    await fetchDebs(readLock().x64, 'x64');
    return null;
  } catch (error) {
    if (error instanceof MissingError) return error.message;
    throw error;
  }
};

export type Start =
  | { readonly kind: 'direct'; readonly folder: string; readonly commandLine: string }
  /** Through UEFI; with a certificate Secure Boot is enforced and takes that signer alone. */
  | { readonly kind: 'uefi'; readonly certificatePem: string | null };

const startWords = (start: Start, work: string): readonly string[] => {
  if (start.kind === 'direct') {
    const { folder, commandLine } = start;
    const files = ['-kernel', join(folder, 'kernel'), '-initrd', join(folder, 'initramfs')];
    return ['-machine', 'q35', ...files, '-append', commandLine];
  }
  const memory = join(work, 'uefi-memory');
  const secure = start.certificatePem !== null;
  if (start.certificatePem === null) copyFileSync(FIRMWARE.memory, memory);
  else writeFileSync(memory, enrolKeys(readFileSync(FIRMWARE.memory), start.certificatePem));
  const code = secure ? FIRMWARE.secure : FIRMWARE.plain;
  return [
    ...['-machine', secure ? 'q35,smm=on' : 'q35'],
    ...(secure ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${code}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${memory}`],
  ];
};

export type Heard = {
  /** What both ports said, without control characters. */
  readonly text: string;
  /** Which of the awaited came; null: none within the time. */
  readonly matched: RegExp | null;
};

/** What moves a terminal's cursor (ECMA-48, 5.4). */
const CONTROL = new RegExp(`${String.fromCharCode(27)}\\[[0-9;=?]*[A-Za-z]`, 'g');
const plain = (text: string): string => text.replace(CONTROL, '').replaceAll('\r', '');

type Run = {
  readonly disk: string;
  readonly work: string;
  readonly start: Start;
  readonly until: readonly RegExp[];
  readonly limitMs: number;
  /** Whether the machine may start anew by itself; otherwise its first end is the end. */
  readonly again?: boolean;
};

/** Runs until one of the awaited was said, the machine ended, or time is up; the disk is changed by it. */
export const hear = ({ disk, work, start, until, limitMs, again }: Run): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const machine = spawn(
      'qemu-system-x86_64',
      [
        ...['-nodefaults', '-no-user-config', '-accel', 'tcg', '-cpu', PROCESSOR],
        ...['-m', '512', '-smp', '2', '-display', 'none', '-vga', 'none'],
        ...startWords(start, work),
        ...(again === true ? [] : ['-no-reboot']),
        ...['-drive', `if=none,id=disk,format=raw,file=${disk}`],
        ...['-device', 'virtio-blk-pci,drive=disk'],
        // Firmware speaks on the first port, kernel and stages on the second: one transcript.
        ...['-chardev', 'stdio,id=console,mux=on,signal=off'],
        ...['-serial', 'chardev:console', '-serial', 'chardev:console'],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    let matched: RegExp | null = null;
    const limit = setTimeout(() => machine.kill('SIGKILL'), limitMs);
    const look = (text: string): void => {
      said += text;
      const heard = plain(said);
      matched ??= until.find((each) => each.test(heard)) ?? null;
      if (matched !== null) machine.kill('SIGKILL');
    };
    machine.stdout.setEncoding('utf8').on('data', look);
    machine.stderr.setEncoding('utf8').on('data', look);
    machine.on('error', reject);
    machine.on('close', () => {
      clearTimeout(limit);
      resolve({ text: plain(said), matched });
    });
  });
