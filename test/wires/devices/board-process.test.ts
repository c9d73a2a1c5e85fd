/** What opening a board costs a process, and that nothing of it keeps the process alive. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRackRig, type RackRig } from './rig.ts';

const CHILD = fileURLToPath(new URL('./board-child.ts', import.meta.url));
const END_LIMIT_MS = 30_000;

let rig: RackRig;
beforeEach(async () => {
  rig = await makeRackRig();
});
afterEach(() => rig.close());

/** The packages that opening the board loads; rejects unless the process ends by itself. */
const packagesOf = (part: string): Promise<ReadonlySet<string>> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [CHILD, rig.rack.boardFile, part],
      { timeout: END_LIMIT_MS, killSignal: 'SIGKILL' },
      (error, out, text) => {
        if (error !== null) reject(new Error(`${part}: ${error.message} ${text}`));
        else resolve(new Set(JSON.parse(out) as string[]));
      },
    );
  });

const PACKAGES = ['escpos', 'escpos-usb', 'usb', 'node-hid', '@napi-rs/canvas-linux-x64-gnu'];
const loadedBy = async (part: string): Promise<readonly string[]> => {
  const loaded = await packagesOf(part);
  return ['@serialport/bindings-cpp', 'johnny-five', ...PACKAGES].filter((name) =>
    loaded.has(name),
  );
};

test('a desk loads what serial ports and Firmata need, not what printers and screens do', async () => {
  expect(await loadedBy('desk')).toEqual(['@serialport/bindings-cpp', 'johnny-five']);
});

test('a supervisor likewise', async () => {
  expect(await loadedBy('supervisor')).toEqual(['@serialport/bindings-cpp', 'johnny-five']);
});

test('a booth loads the canvas and no Firmata, and neither USB nor HID that it does not have', async () => {
  const loaded = await packagesOf('booth');
  expect([...loaded].some((name) => name.startsWith('@napi-rs/canvas'))).toBe(true);
  for (const name of ['johnny-five', 'escpos-usb', 'usb', 'node-hid'])
    expect(loaded.has(name), name).toBe(false);
});

test('a board without any of its devices opens all the same, and lets the process end', async () => {
  rig.rack.cutPower();
  rig.rack.close();
  expect(await loadedBy('desk')).toEqual(['@serialport/bindings-cpp', 'johnny-five']);
});
