/** The operator station: keys from HID reports, text on the glass of the display. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STORM_MS, STUCK_KEY_MS } from '#drivers/operator-station/driver.ts';
import { encodeLine, GLYPHS, romCharacter } from '#drivers/operator-station/hd44780.ts';
import {
  BOOT_KEYBOARD_DESCRIPTOR,
  decodeBootReport,
  encodeBootReport,
} from '#drivers/operator-station/hid-keyboard.ts';
import { changedRuns } from '#drivers/operator-station/lcd-display.ts';
import { wait } from '#hal/clock.ts';
import type { StationFault, StationKey } from '#hal/operator-station.ts';
import { BOOT_DESCRIPTOR_HEX, REPORT_VECTORS } from '#test/vectors/hid-keyboard.ts';
import { makeStationBench, playStation } from './bench.ts';

/** Longer than any of the reports here need, one every 8 ms. */
const TYPING_MS = 500;

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('keypad', () => {
  test('its descriptor is the boot keyboard of HID 1.11, appendix B.1', () => {
    expect(Buffer.from(BOOT_KEYBOARD_DESCRIPTOR).toString('hex')).toBe(BOOT_DESCRIPTOR_HEX);
  });

  test.each(REPORT_VECTORS)('$name', ({ reports, keys }) =>
    playStation(async ({ clock, station, reports: link }) => {
      const heard: StationKey[] = [];
      station.onKey((key) => heard.push(key));
      for (const report of reports) link.device.report(bytesOf(report));
      await wait(clock, TYPING_MS);
      expect(heard).toEqual(keys);
    }),
  );

  test('reports that are no boot report are ignored', () => {
    for (const length of [0, 1, 7, 9, 64])
      expect(decodeBootReport(new Uint8Array(length).fill(0x59))).toBeNull();
  });

  test('six keys fit a report, a seventh makes it say roll-over', () => {
    const six = [0x59, 0x5a, 0x5b, 0x5c, 0x5d, 0x5e];
    expect(decodeBootReport(encodeBootReport(six))).toEqual(six);
    expect(decodeBootReport(encodeBootReport([...six, 0x5f]))).toBeNull();
  });

  test('a typed number arrives digit by digit', () =>
    playStation(async ({ clock, station, keypad }) => {
      const heard: StationKey[] = [];
      station.onKey((key) => heard.push(key));
      keypad.type('12345678');
      keypad.press('enter');
      keypad.press('clear');
      keypad.press('erase');
      await wait(clock, TYPING_MS);
      expect(heard).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', 'enter', 'clear', 'erase']);
    }));

  test('a stuck key is a fault, counts once, and the others go on', () =>
    playStation(async ({ clock, station, keypad }) => {
      const heard: StationKey[] = [];
      const faults: StationFault[] = [];
      station.onKey((key) => heard.push(key));
      station.onFault((fault) => faults.push(fault));
      await station.start();
      keypad.hold('5');
      await wait(clock, STUCK_KEY_MS - 1);
      expect(faults).toEqual([]);
      await wait(clock, 20);
      keypad.press('7');
      expect(faults).toMatchObject([
        { device: 'station', kind: 'broken', detail: 'key 5 is stuck' },
      ]);
      keypad.release('5');
      keypad.press('5');
      await wait(clock, TYPING_MS);
      expect(heard).toEqual(['5', '7', '5']);
    }));

  test('a storm is over when it is over, though somebody goes on typing', () =>
    playStation(async ({ clock, station, keypad }) => {
      keypad.inject('keyStorm');
      await wait(clock, 3 * STORM_MS);
      keypad.clear('keyStorm');
      const heard: StationKey[] = [];
      station.onKey((key) => heard.push(key));
      for (let keys = 0; keys < 30; keys++) {
        keypad.press('9');
        await wait(clock, 200);
      }
      expect(heard.length).toBeGreaterThan(15);
    }));

  test('unplugged it is absent; keys held then are forgotten', () =>
    playStation(async ({ clock, station, reports, keypad }) => {
      const heard: StationKey[] = [];
      const faults: StationFault[] = [];
      station.onKey((key) => heard.push(key));
      station.onFault((fault) => faults.push(fault));
      keypad.hold('1');
      await wait(clock, TYPING_MS);
      reports.unplug();
      keypad.press('2');
      await wait(clock, STUCK_KEY_MS * 2);
      expect(await station.start()).toMatchObject({ ok: false, error: { kind: 'absent' } });
      reports.plug();
      keypad.press('3');
      await wait(clock, TYPING_MS);
      expect(faults).toMatchObject([{ kind: 'absent' }]);
      expect(heard).toEqual(['1', '1', '3']);
      expect((await station.start()).ok).toBe(true);
    }));
});

