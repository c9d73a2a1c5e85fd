/** The real packages, in a process of their own: what they open stays open until it ends. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '#scripts/commands/run-tool.ts';

/** Says how many descriptors are open after each of so many rescans. */
const child = (rescans: number): string => `
  import { readdirSync } from 'node:fs';
  import { loadUsbHost } from '#drivers/links/usb-host.ts';
  const open = () => readdirSync('/proc/self/fd').length;
  const host = loadUsbHost();
  const counts = [open()];
  for (let at = 0; at < ${rescans}; at++) {
    host.rescan();
    host.devices();
    counts.push(open());
  }
  console.log(JSON.stringify(counts));
`;

test('a rescan makes a new context of libusb, at most 255 times', { timeout: 60_000 }, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', child(300)],
    { cwd: ROOT },
  );
  const counts: readonly number[] = JSON.parse(stdout);
  const grown = counts.slice(1).map((count, at) => count - (counts[at] ?? 0));
  // It has a pipe and a timer.
  expect(grown.slice(0, 255)).toEqual(Array(255).fill(3));
  expect(grown.slice(255)).toEqual(Array(45).fill(0));
});
