/**
 * The drivers against a StandardFirmata that others wrote, compiled and published, on a chip that others
 * simulate: what the emulated board is held against.
 */
import { describe, expect, test } from 'vitest';
import { openSerialLink } from '#drivers/links/serial-link.ts';
import { ADC_LIMIT, FULL_SCALE_VOLTS } from '#drivers/power/conversion.ts';
import { makePowerBoard } from '#drivers/power/driver.ts';
import { makePowerBoardEmulator } from '#drivers/power/emulator.ts';
import { makeFrameReader } from '#drivers/power/firmata-frames.ts';
import { systemClock } from '#drivers/system/system-clock.ts';
import { wait } from '#hal/clock.ts';
import { openPty } from '#scripts/devices/pty.ts';
import { UNO_2_4, UNO_ABSENT_CHIP } from '#test/vectors/firmata.ts';
import { makeBoardClock } from './board-clock.ts';
import { isFetched, WHY_SKIPPED } from './hex-file.ts';
import { makeProgram, playPower, playStation } from './rig.ts';

const BOOT_MS = 1_950;
const SAMPLE_MS = 1_100;
const BAUD = 57_600;
/** One step of the converter, volts. */
const STEP_VOLTS = FULL_SCALE_VOLTS / ADC_LIMIT;

const title = isFetched()
  ? 'published StandardFirmata 2.4 on a simulated ATmega328P'
  : `published StandardFirmata: skipped, ${WHY_SKIPPED}`;

