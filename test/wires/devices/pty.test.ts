/** The pseudo-terminal as a cable: nothing harmed, paced, never in the way of the event loop. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { makeSeededEntropy } from '#drivers/system/seeded-entropy.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import type { Clock } from '#hal/clock.ts';
import { openPty, type Pty, type PtyOptions } from '#scripts/devices/pty.ts';
import { eventually } from './rig.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});
const open = (options: PtyOptions = {}): Pty => {
  const pty = openPty(options);
  closers.push(pty.close);
  return pty;
};
const openHost = async (pty: Pty, baud: number) => {
  const link = openSerialLink(pty.path, baud, systemClock);
  closers.push(link.close);
  await eventually('the port', () => (link.present() ? true : null));
  return link;
};

/** Debian's own, which Debian's packages are for. */
const PYTHON = '/usr/bin/python3';
const hasPyserial = spawnSync(PYTHON, ['-c', 'import serial']).status === 0;
const REASON = hasPyserial ? '' : " (skipped: Debian's python3-serial is not installed)";

/** Sends back what it reads, each byte changed, as another program and language read and write. */
const ECHO = `
import serial, sys
port = serial.Serial(sys.argv[1], 57600, timeout=20)
port.write(b'!')
while True:
    data = port.read(1)
    if not data: break
    port.write(bytes([data[0] ^ 0x5a]))
`;

test.skipIf(!hasPyserial)(`pyserial gets and gives every byte value${REASON}`, async () => {
  const pty = open();
  const heard: number[] = [];
  pty.link.onBytes((chunk) => heard.push(...chunk));
  const child = spawn(PYTHON, ['-c', ECHO, pty.path]);
  closers.push(() => child.kill('SIGKILL'));
  await eventually('the program', () => (heard.length > 0 ? true : null), 20_000);
  const all = Uint8Array.from({ length: 256 }, (_, value) => value);
  expect(await pty.link.write(all)).toEqual({ ok: true });
  await eventually('256 answers', () => (heard.length >= 257 ? true : null));
  expect(heard.slice(1)).toEqual([...all].map((byte) => byte ^ 0x5a));
});

test('bytes keep their order, whichever of two timers that are late comes first', async () => {
  const timers: (() => void)[] = [];
  /** Of the writes none is due before it is told so; the terminal's own looks go on. */
  const LINE_MS = 5;
  const clock: Clock = {
    ...systemClock,
    after: (delayMs, task) => {
      if (delayMs > LINE_MS) return systemClock.after(delayMs, task);
      timers.push(task);
      return () => undefined;
    },
  };
  const pty = open({ clock, baud: 115_200 });
  const host = await openHost(pty, 115_200);
  const heard: number[] = [];
  host.onBytes((chunk) => heard.push(...chunk));
  await eventually('the program', () => (pty.opened() ? true : null));
  const writes = [1, 2, 3].map((byte) => pty.link.write(Uint8Array.of(byte)));
  for (const fire of timers.splice(0).reverse()) fire();
  await Promise.all(writes);
  await eventually('three bytes', () => (heard.length === 3 ? true : null));
  expect(heard).toEqual([1, 2, 3]);
});

describe('at 57,600 baud', () => {
  const BAUD = 57_600;
  const content = makeSeededEntropy(3, 'pace').bytes(1_536);
  const floorMs = (content.length * 10_000) / BAUD;
  /** That it is hardly slower either is measured (`measure devices`). */
  const timeOf = async (
    send: () => Promise<unknown>,
    heard: readonly number[],
  ): Promise<number> => {
    const beganMs = performance.now();
    await send();
    await eventually('all', () => (heard.length === content.length ? true : null));
    const tookMs = performance.now() - beganMs;
    expect(heard).toEqual([...content]);
    return tookMs;
  };

  test('a template takes its time to the device, however it is cut', async () => {
    const pty = open({ baud: BAUD });
    const heard: number[] = [];
    pty.link.onBytes((chunk) => heard.push(...chunk));
    const link = await openHost(pty, BAUD);
    const send = async (): Promise<void> => {
      for (let at = 0; at < content.length; at += 128)
        expect(await link.write(content.subarray(at, at + 128))).toEqual({ ok: true });
    };
    expect(await timeOf(send, heard)).toBeGreaterThan(floorMs * 0.98);
  });

  test('and to the host', async () => {
    const pty = open({ baud: BAUD });
    const link = await openHost(pty, BAUD);
    const heard: number[] = [];
    link.onBytes((chunk) => heard.push(...chunk));
    const send = async (): Promise<void> => {
      for (let at = 0; at < content.length; at += 128)
        await pty.link.write(content.subarray(at, at + 128));
    };
    expect(await timeOf(send, heard)).toBeGreaterThan(floorMs * 0.98);
  });
});

test('a program that reads nothing holds up the device, and nobody else', async () => {
  const pty = open();
  const program = `
    const { constants, openSync, writeSync } = require('node:fs');
    const port = openSync(process.argv[1], constants.O_RDWR | constants.O_NOCTTY);
    writeSync(port, '!');
    setTimeout(() => undefined, 60_000);`;
  const sleeper = spawn(process.execPath, ['-e', program, pty.path]);
  closers.push(() => sleeper.kill('SIGKILL'));
  await eventually('the program', () => (pty.opened() ? true : null), 20_000);
  let answered = false;
  const writing = pty.link.write(new Uint8Array(500_000)).then((result) => {
    answered = true;
    return result;
  });
  let turns = 0;
  await eventually('a hundred turns of the event loop', () => (++turns > 100 ? true : null));
  expect(answered).toBe(false);
  pty.unplug();
  expect(await writing).toMatchObject({ ok: false, error: { kind: 'absent' } });
});

test('what is sent while no program listens is lost, as on a wire', async () => {
  const pty = open();
  expect(await pty.link.write(Uint8Array.of(1, 2, 3))).toEqual({ ok: true });
  const link = await openHost(pty, 57_600);
  const heard: number[] = [];
  link.onBytes((chunk) => heard.push(...chunk));
  await pty.link.write(Uint8Array.of(4));
  await eventually('one byte', () => (heard.length > 0 ? true : null));
  expect(heard).toEqual([4]);
});

test('pulled out its path is gone; put back it is the same; closed nothing is left', async () => {
  const pty = open();
  const told: boolean[] = [];
  pty.link.onPresence((present) => told.push(present));
  const { path } = pty;
  expect(existsSync(path)).toBe(true);
  pty.unplug();
  pty.unplug();
  expect(existsSync(path)).toBe(false);
  expect(await pty.link.write(Uint8Array.of(1))).toMatchObject({ error: { kind: 'absent' } });
  pty.plug();
  pty.plug();
  expect(existsSync(path)).toBe(true);
  expect(pty.path).toBe(path);
  expect(told).toEqual([false, true]);
  pty.close();
  expect(existsSync(path)).toBe(false);
  expect(pty.link.present()).toBe(false);
});
