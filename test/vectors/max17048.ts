/**
 * MAX17048 register words from outside, worked out by hand from the datasheet (Maxim 19-6171, rev. 4):
 * "Register Summary" (VCELL 02, 78.125 uV a bit; SOC 04, 1/256 % a bit; CRATE 16, 0.208 % an hour a
 * bit, two's complement), "VCELL Register", "SOC Register", "CRATE Register".
 */
export type GaugeVector = {
  readonly name: string;
  readonly vcell: number;
  readonly soc: number;
  readonly crate: number;
  /** Null: what no lithium cell can be. */
  readonly reading: {
    readonly percent: number;
    readonly volts: number;
    readonly flow: 'charging' | 'discharging' | 'idle';
  } | null;
};

export const GAUGE_VECTORS: readonly GaugeVector[] = [
  {
    name: 'SOC: the high byte is whole percent (0x32 = 50), the low one 1/256 %',
    vcell: 0xc800,
    soc: 0x3200,
    crate: 0x0000,
    reading: { percent: 50, volts: 4, flow: 'idle' },
  },
  {
    name: 'VCELL: 0xB900 is 3.7 V',
    vcell: 0xb900,
    soc: 0x3280,
    crate: 0x0000,
    reading: { percent: 50.5, volts: 3.7, flow: 'idle' },
  },
  {
    name: 'CRATE: 0xFFCE is -50 bits, -10.4 % an hour',
    vcell: 0xb900,
    soc: 0x3200,
    crate: 0xffce,
    reading: { percent: 50, volts: 3.7, flow: 'discharging' },
  },
  {
    name: 'CRATE: 0x0032 is +50 bits',
    vcell: 0xb900,
    soc: 0x3200,
    crate: 0x0032,
    reading: { percent: 50, volts: 3.7, flow: 'charging' },
  },
  {
    name: 'CRATE: its largest value, 0x7FFF',
    vcell: 0xb900,
    soc: 0x3200,
    crate: 0x7fff,
    reading: { percent: 50, volts: 3.7, flow: 'charging' },
  },
  {
    name: 'CRATE: its smallest, 0x8000',
    vcell: 0xb900,
    soc: 0x3200,
    crate: 0x8000,
    reading: { percent: 50, volts: 3.7, flow: 'discharging' },
  },
  {
    name: 'an empty cell at 2.5 V',
    vcell: 0x7d00,
    soc: 0x0000,
    crate: 0x0000,
    reading: { percent: 0, volts: 2.5, flow: 'idle' },
  },
  {
    name: 'a gauge that overshoots while charging (0x64 = 100, and a bit) is told as full',
    vcell: 0xd200,
    soc: 0x6540,
    crate: 0x0000,
    reading: { percent: 100, volts: 4.2, flow: 'idle' },
  },
  { name: 'a bus that reads all ones', vcell: 0xffff, soc: 0xffff, crate: 0xffff, reading: null },
  { name: 'a bus that reads all zeroes', vcell: 0, soc: 0, crate: 0, reading: null },
  { name: 'a charge of 200 %', vcell: 0xb900, soc: 0xc800, crate: 0, reading: null },
];
