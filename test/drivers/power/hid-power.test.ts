/** HID Power Devices: bound by usage, whatever their layout; any bytes at all are an answer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UPS_DESCRIPTOR } from '#drivers/power/emulated-ups.ts';
import { bindPowerDevice, powerReading, takePowerReport } from '#drivers/power/hid-power.ts';
import { NOT_A_BATTERY, POWER_DEVICE_VECTORS } from '#test/vectors/hid-power.ts';

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe('devices of others', () => {
  for (const { name, descriptor, reports } of POWER_DEVICE_VECTORS)
    test(name, () => {
      const bound = bindPowerDevice(bytesOf(descriptor));
      if (!bound.ok) throw new Error(bound.error);
      for (const { report, reading } of reports) {
        const values = takePowerReport(bound.value, bytesOf(report));
        expect(powerReading(bound.value, values)).toEqual(
          reading === null ? null : { present: true, ...reading },
        );
      }
    });

  test.each(NOT_A_BATTERY)('$name binds nothing', ({ descriptor }) => {
    expect(bindPowerDevice(bytesOf(descriptor)).ok).toBe(false);
  });
});

describe('the emulated one', () => {
  test('tells its battery in two reports; a cut one and a foreign one say nothing', () => {
    const bound = bindPowerDevice(UPS_DESCRIPTOR);
    if (!bound.ok) throw new Error(bound.error);
    const status = takePowerReport(bound.value, bytesOf('010d'));
    // 75 %, 3,600 s, 12.34 V.
    const charge = takePowerReport(bound.value, bytesOf('024b100ed204'));
    expect(powerReading(bound.value, new Map([...status, ...charge]))).toEqual({
      present: true,
      percent: 75,
      volts: 12.34,
      flow: 'discharging',
    });
    expect(takePowerReport(bound.value, bytesOf('02')).size).toBe(0);
    expect(takePowerReport(bound.value, bytesOf('094b100ed204')).size).toBe(0);
    expect(takePowerReport(bound.value, new Uint8Array()).size).toBe(0);
  });

  test('any descriptor and any reports: a battery within its limits, or none', () => {
    const bytes = fc.uint8Array({ maxLength: 120 });
    const mutated = fc
      .tuple(fc.nat(UPS_DESCRIPTOR.length - 1), fc.nat(255))
      .map(([at, value]) => UPS_DESCRIPTOR.with(at, value));
    fc.assert(
      fc.property(fc.oneof(bytes, mutated), bytes, (descriptor, report) => {
        const bound = bindPowerDevice(descriptor);
        if (!bound.ok) return;
        const reading = powerReading(bound.value, takePowerReport(bound.value, report));
        if (reading === null) return;
        expect(reading.percent >= 0 && reading.percent <= 100).toBe(true);
        expect(reading.volts >= 0 && reading.volts <= 60).toBe(true);
      }),
      { seed: 20_261_122, numRuns: 3_000 },
    );
  });
});
