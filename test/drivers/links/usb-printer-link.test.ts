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
type Attributes = { readonly devnum?: number; readonly configured?: boolean };
const plugIn = (
  path: string,
  vendor: string,
  product: string,
  { devnum = 7, configured = true }: Attributes = {},
): void => {
  mkdirSync(folderOf(path), { recursive: true });
  const attributes = {
    ...{ idVendor: vendor, idProduct: product, devnum },
    bConfigurationValue: configured ? 1 : '',
  };
  for (const [name, value] of Object.entries(attributes))
    writeFileSync(join(folderOf(path), name), `${value}\n`);
};
const pullOut = (path: string): void => rmSync(folderOf(path), { recursive: true });

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
    deviceAddress: 7,
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
  const counts = { opened: 0, forgotten: 0, rescanned: 0 };
  /** What libusb knows of; a rescan has it look at what is plugged in. */
  const usb = { known: [7], pluggedIn: 7, denied: false, seenConfigured: true };
  const host: UsbHost = {
    devices: () =>
      usb.known.flatMap((deviceAddress) => [
        { ...printer.device, deviceAddress, portNumbers: [4] },
        Object.defineProperty(
          Object.assign(Object.create(printer.device), { deviceAddress }),
          'configDescriptor',
          {
            get: () => {
              if (usb.seenConfigured) return {};
              throw new Error('LIBUSB_ERROR_IO');
            },
          },
        ),
      ]),
    rescan: () => {
      counts.rescanned++;
      usb.known = [usb.pluggedIn];
      usb.seenConfigured = true;
    },
    printer: () => ({
      endpoint: printer.output,
      open: (opened) => {
        if (usb.denied) throw new Error('LIBUSB_ERROR_ACCESS');
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
  return { host, counts, usb };
};

const PIN = { vendor: '04b8', product: '0e15' };

const openRig = async () => {
  const virtual = makeVirtualClock(0);
  const clock = {
    ...virtual,
    advance: (ms: number): Promise<void> => virtual.run(wait(virtual, ms)),
  };
  const printer = makePrinter();
  const { host, counts, usb } = makeHost(printer);
  const link = openUsbPrinterLink(PIN, clock, { host, sysfs });
  return { clock, printer, counts, usb, link };
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
  pullOut('1-2');
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

test('a printer that libusb does not hear of is usable within two seconds of its return', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts, usb } = await openRig();
  await clock.advance(10);
  expect(link.present()).toBe(true);
  for (const devnum of [8, 9]) {
    pullOut('1-2');
    printer.tell('error', new Error('LIBUSB_TRANSFER_NO_DEVICE'));
    await clock.advance(5_000);
    expect(link.present()).toBe(false);
    plugIn('1-2', '04b8', '0e15', { devnum });
    usb.pluggedIn = devnum;
    await clock.advance(1_000);
    expect(link.present()).toBe(true);
  }
  // Once each time, and never for one that is away.
  expect(counts).toMatchObject({ rescanned: 2, opened: 3 });
});

test('it is not looked for again where libusb hears of it by itself', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts, usb } = await openRig();
  await clock.advance(10);
  pullOut('1-2');
  printer.tell('error', new Error('LIBUSB_TRANSFER_NO_DEVICE'));
  plugIn('1-2', '04b8', '0e15', { devnum: 8 });
  await clock.advance(210);
  usb.known = [8];
  await clock.advance(200);
  expect(link.present()).toBe(true);
  expect(counts.rescanned).toBe(0);
});

test('one that is not authorised yet, or not given to the process, is tried again', async () => {
  plugIn('1-2', '04b8', '0e15', { configured: false });
  const { clock, link, counts, usb } = await openRig();
  usb.known = [];
  usb.denied = true;
  await clock.advance(1_000);
  // There is nothing to be seen of it yet.
  expect(counts).toMatchObject({ rescanned: 0, forgotten: 0 });
  plugIn('1-2', '04b8', '0e15');
  await clock.advance(1_000);
  expect(link.present()).toBe(false);
  // No listener is left behind by the tries.
  expect(counts.forgotten).toBeGreaterThan(1);
  usb.denied = false;
  await clock.advance(200);
  expect(link.present()).toBe(true);
  expect(counts).toMatchObject({ rescanned: 1, opened: 1 });
});

test('one that libusb saw before it was authorised is seen anew once it is', async () => {
  plugIn('1-2', '04b8', '0e15', { configured: false });
  const { clock, link, counts, usb } = await openRig();
  usb.seenConfigured = false;
  await clock.advance(1_000);
  plugIn('1-2', '04b8', '0e15');
  await clock.advance(1_000);
  expect(link.present()).toBe(true);
  expect(counts).toMatchObject({ rescanned: 1, opened: 1 });
});

test('libusb looks again only when the device of before is closed', async () => {
  plugIn('1-2', '04b8', '0e15');
  const { clock, printer, link, counts, usb } = await openRig();
  await clock.advance(10);
  printer.state.pending = true;
  pullOut('1-2');
  printer.tell('error', new Error('LIBUSB_TRANSFER_NO_DEVICE'));
  plugIn('1-2', '04b8', '0e15', { devnum: 8 });
  usb.pluggedIn = 8;
  await clock.advance(1_000);
  expect(counts.rescanned).toBe(0);
  printer.state.pending = false;
  await clock.advance(600);
  expect(counts.rescanned).toBe(1);
  expect(link.present()).toBe(true);
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
