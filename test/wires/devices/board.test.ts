/** Each device of a rack does real work through the boards of a unit, and comes back by itself. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { templateOf } from '#drivers/fingerprint/emulator.ts';
import { EMULATED_MODULE, EMULATED_PARTS } from '#drivers/inventory/emulator.ts';
import { makeMemoryLink } from '#drivers/links/memory-link.ts';
import { openBoothBoard, openDeskBoard, openSupervisorBoard } from '#drivers/physical-board.ts';
import { PLANT_MODEL } from '#drivers/power/emulated-plant.ts';
import type { Part } from '#hal/inventory.ts';
import type { Scene } from '#hal/scene.ts';
import type { SwitchState } from '#hal/switch-panel.ts';
import { startRack } from '#scripts/devices/rack.ts';
import { eventually, makeRackRig, type RackRig, system } from './rig.ts';

const between = () => makeMemoryLink(system.clock, { baud: 1e8, bitsPerByte: 8 });
const RETURN_LIMIT_MS = 2_000;

let rig: RackRig;
const closers: (() => void | Promise<void>)[] = [];
beforeEach(async () => {
  rig = await makeRackRig();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rig.close();
});

const openDesk = async () => {
  const opened = await openDeskBoard(rig.file, system, between().host);
  closers.push(opened.close);
  return opened.board;
};
const openBooth = async () => {
  const opened = await openBoothBoard(rig.file, system, between().host);
  closers.push(opened.close);
  return opened.board;
};
const openSupervisor = async () => {
  const opened = await openSupervisorBoard(rig.file, system);
  closers.push(opened.close);
  return opened.board;
};

describe('the desk', () => {
  test('compares a finger, also with the reader pulled and put back', async () => {
    const { reader } = await openDesk();
    const { devices } = rig.rack;
    expect(await reader.start()).toMatchObject({ ok: true, value: { family: 'R503' } });
    expect(await reader.loadTemplate(templateOf('voter', 'R503'))).toEqual({ ok: true });
    devices.reader.placeFinger({ seed: 'voter', quality: 1 });
    const match = { ok: true, value: { kind: 'match' } };
    expect(await reader.verifyFinger(5_000, () => undefined)).toMatchObject(match);

    devices.reader.fail('unplugged');
    const absent = { ok: false, error: { kind: 'absent' } };
    expect(await reader.verifyFinger(5_000, () => undefined)).toMatchObject(absent);
    devices.reader.heal();
    const backMs = performance.now();
    await eventually('the reader is back', async () => {
      const loaded = await reader.loadTemplate(templateOf('other', 'R503'));
      return loaded.ok ? true : null;
    });
    expect(performance.now() - backMs).toBeLessThan(RETURN_LIMIT_MS);
    const noMatch = { ok: true, value: { kind: 'noMatch' } };
    expect(await reader.verifyFinger(5_000, () => undefined)).toMatchObject(noMatch);
  });

  test('hears keys in their order and shows two lines', async () => {
    const { station } = await openDesk();
    const { devices } = rig.rack;
    const keys: string[] = [];
    station.onKey((key) => keys.push(key));
    expect(await station.start()).toEqual({ ok: true });
    devices.keypad.type('0412345678');
    devices.keypad.press('enter');
    await eventually('eleven keys', () => (keys.length === 11 ? true : null));
    expect(keys.join(' ')).toBe('0 4 1 2 3 4 5 6 7 8 enter');
    expect(await station.display('Cédula', '0412345678')).toEqual({ ok: true });
    expect(devices.lcd.screen()).toEqual(['Cédula', '0412345678']);
  });
});

describe('the supervisor', () => {
  test('reads power and switches, lights the lamp, sets the clock, also after the power was cut', async () => {
    const board = await openSupervisor();
    const { power } = rig.rack.devices;
    const reading = await board.stabilizers.a.read();
    expect(reading).toMatchObject({ ok: true, value: { feeding: true } });
    if (!reading.ok) throw new Error('no reading');
    expect(Math.abs(reading.value.inputVolts - 120)).toBeLessThan(3);
    expect(await board.battery.read()).toMatchObject({ ok: true, value: { present: true } });
    expect(board.powerModel).toEqual(PLANT_MODEL);
    const switches: SwitchState[] = [];
    board.panel.onChange((state) => switches.push(state));
    power.turnKey('on');
    await eventually('the key', () => (switches.at(-1)?.key === 'on' ? true : null));
    expect(await board.panel.lamp(true)).toEqual({ ok: true });
    await eventually('the lamp', () => (power.lamp() ? true : null));
    const calendarMs = Date.UTC(2026, 10, 22, 8, 0, 0);
    expect(await board.realTimeClock.set(calendarMs)).toEqual({ ok: true });
    const read = await board.realTimeClock.read();
    expect(read.ok && read.value - calendarMs).toBeLessThanOrEqual(2_000);

    rig.rack.cutPower();
    await eventually('nothing to read', async () =>
      (await board.stabilizers.a.read()).ok ? null : true,
    );
    rig.rack.powerOn();
    const backMs = performance.now();
    await eventually('readings again', async () =>
      (await board.stabilizers.a.read()).ok ? true : null,
    );
    expect(performance.now() - backMs).toBeLessThan(RETURN_LIMIT_MS + 1_000);
  });
});

test('the supervisor is told what is attached, and the module only while it is in', async () => {
  const { inventory } = await openSupervisor();
  const { removable } = rig.rack.devices;
  const sorted = (parts: readonly Part[]): readonly string[] =>
    parts.map((part) => JSON.stringify(part, Object.keys(part).sort())).sort();
  const read = async (): Promise<readonly string[]> => {
    const parts = await inventory.read();
    if (!parts.ok) throw new Error(parts.error.detail);
    return sorted(parts.value);
  };
  const whole = sorted([...EMULATED_PARTS, ...EMULATED_MODULE]);
  expect(await read()).toEqual(whole);
  removable.pull();
  expect(await read()).toEqual(sorted(EMULATED_PARTS));
  removable.putBack();
  expect(await read()).toEqual(whole);
});

test('a rack whose folder has too long a path is refused in words, and leaves nothing open', async () => {
  const runDir = join(tmpdir(), `urna-${'x'.repeat(120)}`);
  const starting = startRack({ runDir, clock: system.clock, entropy: system.entropy });
  await expect(starting).rejects.toThrow('longer than the path of a local socket may be');
  expect(readdirSync(join(runDir, 'dev'))).toEqual([]);
  rmSync(runDir, { recursive: true });
});

const scene = (text: string): Scene => ({
  name: text,
  background: '#ffffff',
  spoken: [],
  nodes: [],
});

describe('the booth', () => {
  test('prints a paper and cuts it', async () => {
    const { printer } = await openBooth();
    expect(await printer.start()).toMatchObject({ ok: true, value: { online: true } });
    const text = 'Ñandú Pérez';
    const elements = [{ kind: 'text', text } as const];
    expect(await printer.print({ name: 'test', elements })).toEqual({ ok: true });
    expect(await printer.cut()).toEqual({ ok: true });
    const papers = rig.rack.devices.printer.takePapers();
    expect(papers).toHaveLength(1);
  });

  test('shows scenes in the frame buffer and tells touches in millimetres', async () => {
    const { touchscreen } = await openBooth();
    const { frameBuffer, devices, panel } = rig.rack;
    expect(await touchscreen.check()).toEqual({ ok: true });
    touchscreen.show(scene('white'));
    const pixels = await eventually('a frame', () => {
      if (!existsSync(frameBuffer)) return null;
      const bytes = readFileSync(frameBuffer);
      // The file may be read while it is written: both ends tell that all of it is there.
      return bytes[0] === 0xff && bytes.at(-1) === 0xff ? bytes : null;
    });
    expect(pixels.length).toBe(4 * panel.widthPx * panel.heightPx);
    expect([...pixels.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
    const touches: number[][] = [];
    touchscreen.onTouch(({ x, y, sceneNumber }) => touches.push([x, y, sceneNumber]));
    await devices.glass.touch(100, 50);
    await eventually('the touch', () => (touches.length > 0 ? true : null));
    expect(touches[0]?.[0]).toBeCloseTo(100, 1);
    expect(touches[0]?.[1]).toBeCloseTo(50, 1);
    expect(touches[0]?.[2]).toBe(1);
  });

  test("hears the voter's keypad, and headphones speak", async () => {
    const { keypad, audio } = await openBooth();
    const { devices } = rig.rack;
    const keys: string[] = [];
    keypad.onKey((key) => keys.push(key));
    expect(await keypad.check()).toEqual({ ok: true });
    await devices.voterKeypad.press('down');
    await devices.voterKeypad.press('select');
    await devices.voterKeypad.press('louder');
    await eventually('three keys', () => (keys.length === 3 ? true : null));
    expect(keys).toEqual(['down', 'select', 'louder']);
    expect(await audio.check()).toEqual({ ok: true });
    const said = await audio.speak([{ text: 'sí', locale: 'es' }], {
      volume: 50,
      ratePercent: 300,
    });
    expect(said).toEqual({ ok: true, value: 'finished' });
    expect(devices.headphones.heard().map(({ text }) => text)).toEqual(['sí']);
  });

  test('finds tokens, media and cells, and misses them when they are pulled', async () => {
    const { tokens, media, cells } = await openBooth();
    const { devices } = rig.rack;
    const token = { label: 'officer', record: null };
    devices.tokens.insert(token);
    await eventually('the token', () => (tokens.present() ? true : null));
    expect(await tokens.read()).toEqual({ ok: true, value: null });
    expect(await tokens.write(Uint8Array.of(1, 2, 3))).toEqual({ ok: true });
    expect(devices.tokens.remove()?.record).toEqual(Uint8Array.of(1, 2, 3));
    await eventually('no token', () => (tokens.present() ? null : true));

    expect(await media.removable.write('a/b', Uint8Array.of(7))).toEqual({ ok: true });
    const slot = new Uint8Array(64).fill(9);
    expect(await cells.module.write(0, slot)).toEqual({ ok: true });
    devices.removable.pull();
    expect(await media.removable.read('a/b')).toMatchObject({ error: { kind: 'absent' } });
    expect(await cells.module.read(0)).toMatchObject({ error: { kind: 'absent' } });
    expect((await cells.board.read(0)).ok).toBe(true);
    devices.removable.putBack();
    expect(await media.removable.read('a/b')).toEqual({ ok: true, value: Uint8Array.of(7) });
    expect(await cells.module.read(0)).toEqual({ ok: true, value: slot });

    devices.fixed.setFault('full', true);
    expect(await media.fixed.write('c', slot)).toMatchObject({ error: { kind: 'full' } });
    devices.fixed.setFault('full', false);
    expect(await media.fixed.write('c', slot)).toEqual({ ok: true });
    devices.removable.replaceByFresh();
    expect(await media.removable.read('a/b')).toEqual({ ok: true, value: null });
    expect(await cells.module.read(0)).toEqual({ ok: true, value: new Uint8Array(64) });
  });
});
