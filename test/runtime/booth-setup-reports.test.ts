import { describe, expect, test } from 'vitest';
import { makeBoothBench } from './booth-bench.ts';

const oneLine = (paper: string | undefined): string => (paper ?? '').replaceAll(/\s+/g, ' ');

/** The hexadecimal value below a heading, its spaces and line ends taken out. */
const hexAfter = (paper: string | undefined, heading: string): string | undefined => {
  const [, rest] = oneLine(paper).split(heading);
  return rest
    ?.match(/[0-9a-f ]{64,}/)?.[0]
    .replaceAll(' ', '')
    .slice(0, 64);
};

const URN_KEY = 'Clave pública de la urna';

describe('the reports of the installation', () => {
  test('readiness comes after the ceremony, with the key of the zero report and what stands around', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
    });
    expect(bench.papers).toHaveLength(2);
    const [readiness, zero] = bench.papers;
    expect(readiness).toContain('DIAGNÓSTICO');
    expect(zero).toContain('INICIALIZACIÓN');
    const key = hexAfter(readiness, URN_KEY);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(hexAfter(zero, URN_KEY)).toBe(key);

    const text = oneLine(readiness);
    expect(text).toContain('LA MÁQUINA ESTÁ LISTA');
    expect(text).toContain('se unen 3 de 5');
    const volts = [
      ...text.matchAll(/Regulador ([AB]) \.+(\d+) V > (\d+) V, (alimenta|en espera)/g),
    ];
    expect(volts.map(([, name]) => name)).toEqual(['A', 'B']);
    for (const [, , input, output] of volts) {
      expect(Number(input)).toBeGreaterThan(90);
      expect(Number(input)).toBeLessThan(140);
      expect(Number(output)).toBeGreaterThan(110);
      expect(Number(output)).toBeLessThan(130);
    }
    // One lithium cell under its gauge.
    const battery = Number(text.match(/Tensión de la batería \.+([\d.]+) V/)?.[1]);
    expect(battery).toBeGreaterThan(3);
    expect(battery).toBeLessThan(4.4);
    expect(text).toMatch(/Reguladores A \.+BIEN/);
    expect(text).toMatch(/Interruptores \.+BIEN Precinto intacto, tapa cerrada/);
    expect(text).toMatch(/Impresora \.+BIEN 48 columnas, 576 puntos a 203 por pulgada/);
  });

  test('a broken seal is a warning, and a stabilizer that delivers nothing is named', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      bench.hardware.devices.power.breakSeal();
      bench.hardware.devices.power.failStabilizer('b');
      await bench.setUp();
    });
    const text = oneLine(bench.papers[0]);
    expect(text).toContain('El precinto de la máquina está roto');
    expect(text).not.toContain('Precinto intacto');
    expect(text).toMatch(/Reguladores A \.+BIEN/);
    expect(text).toMatch(/Reguladores B \.+FALLA stabilizer\.broken/);
    expect(text).toContain('LA MÁQUINA NO ESTÁ LISTA');
  });

  test('after a restart both reports come again, with a self-test of their own', async () => {
    const bench = makeBoothBench();
    await bench.run(async () => {
      bench.start();
      await bench.setUp();
      bench.cutPower();
      bench.start();
      await bench.press('reports:print');
      await bench.reach('report');
      await bench.reach('readyToOpen');
    });
    expect(bench.parked).toEqual([]);
    expect(bench.papers).toHaveLength(4);
    const [first, , again] = bench.papers;
    expect(hexAfter(again, URN_KEY)).toBe(hexAfter(first, URN_KEY));
    expect(oneLine(again)).toMatch(/Impresora \.+BIEN/);
    expect(oneLine(again)).toContain('LA MÁQUINA ESTÁ LISTA');
  });
});
