/**
 * What a virtual unit is plugged into: the emulated devices of drivers/, each at a local socket to which QEMU
 * connects, behind USB devices of ours or the FTDI adapters that QEMU has. They outlive the machine.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_PANEL } from '#drivers/emulated-board.ts';
import { TACTILE_KEYPAD_DESCRIPTOR } from '#drivers/keypad/emulator.ts';
import { BOOT_KEYBOARD_DESCRIPTOR } from '#drivers/operator-station/hid-keyboard.ts';
import { makeScopedClock } from '#drivers/scoped-clock.ts';
import { DIGITIZER_DESCRIPTOR } from '#drivers/touchscreen/emulator.ts';
import type { Clock } from '#hal/clock.ts';
import type { Panel } from '#hal/touchscreen.ts';
import { openByteSocket } from '../devices/byte-socket.ts';
import {
  makeWiredDevices,
  type ReportWire,
  type WiredDevices,
  type WiredOptions,
} from '../devices/wired-devices.ts';
import type { VirtualUsb } from './command-line.ts';
import { SERIAL_ADAPTERS, USB_DEVICES } from './identities.ts';
import { openRedirectedDevice } from './redirected-device.ts';
import { type HidOptions, makeUsbHid } from './usb/hid.ts';
import { makeUsbPrinter } from './usb/printer.ts';

export type VirtualRackOptions = WiredOptions & {
  /** A folder for the sockets; short, a socket's path is. */
  readonly folder: string;
  /** Why a device lost its connection to QEMU. */
  readonly onProblem?: (problem: string) => void;
};

export type VirtualRack = {
  readonly devices: WiredDevices;
  /** For the machine's command line. */
  readonly usb: readonly VirtualUsb[];
  readonly panel: Panel;
  cutPower(): void;
  powerOn(): void;
  close(): void;
};

/** Contacts that the panel tells at once: its feature report 2 (Contact Count Maximum). */
const PANEL_FEATURES: ReadonlyMap<number, Uint8Array> = new Map([[2, Uint8Array.of(5)]]);

const openWires = async (
  { folder, onProblem }: VirtualRackOptions,
  clock: Clock,
  opened: { close(): void }[],
) => {
  const keep = <T extends { close(): void }>(wire: T): T => {
    opened.push(wire);
    return wire;
  };
  const at = (name: string): string => join(folder, name);
  const serial = async (name: keyof typeof SERIAL_ADAPTERS) =>
    keep(await openByteSocket({ path: at(name) }));
  const hid = async (
    name: Exclude<keyof typeof USB_DEVICES, 'printer'>,
    more: Pick<HidOptions, 'reportDescriptor' | 'bootKeyboard' | 'features'>,
  ): Promise<ReportWire> => {
    const { usb, device } = makeUsbHid({ ...USB_DEVICES[name].identity, ...more });
    const cable = keep(await openRedirectedDevice(at(name), usb, clock, onProblem));
    return { device, unplug: cable.unplug, plug: cable.plug };
  };
  const printer = makeUsbPrinter(USB_DEVICES.printer.identity);
  const cable = keep(await openRedirectedDevice(at('printer'), printer.usb, clock, onProblem));
  return {
    reader: await serial('reader'),
    power: await serial('power'),
    display: await serial('display'),
    printer: {
      ...{ link: printer.link, onFull: printer.setFull },
      ...{ unplug: cable.unplug, plug: cable.plug },
    },
    glass: await hid('glass', {
      reportDescriptor: DIGITIZER_DESCRIPTOR,
      features: PANEL_FEATURES,
    }),
    keypad: await hid('keypad', { reportDescriptor: BOOT_KEYBOARD_DESCRIPTOR, bootKeyboard: true }),
    voterKeypad: await hid('voterKeypad', { reportDescriptor: TACTILE_KEYPAD_DESCRIPTOR }),
    // This unit has no voice: nobody ever connects here.
    headphones: keep(await openByteSocket({ path: at('headphones') })),
  };
};

/** All devices listen and have power when it resolves. */
export const startVirtualRack = async (options: VirtualRackOptions): Promise<VirtualRack> => {
  const scope = makeScopedClock(options.clock);
  const { folder, panel = DEFAULT_PANEL } = options;
  mkdirSync(folder, { recursive: true });
  const opened: { close(): void }[] = [];
  const close = (): void => {
    for (const wire of opened) wire.close();
    scope.cancelAll();
  };
  try {
    const wires = await openWires(options, scope.clock, opened);
    const { devices, setPowered } = makeWiredDevices(wires, { ...options, clock: scope.clock });
    const at = (id: string): string => join(folder, id);
    return {
      devices,
      panel,
      usb: [
        ...Object.entries(SERIAL_ADAPTERS).map(
          ([id, place]): VirtualUsb => ({ kind: 'serial', id, path: at(id), ...place }),
        ),
        ...Object.entries(USB_DEVICES).map(
          ([id, { port }]): VirtualUsb => ({ kind: 'redirected', id, path: at(id), port }),
        ),
      ],
      cutPower: () => setPowered(false),
      powerOn: () => setPowered(true),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
