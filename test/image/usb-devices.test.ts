/**
 * The devices that a virtual unit is plugged into, before the stock kernel's own drivers: usblp prints a
 * paper, hidraw knows the panel and hears a touch, ftdi_sio's port reaches the reader; and all of it
 * again after the plug was pulled.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { makeFingerprintEmulator } from '#drivers/fingerprint/emulator.ts';
import { DEFAULT_ADDRESS, encodeCommand, encodePacket } from '#drivers/fingerprint/protocol.ts';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makePrinterEmulator, type PaperPiece } from '#drivers/printer/emulator.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { DIGITIZER_DESCRIPTOR, makeTouchscreenEmulator } from '#drivers/touchscreen/emulator.ts';
import { openByteSocket } from '#scripts/devices/byte-socket.ts';
import { openRedirectedDevice } from '#scripts/qemu/redirected-device.ts';
import {
  type GuestShell,
  guestFolder,
  makeTinyGuest,
  missingForGuest,
  openGuestShell,
} from '#scripts/qemu/tiny-guest.ts';
import { makeUsbHid } from '#scripts/qemu/usb/hid.ts';
import { makeUsbPrinter } from '#scripts/qemu/usb/printer.ts';
import { startVirtualMachine, type VirtualMachine } from '#scripts/qemu/virtual-machine.ts';

const PRINTER = {
  ...{ vendor: 0x04b8, product: 0x0e28, version: 0x0100 },
  ...{ manufacturer: 'EPSON', name: 'TM-T20', serial: 'J6LF000001' },
};
const PANEL = {
  ...{ vendor: 0x222a, product: 0x0001, version: 0x0100 },
  ...{ manufacturer: 'ILITEK', name: 'Multi-Touch', serial: 'PANEL-0001' },
};
const entropy = makeSeededEntropy(1, 'devices of the tiny guest');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** As a shell's printf writes it. */
const octal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

const missing = missingForGuest();
if (missing !== null) process.stderr.write(`skipped: the tiny guest can not be made ${missing}\n`);

