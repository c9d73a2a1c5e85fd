/**
 * Whose device a node of /dev is, by the board file. Nodes are root's when the kernel makes them, also those
 * of devices that come back; each is given to the one process whose device it is.
 */
import { chmodSync, chownSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardFile, HidWire, PrinterWire, SerialWire } from '#drivers/board-file.ts';
import { findHidPort, findSerialPort, findUsbDevice } from '#drivers/links/usb-pins.ts';
import type { ProgramName, Users } from './unit-file.ts';

type Wire = SerialWire | HidWire | PrinterWire;
export type Grant = {
  readonly program: ProgramName;
  readonly to: Wire | { readonly path: string };
};

/** Every device that the board file names, and whose it is. */
export const grantsOf = ({ console, supervisor, desk, booth }: BoardFile): readonly Grant[] => {
  const of = (program: ProgramName, ...wires: readonly (Wire | null)[]): readonly Grant[] =>
    wires.flatMap((to) => (to === null ? [] : [{ program, to }]));
  const cells = [booth.cells.board, booth.cells.module].map(({ path }) => path);
  return [
    ...of('console', console),
    ...of('supervisor', supervisor.powerBoard, supervisor.ups),
    ...of('desk', desk.reader.wire, desk.keypad, desk.display.wire),
    ...of('booth', booth.glass, booth.printer.wire, booth.voterKeypad),
    ...[booth.frameBuffer.path, ...new Set(cells)].map(
      (path): Grant => ({ program: 'booth', to: { path } }),
    ),
    ...(supervisor.watchdog === undefined
      ? []
      : [{ program: 'supervisor' as const, to: { path: supervisor.watchdog.path } }]),
  ];
};

const numberIn = (path: string): string => readFileSync(path, 'latin1').trim().padStart(3, '0');

/** Where a device is now; null: it is not. `dev`: /dev. */
export const nodeOf = ({ to }: Grant, sysfs: string, dev: string): string | null => {
  if (!('kind' in to)) return to.path;
  switch (to.kind) {
    case 'serial': {
      if (typeof to.port === 'string') return to.port;
      const found = findSerialPort(to.port, sysfs);
      return found.ok ? join(dev, found.value) : null;
    }
    case 'hid': {
      const found = findHidPort(to.pin, sysfs);
      return found.ok ? join(dev, found.value) : null;
    }
    case 'usbPrinter': {
      const found = findUsbDevice(to.pin, sysfs);
      if (!found.ok) return null;
      const device = join(sysfs, 'bus', 'usb', 'devices', found.value);
      const place = ['busnum', 'devnum'].map((name) => numberIn(join(device, name)));
      return join(dev, 'bus', 'usb', ...place);
    }
    case 'reportSocket':
      return to.path;
    case 'tcp':
      return null;
  }
};

/** One look: every node that is there is its process'. What comes or goes meanwhile is for the next look. */
export const grantDevices = (
  grants: readonly Grant[],
  users: Users,
  sysfs: string,
  dev: string,
): void => {
  for (const grant of grants) {
    try {
      const node = nodeOf(grant, sysfs, dev);
      const user = users[grant.program];
      if (node === null || statSync(node).uid === user) continue;
      chownSync(node, user, user);
      chmodSync(node, 0o600);
    } catch {
      // Not there.
    }
  }
};
