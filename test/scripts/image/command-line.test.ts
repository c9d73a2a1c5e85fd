/** The signed command line: the root by its hash, and what a unit has no use for closed. */
import { describe, expect, test } from 'vitest';
import { commandLine, rootOf } from '#scripts/image/command-line.ts';

const ROOT = { rootHash: 'ab'.repeat(32), blocks: 21_007, salt: Buffer.alloc(32, 7) };

describe.each(['x64', 'arm64'] as const)('the command line for %s', (arch) => {
  const words = commandLine(arch, ROOT).split(' ');

  test('names the root that it was made for', () => {
    expect(rootOf(words.join(' '))).toEqual({ ...ROOT, salt: '07'.repeat(32) });
  });

  test('trusts no device and no module by itself, and leaves nothing of a crash', () => {
    expect(words).toEqual(
      expect.arrayContaining([
        ...['usbcore.authorized_default=0', 'lockdown=integrity', 'module.sig_enforce=1'],
        ...['sysctl.kernel.sysrq=0', 'sysctl.kernel.core_pattern=|/bin/false', 'oops=panic'],
      ]),
    );
  });

  test('gives no program protection keys, where a processor may have them', () => {
    expect(words.includes('nopku')).toBe(arch === 'x64');
  });
});
