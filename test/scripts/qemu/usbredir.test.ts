/** The redirection protocol: QEMU's own bytes are read, and answered as a device answers them. */
import { describe, expect, test } from 'vitest';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';
import type { UsbFunction } from '#scripts/qemu/usb/function.ts';
import { makeUsbHid } from '#scripts/qemu/usb/hid.ts';
import { makeUsbPrinter } from '#scripts/qemu/usb/printer.ts';
import {
  encodePacket,
  makePacketDecoder,
  type RedirPacket,
  STATUS,
} from '#scripts/qemu/usbredir/packets.ts';
import { makeRedirSession } from '#scripts/qemu/usbredir/session.ts';
import * as QEMU from '#test/vectors/usbredir.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const PRINTER = {
  ...{ vendor: 0x04b8, product: 0x0e28, version: 0x0100 },
  ...{ manufacturer: 'EPSON', name: 'TM-T20', serial: 'J6LF000001' },
};
const KEYPAD = { ...PRINTER, name: 'USB Keypad', reportDescriptor: BOOT_KEYBOARD_DESCRIPTOR };

/** A session and what it sends, packet by packet. */
const open = (device: UsbFunction, clock = makeVirtualClock(0)) => {
  const decode = makePacketDecoder('host');
  const sent: RedirPacket[] = [];
  const session = makeRedirSession(device, clock, (bytes) => {
    const packets = decode(bytes);
    if (!packets.ok) throw new Error(packets.error);
    sent.push(...packets.value);
  });
  const hear = (...hexes: readonly string[]): RedirPacket[] => {
    sent.length = 0;
    expect(session.bytes(bytesOf(hexes.join('')))).toBeNull();
    return [...sent];
  };
  return { session, sent, hear, clock };
};
const dataOf = (packets: readonly RedirPacket[]): string =>
  packets.map(({ data }) => hexOf(data)).join(' ');
const running = (device: UsbFunction, clock?: ReturnType<typeof makeVirtualClock>) => {
  const opened = open(device, clock);
  opened.hear(QEMU.QEMU_HELLO, QEMU.RESET, QEMU.SET_CONFIGURATION);
  return opened;
};

describe('packets', () => {
  test("QEMU's own are written again as they came, wherever they are cut", () => {
    const ordered = bytesOf(
      [QEMU.QEMU_HELLO, ...Object.values(QEMU).filter((hex) => hex !== QEMU.QEMU_HELLO)].join(''),
    );
    for (const step of [1, 7, ordered.length]) {
      const decode = makePacketDecoder('guest');
      const packets: RedirPacket[] = [];
      for (let at = 0; at < ordered.length; at += step) {
        const found = decode(ordered.subarray(at, at + step));
        if (!found.ok) throw new Error(found.error);
        packets.push(...found.value);
      }
      expect(packets).toHaveLength(Object.keys(QEMU).length);
      expect(hexOf(new Uint8Array(Buffer.concat(packets.map(encodePacket))))).toBe(hexOf(ordered));
    }
  });

  test.each([
    ['no hello first', QEMU.RESET, 'reset before hello'],
    ['a second hello', QEMU.QEMU_HELLO + QEMU.QEMU_HELLO, 'a second hello'],
    ['an unknown type', `${QEMU.QEMU_HELLO}63000000${'00'.repeat(12)}`, 'a packet of type 99'],
    ['a length without end', `${QEMU.QEMU_HELLO}65000000ffffff7f${'00'.repeat(8)}`, 'at most'],
    ['a body too short', `${QEMU.QEMU_HELLO}0600000000000000${'00'.repeat(8)}`, '1 at least'],
    ['data where none is', `${QEMU.QEMU_HELLO}0600000002000000${'00'.repeat(10)}`, 'at most'],
    [
      'less data than told',
      QEMU.QEMU_HELLO + QEMU.BULK_OUT.replace('0100020000', '0100030000'),
      'with 2',
    ],
  ])('%s is refused, and everything after it', (_, hex, problem) => {
    const decode = makePacketDecoder('guest');
    const found = decode(bytesOf(hex));
    expect(found).toMatchObject({ ok: false, error: expect.stringContaining(problem) });
    expect(decode(bytesOf(QEMU.RESET))).toEqual(found);
  });
});

