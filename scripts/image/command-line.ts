/**
 * The kernel's command line: part of what is signed. It names the root by its hash, so whoever changes the one
 * changes the other, and it closes what a unit has no use for.
 */
import type { Arch } from '#boot/release/which-files.ts';
import type { Verity } from './verity.ts';

/** Where the kernel and the stages of the start are told of; the last one is /dev/console. */
const CONSOLES = {
  // The screen, and a second serial port: the first is the field console.
  x64: ['tty0', 'ttyS1,115200'],
  arm64: ['tty0', 'ttyAMA0,115200'],
} as const satisfies Record<Arch, readonly string[]>;

const CLOSED = [
  // After ten seconds a unit that stopped starts anew.
  'panic=10',
  'oops=panic',
  // The table at the end of the disk will do, should an update be cut while it writes the first.
  'gpt',
  'usbcore.authorized_default=0',
  'lockdown=integrity',
  'module.sig_enforce=1',
  'sysctl.kernel.sysrq=0',
  'sysctl.kernel.core_pattern=|/bin/false',
  'vt.global_cursor_default=0',
  'loglevel=4',
] as const;

/**
 * Without protection keys: with them V8 keeps books of its code pages, and a page that is missing in them ends the
 * process (boot/process/spawn.ts). Told to leave the keys alone by an option instead, an empty Node takes a fifth
 * longer to start in software emulation.
 */
const PROCESSOR = { x64: ['nopku'], arm64: [] } as const satisfies Record<Arch, readonly string[]>;

type Root = Pick<Verity, 'rootHash' | 'blocks'> & { readonly salt: Uint8Array };

export const commandLine = (arch: Arch, { rootHash, blocks, salt }: Root): string =>
  [
    `roothash=${rootHash}`,
    `veritysalt=${Buffer.from(salt).toString('hex')}`,
    `verityblocks=${blocks}`,
    ...CONSOLES[arch].map((each) => `console=${each}`),
    ...CLOSED,
    ...PROCESSOR[arch],
  ].join(' ');

/** The root that a command line names; null: none, or more than one. */
export const rootOf = (
  line: string,
): { readonly rootHash: string; readonly salt: string; readonly blocks: number } | null => {
  const only = (name: string, value: string): string | undefined => {
    const found = [...line.matchAll(new RegExp(`(?:^| )${name}=(${value})(?= |$)`, 'g'))];
    return found.length === 1 ? found[0]?.[1] : undefined;
  };
  const rootHash = only('roothash', '[0-9a-f]{64}');
  const salt = only('veritysalt', '[0-9a-f]{64}');
  const blocks = only('verityblocks', '\\d{1,9}');
  if (rootHash === undefined || salt === undefined || blocks === undefined) return null;
  return { rootHash, salt, blocks: Number(blocks) };
};