describe.skipIf(!isFetched())(title, () => {
  test('answers the handshake as its vectors say', () =>
    playPower(async ({ clock, link, board }) => {
      const said: string[] = [];
      const reader = makeFrameReader('board', 4_096, (frame) =>
        said.push(Buffer.from(frame).toString('hex')),
      );
      link.host.onBytes(reader.push);
      expect((await board.start()).ok).toBe(true);
      expect(clock.nowMs()).toBeLessThan(BOOT_MS + 100);
      for (const { answer } of UNO_2_4) expect(said).toContain(answer);
      await link.host.write(Uint8Array.of(0xf0, 0x76, 0x27, 0x08, 0x01, 0x00, 0xf7));
      await wait(clock, 100);
      const complaint = UNO_ABSENT_CHIP.slice(0, UNO_ABSENT_CHIP.indexOf('f7') + 2);
      expect(said).toContain(complaint);
    }));

  test('its converter: every line voltage comes back to a step, clamped at 0 and 300', () =>
    playPower(async (rig) => {
      await rig.board.stabilizers.a.read();
      const ladder = [0, 0.4, 60, 85, 119.8, 150, 240, 299.7, 300, 500];
      for (let at = 0; at < ladder.length; at += 2) {
        const [lineA = 0, lineB = 0] = ladder.slice(at);
        rig.emulator.plant.setLine('a', lineA);
        rig.emulator.plant.setLine('b', lineB);
        await wait(rig.clock, SAMPLE_MS);
        for (const [name, set] of [
          ['a', lineA],
          ['b', lineB],
        ] as const) {
          const read = await rig.board.stabilizers[name].read();
          const off =
            (read.ok ? read.value.inputVolts : Number.NaN) - Math.min(set, FULL_SCALE_VOLTS);
          expect(Math.abs(off)).toBeLessThanOrEqual(STEP_VOLTS);
        }
      }
    }));

  test('mains lost, sagging, swelling and flickering; each stabilizer failing, and both', () =>
    playPower(async (rig) => {
      const { emulator, board, clock } = rig;
      await board.stabilizers.a.read();
      const seen = async () => {
        await wait(clock, SAMPLE_MS);
        const [a, b] = [await board.stabilizers.a.read(), await board.stabilizers.b.read()];
        if (!a.ok || !b.ok) throw new Error('not read');
        return [a.value.inputVolts, a.value.outputVolts, b.value.outputVolts].map(Math.round);
      };
      for (const [fault, expected] of [
        ['mainsLost', [0, 0, 0]],
        ['mainsSag', [70, 0, 0]],
        ['mainsSwell', [165, 0, 0]],
        ['stabilizerAFailed', [120, 0, 120]],
        ['stabilizerBFailed', [120, 120, 0]],
        ['stabilizersFailed', [120, 0, 0]],
      ] as const) {
        emulator.inject(fault);
        expect(await seen()).toEqual(expected);
        emulator.clear(fault);
      }
      expect(await seen()).toEqual([120, 120, 120]);
      let changes = 0;
      const end = board.stabilizers.a.onChange(() => {
        changes += 1;
      });
      emulator.inject('mainsFlicker');
      await wait(clock, 3 * SAMPLE_MS);
      end();
      emulator.clear('mainsFlicker');
      expect(changes).toBeGreaterThan(0);
    }));

  test('relays on its pins, confirmed by their contacts; a stuck one is broken', () =>
    playPower(async ({ board, emulator }) => {
      const { a, b } = board.stabilizers;
      await Promise.all([a.read(), b.read()]);
      for (const [side, stabilizer] of [
        ['a', a],
        ['b', b],
      ] as const)
        for (const on of [false, true, false]) {
          expect((await stabilizer.feed(on)).ok).toBe(true);
          expect(emulator.plant.relayClosed(side)).toBe(on);
          const read = await stabilizer.read();
          expect(read.ok && read.value.feeding).toBe(on);
        }
      emulator.inject('relayAStuck');
      expect(await a.feed(true)).toMatchObject({ error: { kind: 'broken' } });
    }));

  test('switches on its pull-ups, which its outputs must not take away', () =>
    playPower(async ({ clock, board, emulator }) => {
      const told: string[] = [];
      board.panel.onChange(({ key, tamper, coverOpen }) =>
        told.push(`${key} ${tamper} ${coverOpen}`),
      );
      await board.panel.read();
      for (const move of [
        () => emulator.turnKey('on'),
        emulator.openCover,
        emulator.breakSeal,
        () => emulator.turnKey('off'),
        emulator.closeCover,
        emulator.renewSeal,
      ]) {
        move();
        // Lamp and relays write whole ports: grounded and open inputs alike have to stay as they are.
        await board.panel.lamp(told.length % 2 === 0);
        await board.panel.buzzer(told.length % 2 === 1);
        await wait(clock, 120);
        expect([emulator.lamp(), emulator.buzzer()]).toEqual([
          (told.length - 1) % 2 === 0,
          (told.length - 1) % 2 === 1,
        ]);
      }
      expect(told).toEqual([
        'off false false',
        'on false false',
        'on false true',
        'on true true',
        'off true true',
        'off true false',
        'off false false',
      ]);
    }));

  test('the fuel gauge on its I2C bus: charge, flow, a missing battery, one that talks nonsense', () =>
    playPower(async ({ clock, board, emulator }) => {
      emulator.plant.setPercent(62.5);
      expect(await board.battery.read()).toMatchObject({ value: { percent: 62.5 } });
      emulator.setMains(0);
      await wait(clock, 2 * SAMPLE_MS);
      expect(await board.battery.read()).toMatchObject({ value: { flow: 'discharging' } });
      for (const [fault, shown] of [
        ['gaugeLying', { value: { percent: 95 } }],
        ['gaugeGarbled', { error: { kind: 'garbled' } }],
        ['batteryMissing', { value: { present: false } }],
      ] as const) {
        emulator.inject(fault);
        await wait(clock, SAMPLE_MS);
        expect(await board.battery.read()).toMatchObject(shown);
        emulator.clear(fault);
      }
      await wait(clock, SAMPLE_MS);
      expect(await board.battery.read()).toMatchObject({ value: { present: true } });
      // Other chips that are silent do not disturb it.
      emulator.realTimeClock.inject('silent');
      expect(await board.realTimeClock.read()).toMatchObject({ error: { kind: 'absent' } });
      expect(await board.battery.read()).toMatchObject({ ok: true });
    }));

  test('the real-time clock on its I2C bus: read, set, lost, silent, garbled', () =>
    playPower(async ({ clock, board, emulator }) => {
      const { realTimeClock } = board;
      const read = await realTimeClock.read();
      expect(read.ok && Math.abs(read.value - clock.calendarMs())).toBeLessThan(2_000);
      const leap = Date.parse('2028-02-29T23:59:58Z');
      expect((await realTimeClock.set(leap)).ok).toBe(true);
      await wait(clock, 3_000);
      expect(await realTimeClock.read()).toEqual({ ok: true, value: leap + 3_000 });
      for (const [fault, kind] of [
        ['lost', 'lost'],
        ['silent', 'absent'],
        ['garbled', 'garbled'],
      ] as const) {
        emulator.realTimeClock.inject(fault);
        expect(await realTimeClock.read()).toMatchObject({ error: { kind } });
        emulator.realTimeClock.clear(fault);
        expect((await realTimeClock.set(leap)).ok).toBe(true);
      }
    }));

  test('unplugged and back: all works within 2 s of its start, and relays are as asked', () =>
    playPower(async ({ clock, link, board, emulator }) => {
      await board.stabilizers.a.read();
      await board.stabilizers.b.feed(false);
      await board.panel.lamp(true);
      for (let turn = 0; turn < 2; turn++) {
        link.unplug();
        expect(emulator.plant.relayClosed('b')).toBe(true);
        expect(await board.battery.read()).toMatchObject({ error: { kind: 'absent' } });
        link.plug();
        // The program itself takes this long before it says a word.
        await wait(clock, BOOT_MS);
        await wait(clock, 500);
        for (const read of [
          await board.stabilizers.a.read(),
          await board.battery.read(),
          await board.panel.read(),
          await board.realTimeClock.read(),
        ])
          expect(read).toMatchObject({ ok: true });
        expect(emulator.plant.relayClosed('b')).toBe(false);
        expect(emulator.lamp()).toBe(true);
      }
    }));

  test('hung it is a timeout; its reset button brings it back, pins and all', () =>
    playPower(async ({ clock, board, emulator }) => {
      await board.stabilizers.b.read();
      await board.stabilizers.b.feed(false);
      emulator.inject('silent');
      await wait(clock, 3_000);
      expect(await board.panel.read()).toMatchObject({ error: { kind: 'timeout' } });
      emulator.clear('silent');
      emulator.reset();
      expect(emulator.plant.relayClosed('b')).toBe(true);
      await wait(clock, BOOT_MS + 2_000);
      expect(await board.battery.read()).toMatchObject({ ok: true });
      expect(emulator.plant.relayClosed('b')).toBe(false);
    }));

  test('the two-line display on a board of its own: text, an unplugged chip, a restart', () =>
    playStation(async ({ clock, station, display }) => {
      await station.start();
      expect((await station.display('¿Cédula? Año, señor', '¡Adelante!')).ok).toBe(true);
      expect(display.lcd.screen()).toEqual(['¿Cédula? Año, señor', '¡Adelante!']);
      const began = clock.nowMs();
      expect((await station.display('c'.repeat(20), 'd'.repeat(20))).ok).toBe(true);
      expect(clock.nowMs() - began).toBeLessThan(200);
      display.inject('displayUnplugged');
      expect(await station.display('uno', 'dos')).toMatchObject({ error: { kind: 'absent' } });
      display.clear('displayUnplugged');
      await wait(clock, 2_000);
      expect(display.lcd.screen()).toEqual(['uno', 'dos']);
      display.reset();
      await wait(clock, BOOT_MS + 2_000);
      expect((await station.display('tres', 'cuatro')).ok).toBe(true);
      expect(display.lcd.screen()).toEqual(['tres', 'cuatro']);
    }));

  test('over a pseudo-terminal and the serial port that ships', async () => {
    const clock = makeBoardClock(Date.parse('2026-11-22T07:00:00Z'));
    const pty = openPty();
    const { program, advance } = makeProgram();
    const emulator = makePowerBoardEmulator(pty.link, clock, { program });
    const board = makePowerBoard(openSerialLink(pty.path, BAUD, systemClock), clock);
    const scene = async (): Promise<void> => {
      const { a } = board.stabilizers;
      const read = await a.read();
      expect(read.ok && Math.round(read.value.outputVolts)).toBe(120);
      expect(await board.battery.read()).toMatchObject({ value: { percent: 100 } });
      expect((await a.feed(false)).ok).toBe(true);
      emulator.turnKey('on');
      emulator.plant.setLine('a', 97);
      await wait(clock, 2 * SAMPLE_MS);
      expect(await board.panel.read()).toMatchObject({ value: { key: 'on' } });
      const after = await a.read();
      expect(after.ok && Math.round(after.value.inputVolts)).toBe(97);
      expect((await board.realTimeClock.read()).ok).toBe(true);
      pty.unplug();
      await wait(clock, 500);
      expect(await a.read()).toMatchObject({ error: { kind: 'absent' } });
      pty.plug();
      await wait(clock, BOOT_MS + 2_000);
      expect(await a.read()).toMatchObject({ ok: true });
      expect(emulator.plant.relayClosed('a')).toBe(false);
    };
    try {
      await clock.run(scene(), advance);
    } finally {
      board.close();
      pty.close();
    }
  });
});
