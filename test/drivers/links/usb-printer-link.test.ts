/** The USB printer's link on a host of pretended devices: what escpos-usb and usb 1.9.2 do, step by step. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UsbDevice, UsbEndpoint, UsbHost } from '#drivers/links/usb-host.ts';
import { openUsbPrinterLink } from '#drivers/links/usb-printer-link.ts';
import { makeVirtualClock } from '#drivers/system/virtual-clock.ts';
import { wait } from '#hal/clock.ts';

let sysfs: string;
beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), 'urna-usb-'));
});
afterEach(() => rmSync(sysfs, { recursive: true, force: true }));

const folderOf = (path: string): string => join(sysfs, 'bus', 'usb', 'devices', path);
const plugIn = (path: string, vendor: string, product: string): void => {
  mkdirSync(folderOf(path), { recursive: true });
  writeFileSync(join(folderOf(path), 'idVendor'), `${vendor}\n`);
  writeFileSync(join(folderOf(path), 'idProduct'), `${product}\n`);
};

/** A printer at port 2 of bus 1, as libusb shows it: endpoints, transfers that end when it says so. */
const makePrinter = () => {
  const listeners = new Map<string, (value: never) => void>();
  const state = {
    closed: 0,
    pending: false,
    polling: false,
    endPoll: null as (() => void) | null,
    written: [] as number[],
    refusing: false,
  };
  const tell = (event: string, value: unknown): void => listeners.get(event)?.(value as never);
  const input: UsbEndpoint = {
    direction: 'in',
    transferType: 2,
    descriptor: { wMaxPacketSize: 64 },
    timeout: 0,
    get pollActive() {
      return state.polling;
    },
    startPoll: () => {
      state.polling = true;
    },
    stopPoll: (ended) => {
      state.polling = false;
      state.endPoll = ended ?? null;
    },
    on: (event: string, listener: (value: never) => void) => {
      listeners.set(event, listener);
    },
  };
  const output: UsbEndpoint = { ...input, direction: 'out', on: () => undefined };
  const device: UsbDevice = {
    busNumber: 1,
    portNumbers: [2],
    interfaces: [{ endpoints: [output, input] }],
    close: () => {
      if (state.pending) throw new Error("Can't close device with a pending request");
      state.closed++;
    },
  };
  return { device, output, state, tell };
};

const makeHost = (printer: ReturnType<typeof makePrinter>) => {
  const counts = { opened: 0, forgotten: 0 };
  const host: UsbHost = {
    devices: () => [{ ...printer.device, portNumbers: [4] }, printer.device],
    printer: () => ({
      endpoint: printer.output,
      open: (opened) => {
        counts.opened++;
        opened(null);
        // escpos-usb calls back for every interface.
        opened(null);
      },
      write: (bytes, written) => {
        if (printer.state.refusing) return written(new Error('LIBUSB_TRANSFER_TIMED_OUT'));
        printer.state.written.push(...bytes);
        written(null);
      },
    }),
    forget: () => {
      counts.forgotten++;
    },
  };
  return { host, counts };
};

const PIN = { vendor: '04b8', product: '0e15' };

const openRig = async () => {
  const virtual = makeVirtualClock(0);
  const clock = {
    ...virtual,
    advance: (ms: number): Promise<void> => virtual.run(wait(virtual, ms)),
  };
  const printer = makePrinter();
  const { host, counts } = makeHost(printer);
  const link = openUsbPrinterLink(PIN, clock, { host, sysfs });
  return { clock, printer, counts, link };
};

test('opens the one that fits, writes in pieces, and hears status', async () => {
  plugIn('1-2', '04b8', '0e15');
  plugIn('1-4', '1a86', '7584');
  const { clock, printer, link, counts } = await openRig();
  await clock.advance(10);
  expect(link.present()).toBe(true);
  expect(counts.opened).toBe(1);
  const heard: number[] = [];
  link.onBytes((bytes) => heard.push(...bytes));
  const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => at & 0xff);
  const writing = link.write(bytes);
  await clock.advance(100);
  expect(await writing).toEqual({ ok: true });
  expect(printer.state.written).toEqual([...bytes]);
  expect(printer.output.timeout).toBeGreaterThan(0);
  printer.tell('data', Uint8Array.of(0x16));
  printer.tell('data', new Uint8Array(0));
  expect(heard).toEqual([0x16]);
});

test('unplugged it is told once, closed, and opened again when it is back', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts } = await openRig();
  await clock.advance(10);
  const told: boolean[] = [];
  link.onPresence((present) => told.push(present));
  rmSync(folderOf('1-2'), { recursive: true });
  printer.state.pending = true;
  printer.tell('error', new Error('LIBUSB_TRANSFER_NO_DEVICE'));
  printer.tell('error', new Error('LIBUSB_TRANSFER_NO_DEVICE'));
  expect(told).toEqual([false]);
  expect(await link.write(Uint8Array.of(1))).toMatchObject({ error: { kind: 'absent' } });
  // Its transfers end, and only then does libusb let it be closed.
  printer.state.endPoll?.();
  await clock.advance(150);
  expect(printer.state.closed).toBe(0);
  printer.state.pending = false;
  await clock.advance(150);
  expect(printer.state.closed).toBe(1);
  expect(counts.forgotten).toBe(1);
  plugIn('1-2', '04b8', '0e15');
  await clock.advance(500);
  expect(told).toEqual([false, true]);
  expect(counts.opened).toBe(2);
});

test('a printer that takes nothing fails the write and is opened anew', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts } = await openRig();
  await clock.advance(10);
  printer.state.refusing = true;
  const writing = link.write(Uint8Array.of(1));
  await clock.advance(10);
  expect(await writing).toMatchObject({ ok: false, error: { kind: 'absent' } });
  printer.state.endPoll?.();
  printer.state.refusing = false;
  await clock.advance(500);
  expect(counts.opened).toBe(2);
  expect(link.present()).toBe(true);
});

test('two that fit are none: neither is opened', async () => {
  plugIn('1-2', '04b8', '0e15');
  plugIn('1-4', '04b8', '0e15');
  const { clock, link, counts } = await openRig();
  await clock.advance(1_000);
  expect(link.present()).toBe(false);
  expect(counts.opened).toBe(0);
});

test('closing lets go of the device and of what was listening', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts } = await openRig();
  await clock.advance(10);
  link.close();
  printer.state.endPoll?.();
  expect(printer.state.closed).toBe(1);
  expect(counts.forgotten).toBe(1);
  expect(await link.write(Uint8Array.of(1))).toMatchObject({ error: { kind: 'absent' } });
});
