/**
 * The unit's own drivers in a guest, before the kernel's real USB and, as on a unit, without udevd: escpos-usb
 * asks a printer for its status and prints, node-hid hears a touch, both also when the device was away, and the
 * screen is a frame buffer that QEMU shows.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderText } from '#drivers/printer/emulator/render.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { makeSourceGuest } from '#scripts/qemu/source-guest.ts';
import {
  type GuestShell,
  guestFolder,
  missingForGuest,
  openGuestShell,
} from '#scripts/qemu/tiny-guest.ts';
import { startVirtualMachine, type VirtualMachine } from '#scripts/qemu/virtual-machine.ts';
import { startVirtualRack, type VirtualRack } from '#scripts/qemu/virtual-rack.ts';

const SCRIPT = readFileSync(fileURLToPath(new URL('./unit-drivers.ts', import.meta.url)));
/** With the option that a unit's programs have for the sake of emulated processors (boot/process/spawn.ts). */
const NODE = `/urna/node_modules/node-linux-${process.arch}/bin/node --no-memory-protection-keys`;
const missing = missingForGuest();
if (missing !== null) process.stderr.write(`skipped: the guest can not be made ${missing}\n`);

describe.skipIf(missing !== null)("the booth's drivers in a guest", () => {
  const folder = guestFolder();
  const at = (name: string): string => join(folder, name);
  let rack: VirtualRack;
  let machine: VirtualMachine;
  let shell: GuestShell;

  beforeAll(async () => {
    const entropy = makeSeededEntropy(1, 'devices of the guest');
    rack = await startVirtualRack({ folder: at('wires'), clock: systemClock, entropy });
    const guest = makeSourceGuest(folder);
    const { kernel, initrd } = guest;
    machine = await startVirtualMachine({
      ...{ memoryMb: 512, processors: 2, tpm: null, watchdog: false, usb: rack.usb },
      boot: { kind: 'kernel', kernel, initrd, append: 'console=ttyS1 quiet panic=-1' },
      disk: { id: 'fixed', file: guest.disk, serial: 'URNA-FIXED' },
      serialPorts: [
        { kind: 'socket', path: at('shell') },
        { kind: 'file', path: at('kernel.log') },
      ],
      ...{ screen: rack.panel, monitor: at('monitor') },
    });
    shell = await openGuestShell(at('shell'));
    await shell.run('mkdir -p /media/urna/module /media/urna/token /var/lib/urna/fixed/booth');
    await shell.run(`echo ${SCRIPT.toString('base64')} | base64 -d > /run/drivers.ts`);
    await shell.run('mkfifo /run/orders');
    await shell.run(`(cd /urna; ${NODE} /run/drivers.ts > /run/said 2>&1 &)`);
  }, 300_000);
  afterAll(async () => {
    shell?.close();
    await machine?.cutPower();
    rack?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the drivers have said; waits in the guest until `line` is said for the `times`th time. */
  const says = (line: string, times = 1): Promise<string> =>
    shell.run(
      `i=0; until [ $(grep -c '^${line}' /run/said) -ge ${times} -o $i -ge 200 ]; do sleep 0.2; i=$((i+1)); done; cat /run/said`,
      100_000,
    );

  test('printer and screen answer', async () => {
    expect(await says('screen: fine')).toContain('screen: fine');
    expect(await says('printer: online')).toContain('printer: online');
  });

  test('a touch arrives where the finger was', async () => {
    await rack.devices.glass.touch(100, 50);
    expect(await says('touch:')).toContain('touch: 100 50');
  });

  test('a panel that is pulled out and put back is heard again', async () => {
    rack.devices.glass.fail('unplugged');
    await shell.run('while [ -e /sys/bus/usb/devices/1-5 ]; do sleep 0.1; done');
    rack.devices.glass.heal();
    await shell.run('until [ -e /sys/bus/usb/devices/1-5 ]; do sleep 0.1; done; sleep 3');
    await rack.devices.glass.touch(20, 30);
    expect(await says('touch: 20')).toContain('touch: 20 30');
  });

  /** Every line that was printed since the last call. */
  const printedLines = (): readonly string[] => {
    rack.devices.printer.tearOff();
    const papers = rack.devices.printer.takePapers();
    return papers.flatMap((paper) => renderText(paper).match(/a line of \w+/g) ?? []);
  };
  const putBack = async (): Promise<void> => {
    await shell.run('while [ -e /sys/bus/usb/devices/1-4 ]; do sleep 0.1; done');
    rack.devices.printer.setFault('unplugged', false);
  };

  test('a printer that is pulled out is missed', async () => {
    rack.devices.printer.setFault('unplugged', true);
    expect(await says('printer: absent')).toContain('printer: absent');
  });

  test('a printer that is pulled out and put back prints again', async () => {
    await putBack();
    expect(await says('printer: online', 2)).toMatch(/printer: online$/);
    await shell.run('echo first 3 > /run/orders');
    expect(await says('paper first:')).toContain('paper first: printed');
    expect(printedLines()).toEqual(Array(3).fill('a line of first'));
  });

  test('what it was pulled out of is not printed on, and the next paper is that alone', async () => {
    const lines = 400;
    rack.devices.printer.failAfterMm('unplugged', 100);
    await shell.run(`echo long ${lines} > /run/orders`);
    // Never "all" nor "nothing": some of it is on the paper, and nobody knows how much.
    expect(await says('paper long:')).toMatch(/paper long: absent (partly|unknown)$/m);
    await says('printer: absent', 2);
    await putBack();
    expect(await says('printer: online', 3)).toMatch(/printer: online$/);
    await shell.run('echo next 2 > /run/orders');
    expect(await says('paper next:')).toContain('paper next: printed');
    const printed = printedLines();
    expect(printed.slice(-2)).toEqual(Array(2).fill('a line of next'));
    const before = printed.slice(0, -2);
    expect(new Set(before)).toEqual(new Set(['a line of long']));
    expect(before.length).toBeLessThan(lines);
  });
});