describe('a device', () => {
  test('says hello at once, and who it is once it knows what QEMU can', () => {
    const { sent, hear } = open(makeUsbPrinter(PRINTER).usb);
    expect(sent.map(({ kind }) => kind)).toEqual(['hello']);
    const told = hear(QEMU.QEMU_HELLO);
    expect(told.map(({ kind }) => kind)).toEqual([
      'interfaceInfo',
      'endpointInfo',
      'deviceConnect',
    ]);
    expect(told[2]).toMatchObject({ vendor: 0x04b8, product: 0x0e28, speed: 1 });
  });

  test('gives up a QEMU that lacks what both need', () => {
    const { session } = open(makeUsbPrinter(PRINTER).usb);
    expect(session.bytes(bytesOf(QEMU.QEMU_HELLO.replace(/ff000000$/, '00000000')))).toContain(
      'lacks the capabilities',
    );
  });

  test('describes itself, no further than it is asked', () => {
    const { hear } = running(makeUsbPrinter(PRINTER).usb);
    expect(dataOf(hear(QEMU.GET_DEVICE))).toBe('1201000200000040');
    // One interface of the printers' class, bulk out at 1 and in at 2.
    expect(dataOf(hear(QEMU.GET_CONFIGURATION))).toBe(
      '0902200001010080320904000002070102000705010240000007058202400000',
    );
    const serial = hear(QEMU.GET_SERIAL)[0];
    expect(Buffer.from(serial?.data.subarray(2) ?? []).toString('utf16le')).toBe('J6LF000001');
    expect(hear(QEMU.GET_QUALIFIER)).toMatchObject([{ status: STATUS.stall, length: 0 }]);
  });

  test('tells how it is configured, and forgets it at a reset', () => {
    const { hear } = running(makeUsbPrinter(PRINTER).usb);
    const ask = hexOf(encodePacket({ kind: 'getConfiguration', id: 7n, data: new Uint8Array(0) }));
    expect(hear(ask)).toMatchObject([{ kind: 'configurationStatus', id: 7n, configuration: 1 }]);
    hear(QEMU.RESET);
    expect(hear(ask)).toMatchObject([{ configuration: 0 }]);
  });
});

