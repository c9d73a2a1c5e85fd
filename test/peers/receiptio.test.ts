/**
 * npm receiptio, a print program for shops that nobody here wrote, as the client of the emulated printer:
 * what it takes for a success, an open cover and an empty roll is one, and what it prints stands on the
 * paper. Over a network: a serial port it takes only from udev's list, in which no pseudo-terminal is.
 */
import { createRequire } from 'node:module';
import { afterEach, describe, expect, test } from 'vitest';
import { renderPng, renderText } from '#drivers/printer/emulator/render.ts';
import {
  makePrinterEmulator,
  type PrinterEmulator,
  type PrinterEmulatorOptions,
} from '#drivers/printer/emulator.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { readQr } from '#test/drivers/printer/read-qr.ts';
import { openTcpCable } from '#test/wires/tcp-cable.ts';

type Receiptio = { print(markdown: string, options?: string): Promise<string> };
const receiptio = createRequire(import.meta.url)('receiptio') as Receiptio;

const FAST = { speedMmPerS: 1_000, startMs: 10, cutMs: 20 } as const;
/** It knows no other; so each test has an address of the loopback to itself. */
const PORT = 9100;
let addresses = 0;

type Bench = { readonly emulator: PrinterEmulator; readonly destination: string };
type Opened = Bench & { close(): Promise<void> | void };

const overNetwork = async (options: PrinterEmulatorOptions): Promise<Opened> => {
  const cable = await openTcpCable(`127.0.91.${++addresses}`, PORT);
  const emulator = makePrinterEmulator(cable.link, systemClock, { ...FAST, cable, ...options });
  return { emulator, destination: cable.host, close: cable.close };
};

const IDENTITIES = [
  ['that it does not know', {}],
  ['of the kind of a TM-T20', { identity: { maker: 'EPSON', model: 'TM-T20' } }],
] as const;

let open: Opened[] = [];
afterEach(async () => {
  for (const one of open) await one.close();
  open = [];
});

describe.each(IDENTITIES)('receiptio and a printer %s', (_whose, options) => {
  const bench = async (): Promise<Bench> => {
    const opened = await overNetwork(options);
    open.push(opened);
    return opened;
  };
  const ask = ({ destination }: Bench, more: string, markdown = ''): Promise<string> => {
    return receiptio.print(markdown, `-d ${destination} -t 10 ${more}`);
  };

  test('prints: text with accents, a table, a rule, a QR symbol, cut', async () => {
    const printer = await bench();
    const markdown = [
      '^^^Año Nuevo',
      'Cédula | 12',
      '---',
      '{code:URNA1 1/1 abc; option:qrcode,4,m}',
    ].join('\n');
    expect(await ask(printer, '-p generic -c 42 -l es', markdown)).toBe('success');
    const [piece] = printer.emulator.takePapers();
    expect(piece?.cut).toBe(true);
    const text = renderText(piece!);
    expect(text).toContain('Año Nuevo');
    expect(text).toMatch(/Cédula +12/);
    expect(await readQr(await renderPng(piece!))).toBe('URNA1 1/1 abc');
    expect(printer.emulator.hanging()).toBeNull();
  });

  test('asks how the printer is', async () => {
    const printer = await bench();
    expect(await ask(printer, '-q printer')).toBe('online');
    printer.emulator.setFault('coverOpen', true);
    expect(await ask(printer, '-q printer')).toBe('coveropen');
    printer.emulator.setFault('coverOpen', false);
    printer.emulator.setFault('paperEnd', true);
    expect(await ask(printer, '-q printer')).toBe('paperempty');
  });

  test.each([
    ['coverOpen', 'coveropen'],
    ['paperEnd', 'paperempty'],
    ['cutter', 'error'],
    ['jam', 'error'],
  ] as const)('%s before or in a print is %s to it', async (fault, said) => {
    const before = await bench();
    if (fault !== 'cutter') {
      before.emulator.setFault(fault, true);
      expect(await ask(before, '-p generic', 'never')).toBe(said);
      expect(before.emulator.hanging()).toBeNull();
    }
    const during = await bench();
    if (fault === 'cutter') during.emulator.setFault(fault, true);
    else during.emulator.failAfterMm(fault, 10);
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`).join('\n');
    expect(await ask(during, '-p generic', lines)).toBe(said);
  });
});