describe('display', () => {
  test('plugged in again at any instant it shows what it should', () =>
    playStation(async ({ clock, station, lcd }) => {
      await station.start();
      await station.display('CEDULA', 'Y ENTER');
      for (let ms = 0; ms < 800; ms += 3) {
        lcd.unplug();
        await wait(clock, 2_000 + ms);
        lcd.plug();
        await wait(clock, 3_000);
        expect({ ms, screen: lcd.screen() }).toEqual({ ms, screen: ['CEDULA', 'Y ENTER'] });
      }
    }));

  test('shows two lines, cut and padded, Spanish as it is written', () =>
    playStation(async ({ station, lcd }) => {
      expect((await station.start()).ok).toBe(true);
      expect(lcd.lit()).toBe(true);
      expect(lcd.screen()).toEqual(['', '']);
      const shown = await station.display('¿Cédula? Año, señor', '¡ÑANDÚ! pingüino áéíóú');
      expect(shown.ok).toBe(true);
      expect(lcd.screen()).toEqual(['¿Cédula? Año, señor', '¡ÑANDU! pingüino áéí']);
      await station.display('12', '');
      expect(lcd.screen()).toEqual(['12', '']);
    }));

  test('what is shown is what was asked for last, however fast it was asked', () =>
    playStation(async ({ station, lcd, link }) => {
      await station.start();
      await station.display('Cédula:', '');
      const before = link.carried().toDevice;
      const all = Array.from({ length: 50 }, (_, n) => station.display('Cédula:', `${n}`));
      expect((await Promise.all(all)).every((result) => result.ok)).toBe(true);
      expect(lcd.screen()).toEqual(['Cédula:', '49']);
      // Two updates at most: the first, and the newest of the others.
      expect(link.carried().toDevice - before).toBeLessThan(150);
    }));

  test('only what changed goes over the wire', () =>
    playStation(async ({ station, link }) => {
      await station.start();
      await station.display('Documento:', '1234567');
      const before = link.carried().toDevice;
      await station.display('Documento:', '12345678');
      expect(link.carried().toDevice - before).toBeLessThan(40);
      const same = link.carried().toDevice;
      await station.display('Documento:', '12345678');
      expect(link.carried().toDevice).toBe(same);
    }));

  test('a changed screen is up in under 0.1 s', () =>
    playStation(async ({ clock, station }) => {
      await station.start();
      await station.display('a'.repeat(20), 'b'.repeat(20));
      const before = clock.nowMs();
      await station.display('c'.repeat(20), 'd'.repeat(20));
      expect(clock.nowMs() - before).toBeLessThan(100);
    }));

  test('off the bus it is absent; back again it shows what was wanted', () =>
    playStation(async ({ clock, station, lcd }) => {
      const faults: StationFault[] = [];
      station.onFault((fault) => faults.push(fault));
      await station.start();
      lcd.unplug();
      expect(await station.display('Uno', 'dos')).toMatchObject({ error: { kind: 'absent' } });
      expect(await station.display('Tres', 'más')).toMatchObject({ error: { kind: 'absent' } });
      expect(faults).toHaveLength(1);
      lcd.plug();
      await wait(clock, 2_000);
      expect(lcd.screen()).toEqual(['Tres', 'más']);
      expect((await station.display('Cuatro', '')).ok).toBe(true);
    }));

  test('the board unplugged and back: the same text stands there again', () =>
    playStation(async ({ clock, station, link, lcd }) => {
      const faults: StationFault[] = [];
      station.onFault((fault) => faults.push(fault));
      await station.start();
      await station.display('Elección', 'abierta');
      link.unplug();
      lcd.unplug();
      await wait(clock, 30_000);
      expect(faults.map((fault) => fault.kind)).toEqual(['absent']);
      lcd.plug();
      link.plug();
      await wait(clock, 3_000);
      expect(lcd.screen()).toEqual(['Elección', 'abierta']);
    }));

  test('that comes back to a station whose keypad was never there is no recovery', () =>
    playStation(
      async ({ clock, station, reports, lcd }) => {
        let recoveries = 0;
        station.onRecovered(() => recoveries++);
        lcd.unplug();
        expect((await station.start()).ok).toBe(false);
        lcd.plug();
        await wait(clock, 3_000);
        expect({ recoveries, lit: lcd.lit() }).toEqual({ recoveries: 0, lit: true });
        reports.plug();
        await wait(clock, 1_000);
        expect(recoveries).toBe(1);
      },
      makeStationBench(true, false),
    ));

  test('a reply that the serial line lost is asked for again, and is no fault', () =>
    playStation(async ({ clock, station, loseReply, lcd }) => {
      const faults: StationFault[] = [];
      station.onFault((fault) => faults.push(fault));
      await station.start();
      expect((await station.display('Uno', '')).ok).toBe(true);
      loseReply();
      expect((await station.display('Dos', '')).ok).toBe(true);
      expect(lcd.screen()).toEqual(['Dos', '']);
      await wait(clock, 10_000);
      expect(faults).toEqual([]);
    }));

  test('any text at all becomes characters, never an instruction', () =>
    playStation(async ({ station, lcd }) => {
      await station.start();
      await station.display('base', 'line');
      for (const text of fc.sample(fc.string({ unit: 'binary', maxLength: 30 }), {
        seed: 3,
        numRuns: 40,
      })) {
        expect((await station.display(text, 'line')).ok).toBe(true);
        expect(lcd.screen()[1]).toBe('line');
      }
    }));
});

describe('HD44780 text', () => {
  test('every character shown plainly reads as itself', () => {
    const plain = ' !"#$%&\'()*+,-./0123456789:;<=>?@ABCXYZ[]^_`abcxyz{|}';
    expect([...encodeLine(plain, plain.length)].map(romCharacter).join('')).toBe(plain);
  });

  test.each([
    ['Á', 'A'],
    ['ç', 'c'],
    ['\\', '/'],
    ['~', '-'],
    ['’', "'"],
    ['漢', '?'],
    ['\n', '?'],
  ])('%j is shown as %j', (text, shown) => {
    expect([...encodeLine(text, 1)].map(romCharacter).join('')).toBe(shown);
  });

  test('the eight definable characters differ from each other', () => {
    expect(GLYPHS).toHaveLength(8);
    expect(new Set(GLYPHS.map(({ rows }) => rows.join())).size).toBe(8);
  });

  test('changed runs turn the old line into the new one', () => {
    const line = fc.uint8Array({ minLength: 20, maxLength: 20, max: 3 });
    fc.assert(
      fc.property(line, line, (before, after) => {
        const shown = before.slice();
        for (const { at, codes } of changedRuns(before, after)) shown.set(codes, at);
        expect(shown).toEqual(after);
      }),
      { seed: 4, numRuns: 200 },
    );
  });
});