describe('a printer', () => {
  test('takes bytes, and answers the transfer once it has them', async () => {
    const printer = makeUsbPrinter(PRINTER);
    const { hear } = running(printer.usb);
    const heard: string[] = [];
    printer.link.onBytes((chunk) => heard.push(hexOf(chunk)));
    expect(hear(QEMU.BULK_OUT)).toMatchObject([
      { kind: 'bulk', status: STATUS.success, length: 2 },
    ]);
    expect(heard).toEqual(['4142']);
  });

  test('says NAK while it is full; a transfer that is called off then never arrives', () => {
    const printer = makeUsbPrinter(PRINTER);
    const { hear, sent } = running(printer.usb);
    const heard: string[] = [];
    printer.link.onBytes((chunk) => heard.push(hexOf(chunk)));
    printer.setFull(true);
    expect(hear(QEMU.BULK_OUT)).toEqual([]);
    printer.setFull(false);
    expect([heard, sent.map(({ kind }) => kind)]).toEqual([['4142'], ['bulk']]);
    printer.setFull(true);
    hear(QEMU.BULK_OUT);
    const cancel = QEMU.CANCEL_BULK_IN.replace('0020d302', '00c0e602');
    expect(hear(cancel)).toMatchObject([{ kind: 'bulk', status: STATUS.cancelled }]);
    printer.setFull(false);
    expect(heard).toEqual(['4142']);
  });

  test('gives its status to who asked first, and nothing to who called off', async () => {
    const printer = makeUsbPrinter(PRINTER);
    const { hear, sent } = running(printer.usb);
    hear(QEMU.BULK_IN);
    expect(hear(QEMU.CANCEL_BULK_IN)).toMatchObject([{ status: STATUS.cancelled, length: 0 }]);
    hear(QEMU.BULK_IN);
    await printer.link.write(Uint8Array.of(0x12, 0x34));
    expect(sent).toMatchObject([{ kind: 'bulk', status: STATUS.success, length: 2 }]);
    expect(dataOf(sent)).toBe('1234');
  });

  test('tells its name as IEEE 1284 has it', () => {
    const [answer] = running(makeUsbPrinter(PRINTER).usb).hear(QEMU.GET_DEVICE_ID);
    const { data = new Uint8Array(0) } = answer ?? {};
    expect((data[0] ?? 0) * 256 + (data[1] ?? 0)).toBe(data.length);
    expect(new TextDecoder().decode(data.subarray(2))).toBe(
      'MFG:EPSON;CMD:ESC/POS;MDL:TM-T20;CLS:PRINTER;',
    );
  });

  test('is away until a host has configured it, and again after the connection', async () => {
    const printer = makeUsbPrinter(PRINTER);
    const seen: boolean[] = [];
    printer.link.onPresence((present) => seen.push(present));
    expect(await printer.link.write(Uint8Array.of(1))).toMatchObject({ ok: false });
    const { session } = running(printer.usb);
    expect(printer.link.present()).toBe(true);
    session.end();
    expect(printer.link.present()).toBe(false);
    expect(seen).toEqual([true, false]);
  });
});

describe('a keypad', () => {
  test('gives its report descriptor, and takes what the host sets', () => {
    const keypad = makeUsbHid({ ...KEYPAD, bootKeyboard: true });
    const lamps: string[] = [];
    keypad.device.onOutput((report) => lamps.push(hexOf(report)));
    const { hear } = running(keypad.usb);
    expect(dataOf(hear(QEMU.GET_REPORT_DESCRIPTOR))).toBe(hexOf(BOOT_KEYBOARD_DESCRIPTOR));
    expect(hear(QEMU.SET_IDLE, QEMU.SET_LAMPS)).toMatchObject([
      { status: STATUS.success, length: 0 },
      { status: STATUS.success, length: 1 },
    ]);
    // Report id 0, as on every link of reports without ids.
    expect(lamps).toEqual(['0000']);
  });

  test('sends a report each polling interval, and keeps those that wait', async () => {
    const clock = makeVirtualClock(0);
    const keypad = makeUsbHid({ ...KEYPAD, bootKeyboard: true });
    const { hear, sent } = running(keypad.usb, clock);
    for (const key of [4, 5, 6])
      expect(keypad.device.report(Uint8Array.of(0, 0, key, 0, 0, 0, 0, 0)).ok).toBe(true);
    expect(hear(QEMU.START_POLLING).map(({ kind }) => kind)).toEqual([
      'interruptReceivingStatus',
      'interrupt',
    ]);
    const at = (): number => sent.filter(({ kind }) => kind === 'interrupt').length;
    await clock.run(wait(clock, 7));
    expect(at()).toBe(1);
    await clock.run(wait(clock, 1));
    expect(at()).toBe(2);
    await clock.run(wait(clock, 8));
    expect(at()).toBe(3);
  });

  test('takes no more reports than fit while nobody polls', () => {
    const keypad = makeUsbHid({ ...KEYPAD, bootKeyboard: true });
    expect(keypad.device.report(new Uint8Array(8))).toMatchObject({ error: { kind: 'absent' } });
    running(keypad.usb);
    const taken = Array.from({ length: 65 }, () => keypad.device.report(new Uint8Array(8)).ok);
    expect(taken.filter((ok) => ok)).toHaveLength(64);
    expect(keypad.device.report(new Uint8Array(8))).toMatchObject({ error: { kind: 'busy' } });
  });
});
