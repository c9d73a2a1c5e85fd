/** A release on trial that runs says so in the name of its file, and no other file is touched. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { markGood, rootHashOf, UKI_FOLDER } from '#boot/slot/mark-good.ts';
import { commandLine } from '#scripts/image/command-line.ts';

const esp = mkdtempSync(join(tmpdir(), 'urna-esp-'));
afterAll(() => rmSync(esp, { recursive: true, force: true }));
const [OLD, NEW] = ['a1'.repeat(32), 'b2'.repeat(32)] as const;

const names = (files: Readonly<Record<string, string>>): string => {
  rmSync(join(esp, UKI_FOLDER), { recursive: true, force: true });
  mkdirSync(join(esp, UKI_FOLDER), { recursive: true });
  for (const [name, hash] of Object.entries(files))
    writeFileSync(join(esp, UKI_FOLDER, name), `kernel roothash=${hash} more`);
  return esp;
};
const left = (): readonly string[] => readdirSync(join(esp, UKI_FOLDER)).sort();

test('the one that runs loses its count', async () => {
  names({ 'urna-1.efi': OLD, 'urna-2+2-1.efi': NEW });
  expect(await markGood(esp, NEW)).toBe('marked');
  expect(left()).toEqual(['urna-1.efi', 'urna-2.efi']);
});

test('one that does not run stays on trial', async () => {
  names({ 'urna-1.efi': OLD, 'urna-2+2-1.efi': NEW });
  expect(await markGood(esp, OLD)).toBe('nothing to mark');
  expect(left()).toEqual(['urna-1.efi', 'urna-2+2-1.efi']);
});

test('a folder that is not there is told', async () => {
  await expect(markGood(join(esp, 'nowhere'), NEW)).rejects.toThrow('ENOENT');
});

test('what was started is in the command line that an image is signed with', () => {
  const line = commandLine('x64', { rootHash: NEW, blocks: 9, salt: Buffer.alloc(32, 1) });
  expect(rootHashOf(line)).toBe(NEW);
  expect(rootHashOf('console=ttyS0 quiet')).toBeNull();
});
