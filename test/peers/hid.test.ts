/**
 * The real node-hid on devices of the Debian program umockdev: a touch panel and a keypad that are found by
 * what their descriptors say they are. Devices and recordings are written here, from the HID and hidraw
 * documentation (HID 1.11; Linux, Documentation/hid/hidraw.rst; umockdev, script-format.txt).
 */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BOOT_KEYBOARD_DESCRIPTOR,
  encodeBootReport,
  usageOfKey,
} from '#drivers/operator-station/hid-keyboard.ts';

const CHILD = fileURLToPath(new URL('./hid-child.ts', import.meta.url));
const HIDAPI_LIBRARY = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/libusb-1.0.so.0`,
);
const missing = (): string | null => {
  if (spawnSync('umockdev-run', ['--version']).status !== 0) return 'umockdev';
  return HIDAPI_LIBRARY.some(existsSync) ? null : 'libusb-1.0-0';
};
const MISSING = missing();
const REASON = MISSING === null ? '' : ` (skipped: Debian's ${MISSING} is not installed)`;

/** One finger with report id 1: tip, contact id, X and Y of 0 to 4,095, contact count. */
const PANEL_DESCRIPTOR = Uint8Array.of(
  ...[0x05, 0x0d, 0x09, 0x04, 0xa1, 0x01, 0x85, 0x01], // Digitizers, Touch Screen, Application, id 1
  ...[0x09, 0x22, 0xa1, 0x02], // Finger, Logical
  ...[0x09, 0x42, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x02], // Tip Switch
  ...[0x95, 0x07, 0x81, 0x03], // 7 bits of padding
  ...[0x09, 0x51, 0x25, 0x0f, 0x75, 0x08, 0x95, 0x01, 0x81, 0x02], // Contact Identifier
  ...[0x05, 0x01, 0x26, 0xff, 0x0f, 0x75, 0x10, 0x55, 0x0e, 0x65, 0x11], // 0 to 4095, 16 bits, 0.1 mm
  ...[0x35, 0x00, 0x46, 0x78, 0x08, 0x09, 0x30, 0x81, 0x02], // X, 0 to 216.8 mm
  ...[0x46, 0x4c, 0x05, 0x09, 0x31, 0x81, 0x02, 0xc0], // Y, 0 to 135.6 mm
  ...[0x05, 0x0d, 0x09, 0x54, 0x25, 0x01, 0x75, 0x08, 0x81, 0x02], // Contact Count
  ...[0x85, 0x02, 0x09, 0x55, 0xb1, 0x02, 0xc0], // Contact Count Maximum, feature report 2
);
const LOGICAL_MAXIMUM = 4_095;
const SIZE_MM = { x: 216.8, y: 135.6 };

const finger = (down: boolean, xMm: number, yMm: number): Uint8Array => {
  const x = Math.round((xMm / SIZE_MM.x) * LOGICAL_MAXIMUM);
  const y = Math.round((yMm / SIZE_MM.y) * LOGICAL_MAXIMUM);
  return Uint8Array.of(1, down ? 1 : 0, 0, x & 0xff, x >> 8, y & 0xff, y >> 8, 1);
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** A HID device and its hidraw node, as umockdev-record writes them. */
const deviceText = (at: number, id: string, name: string, descriptor: Uint8Array): string =>
  [
    `P: /devices/hid${at}`,
    'E: SUBSYSTEM=hid',
    `E: HID_ID=${id}`,
    `E: HID_NAME=${name}`,
    `H: report_descriptor=${hex(descriptor)}`,
    '',
    `P: /devices/hid${at}/hidraw/hidraw${at}`,
    `N: hidraw${at}`,
    'E: SUBSYSTEM=hidraw',
    `E: DEVNAME=/dev/hidraw${at}`,
    `L: device=../../../hid${at}`,
    '',
    '',
  ].join('\n');

/** What hidapi asks a hidraw node when it opens it: `struct hidraw_report_descriptor`. */
const ioctlText = (at: number, descriptor: Uint8Array): string => {
  const size = Uint8Array.of(descriptor.length & 0xff, descriptor.length >> 8, 0, 0);
  const padded = new Uint8Array(4_096);
  padded.set(descriptor);
  return [
    `@DEV /dev/hidraw${at}`,
    `HIDIOCGRDESCSIZE 0 ${hex(size)}`,
    `HIDIOCGRDESC 0 ${hex(size)}${hex(padded)}`,
    '',
  ].join('\n');
};

/** Bytes up to 32 are written as `^` and the byte 64 higher, `^` itself as a circumflex and a backquote. */
const scriptBytes = (bytes: Uint8Array): Buffer =>
  Buffer.concat(
    [...bytes].map((byte) => {
      if (byte === 0x5e) return Buffer.from('^`');
      return byte <= 32 ? Buffer.from([0x5e, byte + 64]) : Buffer.from([byte]);
    }),
  );
type Step = { readonly does: 'r' | 'w'; readonly afterMs: number; readonly bytes: Uint8Array };
const scriptOf = (steps: readonly Step[]): Buffer =>
  Buffer.concat(
    steps.flatMap(({ does, afterMs, bytes }) => [
      Buffer.from(`${does} ${afterMs} `),
      scriptBytes(bytes),
      Buffer.from('\n'),
    ]),
  );

/** The first report waits for the program to have opened the device; reports must not run together. */
const FIRST_MS = 3_000;
const GAP_MS = 60;
const reports = (list: readonly Uint8Array[]): readonly Step[] =>
  list.map((bytes, at) => ({ does: 'r', afterMs: at === 0 ? FIRST_MS : GAP_MS, bytes }));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'urna-hid-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const put = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

test.skipIf(MISSING !== null)(
  `node-hid reads a digitizer and a keypad that are bound by usage, and no other${REASON}`,
  async () => {
    const places = [
      [20, 10],
      [108, 68],
      [200, 130],
    ] as const;
    const keys = ['4', '2', 'enter'] as const;
    const touches = places.flatMap(([x, y]) => [finger(true, x, y), finger(false, x, y)]);
    const presses = keys.flatMap((key) => [
      encodeBootReport([usageOfKey(key)]),
      encodeBootReport([]),
    ]);
    const alienPresses = [encodeBootReport([usageOfKey('9')]), encodeBootReport([])];
    // hidraw is told the report's number first, 0 where there is none.
    const light: Step = { does: 'w', afterMs: 0, bytes: Uint8Array.of(0, 1) };
    const devices = [
      put('panel', deviceText(0, '0003:0000222A:00000001', 'Panel', PANEL_DESCRIPTOR)),
      put('pad', deviceText(1, '0003:000004D9:00001203', 'Keypad', BOOT_KEYBOARD_DESCRIPTOR)),
      // Somebody plugged in a keyboard of their own: same usage, in no board file.
      put('alien', deviceText(2, '0003:0000F055:00001337', 'Keypad', BOOT_KEYBOARD_DESCRIPTOR)),
    ];
    const args = [
      ...devices.flatMap((path) => ['-d', path]),
      ...['-i', `/dev/hidraw0=${put('panel.ioctl', ioctlText(0, PANEL_DESCRIPTOR))}`],
      ...['-i', `/dev/hidraw1=${put('pad.ioctl', ioctlText(1, BOOT_KEYBOARD_DESCRIPTOR))}`],
      ...['-s', `/dev/hidraw0=${put('panel.script', scriptOf(reports(touches)))}`],
      ...['-s', `/dev/hidraw1=${put('pad.script', scriptOf([light, ...reports(presses)]))}`],
      ...['-i', `/dev/hidraw2=${put('alien.ioctl', ioctlText(2, BOOT_KEYBOARD_DESCRIPTOR))}`],
      ...['-s', `/dev/hidraw2=${put('alien.script', scriptOf(reports(alienPresses)))}`],
      ...['--', process.execPath, CHILD, String(places.length), String(keys.length)],
    ];
    const text = await new Promise<string>((resolve, reject) => {
      execFile('umockdev-run', args, { timeout: 60_000 }, (error, out, errors) => {
        if (error !== null) reject(new Error(`${error.message} ${errors}`));
        else resolve(out);
      });
    });
    expect(JSON.parse(text)).toEqual({ touches: places, keys, faults: [] });
  },
);
