/**
 * A USB stick in a port of the virtual unit: put in and pulled out over QEMU's monitor while the machine
 * runs, and lying on the table while it is off. Its image is a file of ours; whoever reads it reads a
 * stick that is out.
 */
import { USB_BUS } from './command-line.ts';
import { type QmpClient, QmpRefused } from './qmp.ts';

export type HotDiskPlace = {
  /** Of the device in QEMU. */
  readonly id: string;
  readonly port: number;
  /** What the guest reads as serial number. */
  readonly serial: string;
};

export type HotDisk = {
  /** Puts the stick of this raw image in; one that is in comes out before. */
  insert(file: string): Promise<void>;
  /** Pulls it out; resolves when QEMU has let go of its image. */
  remove(): Promise<void>;
  inserted(): boolean;
  /** The machine was switched on, or, null, off: a stick that is in stays in. */
  attach(monitor: QmpClient | null): Promise<void>;
};

/** QEMU lets go of a stick within this, ms. */
const GONE_LIMIT_MS = 5_000;

/** Resolves when QEMU says that the device is gone. */
const deleted = (monitor: QmpClient, id: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      stop();
      reject(new Error(`QEMU does not let go of ${id}`));
    }, GONE_LIMIT_MS);
    const stop = monitor.onEvent(({ name, data }) => {
      if (name !== 'DEVICE_DELETED' || data.device !== id) return;
      clearTimeout(late);
      stop();
      resolve();
    });
  });

export const makeHotDisk = ({ id, port, serial }: HotDiskPlace): HotDisk => {
  let monitor: QmpClient | null = null;
  let file: string | null = null;
  /** One change after the other. */
  let turn: Promise<void> = Promise.resolve();
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const done = turn.then(change);
    turn = done.catch(() => undefined);
    return done;
  };
  const node = `${id}-medium`;
  const plug = async (): Promise<void> => {
    if (monitor === null || file === null) return;
    await monitor.ask('blockdev-add', {
      ...{ 'node-name': node, driver: 'raw', cache: { direct: false, 'no-flush': false } },
      file: { driver: 'file', filename: file },
    });
    await monitor.ask('device_add', {
      ...{ driver: 'usb-storage', id, bus: USB_BUS, port: String(port) },
      ...{ drive: node, serial, removable: true, 'write-cache': 'off' },
    });
  };
  const pull = async (): Promise<void> => {
    if (monitor === null || file === null) return;
    const gone = deleted(monitor, id);
    await Promise.all([monitor.ask('device_del', { id }), gone]);
    await monitor.ask('blockdev-del', { 'node-name': node });
  };
  /** A machine that was switched off meanwhile has let go of everything. */
  const unlessOff = async (change: () => Promise<void>): Promise<void> => {
    const asked = monitor;
    try {
      await change();
    } catch (error) {
      if (monitor === asked || error instanceof QmpRefused) throw error;
    }
  };
  return {
    insert: (next) =>
      inTurn(async () => {
        await unlessOff(pull);
        file = next;
        await unlessOff(plug);
      }),
    remove: () =>
      inTurn(async () => {
        await unlessOff(pull);
        file = null;
      }),
    inserted: () => file !== null,
    attach: (next) => {
      monitor = next;
      return inTurn(plug);
    },
  };
};