describe.skipIf(missing !== null)('a stock kernel', () => {
  const folder = guestFolder();
  const at = (name: string): string => join(folder, name);
  let machine: VirtualMachine;
  let shell: GuestShell;
  const problems: string[] = [];

  const makeDevices = async () => {
    const tell = (problem: string): void => void problems.push(problem);
    const usbPrinter = makeUsbPrinter(PRINTER);
    const printerWire = await openRedirectedDevice(
      at('printer'),
      usbPrinter.usb,
      systemClock,
      tell,
    );
    const panel = makeUsbHid({
      ...PANEL,
      reportDescriptor: DIGITIZER_DESCRIPTOR,
      features: new Map([[2, Uint8Array.of(5)]]),
    });
    const panelWire = await openRedirectedDevice(at('panel'), panel.usb, systemClock, tell);
    const readerWire = await openByteSocket({ path: at('reader') });
    return {
      printer: makePrinterEmulator(usbPrinter.link, systemClock, { onFull: usbPrinter.setFull }),
      glass: makeTouchscreenEmulator(panel.device, systemClock, { panel: DEFAULT_PANEL, entropy }),
      reader: makeFingerprintEmulator(readerWire.link, systemClock, { family: 'R503', entropy }),
      ...{ printerWire, panelWire, readerWire },
    };
  };
  let devices: Awaited<ReturnType<typeof makeDevices>>;

  beforeAll(async () => {
    devices = await makeDevices();
    machine = await startVirtualMachine({
      ...{ memoryMb: 256, processors: 1, disk: null, tpm: null, watchdog: true },
      boot: { kind: 'kernel', ...makeTinyGuest(folder), append: 'console=ttyS1 quiet panic=-1' },
      usb: [
        { id: 'reader', port: 1, kind: 'serial', path: at('reader'), serial: 'R503-0001' },
        { id: 'printer', port: 4, kind: 'redirected', path: at('printer') },
        { id: 'panel', port: 5, kind: 'redirected', path: at('panel') },
      ],
      serialPorts: [
        { kind: 'socket', path: at('shell') },
        { kind: 'file', path: at('kernel.log') },
      ],
      screen: { widthPx: DEFAULT_PANEL.widthPx, heightPx: DEFAULT_PANEL.heightPx },
      monitor: at('monitor'),
    });
    shell = await openGuestShell(at('shell'));
  }, 300_000);
  afterAll(async () => {
    shell?.close();
    await machine?.cutPower();
    for (const wire of [devices?.printerWire, devices?.panelWire, devices?.readerWire])
      wire?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Waits in the guest, which knows best when something is there. */
  const appears = (pattern: string): Promise<string> =>
    shell.run(`until ls ${pattern} 2>/dev/null; do sleep 0.1; done`);
  const goes = (path: string): Promise<string> =>
    shell.run(`while [ -e ${path} ]; do sleep 0.1; done`);
  const nextPaper = (): Promise<PaperPiece> =>
    new Promise((resolve) => {
      const stop = devices.printer.onPaper((piece) => {
        stop();
        resolve(piece);
      });
    });
  const print = async (text: string): Promise<string> => {
    const paper = nextPaper();
    await shell.run(`printf '${text}\\n\\035VA\\003' > /dev/usb/lp0`);
    return renderText(await paper);
  };

  test("usblp's bytes come out as a paper, and it reads who the printer is", async () => {
    await appears('/dev/usb/lp0');
    expect(await print('URNA 1')).toBe('URNA 1\n');
    expect(await shell.run('cat /sys/class/usbmisc/lp0/device/ieee1284_id')).toContain(
      'MFG:EPSON;CMD:ESC/POS;MDL:TM-T20',
    );
  });

  test('usblp reads the status that the printer answers', async () => {
    // DLE EOT 4: paper is there.
    expect(
      await shell.run(
        "(printf '\\020\\004\\004' >&3; head -c 1 <&3 | hexdump -v -e '1/1 \"%02x\"') 3<>/dev/usb/lp0",
      ),
    ).toBe('12');
  });

  test('more than the printer holds waits until there is room, and nothing of it is lost', async () => {
    const paper = nextPaper();
    const lines = 150;
    await shell.run(
      `(i=0; while [ $i -lt ${lines} ]; do echo "line $i does not fit into its buffer"; i=$((i+1)); done; printf '\\035VA\\003') > /dev/usb/lp0`,
      120_000,
    );
    const printed = renderText(await paper)
      .trimEnd()
      .split('\n');
    expect(printed).toHaveLength(lines);
    expect(printed.at(-1)).toContain(`line ${lines - 1} `);
  });

  test('hidraw shows the panel by its own descriptor, and a touch arrives', async () => {
    await appears('/dev/hidraw0');
    const told = await shell.run(
      'hexdump -v -e \'1/1 "%02x"\' /sys/class/hidraw/hidraw0/device/report_descriptor',
    );
    expect(told).toBe(hex(DIGITIZER_DESCRIPTOR));
    await shell.run('exec 3</dev/hidraw0');
    await devices.glass.touch(DEFAULT_PANEL.widthMm / 2, DEFAULT_PANEL.heightMm / 2);
    const reports = await shell.run('head -c 108 <&3 | hexdump -v -e \'1/1 "%02x"\'; exec 3<&-');
    // Report 1, tip down in the middle of the glass; then the same without the tip.
    expect(reports.slice(0, 12)).toBe('010300004000');
    expect(reports.slice(108, 116)).toBe('01020000');
  });

  test("ftdi_sio's port reaches the fingerprint reader", async () => {
    await appears('/dev/ttyUSB0');
    expect(await shell.run('cat /sys/class/tty/ttyUSB0/device/../../serial')).toBe('R503-0001');
    const asked = encodeCommand(DEFAULT_ADDRESS, 'HandShake');
    const answer = await shell.run(
      `stty -F /dev/ttyUSB0 57600 raw -echo; (printf '${octal(asked)}' >&3; head -c 12 <&3 | hexdump -v -e '1/1 "%02x"') 3<>/dev/ttyUSB0`,
    );
    expect(answer).toBe(
      hex(encodePacket({ address: DEFAULT_ADDRESS, type: 'ack', payload: Uint8Array.of(0) })),
    );
  });

  test('what is pulled out is gone, and comes back where it was', async () => {
    const { printerWire, panelWire, readerWire } = devices;
    for (const wire of [printerWire, panelWire, readerWire]) wire.unplug();
    for (const path of ['/dev/usb/lp0', '/dev/hidraw0', '/dev/ttyUSB0']) await goes(path);
    for (const wire of [printerWire, panelWire, readerWire]) wire.plug();
    await appears('/dev/usb/lp0');
    await appears('/dev/hidraw0');
    await appears('/dev/ttyUSB0');
    expect(await print('URNA 2')).toBe('URNA 2\n');
    expect(await shell.run('ls /sys/bus/usb/devices')).toContain('1-4');
    expect(problems).toEqual([]);
  });
});
